"""Where argument values come from."""

from datetime import date
from typing import Any

import pytest

from digit_tc.provenance import Sources, origins
from digit_tc.records import Origin
from digit_tc.tools.tool import Source, Tool

TODAY = date(2025, 3, 5)


def tool(**properties: dict[str, Any]) -> Tool:
    return Tool(
        name="book_hotel", parameters={"type": "object", "properties": properties}, source=Source(dialect="flat")
    )


def origin(
    schema: dict[str, Any], value: Any, *, said: str = "", shown: Any = None, context: str = ""
) -> Origin | None:
    sources = Sources(today=TODAY, context=context)
    sources.hear("/turns/0/user", said)
    sources.see("/turns/0/steps/0/calls/0/result", shown)
    return origins(tool(x=schema), {"x": value}, sources)["/x"]


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({"type": "string"}, "Lisbon", "a hotel in Lisbon please"),
        ({"type": "string", "format": "date"}, "2025-03-08", "from March 8th on"),
        ({"type": "string", "format": "date"}, "2025-03-06", "I leave tomorrow"),
        ({"type": "integer"}, 2, "for two of us"),
        ({"type": "number"}, 1250.5, "at most $1,250.50"),
        ({"enum": ["in_progress", "done"]}, "in_progress", "set it to in progress"),
    ],
)
def test_what_the_user_said_comes_from_the_user(schema: dict[str, Any], value: Any, said: str) -> None:
    assert origin(schema, value, said=said) == Origin(kind="user", pointer="/turns/0/user")
    assert origin(schema, value, said="Good morning to everybody.") in (None, Origin(kind="enum"))


def test_what_an_earlier_result_showed_comes_from_there() -> None:
    shown = {"hotels": [{"hotel_id": "HT-1"}, {"hotel_id": "HT-2"}]}
    found = origin({"type": "string"}, "HT-2", said="that one", shown=shown)
    assert found == Origin(kind="result", pointer="/turns/0/steps/0/calls/0/result/hotels/1/hotel_id")


def test_defaults_enums_and_the_context_are_origins_too() -> None:
    assert origin({"type": "integer", "default": 3}, 3) == Origin(kind="default")
    assert origin({"enum": ["a", "b"]}, "b") == Origin(kind="enum")
    found = origin({"type": "string", "format": "date"}, "2025-03-05", context="Today is Wednesday, 2025-03-05.")
    assert found == Origin(kind="context", pointer="/context/text")


@pytest.mark.parametrize("value", ["HT-3", "", 41, {}, [], None, True])
def test_what_nobody_said_or_showed_has_no_origin(value: Any) -> None:
    assert origin({}, value, said="Book hotel HT-2 for 4123 dollars.", shown={"id": "HT-1"}) is None
