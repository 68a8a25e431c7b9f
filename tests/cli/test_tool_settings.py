"""What is said of single tools: shown, obeyed by every verb, and refused in one sentence where it does not fit."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

TOOLS: list[dict[str, Any]] = [
    {
        "name": "get.order",
        "description": "Show an order.",
        "parameters": {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]},
        "output_schema": {"type": "object", "properties": {"order_id": {"type": "string"}}},
    },
    {
        "name": "loyalty",
        "description": "Points of a customer.",
        "parameters": {
            "type": "object",
            "properties": {"customer_id": {"type": "string"}, "points": {"type": "integer"}},
            "required": ["customer_id", "points"],
        },
    },
]
FUNCTION = (
    "def points(customer_id, points):\n    return {'customer_id': customer_id, 'points': points, 'level': 'gold'}\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with tools, a function and recorded calls."""
    (tmp_path / "tools.json").write_text(json.dumps(TOOLS), encoding="utf-8")
    (tmp_path / "mine.py").write_text(FUNCTION, encoding="utf-8")
    line = {"name": "get.order", "arguments": {"order_id": "A-1"}, "result": {"order_id": "A-1"}}
    (tmp_path / "recorded.jsonl").write_text(json.dumps(line), encoding="utf-8")
    return tmp_path


def config(folder: Path, text: str, name: str = "run.toml") -> Path:
    path = folder / name
    path.write_text(f'[run]\ntools = ["tools.json"]\nnum = 12\nturns = 1\n{text}', encoding="utf-8")
    return path


BROKEN = [
    ("[tools.loyaltee]\nkind = 'update'", "tools.loyaltee is no tool of this catalogue; did you mean 'loyalty'?"),
    ("[tools.loyalty]\nkinds = 'update'", "tools.loyalty.kinds is not a known key; did you mean 'kind'?"),
    ("[tools.loyalty]\nconfidence = 1.0", "tools.loyalty.confidence is not a known key"),
    ("[tools.loyalty]\nkind = 'updates'", "tools.loyalty.kind must be 'read', 'search'"),
    ("[tools.loyalty]\nwrites = 'perhaps'", "tools.loyalty.writes must be true or false"),
    ("[tools.loyalty]\nseconds = -1", "tools.loyalty.seconds must be at least 0; got -1"),
    ("[tools.loyalty]\nid_argument = 'client_id'", "tools.loyalty.id_argument names 'client_id', which is no argument"),
    ("[tools.loyalty]\nfilters = ['pointz']", "tools.loyalty.filters names 'pointz', which is no argument of loyalty"),
    ("[tools.loyalty]\nsets = { pts = 'points' }", "tools.loyalty.sets names 'pts'"),
    ("[tools.loyalty]\nenters = { user = 'name' }", "tools.loyalty.enters names 'name'"),
    ("[tools.get_order]\nid_result = 'order_id'", "id_result must be a JSON pointer into the result, such as '/order"),
    ("[tools.get_order]\nid_result = '/order'", "tools.get_order.id_result leads to '/order', which the result"),
    ("[tools.loyalty]\npreconditions = [{ need = ['x'] }]", "preconditions.0.need is not a known key; did you mean"),
    ("[tools.loyalty]\npreconditions = [{ code = 'x' }]", "tools.loyalty.preconditions must each have what they need"),
    ("[tools.loyalty]\nfunction = 'mine.py:points'\nmcp = 'x'", "must have one source of answers; got function and"),
    ("[tools.loyalty]\nfixture = ''", "tools.loyalty must not have an empty fixture"),
    ("[tools.loyalty]\nfallback = true", "tools.loyalty must have a fixture where there is a fallback"),
    ("[tools.get_order]\nseconds = 1\n['tools'.'get.order']\nseconds = 2", 'tools."get.order" is get_order as well'),
    ("[tools]\nloyalty = 3", "tools.loyalty must be a table"),
]  # fmt: skip
UNUSABLE = [
    ("[tools.loyalty]\nfunction = 'mine.py:pointz'", "tools.loyalty.function: ", "did you mean points?"),
    ("[tools.loyalty]\nfunction = 'nowhere.py:points'", "tools.loyalty.function: ", "there is no such file"),
    ("[tools.loyalty]\nfunction = 'mine'", "tools.loyalty.function: ", "is not an import string"),
    ("[tools.loyalty]\nfunction = 'digit_tc:__version__'", "tools.loyalty.function: ", "name a function"),
    ("[tools.get_order]\nfunction = 'mine.py:points'", "tools.get_order.function: ", "cannot do without"),
    ("[tools.loyalty]\nfixture = 'nowhere.jsonl'", "tools.loyalty.fixture: ", "nowhere.jsonl cannot be read"),
    ("[tools.loyalty]\nfixture = 'recorded.jsonl'", "tools.loyalty.fixture: ", "holds no call of loyalty"),
    ("[tools.loyalty]\nmcp = 'no_such_program_here'", "tools.loyalty.mcp: ", "cannot be reached"),
    (f"[tools.loyalty]\nmcp = '{sys.executable} -c print(1)'", "tools.loyalty.mcp: ", "cannot be reached"),
]


@pytest.mark.parametrize(("text", "sentence"), BROKEN, ids=lambda value: value.split("\n")[-1])
def test_what_does_not_fit_is_one_sentence_for_every_verb(
    digit_tc: Any, shop: Path, text: str, sentence: str
) -> None:  # fmt: skip
    path, before = config(shop, text), sorted(shop.iterdir())
    for verb in (["generate", "--out", str(shop / "out")], ["simulate"], ["tools", "show", "--effects"]):
        said = digit_tc(*verb, "--config", path)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1), said
        assert f"{path}: " in said.err
        assert sentence in said.err
    assert sorted(shop.iterdir()) == before


@pytest.mark.parametrize(("text", "key", "reason"), UNUSABLE, ids=lambda value: value.split("\n")[-1])
def test_what_cannot_answer_is_one_sentence_before_anything_runs(
    digit_tc: Any, shop: Path, text: str, key: str, reason: str
) -> None:
    path = config(shop, text)
    for verb in (["generate", "--out", str(shop / "out")], ["simulate"]):
        said = digit_tc(*verb, "--config", path)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1), said
        assert f"digit-tc: {path}: {key}" in said.err
        assert reason in said.err
    assert not (shop / "out").exists()


def test_effects_are_shown_with_what_is_not_known_and_the_mend(digit_tc: Any, shop: Path) -> None:
    said = digit_tc("tools", "show", shop / "tools.json", "--effects")
    assert said.code == 0
    assert "unknown, changes nothing" in said.out
    assert "0.00: neither the name nor the description nor an annotation says what it does" in said.out
    assert 'say it in [tools.loyalty], as kind = "update"' in said.out
    assert "get_order  (in the file: get.order)" in said.out
    closing = said.out.strip().splitlines()[-1]
    assert closing == "2 tools: 1 read, 1 unknown; 1 of unknown kind, 0 more below a confidence of 0.6"


def test_effects_that_are_said_are_shown_with_what_answers(digit_tc: Any, shop: Path) -> None:
    text = """
        ["tools"."get.order"]
        seconds = 7
        fixture = "recorded.jsonl"
        preconditions = [{ needs = ["open", "paid"], refuses = ["lost"] }, { context = "user" }]
        [tools.loyalty]
        kind = "update"
        entity = "Customers"
        id_argument = "customer_id"
        enters = { user = "customer_id" }
    """
    path = config(shop, text)
    said = digit_tc("tools", "show", "--effects", "--config", path)
    assert said.code == 0, said.err
    for line in (
        "kind          update, writes",
        "entity        customer",
        "enters        user from customer_id",
        "takes         7 seconds on the simulated clock",
        f"answered by   fixture {shop / 'recorded.jsonl'}",
        "answered by   the simulation",
        "1.00: said by the user: kind, entity, id_argument, enters",
    ):
        assert " ".join(line.split()) in " ".join(said.out.split()), line  # long lines are wrapped
    needs = "the status of the order is open or paid and is not lost, else precondition_failed; a user is known"
    assert needs in " ".join(said.out.split())
    rows = json.loads(digit_tc("tools", "show", "--effects", "--config", path, "--json").out)
    assert [row["name"] for row in rows] == ["get_order", "loyalty"]
    assert set(rows[0]) >= {"kind", "writes", "removes", "sets", "preconditions", "confidence", "reason", "answered_by"}
    assert rows[0]["preconditions"][0]["needs"] == ["open", "paid"]


def test_a_run_obeys_what_is_said_and_its_records_show_it(digit_tc: Any, shop: Path) -> None:
    text = "[tools.loyalty]\nkind = 'update'\nfunction = 'mine.py:points'\n"
    said = digit_tc("generate", "--config", config(shop, text), "--out", shop / "out")
    assert said.code == 0, said.err
    lines = (shop / "out" / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    calls = [call for record in records for turn in record["turns"] for step in turn["steps"] for call in step["calls"]]
    answered = [call for call in calls if call["name"] == "loyalty"]
    assert answered
    assert all(call["result"] == {**call["arguments"], "level": "gold"} for call in answered)
    effects = {tool["name"]: tool["effect"] for record in records for tool in record["tools"]}
    assert effects["loyalty"]["kind"] == "update"
    assert effects["get_order"]["confidence"] == 0.9


def test_the_fingerprint_knows_what_is_said_and_the_content_of_what_answers(digit_tc: Any, shop: Path) -> None:
    def fingerprint(text: str) -> str:
        for old in shop.glob("out/*"):
            old.unlink()
        assert digit_tc("generate", "--config", config(shop, text), "--out", shop / "out").code == 0
        found: str = json.loads((shop / "out" / "manifest.json").read_text(encoding="utf-8"))["fingerprint"]
        return found

    function, fixture = "[tools.loyalty]\nfunction = 'mine.py:points'", "[tools.get_order]\nfixture = 'recorded.jsonl'"
    first = [fingerprint(text) for text in ("", "[tools.loyalty]\nseconds = 5", function, fixture)]
    assert len(set(first)) == 4
    assert fingerprint("['tools'.'get.order']\nfixture = 'recorded.jsonl'") == first[3], "both names mean one tool"
    with (shop / "recorded.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    (shop / "mine.py").write_text(FUNCTION + "\n", encoding="utf-8")
    assert fingerprint(function) != first[2]
    assert fingerprint(fixture) != first[3]


def test_a_live_tool_that_cannot_be_had_ends_what_was_begun(digit_tc: Any, shop: Path) -> None:
    """The first server starts, the second does not: nothing of the first is left behind."""
    server = "from mcp.server import MCPServer\napp = MCPServer('a')\n@app.tool(name='get.order')\n"
    server += "def get_order(order_id: str) -> dict:\n    return {}\nopen('began', 'w').close()\napp.run()\n"
    server += "open('ended', 'w').close()\n"
    (shop / "server.py").write_text(server, encoding="utf-8")
    first = json.dumps(f"{sys.executable} server.py")
    text = f"[tools.get_order]\nmcp = {first}\n[tools.loyalty]\nmcp = 'no_such_program_here'\n"
    said = digit_tc("simulate", "--config", config(shop, text))
    assert said.code == 2
    assert "no_such_program_here" in said.err
    assert (shop / "began").exists()
    assert (shop / "ended").exists()


def test_settings_of_simulate_are_overridden_by_its_flags(
    digit_tc: Any, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Input:
        buffer = (b'{"id": "1", "name": "get.order", "arguments": {"order_id": "A-1"}}\n',)

    def answer(*flags: str) -> str:
        monkeypatch.setattr("sys.stdin", Input)
        said = digit_tc("simulate", "--config", config(shop, "seed = 4\n"), *flags)
        assert said.code == 0, said.err
        return str(said.out)

    assert json.loads(answer())["result"] == {"order_id": "A-1"}
    other = shop / "other.json"
    other.write_text(json.dumps(TOOLS[1:]), encoding="utf-8")
    assert "unknown_tool" in answer("--tools", str(other))
