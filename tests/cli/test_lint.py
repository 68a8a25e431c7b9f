"""`tools lint`: findings for people and programs, the mended file, and a model that is asked for what is left out."""

import json
from pathlib import Path
from typing import Any

import pytest

from digit_tc.testing.server import Rule, serve
from digit_tc.tools.reading import read_catalogue

WILD = [
    {"name": "get.weather", "description": "Tells the weather.", "parameters": {"lat": {"description": "Latitude"}}},
    {"name": "broken", "parameters": {"type": "object", "properties": {"x": {"$ref": "#/$defs/none"}}}},
    {
        "name": "find_place",
        "description": "Finds a place.",
        "parameters": {"type": "object", "properties": {"latitude": {"type": "integer", "description": "Where"}}},
    },
]
SAID = {"types": {"lat": {"type": "string"}}, "optional": ["latitude"], "output": {
    "type": "object", "properties": {"celsius": {"type": "number"}}, "required": ["celsius"]}}  # fmt: skip


@pytest.fixture
def wild(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DIGIT_TC_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "wild.json"
    path.write_text(json.dumps(WILD), encoding="utf-8")
    return path


def test_findings_are_lines_and_an_error_is_the_exit_code(digit_tc: Any, wild: Path) -> None:
    said = digit_tc("tools", "lint", wild)
    lines = said.out.splitlines()
    assert said.code == 1
    assert lines[0] == (
        f"{wild}#/1/parameters/properties/x: error: reference-dangling: the reference '#/$defs/none' leads to no"
        " schema; define it or write it in place"
    )
    assert f"{wild}#/2/parameters/properties/latitude: warning: integer-real" in said.out
    assert lines[-1] == "2 tools: 1 error, 4 warning, 3 info"
    assert "     1 x integer-real (warning)" in lines


def test_programs_get_the_same(digit_tc: Any, wild: Path) -> None:
    found = json.loads(digit_tc("tools", "lint", wild, "--json").out)
    assert found["tools"] == 2
    assert found["counts"]["reference-dangling"] == 1
    assert found["inferred"]["type-name"] == 1
    first = found["findings"][0]
    assert set(first) == {"code", "severity", "tool", "file", "pointer", "says", "mend"}
    assert (first["severity"], first["pointer"]) == ("error", "/1/parameters/properties/x")
    assert sum(found["counts"].values()) == len(found["findings"])


def test_what_is_sound_ends_with_zero(digit_tc: Any) -> None:
    said = digit_tc("tools", "lint")
    assert said.code == 0
    assert "0 error" in said.out.splitlines()[-1]


def test_the_mended_file_is_read_in_place_of_the_original(digit_tc: Any, wild: Path, tmp_path: Path) -> None:
    out = tmp_path / "mended.json"
    said = digit_tc("tools", "lint", wild, "--fix", out)
    assert said.code == 1
    assert f"2 tools, mended, in {out}; 1 that cannot be read are not in it" in said.err
    mended = read_catalogue([out])
    assert [(tool.name, tool.alias) for tool in mended] == [("get_weather", "get.weather"), ("find_place", "")]
    assert mended["find_place"].properties["latitude"]["type"] == "number"
    assert [tool.original for tool in mended] == [WILD[0], WILD[2]]
    assert all(tool.output_schema and tool.inferred for tool in mended)
    again = json.loads(digit_tc("tools", "lint", out, "--json").out)
    assert not {"name-illegal", "properties-missing", "integer-real"} & set(again["counts"])
    assert digit_tc("tools", "lint", out).code == 0
    assert digit_tc("generate", "--tools", out, "--num", "2", "--turns", "1", "--out", tmp_path / "run").code == 0


def test_a_model_is_asked_once_for_what_is_left_out(
    digit_tc: Any, wild: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-the-test")
    with serve([Rule(reply=json.dumps(SAID))]) as served:
        asked = ("tools", "lint", wild, "--model", "m", "--base-url", served.base_url, "--fix")
        first = digit_tc(*asked, tmp_path / "a.json")
        count = len(served.requests())
        second = digit_tc(*asked, tmp_path / "b.json")
        assert len(served.requests()) == count == 2
    assert "the model was asked about 2 tools; the replies about 0 were known" in first.out
    assert "the model was asked about 0 tools; the replies about 2 were known" in second.out
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    weather = read_catalogue([tmp_path / "a.json"])["get_weather"]
    assert weather.properties["lat"] == {"type": "string", "description": "Latitude"}
    assert weather.output_schema == SAID["output"]
    rules = {one.rule for one in weather.inferred}
    assert rules == {"type-model", "output-model"}
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"sk-secret" not in file.read_bytes()


def test_what_the_model_says_in_vain_is_named(digit_tc: Any, wild: Path, tmp_path: Path) -> None:
    with serve([Rule(reply="I would rather not.")]) as served:
        said = digit_tc(
            "tools", "lint", wild, "--fix", tmp_path / "a.json", "--model", "m", "--base-url", served.base_url
        )
    told = " ".join(said.out.split())
    assert "get_weather: the model of role 'specifier' gave no usable Proposal" in told
    assert "the reply holds no JSON object; left to the rules" in told
    assert read_catalogue([tmp_path / "a.json"])["get_weather"].output_schema is not None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--model", "m"], "a model is asked for the mended catalogue; add --fix OUT"),
        (["--fix", "OUT", "--base-url", "http://127.0.0.1:9/v1"], "--base-url needs the name of a model there"),
        (["--fix", "OUT", "--model", "m", "--base-url", "nowhere"], "give a web address such as"),
        (["--fix", "OUT", "--model", "m"], "set the environment variable OPENAI_API_KEY"),
        (["--fix", "."], "is a folder; name a file"),
        (["--fix", "no/such/folder.json"], "make the folder first"),
    ],
)
def test_wrong_use_is_one_sentence(
    digit_tc: Any, wild: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    given = [str(tmp_path / "out.json") if argument == "OUT" else argument for argument in arguments]
    said = digit_tc("tools", "lint", wild, *given)
    assert said.code == 2
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "out.json").exists()


def test_what_is_no_catalogue_at_all_is_one_sentence(digit_tc: Any, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    for path, sentence in (
        (tmp_path / "x.json", "this is not JSON"),
        (tmp_path / "none.json", "there is no such file"),
    ):
        said = digit_tc("tools", "lint", path)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert sentence in said.err
