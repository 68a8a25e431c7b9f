"""What a docstring in Google's style says of a function, its arguments and its result."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SECTION = re.compile(
    r"(Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments|Other Parameters|Returns?|Yields?|Raises"
    r"|Attributes|Examples?|Notes?|Warnings?|See Also|References|Todo):\s*",
    re.IGNORECASE,
)
_ARGUMENTS = ("args", "arguments", "parameters", "params", "keyword args", "keyword arguments", "other parameters")
_ARGUMENT = re.compile(r"\*{0,2}(\w+)\s*(?:\(.*?\))?\s*:\s*(.*)")
_TYPED = re.compile(r"[\w.\[\], |]+:\s+")


@dataclass(frozen=True)
class Docstring:
    """The text up to the first section, the descriptions of the arguments, and what is returned."""

    description: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    returns: str = ""


def read_docstring(text: str | None) -> Docstring:
    """Reads a docstring; what has no sections, or other ones, is a description as a whole."""
    above: list[str] = []
    sections: dict[str, list[str]] = {}
    lines = above
    for line in inspect.cleandoc(text or "").splitlines():
        head = _SECTION.fullmatch(line)
        if head:
            lines = sections.setdefault(head[1].lower(), [])
        else:
            lines.append(line)
    arguments = (pair for name in _ARGUMENTS for pair in _arguments(sections.get(name, [])))
    returns = " ".join(" ".join(sections.get("returns", sections.get("return", []))).split())
    return Docstring("\n".join(above).strip(), dict(arguments), _TYPED.sub("", returns, count=1))


def _arguments(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yields the arguments of a section; a line that stands further in goes on with the one above."""
    found: dict[str, list[str]] = {}
    written = [line for line in lines if line.strip()]
    edge = min((_indent(line) for line in written), default=0)
    said: list[str] = []
    for line in written:
        head = _ARGUMENT.fullmatch(line.strip()) if _indent(line) == edge else None
        if head:
            said = found.setdefault(head[1], [])
        said.append(head[2] if head else line.strip())
    return ((name, " ".join(texts).strip()) for name, texts in found.items())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
