"""The site that `sphinx-build docs build/docs` makes of these pages, without a network."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.ext.napoleon.docstring import GoogleDocstring

import digit_tc

project = "digit-tc"
version = release = digit_tc.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_heading_anchors = 3
default_role = "code"  # docstrings put code between single backticks, as Markdown does
smartquotes = False  # two hyphens begin a flag

html_theme = "furo"
html_title = "digit-tc"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False

add_module_names = False  # the heading above says it
autodoc_member_order = "bysource"
autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "special-members": "__call__",
    "exclude-members": "model_config, model_post_init",
}
suppress_warnings = ["ref.python"]  # "type" in an annotation is the builtin; a dozen fields have that name as well
autodoc_typehints_format = "short"
python_display_short_literal_types = True
python_maximum_signature_line_length = 88

copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True

SECTIONS = re.compile(r"^(###?) (.+?)$(.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE)
LINKS = re.compile(r"^- \[([^\]]+)\]\(([\w/-]+)\.(?:md|rst)\)", re.MULTILINE)
FILES = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def with_contents(index: str, found: set[str]) -> str:
    """Gives the index its tables of contents: the lists under its headings, so that each page is placed once.

    A page that no list names stands at the end of the how-tos.
    """
    tables: dict[str, list[str]] = {}
    part, listed = "", {"index"}
    for level, title, text in SECTIONS.findall(index):
        part = title if level == "##" else part
        links = LINKS.findall(text)
        tables[title if title == part else f"{part}: {title.lower()}"] = [f"{said} <{page}>" for said, page in links]
        listed |= {page for _, page in links}
    tables[[caption for caption in tables if caption.startswith("How-tos")][-1]] += sorted(found - listed)
    trees = [
        "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```"])
        for caption, pages in tables.items()
        if pages
    ]
    return "\n\n".join([index, *trees, ""])


def with_file_names(page: str) -> str:
    """Shows the name of the file that a block is, which stands behind the block's language, above the block.

    Some files are wrong on purpose, to show what is said of them: they are coloured as far as that goes.
    """
    return FILES.sub(r"````{code-block} \1\n:caption: \2\n:force:\n\n\3````", page)


def commands() -> str:
    """Returns every verb of the command line with its flags, as Typer describes the application."""
    asked = [sys.executable, "-m", "typer", "digit_tc.cli.app", "utils", "docs", "--name", "digit-tc"]
    told = subprocess.run(asked, cwd=Path(__file__).parent, capture_output=True, text=True, check=True).stdout
    return told.partition("\n## ")[2].join(("\n## ", ""))


def prepare(app: Sphinx, name: str, source: list[str]) -> None:
    """Turns a page as it reads on GitHub into one of the site."""
    if name == "index":
        source[0] = with_contents(source[0], app.env.found_docs)
    elif name == "commands":
        source[0] += commands()
    elif app.env.doc2path(name).suffix == ".md":
        source[0] = with_file_names(source[0])


def sections(*given: Any) -> None:
    """Reads the sections of Google style; the extension napoleon would also take a colon in an attribute's words for a
    type."""
    lines = given[-1]
    lines[:] = GoogleDocstring(lines).lines()


def setup(app: Sphinx) -> None:
    """Has Sphinx prepare each page; these two are made anew every time, as they follow what is not in their files."""
    app.connect("source-read", prepare)
    app.connect("autodoc-process-docstring", sections)
    app.connect("env-get-outdated", lambda *_: ["commands", "index"])
