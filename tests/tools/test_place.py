"""What is JSON, and where it is not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.errors import CatalogueError
from digit_tc.tools import place
from digit_tc.tools.place import DEEPEST_JSON, Place, check_json

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
    | st.sampled_from([2**1023, 2**1024, -(2**1024), 1e308, "\ud800", "a\udfffb", ("tuple",), b"bytes", {"set"}])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(["a", "é", "\udc00"]), below),
    max_leaves=6,
)


def problem(value: Any) -> str:
    try:
        check_json(value, Place("file.json"))
    except CatalogueError as error:
        return str(error)
    return ""


@given(value=VALUES)
def test_the_quick_look_changes_no_judgement(value: Any) -> None:
    quick = problem(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, "_sound", lambda _: False)
        assert problem(value) == quick


@pytest.mark.parametrize("kind", [list, dict])
def test_how_deep_a_value_may_be(kind: type) -> None:
    value: Any = 1
    for _ in range(DEEPEST_JSON):
        value = [value] if kind is list else {"a": value}
    assert problem(value) == ""
    assert "nested too deeply" in problem([value])
