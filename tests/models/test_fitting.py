"""What a model writes is read as it is meant, and never more than it says."""

import json
from contextlib import suppress
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from digit_tc.models.fitting import Unfit, fitted, fitted_in
from digit_tc.models.loose_json import cut_off, values_in


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    count: int = 1


class Order(BaseModel):
    kind: Literal["new", "old"]
    items: list[Item] = Field(default_factory=list)
    note: str = ""
    ratio: float | None = None
    more: dict[str, Any] = Field(default_factory=dict)


WHOLE = Order(kind="new", items=[Item(name="a", count=2)], note="n", ratio=0.5)


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "new", "items": [{"name": "a", "count": 2}], "note": "n", "ratio": 0.5}',
        'Here:\n```json\n{"kind": "new", "items": [{"name": "a", "count": 2}], "note": "n", "ratio": 0.5}\n```\nOk?',
        '<think>{"kind": "old"}</think>{"kind":"new","items":[{"name":"a","count":"2"}],"note":"n","ratio":"0.5"}',
        '{"kind": "old"} or <answer>{"kind": " New.", "items": {"name": "a", "count": 2}, "note": "n", "ratio": 0.5}',
        "{'kind': 'new', 'items': [{'name': 'a', 'count': 2, 'more': None}], 'note': 'n', 'ratio': 0.5,}",
        '{"kind": "new", // the kind\n "items": [{"name": "a", "count": 2},], "note": "n", "ratio": 0.5, "x": 1}',
        '[{"kind": "new", "items": [{"name": "a", "count": 2}], "note": "n", "ratio": 0.5}]',
        '{"Order": {"kind": "new", "items": [{"name": "a", "count": 2}], "note": "n", "ratio": 0.5, "more": null}}',
        '{"kind": "new", "items": "[{\\"name\\": \\"a\\", \\"count\\": 2}]", "note": "n", "ratio": 0.5}',
        'Of {a} and [b]: {"kind": "new", "items": [[{"name": "a", "count": 2}]], "note": "n", "ratio": 0.5}',
    ],
)
def test_what_is_meant_is_read(text: str) -> None:
    assert fitted_in(Order, text) == WHOLE


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"outer": {"kind": "new"}, "ki', "holds no JSON object"),
        ('{"outer": [{"kind": "new"}], "x": y z}', "holds no JSON object"),
        ("", "holds no JSON object"),
        ("no idea", "holds no JSON object"),
        ('{"kind": "new", "items": [{"name": "a"', "holds no JSON object"),
        ('{"kind": "newish"}', "/kind: Input should be 'new' or 'old'"),
        ('{"items": []}', "/kind: Field required"),
        ('{"kind": null}', "/kind: Field required"),
        (
            '{"kind": "new", "items": [{"name": "a", "count": "two"}]}',
            "/items/0/count: Input should be a valid integer",
        ),
        ('{"kind": "new", "items": [{"name": "a", "count": 1.5}]}', "/items/0/count"),
        ('{"a": 1, "b": 2}', "none of the keys items, kind, more, note, ratio"),
        ('{"kind": "new", "ratio": NaN}', "holds no JSON object"),
        ("[" * 500, "holds no JSON object"),
    ],
)
def test_what_does_not_fit_is_named(text: str, problem: str) -> None:
    with pytest.raises(Unfit, match=r".") as caught:
        fitted_in(Order, text)
    assert problem in str(caught.value)


def test_a_list_alone_fills_the_only_field() -> None:
    class Names(BaseModel):
        names: list[str]

    assert fitted(Names, ["a", 2]) == Names(names=["a", "2"])
    assert fitted_in(Names, 'They are ["a", "b"].') == Names(names=["a", "b"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, min_size=1, max_size=4), st.sampled_from(["", "Here:\n", "It's so, {x}: "]))
def test_any_object_is_found_amid_prose(value: dict[str, Any], prose: str) -> None:
    assert next(values_in(f"{prose}{json.dumps(value)} That is all.")) == value
    assert next(values_in(f"{prose}<answer>{json.dumps(value, indent=1)}</answer>")) == value


@given(st.text(alphabet="{}[]\",:'\\ab1 \n<>/`*#-tT"))
def test_no_text_does_harm(text: str) -> None:
    for value in values_in(text):
        json.dumps(value, allow_nan=False)
    cut_off(text)
    with suppress(Unfit):
        fitted_in(Order, text)


@given(JSON)
def test_any_value_fits_or_is_named(value: Any) -> None:
    before = json.dumps(value)
    with suppress(Unfit):
        order = fitted(Order, {"kind": "new", "items": value, "note": value, "ratio": value, "more": value})
        assert Order.model_validate(order.model_dump()) == order
    assert json.dumps(value) == before, "the value itself is left as it is"


@given(st.dictionaries(st.text(max_size=4), JSON, min_size=1, max_size=3), st.data())
def test_what_is_cut_off_is_not_completed(value: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps({"outer": value, "kind": "new"})
    part = text[: data.draw(st.integers(1, len(text) - 1))]
    assert all(found != {"outer": value} for found in values_in(part))
    with pytest.raises(Unfit):
        fitted_in(Order, part)
    assert cut_off(part) or part.count('"') % 2
