"""The verb `show` with the world beside the conversation."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli.transcript import conversation
from digit_tc.records import Record
from digit_tc.state import Event
from digit_tc.world.fold import replay, shown

CRITIC = """
from digit_tc.judgement import sent_back
from digit_tc.nodes.critic import ProceduralCritic

async def doubting(state, runtime):
    if state["attempts"].get("tool_simulator"):
        return await ProceduralCritic()(state, runtime)
    return sent_back(state, {"role": "tool_simulator", "check": "doubt", "evidence": "once a turn"})
"""
ASSISTANT = """
from digit_tc.nodes.assistant import ProceduralAssistant

async def tiring(state, runtime):
    update = await ProceduralAssistant()(state, runtime)
    if state["turn"] == 1 and update["report"]:
        raise KeyError("tired")
    return update
"""


def terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """Makes standard output a terminal; not as a fixture, as capturing puts another output in place after those."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)


def saved(folder: Path, name: str = "conversations.jsonl") -> list[Record]:
    return [Record.model_validate_json(line) for line in (folder / name).read_bytes().splitlines()]


def calls(record: Record) -> list[Any]:
    return [call for turn in record.turns for step in turn.steps for call in step.calls]


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"^call (\d+) +\S+\(", text, re.MULTILINE)]


def below(text: str, number: int) -> str:
    """What stands between one call and the next."""
    after = re.split(r"^(?:call \d+|assistant) ", text, flags=re.MULTILINE)
    heads = re.findall(r"^(?:call (\d+)|assistant) ", text, re.MULTILINE)
    return after[1 + heads.index(str(number))]


def made(record: Record, kinds: tuple[str, ...] = ("call",)) -> list[Event]:
    return [event for event in record.world.events if event["kind"] in kinds]  # type: ignore[misc]


def test_calls_are_counted_from_1(digit_tc: Any, folder: Path) -> None:
    for record in saved(folder):
        assert numbers(digit_tc("show", folder, record.id).out) == list(range(1, len(calls(record)) + 1))


def test_what_a_call_changed_stands_below_it(digit_tc: Any, folder: Path) -> None:
    plain, text = digit_tc("show", folder, "0").out, digit_tc("show", folder, "0", "--world").out
    record = next(one for one in saved(folder) if one.index == 0)
    known: set[str] = set()
    for number, event in enumerate(made(record), start=1):
        things = {f"{op['type']} {op['id']}" for op in event["effect"]}
        said = re.findall(r"^ {11}\+ ([\w ]+ \S+)(?:  .*)?$", below(text, number), re.MULTILINE)
        assert set(said) == things - known
        known |= things
    assert known
    without = re.sub(r"^ {11}([+~>?*@-] |    ).*\n", "", text, flags=re.MULTILINE)
    assert without.startswith(plain.rstrip()), "the transcript is the same"


def test_internal_attributes_are_not_shown(digit_tc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    digit_tc("generate", "--num", "3", "--seed", "2", "--turns", "1-2", "--out", folder)
    events = [event for record in saved(folder) for event in made(record)]
    assert any(name[0] == "~" for event in events for op in event["effect"] for name in op["set"]), "there are some"
    terminal(monkeypatch, 140)
    for record in saved(folder):
        text = digit_tc("show", folder, record.id, "--world").out
        text += digit_tc("show", folder, record.id, "--at", str(len(calls(record)))).out
        assert not re.search(r"~\w", text)


def test_a_wide_terminal_has_both_side_by_side(digit_tc: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch, 140)
    record = next(one for one in saved(folder) if one.index == 0)
    shown_lines = digit_tc("show", folder, "0", "--world").out.splitlines()
    rows = [line.split(" │") for line in shown_lines if " │" in line]
    assert max(len(line) for line in shown_lines) <= 140
    assert len({len(left) for left, _ in rows}) == 1
    left = [row[0].rstrip() for row in rows]
    assert [line for line in left if line] == [
        line.rstrip() for line in conversation(record, columns=len(rows[0][0])) if line.strip()
    ]
    heads = [(int(re.findall(r"^call (\d+)", left)[0]), right) for left, right in rows if left.startswith("call ")]
    assert [number for number, _ in heads] == list(range(1, len(calls(record)) + 1))
    assert all(right[1] in "+~>*?@-" for _, right in heads)


def test_a_narrow_terminal_has_one_below_the_other(
    digit_tc: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal(monkeypatch, 99)
    for flags in (["--world"], ["--at", "1"]):
        text = digit_tc("show", folder, "0", *flags).out
        assert "│" not in text
        lines = [line for line in text.splitlines() if not line.startswith("    digit-tc show ")]
        assert 85 < max(len(line) for line in lines) <= 99


def test_at_a_call_the_transcript_ends_and_the_whole_world_is_told(digit_tc: Any, folder: Path) -> None:
    record = next(one for one in saved(folder) if one.index == 0)
    for number, event in enumerate(made(record), start=1):
        text = digit_tc("show", folder, "0", "--at", str(number)).out
        world = replay(record.world.events[: record.world.events.index(dict(event)) + 1])  # type: ignore[arg-type]
        assert numbers(text) == list(range(1, number + 1))
        assert f"\n— the world after call {number} of {len(calls(record))} (event {event['event_id']}) —\n" in text
        assert world["hash"][:16] in text
        section = text.partition("\nthings\n")[2].partition("\n\n")[0]
        told = re.findall(r"^  (\w[\w ]* \S+?)(?: \(deleted.*\))?$", section, re.MULTILINE)
        assert told == [f"{kind} {one}" for kind, held in world["entities"].items() for one in held]
        flat = " ".join(text.split())
        assert all(" ".join(line.split()) in flat for line in record.world.summaries[number - 1].splitlines())


def test_each_fact_is_told_with_its_call_and_event(digit_tc: Any, folder: Path) -> None:
    record = next(one for one in saved(folder) if one.index == 0)
    text = digit_tc("show", folder, "0", "--at", str(len(calls(record)))).out
    numbered = {event["event_id"]: number for number, event in enumerate(made(record), start=1)}
    facts = [
        fact
        for held in record.world.state["entities"].values()
        for entity in held.values()
        for name, fact in entity["attrs"].items()
        if not name.startswith("~")
    ]
    sources = {(fact["event_id"], fact["origin"].replace("_", " ")) for fact in facts}
    told = set(re.findall(r"^    (.+?) of call (\d+) \(event (\S+)\): ", text, re.MULTILINE))
    assert told == {(origin, str(numbered[event]), event) for event, origin in sources}


def test_at_a_call_as_json(digit_tc: Any, folder: Path) -> None:
    for record in saved(folder):
        world: Any = None
        for number, event in enumerate(made(record), start=1):
            moment = json.loads(digit_tc("show", folder, record.id, "--at", str(number), "--json").out)
            assert list(moment) == ["step", "event", "changes", "world", "summary"]
            assert (moment["step"], moment["event"]) == (number, event)
            assert moment["summary"] == record.world.summaries[number - 1]
            appeared = {(one["type"], one["id"]) for one in moment["changes"] if one.get("happened") == "appeared"}
            assert appeared == things(moment["world"]) - things(world)
            world = moment["world"]
        assert world == record.world.state


def things(world: Any) -> set[tuple[str, str]]:
    return {(kind, one) for kind, held in world["entities"].items() for one in held} if world else set()


def test_a_turn_that_was_made_again_is_shown_as_it_stands(digit_tc: Any, tmp_path: Path) -> None:
    (tmp_path / "roles.py").write_text(CRITIC, encoding="utf-8")
    role, out = f"critic={tmp_path / 'roles.py'}:doubting", tmp_path / "out"
    digit_tc("generate", "--num", "3", "--turns", "2", "--role", role, "--out", out)
    record = next(one for one in saved(out) if any(event["kind"] == "turn_retracted" for event in one.world.events))
    every, stand = made(record), calls(record)
    assert len(every) == 2 * len(stand), "each turn was made twice"
    last = json.loads(digit_tc("show", out, record.id, "--at", str(len(stand)), "--json").out)
    assert last["event"] == every[-1]
    assert last["summary"] == record.world.summaries[-1]
    assert last["world"] == record.world.state
    first = json.loads(digit_tc("show", out, record.id, "--at", "1", "--json").out)
    retracted = next(at for at, event in enumerate(record.world.events) if event["kind"] == "turn_retracted")
    assert record.world.events.index(first["event"]) > retracted
    assert first["world"] == shown(replay(record.world.events[: record.world.events.index(first["event"]) + 1]))  # type: ignore[arg-type]
    text = digit_tc("show", out, record.id, "--world").out
    assert f"\n{len(stand)} more calls are in the event log, of turns that were taken back" in text


def test_a_conversation_that_failed_can_be_read_up_to_where_it_stands(digit_tc: Any, tmp_path: Path) -> None:
    (tmp_path / "roles.py").write_text(ASSISTANT, encoding="utf-8")
    role, out = f"assistant={tmp_path / 'roles.py'}:tiring", tmp_path / "out"
    digit_tc("generate", "--num", "1", "--turns", "3", "--role", role, "--out", out)
    [record] = saved(out, "rejected.jsonl")
    stand = calls(record)
    assert 0 < len(stand) < len(made(record))
    text = digit_tc("show", out, "0", "--world").out
    assert numbers(text) == list(range(1, len(stand) + 1))
    assert "of turns that were taken back or not finished" in text
    assert digit_tc("show", out, "0", "--at", str(len(stand))).code == 0
    assert digit_tc("show", out, "0", "--at", str(len(stand) + 1)).code == 2


@pytest.mark.parametrize("at", ["0", "-1", "99", "x", "", "1.5", "+1", "1" * 5000])
@pytest.mark.parametrize("flags", [[], ["--json"], ["--world"]])
def test_a_call_that_is_not_there_is_one_sentence_with_those_that_are(
    digit_tc: Any, folder: Path, at: str, flags: list[str]
) -> None:
    record = next(one for one in saved(folder) if one.index == 0)
    said = digit_tc("show", folder, "0", "--at", at, *flags)
    assert (said.code, said.out) == (2, "")
    sentence = (
        f"digit-tc: --at must be a number from 1 to {len(calls(record))}, the calls of conversation {record.id}, "
    )
    assert said.err == f"{sentence}not {at!r}\n"


def rewritten(folder: Path, path: Path, **changes: Any) -> Path:
    """Writes the first record of a folder with other content."""
    row = json.loads((folder / "conversations.jsonl").read_text(encoding="utf-8").splitlines()[0])
    path.write_text(json.dumps({**row, **changes}) + "\n", encoding="utf-8")
    return path


def crafted(folder: Path, path: Path, *told: dict[str, Any]) -> Path:
    """Writes a record of one turn whose calls have these effects, missing ids, contexts; all made together."""
    row = json.loads((folder / "conversations.jsonl").read_text(encoding="utf-8").splitlines()[0])
    call = row["turns"][0]["steps"][0]["calls"][0]
    events: list[dict[str, Any]] = [{"event_id": "0.0", "step": 0, "index": 0, "turn": 0, "kind": "turn_started"}]
    calls = []
    for at, one in enumerate(told):
        calls.append({**call, "id": f"call_{at}"})
        event = {"event_id": f"1.{at}", "step": 1, "index": at, "turn": 0, "kind": "call", "call_id": f"call_{at}"}
        events.append({**event, "tool": call["name"], "effect": [], "outcome": "error", "writes": True, **one})
    world = {"state": {}, "events": events, "summaries": []}
    return rewritten(folder, path, turns=[{**row["turns"][0], "steps": [{"calls": calls}]}], world=world)


def thing(identity: str, told: dict[str, Any], status: str = "live", **more: Any) -> dict[str, Any]:
    return {"type": "order", "id": identity, "set": told, "status": status, **more}


def test_the_world_tells_all_that_there_is(digit_tc: Any, folder: Path, tmp_path: Path) -> None:
    owner = {"owner": [["user", "U1"]]}
    path = crafted(
        folder, tmp_path / "row.jsonl",
        {"effect": [thing("W1", {"id": "W1", "price": 2, "~q": 1}, links=owner), thing("W2", {})]},
        {
            "effect": [thing("W1", {"note": "x"}, origin="user_claim"), thing("W2", {}, "deleted")],
            "missing": {"type": "order", "id": "W9"}, "context": {"folder": "/", "user": None},
            "listed": [{"type": "order", "filters": {"price": 2}}],
        },
    )  # fmt: skip
    text = digit_tc("show", path, "--at", "2").out
    assert "together with call 1]" in " ".join(text.split())
    _, _, world = text.partition("(event 1.1) —\n")
    assert world.splitlines()[1:] == [
        "", "call 2 changed", "  ~ order W1  note=x (user claim)", "  - order W2 (deleted)", "  ? order W9 absent",
        "  * every order with price=2 was listed", "  @ folder=/", "  @ user=none",
        "", "context", "  folder=/", "  user=none",
        "", "things",
        "  order W1", "    tool result of call 1 (event 1.0): price=2", "    user claim of call 2 (event 1.1): note=x",
        "    > owner -> user U1",
        "  order W2 (deleted by call 2 (event 1.1))", "    named by call 1 (event 1.0)",
        "", "absent", "  order W9",
        "", "listed in full", "  every order with price=2",
    ]  # fmt: skip


def test_many_changes_are_counted_beside_the_transcript_and_told_in_full_at_their_call(
    digit_tc: Any, folder: Path, tmp_path: Path
) -> None:
    path = crafted(folder, tmp_path / "row.jsonl", {"effect": [thing(f"W{at}", {}) for at in range(30)]})
    text = digit_tc("show", path, "--world").out
    assert "\n           + order W11\n           and 18 more: --at 1\n" in text
    assert "order W12" not in text
    assert "\n  + order W29\n" in digit_tc("show", path, "--at", "1").out
    path = crafted(folder, tmp_path / "row.jsonl", {"effect": [thing(f"W{at}", {}) for at in range(13)]})
    assert "+ order W12\n" in digit_tc("show", path, "--world").out, "a line that counts one would save nothing"


@pytest.mark.parametrize("columns", [60, 140, 300])
def test_at_a_call_the_changes_of_each_are_told_only_when_asked_for(
    digit_tc: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    terminal(monkeypatch, columns)
    plain, text = (digit_tc("show", folder, "0", "--at", "2", *flags).out for flags in ([], ["--world"]))
    change = re.compile(r"^ {11}@ now ", re.MULTILINE)
    assert len(change.findall(plain)) == 0
    assert len(change.findall(text)) == 2
    assert max(len(line) for line in text.splitlines()) <= min(columns, 200)
    side_by_side = re.search(r"^conversation .* │ — the world after call 2 ", text)
    assert bool(side_by_side) == (columns > 100)


def test_without_a_call_there_is_no_step(digit_tc: Any, folder: Path, tmp_path: Path) -> None:
    path = rewritten(folder, tmp_path / "row.jsonl", turns=[])
    said = digit_tc("show", path, "--at", "1")
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("has no calls; leave --at out\n")
    assert digit_tc("show", path, "--world").code == 0


def test_one_call_is_one(digit_tc: Any, folder: Path, tmp_path: Path) -> None:
    turn = json.loads((folder / "conversations.jsonl").read_text(encoding="utf-8").splitlines()[0])["turns"][0]
    step = {"calls": turn["steps"][0]["calls"][:1]}
    path = rewritten(folder, tmp_path / "row.jsonl", turns=[{**turn, "steps": [step]}])
    assert "--at must be 1, the only call of conversation " in digit_tc("show", path, "--at", "2").err
    assert numbers(digit_tc("show", path, "--at", "1").out) == [1]


@pytest.mark.parametrize("events", [[{}], [{"kind": "call", "event_id": "0.0"}], [{"event_id": 1, "kind": ["call"]}]])
def test_a_log_that_does_not_fold_is_one_sentence(
    digit_tc: Any, folder: Path, tmp_path: Path, events: list[Any]
) -> None:
    path = rewritten(folder, tmp_path / "row.jsonl", world={"state": {}, "events": events, "summaries": []})
    for flags in (["--world"], ["--at", "1"]):
        said = digit_tc("show", path, *flags)
        assert (said.code, said.out) == (2, "")
        assert said.err.count("\n") == 1
        assert "its event log does not fold to a world" in said.err
    assert digit_tc("show", path).code == 0


def test_a_call_that_the_log_does_not_know_says_so(digit_tc: Any, folder: Path, tmp_path: Path) -> None:
    path = rewritten(folder, tmp_path / "row.jsonl", world={"state": {}, "events": [], "summaries": []})
    text = digit_tc("show", path, "--at", "1").out
    assert "(not in the event log) —" in text
    assert "call 1 changed\n  nothing\n" in text
    assert json.loads(digit_tc("show", path, "--at", "1", "--json").out)["event"] is None
