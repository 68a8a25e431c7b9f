"""The files that the pages on roles of one's own show, as somebody who follows a page would have them."""

import asyncio
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digit_tc.engine.conversation import converse
from digit_tc.engine.job import prepare
from digit_tc.records import Record
from digit_tc.settings import read_settings

DOCS = Path(__file__).resolve().parents[2] / "docs"
FILE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGES = ("extend", "policy-guard", "supervisor", "reviewer")

Make = Callable[..., list[Record]]


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file of the pages."""
    folder = tmp_path_factory.mktemp("shown")
    for page in PAGES:
        for name, text in FILE.findall((DOCS / f"{page}.md").read_text(encoding="utf-8")):
            (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def make(shown: Path) -> Make:
    """Makes conversations with a graph of the pages, or a shipped one, without writing anything."""

    def made(graph: str, count: int = 1, *, run: dict[str, Any] | None = None, **tables: Any) -> list[Record]:
        named = str(shown / graph) if graph.endswith(".py") else graph
        settings = read_settings(None, {"run": {"graph": named, "seed": 1, **(run or {})}, **tables})

        async def each() -> list[Record]:
            try:
                return list(
                    await asyncio.gather(
                        *(converse(job.graph, job.context(at), job.identity(at)) for at in range(count))
                    )
                )
            finally:
                await job.models.aclose()

        with closing(prepare(settings)) as job:
            return asyncio.run(each())

    return made
