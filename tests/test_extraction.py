"""Values found in text: kinds, normalised values, places, and what is not a value."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.extraction.mentions import mentions
from digit_tc.extraction.words import parts, stem, words

TODAY = date(2024, 3, 1)  # a Friday


def values(text: str, kind: str) -> list[object]:
    return [mention.value for mention in mentions(text, TODAY) if mention.kind == kind]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("2024-03-05", "2024-03-05"),
        ("March 5", "2024-03-05"),
        ("March 5th, 2025", "2025-03-05"),
        ("5 March", "2024-03-05"),
        ("the 5th of March", "2024-03-05"),
        ("Mar 5", "2024-03-05"),
        ("Sept. 9, 1999", "1999-09-09"),
        ("Tuesday, March 5", "2024-03-05"),
        ("Tue 5 March 2024", "2024-03-05"),
        ("03/18/2024", "2024-03-18"),
        ("18.3.2024", "2024-03-18"),
        ("today", "2024-03-01"),
        ("tomorrow", "2024-03-02"),
        ("yesterday", "2024-02-29"),
        ("the day after tomorrow", "2024-03-03"),
        ("in three days", "2024-03-04"),
        ("in 2 weeks", "2024-03-15"),
        ("on Monday", "2024-03-04"),
        ("this Sunday", "2024-03-03"),
        ("next Tuesday", "2024-03-12"),
        ("last Wednesday", "2024-02-28"),
    ],
)
def test_dates(said: str, value: str) -> None:
    assert values(f"I need it {said}, please.", "date") == [value]


def test_a_date_without_a_year_may_be_of_the_years_beside() -> None:
    [mention] = [m for m in mentions("until January 9", TODAY) if m.kind == "date"]
    assert mention.values == ("2024-01-09", "2025-01-09", "2023-01-09")


def test_a_weekday_after_next_may_be_the_coming_one() -> None:
    [mention] = [m for m in mentions("next Tuesday", TODAY) if m.kind == "date"]
    assert mention.values == ("2024-03-12", "2024-03-05")


def test_days_that_lean_on_a_month_said_before() -> None:
    assert values("from March 5 to 9", "date") == ["2024-03-05", "2024-03-09"]
    assert values("from April 5 and back on the 12th", "date") == ["2024-04-05", "2024-04-12"]


@pytest.mark.parametrize("text", ["May I come in?", "31 February", "March on", "version 2024.13.45", "the 5th floor"])
def test_what_is_not_a_date(text: str) -> None:
    assert values(text, "date") == []


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("14:30", "14:30"),
        ("2:30 pm", "14:30"),
        ("2pm", "14:00"),
        ("12 a.m.", "00:00"),
        ("12 pm", "12:00"),
        ("noon", "12:00"),
        ("midnight", "00:00"),
        ("half past two in the", "02:30"),
        ("7 in the evening", "19:00"),
        ("quarter to nine", "08:45"),
        ("six o'clock", "06:00"),
    ],
)
def test_times(said: str, value: str) -> None:
    assert values(f"call me at {said} office", "time") == [value]


def test_an_hour_before_a_half_of_the_day_belongs_to_it() -> None:
    assert values("from 2 to 3:30 pm", "time") == ["14:00", "15:30"]


@pytest.mark.parametrize(
    "text",
    ["on March 5 at 2:30 pm", "at 2:30 pm on March 5", "2024-03-05T14:30:00Z", "2024-03-05 14:30", "March 5, 14:30"],
)
def test_date_times(text: str) -> None:
    assert values(text, "datetime") == ["2024-03-05T14:30:00"]


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("12", 12.0, ""),
        ("1,234.50", 1234.5, ""),
        ("-8", -8.0, ""),
        ("twenty-five", 25.0, ""),
        ("a couple of", 2.0, ""),
        ("a dozen", 12.0, ""),
        ("a hundred", 100.0, ""),
        ("two hundred and fifty", 250.0, ""),
        ("$20", 20.0, "USD"),
        ("€1.5k", 1500.0, "EUR"),
        ("300 Swiss", 300.0, ""),
        ("40 CHF", 40.0, "CHF"),
        ("fifty euros", 50.0, "EUR"),
        ("20%", 20.0, "%"),
        ("15 percent", 15.0, "%"),
        ("two and a half", 2.5, ""),
    ],
)
def test_numbers(said: str, value: float, unit: str) -> None:
    found = [m for m in mentions(f"it is {said} things", TODAY) if m.kind == "number"]
    assert [(m.value, m.unit) for m in found] == [(value, unit)]


def test_digits_are_strict_and_words_are_not() -> None:
    strict = {m.surface: m.strict for m in mentions("2 of these, three of those, the 4th of them", TODAY)}
    assert strict["2"]
    assert not strict["three"]
    assert not strict["4th"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("write to Ana.Silva+x@example.co.uk.", "email", "ana.silva+x@example.co.uk"),
        ("see https://example.com/a?b=1.", "url", "https://example.com/a?b=1"),
        ("ring +1 (415) 555-2671 now", "phone", "+14155552671"),
        ("ring 415-555-2671 now", "phone", "4155552671"),
        ("order #W2378156 please", "id", "#W2378156"),
        ("booking BK-10422, thanks", "id", "BK-10422"),
        ("pay with credit_card_9513926", "id", "credit_card_9513926"),
        ("ticket #42", "id", "#42"),
        ("open notes.txt.", "file", "notes.txt"),
        ("look in ./data/logs now", "file", "./data/logs"),
        ("tag it #opensource", "hashtag", "#opensource"),
        ("in euros", "currency", "EUR"),
        ("in GBP", "currency", "GBP"),
    ],
)
def test_marked_values(text: str, kind: str, value: str) -> None:
    assert values(text, kind) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('call it "Team lunch"', "Team lunch"),
        ("call it 'Team lunch'", "Team lunch"),
        ("call it \u201cTeam lunch\u201d", "Team lunch"),
        ("call it \u2018Ana\u2019s lunch\u2019", "Ana's lunch"),
        ("say 'I don't know' to them", "I don't know"),
    ],
)
def test_quoted_strings(text: str, value: str) -> None:
    assert values(text, "quoted") == [value]


@pytest.mark.parametrize("text", ["It's Ana's and the boys' idea", "don't, can't, won't", 'a 5" screen'])
def test_apostrophes_are_not_quotes(text: str) -> None:
    assert values(text, "quoted") == []


def test_names_are_runs_of_capitals() -> None:
    text = "Please book the Harbor Lantern Hotel in New York for Ana Silva"
    assert values(text, "name") == ["Harbor Lantern Hotel", "New York", "Ana Silva"]


def test_what_is_quoted_beside_other_words_is_not_strict() -> None:
    found = {m.surface: m.strict for m in mentions("write 'see you at 14:30' and 'notes.txt'", TODAY)}
    assert not found["14:30"]
    assert found["notes.txt"]


@given(st.text(max_size=200))
def test_mentions_stay_within_the_text(text: str) -> None:
    for mention in mentions(text, TODAY):
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.values


@given(st.dates(date(1990, 1, 1), date(2025, 12, 31)))
def test_every_written_date_is_read_back(day: date) -> None:
    for said in (
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day:%A}, {day:%B} {day.day}th {day.year}",
    ):
        assert values(f"It is due {said}.", "date") == [day.isoformat()]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("guests", "guest"),
        ("cancelled", "cancel"),
        ("booking", "booked"),
        ("arrival", "arriving"),
        ("cities", "city"),
        ("frozen", "freeze"),
    ],
)
def test_inflections_share_a_stem(one: str, two: str) -> None:
    assert stem(one) == stem(two)


def test_identifiers_fall_into_words() -> None:
    assert parts("checkInDate") == parts("check_in_date") == ["check", "in", "date"]
    assert [word.lower for word in words("I don't pay 1,200!")] == ["i", "don't", "pay", "1,200", "!"]
