"""What the pages in docs/ show works as it stands there.

A page is followed from top to bottom in a folder of its own. A block whose first line names a file behind its language
is that file. Python blocks share one namespace; a text block right below is what the block printed. Lines of a console
block that begin with `$ ` are commands, the lines below what they print; only blocks that begin with digit-tc are run.
`...` stands for anything.
"""

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, the file that it is, its text, and the line where it begins."""

    language: str
    file: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    found = BLOCK.finditer(page)
    return [Block(one[1], one[2] or "", one[3], page[: one.start()].count("\n") + 1) for one in found]


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it prints; nothing where the page shows nothing."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def same(shown: str, printed: str) -> bool:
    return doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS)


def execute(page: Path, block: Block, namespace: dict[str, Any]) -> str:
    """Runs a Python block and returns what it printed; a traceback leads to the line of the page."""
    printed = io.StringIO()
    code = compile("\n" * block.line + block.text, str(page), "exec")
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)
    return printed.getvalue()


def ask(command: str) -> str:
    """Runs a command with the `digit-tc` beside this Python and returns all that it printed."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    run = subprocess.run(
        command, shell=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PATH": path, "COLUMNS": "120"},
    )  # fmt: skip
    return run.stdout


def follow(page: Path) -> None:
    namespace: dict[str, Any] = {"__name__": page.stem}
    for block, below in pairwise([*blocks(page.read_text(encoding="utf-8")), Block("", "", "", 0)]):
        where = f"{page.name}:{block.line}"
        if block.file:
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            printed = execute(page, block, namespace)
            assert below.language != "text" or same(below.text, printed), f"{where} printed\n{printed}"
        elif block.language == "console" and block.text.startswith("$ digit-tc"):
            for command, shown in commands(block):
                printed = ask(command)
                assert not shown or same(shown, printed), f"{where}: {command} printed\n{printed}"


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_works_as_it_stands(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))  # a program that stands beside the files of the page
    follow(page)


@pytest.mark.parametrize(
    "wrong",
    [
        "```python\nprint(1)\n```\n```text\n2\n```\n",
        "```python\nassert False\n```\n",
        "```console\n$ digit-tc --help\nall is well\n```\n",
    ],
)
def test_a_page_that_shows_what_is_not_so_is_noticed(wrong: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(wrong, encoding="utf-8")
    with pytest.raises(AssertionError):
        follow(page)


def test_every_block_is_one_that_is_followed() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert len(blocks(text)) * 2 == len(re.findall("^```", text, re.MULTILINE)), page.name
        assert {block.language for block in blocks(text)} <= {
            "python",
            "console",
            "text",
            "json",
            "toml",
            "yaml",
            "bash",
        }, page.name
