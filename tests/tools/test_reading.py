"""Files and folders of tools become one catalogue, or one clear sentence."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.errors import CatalogueError
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.documents import Form
from digit_tc.tools.reading import parse_tools, read_catalogue

CATALOGUES = Path(__file__).parents[1] / "catalogues"


def flat(name: str, **properties: str) -> dict[str, Any]:
    return {
        "name": name,
        "parameters": {"type": "object", "properties": {key: {"type": kind} for key, kind in properties.items()}},
    }


A, B = flat("a", x="string"), flat("b", y="integer")
MCP = {"name": "c", "inputSchema": {"type": "object", "properties": {}}}
WRAPPED = {"type": "function", "function": flat("d")}


def write(folder: Path, name: str, *values: Any) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(value) for value in values), "utf-8")
    return path


def places(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    return [(tool.name, tool.source.pointer, tool.namespace) for tool in catalogue]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (A, [("a", "", "file")]),
        ([A, MCP, WRAPPED], [("a", "/0", "file"), ("c", "/1", "file"), ("d", "/2", "file")]),
        ({"tools": [MCP]}, [("c", "/tools/0", "file")]),
        ({"jsonrpc": "2.0", "id": 1, "result": {"tools": [MCP]}}, [("c", "/result/tools/0", "file")]),
        ({"n/1": [A], "m": [B]}, [("a", "/n~11/0", "n/1"), ("b", "/m/0", "m")]),
        ({"first": A, "second": B}, [("a", "/first", "file"), ("b", "/second", "file")]),
        ([{"id": "1", "tools": [A], "steps": []}, {"tools": [B, A]}],
         [("a", "/0/tools/0", "file"), ("b", "/1/tools/0", "file")]),
        ([{**A, "namespace": "own"}], [("a", "/0", "own")]),
    ],
)  # fmt: skip
def test_shapes_of_a_file(tmp_path: Path, document: Any, found: list[tuple[str, str, str]]) -> None:
    assert places(read_catalogue([write(tmp_path, "file.json", document)])) == found


@pytest.mark.parametrize("name", ["t.jsonl", "t.json", "t.txt"])
def test_json_lines_of_tools_and_traces_are_read_once(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, A, {"id": "1", "tools": [A, B], "steps": []}, {"tools": []}, {"tools": [B]})
    catalogue = read_catalogue([path])
    assert catalogue.names == ["a", "b"]
    assert [tool.source.file for tool in catalogue] == [f"{path}:1", f"{path}:2"]
    assert catalogue["b"].source.pointer == "/tools/1"


def test_recorded_tools_keep_their_output_schema(tmp_path: Path) -> None:
    output = {"type": "array", "items": {"type": "string"}}
    path = write(tmp_path, "t.jsonl", {"id": "1", "tools": [{**A, "output_schema": output}], "steps": []})
    assert read_catalogue([path])["a"].output_schema == output


def test_folders_are_read_in_order_with_all_below(tmp_path: Path) -> None:
    write(tmp_path, "z.json", A)
    write(tmp_path, "deep/er/y.jsonl", B)
    write(tmp_path, "deep/notes.md", "not a tool")
    catalogue = read_catalogue([tmp_path])
    assert [(tool.name, tool.namespace) for tool in catalogue] == [("b", "y"), ("a", "z")]


def test_the_same_tool_of_two_files_is_read_once(tmp_path: Path) -> None:
    paths = [write(tmp_path, "one.json", [A, B]), write(tmp_path, "two.json", [B])]
    assert read_catalogue(paths).names == ["a", "b"]


def test_different_tools_of_one_name_are_told_apart_and_keep_their_old_name(tmp_path: Path) -> None:
    one = write(tmp_path, "one.json", [A])
    two = write(tmp_path, "two.jsonl", B, flat("a", x="integer"), flat("a", x="number"), flat("a", x="integer"), A)
    catalogue = read_catalogue([one, two])
    assert [(tool.name, tool.alias) for tool in catalogue] == [("a", ""), ("b", ""), ("two_a", "a"), ("a_2", "a")]
    assert catalogue["two_a"].properties == {"x": {"type": "integer"}}
    assert [fix.code for fix in catalogue["two_a"].fixes] == ["name-collides"]
    assert catalogue.find("a") == catalogue["a"]


def test_a_name_for_a_namesake_takes_nobody_elses(tmp_path: Path) -> None:
    long = "n" * 64
    tools = [A, flat("a", x="integer"), flat("a_2"), flat(long), flat(long, y="string")]
    catalogue = read_catalogue([write(tmp_path, "t.json", tools)])
    assert catalogue.names == ["a", "a_3", "a_2", long, "n" * 62 + "_2"]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("\ufeff" + json.dumps(A), "utf-8")
    assert read_catalogue([path]).names == ["a"]


@pytest.mark.parametrize(
    ("name", "content", "place", "what"),
    [
        ("t.json", b"", "", "empty"),
        ("t.json", b" \n ", "", "empty"),
        ("t.json", b'{"name": "a",\n "x": }', ":2:7", "not JSON (Expecting value)"),
        ("t.json", b"tools:\n  - name: a\n", ":1:1", "not JSON"),
        ("t.jsonl", b'{"tools": []}\n\n{"name"}', ":3:8", "not JSON"),
        ("t.json", b'{"a": 1} {"b": 2}', ":1:10", "Extra data"),
        ("t.json", b"{}", "", "holds no tools"),
        ("t.json", b"[]", "", "holds no tools"),
        ("t.json", b"17", "", "holds no tools"),
        ("t.json", b'{"tools": []}', "", "holds no tools"),
        ("t.json", b'{"dependencies": {"a": "1"}}', "", "holds no tools"),
        ("t.jsonl", b'{"tools": []}\n{"id": 1}', ":2", "holds no tools"),
        ("t.json", b'{"tools": [5]}', "#/tools/0", "a tool is an object"),
        ("t.json", b'{"name": "a"}', "", "no `parameters`"),
        ("t.json", b'\xff\xfe{\x00}\x00', "", "byte 0 is not UTF-8"),
        ("t.json", b'{"name": "a", "parameters": {"default": NaN}}', "", "NaN is not a JSON number"),
        ("t.json", b'{"name": "a", "parameters": {"default": -Infinity}}', "", "-Infinity is not a JSON number"),
        ("t.json", b'{"name": "a", "parameters": {"default": 1e999}}', "#/parameters/default", "not a JSON number"),
        ("t.json", b'{"name": "a", "parameters": ' + b'{"default": ' + b"9" * 5000 + b"}}", "", "not JSON"),
        ("t.json", b"[" * 100_000, "", "nested too deeply"),
        ("t.json", b'{"tools": [{"name": "\\ud800", "parameters": {}}]}', "#/tools/0/name", "surrogate"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_one_sentence(
    tmp_path: Path, name: str, content: bytes, place: str, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        read_catalogue([path])
    text = str(caught.value)
    assert text.startswith(f"{path}{place}: ")
    assert what in text
    assert "; " in text
    assert text.isprintable()


def test_missing_files_empty_folders_and_no_files_at_all(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such file or folder; correct the path"):
        read_catalogue([tmp_path / "nowhere.json"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(CatalogueError, match=r"holds no \*\.json"):
        read_catalogue([tmp_path / "empty"])
    with pytest.raises(CatalogueError, match="name at least one"):
        read_catalogue([])


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, "t.json", A)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(CatalogueError, match=r"cannot be read \(Permission denied\)"):
        read_catalogue([path])


def test_the_dialect_files_read_with_valid_names_and_schemas() -> None:
    files = sorted(CATALOGUES.glob("*.json"))
    assert files
    for file in files:
        catalogue = read_catalogue([file])
        assert len(catalogue) > 0
        for tool in catalogue:
            assert tool.parameters["type"] == "object"
            assert tool.name.replace("_", "").replace("-", "").isalnum()
            assert bool(tool.alias) == ("name-illegal" in [fix.code for fix in tool.fixes])


DOCUMENTS = st.recursive(
    st.none() | st.just(A) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["tools", "result", "n", "name", "function"]), inner, max_size=3)
    ),
)


@given(st.text(max_size=40) | DOCUMENTS.map(json.dumps), st.sampled_from(get_args(Form)))
def test_any_text_gives_tools_or_one_clear_sentence(text: str, form: Form) -> None:
    try:
        found = parse_tools(text, "f.json", form=form)
    except CatalogueError as error:
        found, sentence = [], str(error)
    assert found or (sentence.startswith("f.json") and sentence.isprintable())
