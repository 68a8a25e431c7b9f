"""The type of what is untyped, by the evidence that stands there."""

from typing import Any

import pytest

from digit_tc.tools.inference.types import guess

TEXT, WHOLE, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}
TEXTS, NUMBERS = {"type": "array", "items": TEXT}, {"type": "array", "items": NUMBER}


@pytest.mark.parametrize(
    ("name", "described", "rule", "schema"),
    [
        ("flag", "Whether to send a copy.", "type-prose", FLAG),
        ("people", "The number of people who share the bill", "type-prose", WHOLE),
        ("ref", "The number of the order", "type-remainder", TEXT),
        ("ids", "Comma-separated list of ids", "type-prose", TEXT),
        ("amounts", "A list of numbers to add", "type-prose", NUMBERS),
        ("who", "List of e-mail addresses", "type-prose", TEXTS),
        ("day", "The day in YYYY-MM-DD", "type-prose", TEXT),
        ("where", "A dictionary of latitude and longitude", "type-prose", {"type": "object"}),
        ("term", "The loan term in years", "type-prose", WHOLE),
        ("size", "How big it is. Defaults to 5.", "type-default", WHOLE),
        ("size", "How big it is. Defaults to 'large'.", "type-default", TEXT),
        ("loud", "Louder. Default is false", "type-default", FLAG),
        ("ratio", "Share of it, e.g. 0.5", "type-example", NUMBER),
        ("zip", "The zip code, such as '12345'.", "type-example", TEXT),
        ("item_ids", "The item ids, each such as '1008292230'.", "type-name", TEXTS),
        ("price", "Price, e.g. 20", "type-name", NUMBER),
        ("is_public", "", "type-name", FLAG),
        ("latitude", "", "type-name", NUMBER),
        ("num_guests", "", "type-name", WHOLE),
        ("order_id", "", "type-name", TEXT),
        ("tags", "", "type-name", TEXTS),
        ("filters", "", "type-name", {"type": "object"}),
        ("thought", "What one thinks", "type-remainder", TEXT),
    ],
)
def test_evidence(name: str, described: str, rule: str, schema: dict[str, Any]) -> None:
    found = guess(name, {"description": described})
    assert found is not None
    assert (found.rule, found.schema) == (rule, schema)


def test_nothing_tells_nothing() -> None:
    assert guess("blob", {}) is None


def test_a_default_value_and_what_siblings_say_count_before_the_name() -> None:
    found = guess("price", {"default": "free"})
    assert found is not None
    assert (found.rule, found.schema) == ("type-default", TEXT)
    told = guess("price", {}, TEXT)
    assert told is not None
    assert (told.rule, told.schema) == ("type-sibling", TEXT)


def test_a_calculation_over_whole_numbers_takes_whole_numbers() -> None:
    for tool, schema in (("check_prime", WHOLE), ("calculate_square", NUMBER)):
        found = guess("number", {"description": "The number to check"}, tool=tool)
        assert found is not None
        assert found.schema == schema
