"""The world as a fold of its events."""

import copy
import json
import subprocess
import sys
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digit_tc.state import EffectOp, Event
from digit_tc.world.fold import EMPTY, World, attributes, fold, shown, status
from digit_tc.world.summary import summarise, tokens
from digit_tc.world.worlds import Worlds


def call(step: int, *effect: EffectOp) -> Event:
    """A write with these effects."""
    return Event(event_id=f"{step}.0", step=step, index=0, turn=0, kind="call", effect=list(effect), writes=True)


def op(kind: str, identity: str, told: dict[str, Any], state: str = "live") -> EffectOp:
    return EffectOp(type=kind, id=identity, set=told, status="deleted" if state == "deleted" else "live")


OPS = st.builds(
    op,
    st.sampled_from(["order", "user"]),
    st.sampled_from(["1", "2", "3"]),
    st.dictionaries(st.sampled_from(["status", "price", "~query"]), st.integers(0, 5), max_size=2),
    st.sampled_from(["live", "deleted"]),
)
LOGS = st.lists(st.lists(OPS, max_size=3), max_size=8).map(
    lambda steps: [call(at, *ops) for at, ops in enumerate(steps)]
)


def folded(events: list[Event]) -> World:
    world = EMPTY
    for event in events:
        world = fold(world, event)
    return world


@given(LOGS)
def test_folding_changes_neither_the_log_nor_any_earlier_world(events: list[Event]) -> None:
    before, worlds = copy.deepcopy(events), [EMPTY]
    snapshots = [copy.deepcopy(EMPTY)]
    for event in events:
        worlds.append(fold(worlds[-1], event))
        snapshots.append(copy.deepcopy(worlds[-1]))
    assert events == before
    assert worlds == snapshots


@given(LOGS, LOGS, st.integers(0, 8))
def test_the_memo_tells_a_fork_from_the_log_it_left(events: list[Event], others: list[Event], cut: int) -> None:
    worlds = Worlds()
    fork = events[:cut] + [call(90 + at, *one.get("effect", [])) for at, one in enumerate(others)]
    for log in (events, fork, events[:cut], events, fork):
        assert worlds.at(log) == folded(log)


@given(LOGS)
def test_the_last_write_of_each_attribute_stands(events: list[Event]) -> None:
    expected: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        for one in event["effect"]:
            expected.setdefault((one["type"], one["id"]), {}).update(one["set"])
    world = folded(events)
    for (kind, identity), told in expected.items():
        assert attributes(world, kind, identity) == told


def test_a_retracted_turn_leaves_the_world_of_before_but_stays_in_the_log() -> None:
    started = Event(event_id="1.0", step=1, index=0, turn=1, kind="turn_started")
    retracted = Event(event_id="3.0", step=3, index=0, turn=1, kind="turn_retracted")
    before = folded([call(0, op("order", "1", {"price": 1}))])
    after = folded(
        [call(0, op("order", "1", {"price": 1})), started, call(2, op("order", "1", {}, "deleted")), retracted]
    )
    assert after["entities"] == before["entities"]
    assert status(after, "order", "1") == "live"
    assert after["version"] == 4
    assert "before_turn" not in shown(after)


def test_the_hash_chain_depends_on_content_and_order_and_on_nothing_else() -> None:
    first, second = call(0, op("order", "1", {"price": 1})), call(1, op("order", "2", {"price": 25.0}))
    assert (
        folded([first, second])["hash"]
        == folded([copy.deepcopy(first), call(1, op("order", "2", {"price": 25}))])["hash"]
    )
    assert folded([first, second])["hash"] != folded([second, first])["hash"]
    assert folded([first, second])["parent_hash"] == folded([first])["hash"]


def test_hashes_are_equal_in_another_process_with_another_hash_seed() -> None:
    events = [call(at, op("order", str(at), {"a": at, "b": [1, {"c": None}]})) for at in range(4)]
    code = (
        "import json,sys; from digit_tc.world.fold import EMPTY, fold\n"
        "world = EMPTY\nfor event in json.load(sys.stdin): world = fold(world, event)\nprint(world['hash'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(events), env={"PYTHONHASHSEED": "7"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == folded(events)["hash"]


@given(st.integers(1, 200), st.integers(30, 400))
def test_the_summary_keeps_its_limit_and_counts_what_it_leaves_out(entities: int, limit: int) -> None:
    world = folded([call(at, op("order", f"ORD-{at}", {"price": at, "note": "x" * 90})) for at in range(entities)])
    text = summarise(world, limit=limit)
    lines = text.splitlines()
    assert tokens(text) <= limit
    told = sum(line.startswith("order") for line in lines)
    assert told == entities or lines[-1] == f"({entities - told} more not shown)"


def test_the_summary_begins_with_what_changed_last_and_hides_search_terms() -> None:
    world = folded(
        [call(0, op("order", "old", {"price": 1, "~query": "x"})), call(1, op("order", "new", {"price": 2}, "deleted"))]
    )
    assert summarise(world).splitlines() == ["order new (deleted): price=2", "order old: price=1"]


def test_a_read_adds_to_what_is_known_and_never_takes_its_place() -> None:
    claimed = EffectOp(type="user", id="1", set={"city": "Oslo"}, status="live", origin="user_claim")
    shown = [op("user", "1", {"city": "Rome", "zip": 1}), op("user", "1", {"city": "Bern"}), claimed]
    world = EMPTY
    for step, one in enumerate([claimed, *shown]):
        world = fold(world, Event(**{**call(step, one), "writes": False}))
    assert attributes(world, "user", "1") == {"city": "Rome", "zip": 1}
    fact = world["entities"]["user"]["1"]["attrs"]["city"]
    assert (fact["origin"], fact["authority"], fact["event_id"]) == ("tool_result", "tool", "1.0")
    world = fold(world, call(9, op("user", "1", {"city": "Bern"})))
    assert attributes(world, "user", "1")["city"] == "Bern"
