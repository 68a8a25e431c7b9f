"""Values that fit what they are for."""

from datetime import date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digit_tc.streams import Stream
from digit_tc.tools.fields import Field
from digit_tc.tools.meaning import judge
from digit_tc.tools.schema import violations
from digit_tc.values.drawing import draw, draw_leaf
from digit_tc.values.lexicon import LISTS, cities, lexicon, words_for
from digit_tc.values.patterns import alike, matching
from digit_tc.values.persona import draw_persona
from digit_tc.values.scope import Scope

TODAY = date(2025, 3, 5)
PERSONA = draw_persona(Stream("somebody"))


def scope(*seed: str | int, **more: Any) -> Scope:
    return Scope(PERSONA, TODAY, Stream("values", *seed), **more)


def value(name: str, schema: dict[str, Any], at: Scope, tool: str = "book_hotel") -> Any:
    leaf = Field((name,), schema, True)
    return draw_leaf(leaf, judge(leaf, tool), at)


STRING = {"type": "string"}
DATE = {"type": "string", "format": "date"}


def test_a_city_is_a_city_and_two_of_a_journey_differ() -> None:
    for seed in range(40):
        at = scope(seed)
        origin, goal = value("origin_city", STRING, at), value("destination_city", STRING, at)
        assert origin in cities()
        assert goal in cities()
        assert origin != goal


def test_an_end_follows_its_start_and_a_booking_lies_ahead() -> None:
    for seed in range(40):
        at = scope(seed)
        start, end = value("check_in_date", DATE, at), value("check_out_date", DATE, at)
        assert TODAY < date.fromisoformat(start) < date.fromisoformat(end)
        at = scope(seed, "times")
        assert value("start_time", STRING, at, "create_event") < value("end_time", STRING, at, "create_event")
        at = scope(seed, "moments")
        moments = [value(name, {"type": "string", "format": "date-time"}, at) for name in ("start_time", "end_time")]
        first, last = (datetime.fromisoformat(moment) for moment in moments)
        assert first < last


def test_a_history_lies_behind_and_a_birthday_is_always_the_same() -> None:
    for seed in range(20):
        assert date.fromisoformat(value("start_date", DATE, scope(seed, past=True))) < TODAY
        assert value("date_of_birth", DATE, scope(seed)) == value("date_of_birth", DATE, scope("other"))


def test_what_a_person_says_of_themselves_is_the_personas() -> None:
    assert value("email", STRING, scope()) == PERSONA.email
    assert value("guest_name", STRING, scope()) == PERSONA.name
    assert value("first_name", STRING, scope()) == PERSONA.first_name
    assert value("contact_email", STRING, scope(), "add_contact") != PERSONA.email


def test_a_lower_bound_stays_below_its_upper_bound() -> None:
    for seed in range(30):
        at = scope(seed)
        low, high = (value(name, {"type": "number"}, at, "search_hotels") for name in ("min_price", "max_price"))
        assert low < high


BOUNDED = st.tuples(st.integers(-40, 40), st.integers(0, 60)).map(
    lambda pair: {"minimum": pair[0], "maximum": sum(pair)}
)
LEAVES = st.one_of(
    BOUNDED.map(lambda bounds: {"type": "integer", **bounds}),
    BOUNDED.map(lambda bounds: {"type": "number", **bounds}),
    st.just({"type": "boolean"}),
    st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=4, unique=True).map(lambda found: {"enum": found}),
    st.sampled_from(["date", "date-time", "email", "uri", "uuid"]).map(lambda form: {"type": "string", "format": form}),
    st.sampled_from(["^[A-Z]{3}-[0-9]{4}$", "^#W[0-9]{7}$", "^(a|b)c?$", r"^\+[0-9]{8,12}$"]).map(
        lambda pattern: {"type": "string", "pattern": pattern}
    ),
)
NAMES = st.sampled_from(
    ["price", "guests", "order_id", "city", "note", "start_date", "x", "email", "when", "rating", "phone"]
)
SCHEMAS = st.dictionaries(NAMES, LEAVES, min_size=1, max_size=5).map(
    lambda properties: {"type": "object", "properties": properties, "required": list(properties)}
)


@given(SCHEMAS, st.integers(0, 10_000))
def test_whatever_the_schema_asks_is_kept(schema: dict[str, Any], seed: int) -> None:
    for voice in ("argument", "result"):
        drawn = draw(schema, "book_hotel", scope(seed, voice, voice=voice))
        assert violations(schema, drawn) == []


def test_lists_keep_their_bounds_and_hold_nothing_twice() -> None:
    schema = {"type": "array", "items": {"enum": ["mon", "tue", "wed"]}, "minItems": 2, "uniqueItems": True}
    for seed in range(20):
        drawn = draw(schema, "set_days", scope(seed), ("days",))
        assert violations(schema, drawn) == []
        assert drawn == sorted(drawn, key=["mon", "tue", "wed"].index)


def test_examples_and_patterns_give_values_of_their_shape() -> None:
    stream = Stream("shape")
    assert violations({"pattern": "^#W[0-9]{7}$"}, alike("#W0000000", stream)) == []
    assert alike("sara_doe_496", stream) != "sara_doe_496"
    assert violations({"pattern": "^[A-Z]{2}[0-9]{3}$"}, matching("^[A-Z]{2}[0-9]{3}$", stream)) == []
    assert matching("(", stream) is None
    described = {"type": "string", "description": "The reason, either 'no longer needed' or 'ordered by mistake'."}
    assert value("reason", described, scope()) in ("no longer needed", "ordered by mistake")


def test_every_list_that_is_drawn_from_exists() -> None:
    assert [kind for kind in LISTS if not words_for(kind)] == []
    assert all(isinstance(entry, str) for name in LISTS.values() for entry in lexicon()[name])
