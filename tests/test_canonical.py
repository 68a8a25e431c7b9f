"""Canonical JSON and digests."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.canonical import canonical, digest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=6))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    assert canonical(value) == canonical(dict(reversed(list(value.items()))))


def test_a_whole_float_is_the_integer_but_a_boolean_is_not() -> None:
    assert canonical({"a": 25.0}) == canonical({"a": 25}) == '{"a":25}'
    assert canonical(True) != canonical(1)


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))


def test_digests_are_equal_in_processes_with_other_hash_seeds() -> None:
    code = "from digit_tc.canonical import digest; print(digest({'b': [1, 2.5], 'a': 'x'}, 'y'))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert seen == {digest({"b": [1, 2.5], "a": "x"}, "y")}
