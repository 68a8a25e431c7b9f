"""Files and folders of tools become one catalogue, or one clear sentence."""

import json
import os
import threading
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
NAMELESS = {"parameters": {"type": "object", "properties": {"y": {"type": "integer"}}}}
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
        ({"n": [A], "second": B}, [("a", "/n/0", "n"), ("b", "/second", "file")]),
        ({"b": NAMELESS}, [("b", "/b", "file")]),
        ([{"jsonrpc": "2.0", "id": 1, "result": {"tools": [MCP], "nextCursor": "2"}}, {"jsonrpc": "2.0", "id": 2,
          "result": {"tools": [A]}}], [("c", "/0/result/tools/0", "file"), ("a", "/1/result/tools/0", "file")]),
        ([{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}, {"jsonrpc": "2.0", "id": 1,
          "result": {"tools": [MCP]}}], [("c", "/1/result/tools/0", "file")]),
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


def test_rows_of_a_dataset_may_hold_their_tools_as_text(tmp_path: Path) -> None:
    rows = [{"id": 1, "query": "q", "tools": json.dumps([A, B])}, {"id": 2, "tools": json.dumps([B])}, {"tools": "[]"}]
    for path in (write(tmp_path, "x.json", rows), write(tmp_path, "y.jsonl", *rows)):
        assert read_catalogue([path]).names == ["a", "b"]
    with pytest.raises(CatalogueError, match=r"z\.json#/0/tools: this text is not JSON"):
        read_catalogue([write(tmp_path, "z.json", [{"tools": "[{"}])])


def test_rows_of_the_berkeley_leaderboard_hold_their_tools_under_function(tmp_path: Path) -> None:
    rows = [{"id": "m_0", "question": [[]], "function": [A, B]}, {"id": "m_1", "function": [B]}]
    catalogue = read_catalogue([write(tmp_path, "rows.json", *rows)])
    assert [(tool.name, tool.source.pointer) for tool in catalogue] == [("a", "/function/0"), ("b", "/function/1")]


def test_folders_are_read_in_order_with_all_below(tmp_path: Path) -> None:
    write(tmp_path, "z.json", A)
    write(tmp_path, "deep/er/y.jsonl", B)
    write(tmp_path, "deep/notes.md", "not a tool")
    catalogue = read_catalogue([tmp_path])
    assert [(tool.name, tool.namespace) for tool in catalogue] == [("b", "y"), ("a", "z")]


def test_pages_of_a_session_are_read_line_by_line(tmp_path: Path) -> None:
    session = [
        {"jsonrpc": "2.0", "id": 0, "result": {"serverInfo": {"name": "s"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"cursor": "a"}},
        {"jsonrpc": "2.0", "id": 1, "result": {"tools": [MCP], "nextCursor": "b"}},
        {"jsonrpc": "2.0", "id": 2, "result": {"tools": [A]}},
    ]
    path = write(tmp_path, "session.ndjson", *session)
    assert [(tool.name, tool.source.file) for tool in read_catalogue([path])] == [
        ("c", f"{path}:4"),
        ("a", f"{path}:5"),
    ]


@pytest.mark.parametrize("wrap", [lambda answer: answer, lambda answer: [answer]])
def test_an_error_of_an_mcp_server_is_said_as_such(tmp_path: Path, wrap: Any) -> None:
    answer = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "Method not found\n"}}
    path = write(tmp_path, "t.json", wrap(answer))
    with pytest.raises(
        CatalogueError, match=r"/error: the MCP server answered with an error: Method not found\\n; ask"
    ):
        read_catalogue([path])


def test_a_folder_is_read_with_every_kind_of_file(tmp_path: Path) -> None:
    write(tmp_path, "a.json", A)
    write(tmp_path, "b.NDJSON", B)
    (tmp_path / "c.yaml").write_text("b_again:\n  parameters: {y: int}\n---\ntools: [{name: c, input_schema: {}}]\n")
    (tmp_path / "d.yml").write_text("name: d\nparameters:\n  type: object\n")
    catalogue = read_catalogue([tmp_path])
    assert catalogue.names == ["a", "b", "b_again", "c", "d"]
    assert catalogue["c"].source.file == f"{tmp_path / 'c.yaml'}:3"
    assert catalogue.skipped == ()


def test_files_of_a_folder_that_hold_no_tools_are_skipped_and_named(tmp_path: Path) -> None:
    write(tmp_path, "a.json", A)
    write(tmp_path, "package.json", {"name": "pkg", "version": "1.0.0", "files": ["lib"], "dependencies": {"x": "1"}})
    write(tmp_path, "tsconfig.json", {"compilerOptions": {"strict": True}, "include": ["src"]})
    write(tmp_path, "people.json", [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bob"}])
    write(tmp_path, "rows.jsonl", {"id": 1}, {"id": 2})
    (tmp_path / "ci.yml").write_text("name: CI\non: [push]\njobs:\n  test:\n    steps: [{run: pytest}]\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nextra: !!python/name:materialx.emoji.twemoji ''\n")
    (tmp_path / "compose.yaml").write_text("services:\n  web: {image: nginx, ports: ['80:80']}\n")
    (tmp_path / "empty.yaml").write_text("")
    for passed_over in (".hidden.json", ".git/x.json", "node_modules/p/tool.json", "deep/__pycache__/y.json"):
        write(tmp_path, passed_over, B)
    catalogue = read_catalogue([tmp_path])
    assert catalogue.names == ["a"]
    named = [sentence.partition(": ")[0].partition("#")[0] for sentence in catalogue.skipped]
    others = [
        "ci.yml",
        "compose.yaml",
        "empty.yaml",
        "mkdocs.yml:2:8",
        "package.json",
        "people.json",
        "rows.jsonl:1",
        "tsconfig.json",
    ]
    assert named == [str(tmp_path / name) for name in others]
    for name in ("package.json", "people.json", "ci.yml", "empty.yaml"):
        with pytest.raises(CatalogueError, match=name):
            read_catalogue([tmp_path / name])


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("broken.json", "{", "not JSON"),
        ("broken.yaml", "a: [", "not YAML"),
        ("faulty.json", '[{"name": "t", "parameters": "x"}]', "not string"),
        ("mixed.json", '[{"name": "t", "parameters": {}}, {"id": 1}]', "no name"),
        ("mixed.yaml", "t: {parameters: {}}\nversion: 1\n", "a tool is an object, not integer"),
    ],
)
def test_a_file_of_a_folder_that_is_meant_to_hold_tools_is_not_skipped(
    tmp_path: Path, name: str, text: str, what: str
) -> None:
    write(tmp_path, "a.json", A)
    (tmp_path / name).write_text(text)
    with pytest.raises(CatalogueError, match=what):
        read_catalogue([tmp_path])


def test_a_folder_of_nothing_but_other_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "package.json", {"name": "pkg"})
    with pytest.raises(CatalogueError, match="none of the 1 JSON and YAML files of this folder holds tools"):
        read_catalogue([tmp_path])


def test_the_folder_that_is_named_may_be_hidden_itself(tmp_path: Path) -> None:
    write(tmp_path, ".tools/a.json", A)
    assert read_catalogue([tmp_path / ".tools"]).names == ["a"]


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(json.dumps(A),))
    writer.start()
    assert read_catalogue([pipe]).names == ["a"]
    writer.join()


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
