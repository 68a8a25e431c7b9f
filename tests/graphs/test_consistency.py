"""One id shows one set of attributes for the rest of a conversation, until a write touches it."""

import json
from collections.abc import Iterator
from typing import Any

from digit_tc.records import Call, Record

_OF_THE_VIEW = {"status", "quantity"}
"""What is the view's rather than the thing's: a tool may know fewer states, an order line has its own quantity."""


def reads(record: Record) -> Iterator[tuple[Call, bool]]:
    """Yields the calls of a conversation, and whether each is only a read."""
    read_only = {tool.name: bool(tool.annotations.get("readOnlyHint")) for tool in record.tools}
    for turn in record.turns:
        for step in turn.steps:
            for call in step.calls:
                yield call, read_only[call.name]


def views(result: Any) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Yields the things that a result shows: its own object, or the entries of its list, by their first id."""
    entries = [result] if isinstance(result, dict) else []
    entries += [one for value in result.values() if isinstance(value, list) for one in value] if entries else []
    for entry in entries:
        own = next((key for key in entry if key.endswith("_id")), None) if isinstance(entry, dict) else None
        if own:
            yield (own, str(entry[own])), {key: value for key, value in entry.items() if key != own}


def contradictions(record: Record) -> list[str]:
    """Returns where a read shows another value than an earlier one though nothing was written in between."""
    known: dict[tuple[str, str], dict[str, Any]] = {}
    found: list[str] = []
    for call, only_reads in reads(record):
        if not only_reads:
            touched = {str(value) for value in call.arguments.values()}
            known = {thing: seen for thing, seen in known.items() if thing[1] not in touched}
            continue
        for thing, shown in views(call.result):
            seen = known.setdefault(thing, {})
            for key, value in shown.items():
                if key in seen and seen[key] != value and key not in _OF_THE_VIEW:
                    found.append(f"{record.id} {call.name}: {thing} {key} {seen[key]!r} -> {value!r}")
                seen[key] = value
    return found


def test_reads_agree(samples: list[Record]) -> None:
    assert [problem for record in samples for problem in contradictions(record)] == []
    several = [record for record in samples if sum(only for _, only in reads(record)) > 2]
    assert len(several) > 30


def altered(record: Record) -> Iterator[Record]:
    """Yields the conversation once for each read that shows a thing again, with one of its texts changed."""
    seen: set[tuple[str, str]] = set()
    raw = json.loads(record.model_dump_json())
    for turn in raw["turns"]:
        for call in [call for step in turn["steps"] for call in step["calls"]]:
            for thing, shown in views(call["result"]):
                text = next((key for key, value in shown.items() if isinstance(value, str) and key == "name"), None)
                entry = call["result"] if call["result"].get(thing[0]) == thing[1] else None
                if thing in seen and text and entry:
                    kept, entry[text] = entry[text], "Somebody Else"
                    yield Record.model_validate(raw)
                    entry[text] = kept
                seen.add(thing)


def test_a_contradiction_would_be_noticed(samples: list[Record]) -> None:
    noticed = sum(bool(contradictions(changed)) for record in samples for changed in altered(record))
    assert noticed >= 5  # the others follow a write, behind which anything may be new


def test_what_is_made_can_be_found_again(samples: list[Record]) -> None:
    for record in samples:
        made: list[Any] = []
        before = 0
        for event in record.world.events:
            before = len(made) if event["kind"] == "turn_started" else before
            made = made[:before] if event["kind"] == "turn_retracted" else made
            made += [op for op in event.get("effect", []) if op["id"]]
        for op in made:
            assert op["id"] in record.world.state["entities"].get(op["type"], {}) or record.outcome.status != "accepted"
