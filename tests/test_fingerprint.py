"""The fingerprint covers what shapes content, and nothing else."""

from pathlib import Path
from typing import Any

import pytest

from digit_tc.fingerprint import differences, fingerprint, shape
from digit_tc.settings import read_settings
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.tool import Source, Tool

CATALOGUE = Catalogue([Tool(name="f", parameters={"type": "object"}, source=Source(dialect="mcp"))])


def taken(graph: str = "conversation", catalogue: Catalogue = CATALOGUE, **tables: Any) -> str:
    return fingerprint(read_settings(flags=tables), catalogue, graph)


@pytest.mark.parametrize(
    "run",
    [
        {"num": 999},
        {"out": "elsewhere"},
        {"concurrency": 1},
        {"shard": "1/3"},
        {"until_accepted": 4},
        {"tools": ["a.json"]},
    ],
)
def test_how_many_and_where_does_not_count(run: dict[str, Any]) -> None:
    assert taken(run=run) == taken()


@pytest.mark.parametrize(
    "tables",
    [
        {"run": {"seed": 1}},
        {"run": {"turns": "2-5"}},
        {"run": {"roles": "hybrid"}},
        {"plan": {"max_calls": 3}},
        {"personas": {"roles": {"clerk": 1}}},
        {"roles": {"critic": {"votes": 2}}},
        {"models": {"default": {"model": "m"}}},
    ],
)
def test_what_shapes_content_counts(tables: dict[str, Any]) -> None:
    assert taken(**tables) != taken()


def test_the_model_counts_but_not_its_address() -> None:
    def of(**model: Any) -> str:
        return taken(models={"user": {"model": "m", **model}})

    assert of(base_url="http://127.0.0.1:1") == of(base_url="http://127.0.0.1:2") == of(timeout=1)
    assert len({of(), of(temperature=0), of(temperature=1), of(seed=3)}) == 4


def test_the_tools_and_the_graph_count() -> None:
    changed = Catalogue([next(iter(CATALOGUE)).model_copy(update={"description": "other"})])
    assert len({taken(), taken(catalogue=changed), taken(graph="other")}) == 3


def test_a_graph_in_a_file_counts_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("def build(): ...", encoding="utf-8")
    before = taken(graph=f"{path}:build")
    elsewhere = tmp_path / "sub"
    elsewhere.mkdir()
    (elsewhere / "mine.py").write_text("def build(): ...", encoding="utf-8")
    assert taken(graph=f"{elsewhere / 'mine.py'}:build") == before
    assert taken(graph=str(path)) == before, "build is the name that is meant where none is given"
    path.write_text("def build(): return 1", encoding="utf-8")
    assert taken(graph=f"{path}:build") != before


def test_differences_name_the_setting_with_both_values() -> None:
    here = shape(read_settings(flags={"run": {"seed": 4}}), CATALOGUE, "conversation")
    there = shape(read_settings(flags={"plan": {"max_calls": 2}}), CATALOGUE, "conversation")
    assert differences(here, there) == ["seed 0 there, 4 here", "plan.max_calls 2 there, 4 here"]
    assert differences(here, here) == []
    assert differences({}, {"new": 1}) == ["new 1 there, unset here"]


def test_an_edited_file_is_said_to_have_changed(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"

    def outline(text: str) -> dict[str, Any]:
        path.write_text(text, encoding="utf-8")
        return shape(read_settings(flags={"roles": {"user": {"use": f"{path}:User"}}}), CATALOGUE, f"{path}:build")

    assert differences(outline("a = 1"), outline("a = 1")) == []
    assert differences(outline("a = 1"), outline("a = 2")) == ["the source of mine.py changed"]
