"""A file that a verb writes: it appears whole, or what was there stays."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from digit_tc.errors import OutputError


def write(out: Path, parts: Iterable[str | bytes], *, flag: str = "--out") -> int:
    """Writes the parts one after another and returns how many there were; `flag` is the one that named the file.

    Raises:
        OutputError: The file cannot be written.
    """
    if out.is_dir():
        raise OutputError(f"{out}: is a folder; name a file in {flag}")
    if not out.parent.is_dir():
        raise OutputError(f"{out}: there is no folder {out.parent}; make the folder first")
    try:
        if out.exists() and not out.is_file():
            return _write(out, parts)  # a device or a pipe cannot be replaced
        target = out.resolve()
        with TemporaryDirectory(prefix=".digit-tc-", dir=target.parent) as folder:
            partial = Path(folder) / "partial"  # nothing of the user's has that name there
            count = _write(partial, parts)
            partial.replace(target)
            return count
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror}; choose another {flag}") from error


def require_outside(out: Path, folder: Path) -> None:
    """Sees to it that a file does not lie in the folder of a run.

    Raises:
        OutputError: It does.
    """
    if folder.is_dir() and folder.resolve() in out.resolve().parents:
        raise OutputError(f"{out}: lies in the folder of the run, which holds nothing else; choose another --out")


def _write(path: Path, parts: Iterable[str | bytes]) -> int:
    count = 0
    with path.open("wb") as file:
        for part in parts:
            file.write(part.encode() if isinstance(part, str) else part)
            count += 1
    return count
