"""Type words of several languages mean JSON Schema types."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.tools.words import read_type


@pytest.mark.parametrize(
    ("word", "schema"),
    [
        ("dict", {"type": "object"}),
        ("HashMap", {"type": "object"}),
        ("tuple", {"type": "array"}),
        ("float", {"type": "number"}),
        ("Bigint", {"type": "integer"}),
        ("STRING", {"type": "string"}),
        ("bool", {"type": "boolean"}),
        ("any", {}),
        ("date", {"type": "string", "format": "date"}),
        ("List[int]", {"type": "array", "items": {"type": "integer"}}),
        ("ArrayList<String>", {"type": "array", "items": {"type": "string"}}),
        ("List[List[float]]", {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}),
        ("Tuple[int, str]", {"type": "array"}),
        ("Tuple[int, ...]", {"type": "array", "items": {"type": "integer"}}),
        ("Dict[str, Any]", {"type": "object"}),
        ("List[banana]", {"type": "array"}),
        (
            "Dict[str, List[int]]",
            {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}},
        ),
        ("Optional[str]", {"type": ["string", "null"]}),
        ("int | None", {"type": ["integer", "null"]}),
        ("Union[int, List[int]]", {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]}),
        ("Union[str, str]", {"type": "string"}),
        ("Literal['a', 'b']", {"enum": ["a", "b"]}),
    ],
)
def test_known_words(word: str, schema: dict[str, Any]) -> None:
    found = read_type(word)
    assert found is not None
    assert found.schema == schema
    assert not found.optional


@pytest.mark.parametrize("word", ["str, optional", "str (optional)", "str, optional, defaults to 'x'", "str optional"])
def test_optional_is_read_beside_the_type(word: str) -> None:
    found = read_type(word)
    assert found is not None
    assert found.schema == {"type": "string"}
    assert found.optional


@pytest.mark.parametrize("word", ["", "banana", "banana[int]", "Optional[banana]", "[[[", "x" * 300, "a|"])
def test_unknown_words(word: str) -> None:
    assert read_type(word) is None


@given(st.text(alphabet="intsrLisOpoal[]<>|,() .", max_size=250))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_type(text)
