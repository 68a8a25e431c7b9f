"""The files that are read for tools: those that are named, and those of folders."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from digit_tc.tools.documents import FORMS
from digit_tc.tools.place import Place

LARGEST_FILE = 512 * 2**20
"""Bytes of one file."""

_PASSED_OVER = ("node_modules", "__pycache__")


def files_in(folder: Path) -> list[Path]:
    """Returns the files of a folder and of all folders below that can hold tools, in the order of their paths.

    What begins with a dot is passed over, and so are `node_modules` and `__pycache__`; links to folders are not
    followed.

    Raises:
        CatalogueError: There are none, or a folder cannot be listed.
    """
    found = sorted(_walk(folder))
    if not found:
        kinds = ", ".join(f"*{suffix}" for suffix in FORMS)
        raise Place(str(folder)).error(f"this folder holds no {kinds} files", "name a folder or a file with tools")
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _PASSED_OVER]
        for name in names:
            path = Path(root, name)
            if not name.startswith(".") and path.suffix.lower() in FORMS and path.is_file():
                yield path


def _refuse(error: OSError) -> NoReturn:
    place = Place(str(error.filename))
    raise place.error(f"the folder cannot be listed ({error.strerror})", "make it readable or move it away") from error


def read_bytes(path: Path) -> bytes:
    """Returns the content of a file.

    Raises:
        CatalogueError: It cannot be read, or is larger than LARGEST_FILE.
    """
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # A pipe has no size; of a file, one byte more says that it has grown past what is allowed.
            data = file.read((min(size, LARGEST_FILE) or LARGEST_FILE) + 1)
    except FileNotFoundError as error:
        raise place.error("there is no such file or folder", "correct the path") from error
    except OSError as error:
        raise place.error(f"the file cannot be read ({error.strerror})", "make it readable or leave it out") from error
    except ValueError as error:
        raise place.error(f"this is no path ({error})", "correct it") from error
    if len(data) > LARGEST_FILE:
        raise place.error(f"the file is larger than {LARGEST_FILE:,} bytes", "split it")
    return data


def text_of(content: bytes, path: Path) -> str:
    """Returns the content of a file as text, without a byte order mark.

    Raises:
        CatalogueError: It is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(str(path))
        raise place.error(f"byte {error.start} is not UTF-8", "save the file as UTF-8") from error
