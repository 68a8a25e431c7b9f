"""Files and folders: one tree that every tool sees, from a given state or made up as it is named."""

from typing import Any

import pytest

from digit_tc.backend import Answer, Backend
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool

TEXT = {"type": "string"}


def _tool(name: str, arguments: dict[str, Any], result: dict[str, Any], required: list[str] | None = None) -> Any:
    needed = list(arguments) if required is None else required
    return {
        "name": name,
        "description": "Part of a simple file system of files and directories.",
        "parameters": {"type": "object", "properties": arguments, "required": needed},
        "output_schema": {"type": "object", "properties": result},
    }


NAMES = {"type": "array", "items": TEXT}
SHELL = [
    _tool("ls", {"a": {"type": "boolean"}}, {"current_directory_content": NAMES}, []),
    _tool("cd", {"folder": TEXT}, {"current_working_directory": TEXT}),
    _tool("pwd", {}, {"current_working_directory": TEXT}),
    _tool("cat", {"file_name": TEXT}, {"file_content": TEXT}),
    _tool("tail", {"file_name": TEXT, "lines": {"type": "integer"}}, {"last_lines": TEXT}, ["file_name"]),
    _tool("sort", {"file_name": TEXT}, {"sorted_content": TEXT}),
    _tool("grep", {"file_name": TEXT, "pattern": TEXT}, {"matching_lines": NAMES}),
    _tool("wc", {"file_name": TEXT, "mode": TEXT}, {"count": {"type": "integer"}, "type": TEXT}, ["file_name"]),
    _tool("diff", {"file_name1": TEXT, "file_name2": TEXT}, {"diff_lines": TEXT}),
    _tool("du", {"human_readable": {"type": "boolean"}}, {"disk_usage": TEXT}, []),
    _tool("find", {"path": TEXT, "name": TEXT}, {"matches": NAMES}, []),
    _tool("mkdir", {"dir_name": TEXT}, {}),
    _tool("touch", {"file_name": TEXT}, {}),
    _tool("echo", {"content": TEXT, "file_name": TEXT}, {"terminal_output": TEXT}, ["content"]),
    _tool("cp", {"source": TEXT, "destination": TEXT}, {"result": TEXT}),
    _tool("mv", {"source": TEXT, "destination": TEXT}, {"result": TEXT}),
    _tool("rm", {"file_name": TEXT}, {"result": TEXT}),
    _tool("rmdir", {"dir_name": TEXT}, {"result": TEXT}),
]
STATE = {
    "Files": {
        "root": {
            "desk": {
                "type": "directory",
                "contents": {
                    "b.txt": {"type": "file", "content": "two\none\nthree"},
                    "a.txt": {"type": "file", "content": "alpha"},
                    "old": {"type": "directory", "contents": {"c.txt": {"type": "file", "content": "gamma"}}},
                    ".hidden": {"type": "file", "content": "x"},
                },
            }
        }
    }
}


class Shell:
    """A backend whose tools are called by name."""

    def __init__(self, state: Any = None, **more: Any) -> None:
        self.backend = Backend(Catalogue(read_tool(tool) for tool in SHELL), state=state, **more)

    def answer(self, tool: str, /, **arguments: Any) -> Answer:
        return self.backend.call(tool, arguments)

    def __call__(self, tool: str, /, **arguments: Any) -> Any:
        """Returns the one value of a result that must not be an error."""
        answer = self.answer(tool, **arguments)
        assert not answer.is_error, answer.result
        return next(iter(answer.result.values()), None)

    def refusal(self, tool: str, /, **arguments: Any) -> str:
        """Returns the code of an error result."""
        answer = self.answer(tool, **arguments)
        assert answer.is_error, answer.result
        return str(answer.result["error"]["code"])


@pytest.fixture
def shell() -> Shell:
    return Shell(STATE)


def test_a_given_tree_is_shown_as_it_was_given(shell: Shell) -> None:
    assert shell("pwd") == "/desk"
    assert shell("ls") == ["b.txt", "a.txt", "old"]
    assert shell("ls", a=True) == ["b.txt", "a.txt", "old", ".hidden"]
    assert shell("cat", file_name="a.txt") == "alpha"
    assert shell("find", name="c.t") == ["./old/c.txt"]
    assert shell("find", path="old") == ["old/c.txt"]


def test_parts_of_a_text_come_from_that_text(shell: Shell) -> None:
    assert shell("sort", file_name="b.txt") == "one\nthree\ntwo"
    assert shell("tail", file_name="b.txt", lines=2) == "one\nthree"
    assert shell("grep", file_name="b.txt", pattern="o") == ["two", "one"]
    assert shell.answer("wc", file_name="b.txt", mode="w").result == {"count": 3, "type": "words"}
    assert shell("wc", file_name="b.txt", mode="c") == len("two\none\nthree")
    assert shell("diff", file_name1="a.txt", file_name2="a.txt") == ""
    assert shell("diff", file_name1="a.txt", file_name2=".hidden") == "- alpha\n+ x"
    size = sum(len(text) for text in ("two\none\nthree", "alpha", "gamma", "x"))
    assert shell("du") == f"{size} bytes"


def test_names_are_relative_to_the_current_folder(shell: Shell) -> None:
    assert shell.refusal("cat", file_name="c.txt") == "not_found"
    assert shell("cd", folder="old") == "old"
    assert shell("cat", file_name="c.txt") == "gamma"
    assert shell.refusal("cat", file_name="a.txt") == "not_found"
    assert shell.backend.world["context"] == {"folder": "/desk/old"}
    shell("cd", folder="..")
    assert shell("pwd") == "/desk"


def test_what_is_written_made_moved_and_removed_is_so_for_every_tool(shell: Shell) -> None:
    shell("mkdir", dir_name="new")
    shell("touch", file_name="note.md")
    shell("echo", content="hello", file_name="note.md")
    assert shell("cat", file_name="note.md") == "hello"
    assert shell("mv", source="note.md", destination="new") == "'note.md' moved to 'new/note.md'"
    assert shell.refusal("cat", file_name="note.md") == "not_found"
    assert shell("ls") == ["b.txt", "a.txt", "old", "new"]
    shell("cd", folder="new")
    assert shell("ls") == ["note.md"]
    assert shell("cp", source="note.md", destination="copy.md") == "'note.md' copied to 'copy.md'"
    shell("rm", file_name="note.md")
    assert shell("ls") == ["copy.md"]
    assert shell("cat", file_name="copy.md") == "hello"


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("cd", {"folder": "a.txt"}, "wrong_kind"),
        ("cd", {"folder": "nowhere"}, "not_found"),
        ("cat", {"file_name": "old"}, "wrong_kind"),
        ("mkdir", {"dir_name": "old"}, "already_exists"),
        ("touch", {"file_name": "a.txt"}, "already_exists"),
        ("cp", {"source": "a.txt", "destination": "b.txt"}, "already_exists"),
        ("mv", {"source": "z.txt", "destination": "b.txt"}, "not_found"),
        ("rm", {"file_name": "z.txt"}, "not_found"),
        ("rmdir", {"dir_name": "old"}, "not_empty"),
        ("diff", {"file_name1": "a.txt", "file_name2": "z.txt"}, "not_found"),
    ],
)
def test_what_a_shell_refuses_is_an_error_and_changes_nothing(
    shell: Shell, tool: str, arguments: Any, code: str
) -> None:  # fmt: skip
    before = shell.backend.world["entities"]
    assert shell.refusal(tool, **arguments) == code
    assert shell.backend.world["entities"] == before


def test_without_a_state_what_is_named_is_there_and_stays_as_it_was_shown() -> None:
    shell = Shell()
    text = shell("cat", file_name="plan.txt")
    assert text
    listed = shell("ls")
    assert "plan.txt" in listed
    assert len(listed) > 1
    assert shell("ls") == listed
    assert shell("cat", file_name="plan.txt") == text
    assert shell.refusal("cat", file_name="other.txt") == "not_found", "what was listed is all there is"
    shell("mkdir", dir_name="empty")
    shell("cd", folder="empty")
    assert shell("ls") == []
    assert shell.refusal("cat", file_name="plan.txt") == "not_found"


def test_a_closed_world_has_nothing_that_was_not_given() -> None:
    shell = Shell(unknown_ids="reject")
    assert shell("ls") == []
    assert shell.refusal("cat", file_name="plan.txt") == "not_found"


def test_tools_of_a_file_server_work_on_the_same_tree() -> None:
    tools = [
        _tool("write_file", {"path": TEXT, "content": TEXT}, {"message": TEXT}),
        _tool("read_file", {"path": TEXT}, {"content": TEXT}),
        _tool("list_directory", {"path": TEXT}, {"entries": NAMES}),
        _tool("create_directory", {"path": TEXT}, {"message": TEXT}),
        _tool("move_file", {"source": TEXT, "destination": TEXT}, {"message": TEXT}),
    ]
    backend = Backend(Catalogue(read_tool(tool) for tool in tools))
    backend.call("create_directory", {"path": "/data"})
    backend.call("write_file", {"path": "/data/a.json", "content": "{}"})
    assert backend.call("read_file", {"path": "/data/a.json"}).result == {"content": "{}"}
    assert backend.call("list_directory", {"path": "/data"}).result == {"entries": ["a.json"]}
    backend.call("move_file", {"source": "/data/a.json", "destination": "/data/b.json"})
    assert backend.call("list_directory", {"path": "/data"}).result == {"entries": ["b.json"]}
    assert backend.call("read_file", {"path": "/data/a.json"}).is_error
