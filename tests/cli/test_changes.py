"""Changes of a world in words."""

from typing import Any

import pytest

from digit_tc.cli.changes import told
from digit_tc.cli.text import brief
from digit_tc.world.difference import (
    AbsenceChange,
    Change,
    ClockChange,
    ContextChange,
    EntityChange,
    FactChange,
    ListingChange,
    RelationChange,
)

U1, U2, I1, I2, I3 = ["user", "U1"], ["user", "U2"], ["item", "I1"], ["item", "I2"], ["item", "I3"]


def fact(name: str, old: Any, new: Any, happened: Any = "set", origin: str = "tool_result") -> FactChange:
    return FactChange(happened, "order", "W1", name, old, new, origin)


def related(old: list[list[str]], new: list[list[str]], happened: Any = "changed") -> RelationChange:
    return RelationChange(happened, "order", "W1", "items", old, new)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            [EntityChange("appeared", "order", "W1"), fact("id", None, "W1"), fact("status", None, "pending")],
            "+ order W1  status=pending",
        ),
        ([EntityChange("appeared", "order", "W1")], "+ order W1"),
        ([EntityChange("returned", "order", "W1")], "+ order W1 (came back)"),
        (
            [EntityChange("deleted", "order", "W1"), fact("status", "pending", "gone", "changed")],
            "- order W1 (deleted)  status: pending -> gone",
        ),
        ([EntityChange("forgotten", "order", "W1")], "- order W1 (taken back)"),
        (
            [fact("price", 1, 2.5, "changed"), fact("note", None, "x, y", origin="user_claim")],
            '~ order W1  price: 1 -> 2.5, note="x, y" (user claim)',
        ),
        ([fact("note", "x", None, "unset")], "~ order W1  note: x -> no longer known"),
        ([fact("note", "x", None, "changed")], "~ order W1  note: x -> none"),
        ([related([], [U1], "set")], "> order W1  items -> user U1"),
        ([related([], [], "set")], "> order W1  items -> nothing"),
        ([related([U1], [U2])], "> order W1  items: user U1 -> user U2"),
        ([related([I1, I2], [I2, I3, U1])], "> order W1  items: + item I3, user U1, - item I1"),
        ([related([I1, I2], [I2, I1])], "> order W1  items: in another order"),
        ([related([U1], [], "unset")], "> order W1  items no longer known"),
        (
            [related([], [["item", str(at)] for at in range(8)], "set")],
            "> order W1  items -> item 0, 1, 2, 3, 4 and 3 more",
        ),
        ([AbsenceChange("noted", "order", "W9")], "? order W9 absent"),
        ([AbsenceChange("lifted", "order", "W9")], "? order W9 no longer absent"),
        ([ListingChange("noted", "order", {"~query": "a b", "n": 1})], "* every order with query=a b, n=1 was listed"),
        ([ListingChange("lifted", "order", {})], "* every order no longer counts as listed"),
        ([ContextChange("set", "user", None, "ana")], "@ user=ana"),
        ([ContextChange("changed", "user", "ana", None)], "@ user: ana -> none"),
        ([ContextChange("unset", "user", "ana", None)], "@ user: ana -> no longer known"),
        ([ClockChange("", "2025-01-02T09:00:03")], "@ now 2025-01-02 09:00:03"),
        ([ClockChange("2025-01-02T09:00:00", "2025-01-02T09:00:03")], "@ now 09:00:03"),
        ([ClockChange("2025-01-01T23:59:59", "2025-01-02T00:00:03")], "@ now 2025-01-02 00:00:03"),
    ],
)
def test_each_change_is_one_line(changes: list[Change], text: str) -> None:
    assert list(told(changes, 40)) == [text]


def test_a_relation_is_not_said_again_where_a_fact_tells_the_ids() -> None:
    owner = RelationChange("set", "order", "W1", "user_id", [], [U1])
    assert list(told([fact("user_id", None, "U1"), owner], 40)) == ["~ order W1  user_id=U1"]
    assert list(told([fact("items", None, ["I1", "I2"]), related([], [I1, I2], "set")], 40)) == [
        '~ order W1  items=["I1", "I2"]'
    ]
    assert len(list(told([fact("items", None, ["I1"]), related([], [I1, I2], "set")], 40))) == 2
    assert len(list(told([FactChange("set", "order", "W2", "user_id", None, "U1", ""), owner], 40))) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("New York", "New York"), ("5", '"5"'), (5, "5"), ("true", '"true"'), (True, "true"), ("", '""'),
        (" a", '" a"'), ("a=b", '"a=b"'), ("a\nb", '"a\\nb"'), ({"a": 1}, '{"a": 1}'), ("x" * 20, "x" * 9 + "…"),
        ("\x1b[31m", '"\\u001b[3…'),
    ],
)  # fmt: skip
def test_values_have_quotes_where_they_could_be_taken_for_something_else(value: Any, text: str) -> None:
    assert brief(value, 10) == text
