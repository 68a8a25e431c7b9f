"""What differs between two worlds."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digit_tc.canonical import canonical
from digit_tc.state import EffectOp, Event, Listed, Missing, Origin
from digit_tc.world.completeness import shown_in_full
from digit_tc.world.difference import (
    AbsenceChange,
    ClockChange,
    ContextChange,
    EntityChange,
    FactChange,
    ListingChange,
    RelationChange,
    difference,
    row,
)
from digit_tc.world.fold import EMPTY, World, fold, history, replay

KINDS, IDS = st.sampled_from(["order", "user"]), st.sampled_from(["1", "2", "3"])
VALUES = st.one_of(st.none(), st.integers(0, 3), st.lists(st.sampled_from(["a", "b"]), max_size=2))


def op(
    kind: str, identity: str, told: dict[str, Any], state: str = "live", origin: Origin = "tool_result",
    links: dict[str, list[list[str]]] | None = None,
) -> EffectOp:  # fmt: skip
    effect = EffectOp(
        type=kind, id=identity, set=told, status="deleted" if state == "deleted" else "live", origin=origin
    )
    if links is not None:
        effect["links"] = links
    return effect


def log(*steps: dict[str, Any]) -> list[Event]:
    """Returns events with their places; a step says what differs from a call without any effect."""
    events = []
    for at, told in enumerate(steps):
        event = Event(event_id=f"{at}.0", step=at, index=0, turn=0, kind="call", effect=[], writes=True)
        event.update(told)  # type: ignore[typeddict-item]
        events.append(event)
    return events


OPS = st.builds(
    op,
    KINDS,
    IDS,
    st.dictionaries(st.sampled_from(["status", "price", "~query"]), VALUES, max_size=2),
    st.sampled_from(["live", "deleted"]),
    st.sampled_from(["tool_result", "user_claim"]),
    st.none() | st.dictionaries(st.sampled_from(["owner", "items"]), st.lists(st.just(["user", "1"]), max_size=2)),
)
CALLS = st.fixed_dictionaries(
    {},
    optional={
        "effect": st.lists(OPS, max_size=3),
        "writes": st.booleans(),
        "missing": st.builds(Missing, type=KINDS, id=IDS),
        "listed": st.lists(st.builds(Listed, type=KINDS, filters=st.just({}) | st.just({"status": 1})), max_size=1),
        "context": st.dictionaries(st.sampled_from(["user", "folder"]), st.none() | IDS, max_size=1),
        "clock": st.sampled_from(["2025-01-01T09:00:00", "2025-01-01T09:00:05"]),
    },
)
STEPS = st.one_of(CALLS, st.sampled_from([{"kind": "turn_started"}, {"kind": "turn_retracted"}]))
LOGS = st.lists(STEPS, max_size=8).map(lambda steps: log(*steps))


def seen(world: World) -> set[str]:
    """Everything that can be seen of a world, one text each, written without regard to how differences are found."""
    facts: list[list[Any]] = [["clock", world["clock"]], *(["context", *item] for item in world["context"].items())]
    for kind, held in world["entities"].items():
        for identity, entity in held.items():
            facts.append(["entity", kind, identity, entity["status"]])
            facts += [
                ["fact", kind, identity, name, fact["value"], fact["origin"]]
                for name, fact in entity["attrs"].items()
                if name[0] != "~"
            ]
    for kind, things in world["relations"].items():
        facts += [["relation", kind, one, *item] for one, links in things.items() for item in links.items()]
    facts += [["absent", kind, one] for kind, ids in world["absent"].items() for one in ids]
    facts += [["list", kind, filters] for kind in world["lists"] for filters in shown_in_full(world["lists"], kind)]
    return {canonical(fact) for fact in facts}


def places(world: World) -> dict[tuple[str, ...], str]:
    """Status and visible facts of each thing, its relations too, by type and id."""
    found: dict[tuple[str, ...], list[str]] = {}
    for text in sorted(seen(world)):
        part = json.loads(text)
        if part[0] in ("entity", "fact", "relation"):
            found.setdefault((part[1], part[2]), []).append(text)
    return {place: "".join(texts) for place, texts in found.items()}


@given(LOGS, LOGS)
def test_it_is_empty_exactly_where_two_worlds_look_the_same(one: list[Event], other: list[Event]) -> None:
    before, after = replay(one), replay(other)
    assert (difference(before, after) == []) == (seen(before) == seen(after))
    assert difference(before, copy.deepcopy(before)) == [], "equal is enough, the same object is not needed"


@given(LOGS)
def test_each_step_reports_the_things_that_changed_and_no_others(events: list[Event]) -> None:
    for _, before, after in history(events):
        changes = difference(before, after)
        old, new = places(before), places(after)
        differing = {place for place in old.keys() | new.keys() if old.get(place) != new.get(place)}
        reported = {
            (one.type, one.id) for one in changes if isinstance(one, EntityChange | FactChange | RelationChange)
        }
        assert reported == differing
        assert (changes == []) == (seen(before) == seen(after))
        assert len({canonical(row(one)) for one in changes}) == len(changes), "nothing is said twice"


def after(events: list[Event]) -> list[Any]:
    """What the last event of a log changes."""
    *_, (_, before, now) = history(events)
    return difference(before, now)


def test_a_thing_appears_with_what_is_known_of_it() -> None:
    order = op("order", "W1", {"id": "W1", "price": 3, "~query": "x"}, origin="user_claim")
    assert after(log({"effect": [order]})) == [
        EntityChange("appeared", "order", "W1"),
        FactChange("set", "order", "W1", "id", None, "W1", "user_claim"),
        FactChange("set", "order", "W1", "price", None, 3, "user_claim"),
    ]


def test_a_value_changes_a_thing_goes_and_comes_back() -> None:
    events = log(
        {"effect": [op("order", "W1", {"status": "pending"})]},
        {"effect": [op("order", "W1", {"status": "cancelled"})]},
        {"effect": [op("order", "W1", {}, "deleted")]},
        {"effect": [op("order", "W1", {})]},
        {"effect": [op("order", "W9", {}, "deleted")]},
    )
    changed = FactChange("changed", "order", "W1", "status", "pending", "cancelled", "tool_result")
    assert after(events[:2]) == [changed]
    assert after(events[:3]) == [EntityChange("deleted", "order", "W1")]
    assert after(events[:4]) == [EntityChange("returned", "order", "W1")]
    assert after(events) == [EntityChange("deleted", "order", "W9")], "deleted without ever having been shown"


def test_relations_absences_lists_context_and_time() -> None:
    owned = op("order", "W1", {}, links={"owner": [["user", "U1"]]})
    passed = op("order", "W1", {}, links={"owner": [["user", "U2"]]})
    events = log(
        {"missing": Missing(type="order", id="W1"), "clock": "2025-01-01T09:00:00"},
        {"effect": [owned]},
        {"effect": [passed], "listed": [Listed(type="order", filters={"owner": "U2"})], "context": {"user": "U2"}},
        {"context": {"user": None}, "clock": "2025-01-01T09:00:04"},
    )
    assert after(events[:1]) == [AbsenceChange("noted", "order", "W1"), ClockChange("", "2025-01-01T09:00:00")]
    assert after(events[:2]) == [
        EntityChange("appeared", "order", "W1"),
        RelationChange("set", "order", "W1", "owner", [], [["user", "U1"]]),
        AbsenceChange("lifted", "order", "W1"),
    ]
    assert after(events[:3]) == [
        RelationChange("changed", "order", "W1", "owner", [["user", "U1"]], [["user", "U2"]]),
        ListingChange("noted", "order", {"owner": "U2"}),
        ContextChange("set", "user", None, "U2"),
    ]
    assert after(events) == [
        ContextChange("changed", "user", "U2", None),
        ClockChange("2025-01-01T09:00:00", "2025-01-01T09:00:04"),
    ]


def test_a_turn_that_is_taken_back_takes_back_what_it_changed() -> None:
    started = {"kind": "turn_started"}
    changing = {
        "effect": [op("order", "W1", {"price": 2, "note": "x"}, links={"owner": []}), op("order", "W2", {})],
        "context": {"user": "U1"},
        "listed": [Listed(type="order", filters={})],
    }
    events = log({"effect": [op("order", "W1", {"price": 1})]}, started, changing, {"kind": "turn_retracted"})
    assert after(events) == [
        FactChange("changed", "order", "W1", "price", 2, 1, "tool_result"),
        FactChange("unset", "order", "W1", "note", "x", None, "tool_result"),
        EntityChange("forgotten", "order", "W2"),
        RelationChange("unset", "order", "W1", "owner", [], []),
        ListingChange("lifted", "order", {}),
        ContextChange("unset", "user", "U1", None),
    ]


def test_a_value_of_another_origin_is_another_fact() -> None:
    claimed = log({"effect": [op("order", "W1", {"price": 1}, origin="user_claim")]})
    told = log({"effect": [op("order", "W1", {"price": 1})]})
    assert difference(replay(claimed), replay(told)) == [
        FactChange("changed", "order", "W1", "price", 1, 1, "tool_result")
    ]


class Sealed(dict[str, Any]):
    """A thing that may be passed on and not looked into."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared what both worlds share")

    def __ne__(self, other: object) -> bool:
        raise AssertionError("compared what both worlds share")

    def __getitem__(self, key: str) -> Any:
        raise AssertionError("looked into what both worlds share")

    __hash__ = None


def test_what_two_worlds_share_is_not_looked_into() -> None:
    entities: dict[str, Any] = {"order": {f"W{at}": Sealed() for at in range(2000)}, "user": {"U1": Sealed()}}
    relations = {"order": {f"W{at}": Sealed() for at in range(2000)}}
    before: World = {**EMPTY, "entities": entities, "relations": relations}
    [event] = log({"effect": [op("order", "new", {"price": 1}, links={"owner": [["user", "U1"]]})]})
    assert [row(change)["about"] for change in difference(before, fold(before, event))] == [
        "entity",
        "fact",
        "relation",
    ]


def test_a_change_is_json_that_says_what_it_is_about() -> None:
    change = FactChange("changed", "order", "W1", "items", ["a"], None, "tool_result")
    assert json.loads(json.dumps(row(change))) == {
        "about": "fact", "happened": "changed", "type": "order", "id": "W1", "name": "items", "old": ["a"],
        "new": None, "origin": "tool_result",
    }  # fmt: skip
