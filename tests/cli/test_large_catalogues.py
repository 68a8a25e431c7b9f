"""Large catalogues: the cache changes no byte of what is made, and `tools near` says what is alike."""

import json
from pathlib import Path
from typing import Any

import pytest

from digit_tc.engine.output import ACCEPTED, REJECTED
from digit_tc.tools.cache import SMALLEST
from digit_tc.tools.samples import read_sample


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A tool file that is large enough to be kept: one namespace that no conversation holds whole, and a twin."""
    rows = [tool.original for name in ("travel", "shop") for tool in read_sample(name)]
    pad = {"name": "pad", "description": "word " * (SMALLEST // 5), "parameters": {"type": "object"}}
    twin = {**rows[0], "name": "twin_of_the_first"}
    path = tmp_path / "tools.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in (*rows, twin, pad)), encoding="utf-8")
    return path


def test_the_bytes_are_equal_with_and_without_the_cache(
    digit_tc: Any, tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    found = []
    for name, cache in (("without", "file"), ("first", "cache"), ("second", "cache")):
        monkeypatch.setenv("DIGIT_TC_CACHE", str(tmp_path / cache))
        out = tmp_path / name
        said = digit_tc("generate", "--tools", tools, "--num", "3", "--turns", "1-2", "--out", out)
        assert said.code == 0
        assert ("cannot be written to" in said.err) == (name == "without")
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        del manifest["measurements"], manifest["settings"]["run"]["out"]
        found.append((manifest, (out / ACCEPTED).read_bytes(), (out / REJECTED).read_bytes()))
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]["tools"]) == 26


def test_what_is_alike_is_told(digit_tc: Any, tools: Path) -> None:
    said = digit_tc("tools", "near", tools)
    assert said.code == 0
    assert "1.00  the same under several names: search_flights, twin_of_the_first" in said.out
    assert "1 group among 26 tools" in said.out
    (group,) = json.loads(digit_tc("tools", "near", tools, "--json").out)
    assert group == {"kind": "exact", "names": ["search_flights", "twin_of_the_first"], "similarity": 1.0}


def test_of_one_tool_it_is_told_what_it_is_related_to(digit_tc: Any) -> None:
    said = json.loads(digit_tc("tools", "near", "--name", "book_flight", "--json").out)
    assert said["name"] == "book_flight"
    assert "search_flights" in [one["name"] for one in said["neighbours"]]
    assert said["groups"] == []
    text = digit_tc("tools", "near", "--name", "book_flight").out
    assert text.startswith("book_flight is related to\n")
    assert text.endswith("nothing is nearly the same as book_flight\n")


def test_a_name_that_no_tool_has_is_one_sentence(digit_tc: Any) -> None:
    said = digit_tc("tools", "near", "--name", "book_flights")
    assert (said.code, said.out) == (2, "")
    assert said.err == "digit-tc: --name book_flights is no tool of this catalogue; did you mean 'book_flight'?\n"
