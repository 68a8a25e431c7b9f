"""JSON, JSON lines and YAML become plain values, each with its place, or one clear sentence."""

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.errors import CatalogueError
from digit_tc.tools.documents import Form, documents


def values(text: str, form: Form = "yaml") -> list[Any]:
    return [value for _, value in documents(text, "f", form)]


def complaint(text: str, form: Form = "yaml") -> str:
    with pytest.raises(CatalogueError) as caught:
        values(text, form)
    assert str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"),
        ("true", True), ("True", True), ("FALSE", False), ("tRUE", "tRUE"),
        ("null", None), ("~", None), ("", None), ("nil", "nil"),
        ("2024-01-31", "2024-01-31"), ("12:30:00", "12:30:00"), ("1_000", "1_000"), ("0b1", "0b1"),
        ("12", 12), ("-7", -7), ("+7", 7), ("007", 7), ("0o17", 15), ("0x1F", 31),
        ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("12e03", 12000.0),
        (".inf", math.inf), ("-.INF", -math.inf),
        ("'12'", "12"), ('"\\u00e9"', "é"), ("!!str 12", "12"), ("! 12", "12"), ("!!int '12'", 12), ("!!float 3", 3.0),
        ("!!null ''", None), ("!!bool 'true'", True), ("!!map {}", {}), ("!!seq []", []),
    ],
)  # fmt: skip
def test_scalars_of_yaml_follow_the_core_schema(written: str, value: Any) -> None:
    (found,) = values(f"x: {written}\n")
    assert found == {"x": value}
    assert type(found["x"]) is type(value)


def test_keys_of_yaml_are_text_as_it_is_written() -> None:
    assert values("200: a\n0x10: b\ntrue: c\non: d\n'e': f\n") == [
        {"200": "a", "0x10": "b", "true": "c", "on": "d", "e": "f"}
    ]


def test_aliases_and_merge_keys_are_followed() -> None:
    text = "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd: {y: 4, <<: [{z: 5}, *a]}\n'<<': 6\n"
    assert values(text) == [
        {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 2}, "c": {"y": 3, "x": 1}, "d": {"y": 4, "z": 5, "x": 1}, "<<": 6}
    ]


def test_documents_of_one_yaml_file_have_their_lines() -> None:
    found = list(documents("# tools\n---\na: 1\n---\n---\nb: 2\n...\n", "f", "yaml"))
    assert [(str(place), value) for place, value in found] == [("f", {"a": 1}), ("f:5", {"b": 2})]


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


@given(PLAIN)
def test_json_is_read_the_same_as_yaml_and_as_json(value: Any) -> None:
    expected = [] if value is None else [value]
    text = json.dumps(value, ensure_ascii=False)
    assert values(text) == expected
    assert values(text, "json") == [value]
    assert values(text, "lines") == [value]


@given(st.dictionaries(TEXT, TEXT | st.integers(), min_size=1, max_size=4))
def test_what_is_quoted_stays_text_whatever_it_looks_like(value: Any) -> None:
    assert values(yaml.safe_dump(value, allow_unicode=True, default_style="'")) == [value]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("a: 'x\n", "f:2:1", "not YAML"),
        ("a: [1\nb: 2", "f:2:2", "not YAML"),
        ("a: 1\n b: 2\n", "f:2:3", "not YAML"),
        ("a: *b", "f:1:4", "names no anchor before it"),
        ("a: &a [*a]", "f:1:8", "stands inside what it names"),
        ("a: !thing 1", "f:1:4", "the tag !thing does not belong here"),
        ("a: !!python/object:os.system {}", "f:1:4", "the tag !!python/object:os.system does not"),
        ("a: !!set {b}", "f:1:4", "the tag !!set"),
        ("a: !!int x", "f:1:4", "the tag !!int"),
        ("x: 1\n~: 2", "f:2:1", "is null"),
        ("? [a]\n: 1", "f:1:3", "a list or a mapping"),
        ("a: &a 1\n*a : 2", "f:2:1", "a key of this mapping is no text"),
        ("<<: 3", "f:1:1", "merge key"),
        ("a: 1\nb: 2\na: 3", "f:3:1", "the key 'a' stands twice with different values"),
        ("a: " + "[" * 300, "f:1:203", "nested too deeply"),
        ("[" * 50_000, "f:1:1001", "nest"),
        ("a: \x07", "f:1", "U+0007"),
        ("a: 1\nb: \x7f", "f:2", "U+007F"),
    ],
)
def test_what_is_wrong_with_yaml_has_its_place(text: str, place: str, what: str) -> None:
    assert complaint(text).startswith(f"{place}: ")
    assert what in complaint(text)
    assert "; " in complaint(text)


@pytest.mark.parametrize(
    ("text", "form", "place"),
    [
        ('{"b": {"x": 1},\n "c": {"a": {"x": "}{"}, "a": 2}}', "json", "f:2:26"),
        ('{"a": 1, "\\u0061": 2}', "json", "f:1:10"),
        ('{"a": 1, "a": 1, "a": 1.0}', "json", "f:1:18"),
        ('{"a": 1, "a": true}', "json", "f:1:10"),
        ('{"x": 1}\n{"a": [], "a" : {}}', "lines", "f:2:11"),
    ],
)
def test_a_key_that_stands_twice_in_json_has_its_place(text: str, form: Form, place: str) -> None:
    sentence = f"{place}: the key 'a' stands twice with different values; leave one of them out"
    assert complaint(text, form) == sentence


def test_a_key_that_stands_twice_with_one_value_does_no_harm() -> None:
    assert values('{"a": [1, {}], "a": [1, {}]}', "json") == [{"a": [1, {}]}]
    assert values("a: [1, {}]\na: [1, {}]\n") == [{"a": [1, {}]}]


@pytest.mark.parametrize("form", ["json", "lines", "yaml"])
def test_control_characters_are_refused_by_their_line(form: Form) -> None:
    assert (
        complaint('{"a":\n "\x1b"}', form) == "f:2: the file holds the character U+001B; save it as plain text in UTF-8"
    )
