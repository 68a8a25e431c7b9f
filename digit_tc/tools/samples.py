"""The tools that come with the package."""

from importlib.resources import files

from digit_tc.errors import CatalogueError
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.reading import parse_tools
from digit_tc.tools.tool import Tool

_PACKAGE = "digit_tc.samples"


def sample_names() -> list[str]:
    """Returns the names of the packaged catalogues in alphabetical order."""
    return sorted(
        entry.name.removesuffix(".json") for entry in files(_PACKAGE).iterdir() if entry.name.endswith(".json")
    )


def read_sample(name: str) -> Catalogue:
    """Reads one packaged catalogue.

    Raises:
        CatalogueError: There is none of that name.
    """
    return Catalogue(_tools(name))


def sample_catalogue() -> Catalogue:
    """Reads all packaged catalogues as one."""
    return Catalogue(tool for name in sample_names() for tool in _tools(name))


def _tools(name: str) -> list[Tool]:
    if name not in sample_names():
        raise CatalogueError(f"there is no sample catalogue {name!r}; choose one of {', '.join(sample_names())}")
    return parse_tools(files(_PACKAGE).joinpath(f"{name}.json").read_text("utf-8"), f"sample:{name}", namespace=name)
