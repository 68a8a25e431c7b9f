"""One thing that is wrong with a tool."""

from pydantic import BaseModel, ConfigDict

from digit_tc.errors import CatalogueError
from digit_tc.records import Severity
from digit_tc.tools.linting.codes import CODES
from digit_tc.tools.place import Place, shown
from digit_tc.tools.tool import Tool


class Finding(BaseModel):
    """A stable code, the place (file, and JSON pointer inside it), what it says, and the mend."""

    model_config = ConfigDict(frozen=True)

    code: str
    severity: Severity
    tool: str
    file: str
    pointer: str
    says: str
    mend: str

    def __str__(self) -> str:
        """One line for people: place, severity, code, what is wrong, the mend."""
        return f"{Place(self.file, self.pointer)}: {self.severity}: {self.code}: {self.says}; {self.mend}"


def found(code: str, tool: Tool, pointer: str, detail: str = "") -> Finding:
    """Returns a finding of a tool.

    Args:
        code: One of `codes.CODES`.
        tool: The tool.
        pointer: Where in the tool as it was written.
        detail: What else is to be said, such as old and new value.
    """
    known = CODES[code]
    return Finding(
        code=code,
        severity=known.severity,
        tool=tool.name,
        file=tool.source.file,
        pointer=tool.source.pointer_to(pointer),
        says=known.says + (f" ({shown(detail)})" if detail else ""),
        mend=known.mend,
    )


def unreadable(error: CatalogueError) -> Finding:
    """Returns the finding of a tool that cannot be read."""
    code, (file, pointer) = error.code or "tool-unreadable", error.where
    said = str(error).removeprefix(f"{Place(file, pointer)}: ") if file or pointer else str(error)
    what, _, mend = said.rpartition("; ")
    return Finding(
        code=code,
        severity=CODES[code].severity,
        tool="",
        file=file,
        pointer=pointer,
        says=what or said,
        mend=mend if what else CODES[code].mend,
    )
