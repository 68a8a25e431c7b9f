"""Functions, and whatever else is given in code, as tools."""

import asyncio
import functools
import json
import math
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict
from uuid import UUID

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.tools import Tool, tool
from pydantic import BaseModel, Field, create_model

from digit_tc.backend import Backend
from digit_tc.engine.job import prepare
from digit_tc.engine.run import run
from digit_tc.errors import CatalogueError, SettingsError
from digit_tc.settings import read_settings
from digit_tc.tools.dialects import read_tool
from digit_tc.tools.python import read_objects, tool_of
from digit_tc.tools.samples import read_sample
from digit_tc.tools.typed_dicts import readable

HERE = __name__
TEXT = {"type": "string"}


class Size(Enum):
    """How large."""

    SMALL = "s"
    LARGE = "l"


class Address(BaseModel):
    """Where to."""

    street: str
    zip_code: str = Field(default="0000", alias="zip")


class Filters(TypedDict):
    color: str
    size: NotRequired[Size]


@dataclass
class Parcel:
    weight: float
    tags: tuple[str, ...] = ()


class Order(BaseModel):
    """An order."""

    order_id: str
    total: float = 0
    parcels: list[Parcel] = []


async def place_order(  # noqa: PLR0917 - one of each kind
    items: list[str],
    address: Address,
    filters: Filters,
    parcel: Parcel,
    size: Size = Size.SMALL,
    speed: Literal["slow", "fast"] = "slow",
    gifts: Annotated[int, Field(ge=0, description="How many are gifts.")] = 0,
    note: str | None = None,
    schema: "date | None" = None,
) -> Order:
    """Place an order.

    Args:
        items: What to buy,
            by name.
        gifts: Not this text: the annotation says it.
        nobody: Not an argument.

    Returns:
        The order as it was placed.
    """
    raise AssertionError("nothing is called")


def test_a_function_is_read_with_its_types_its_defaults_and_its_words() -> None:
    read = tool_of(place_order)
    assert (read.name, read.description) == ("place_order", "Place an order.")
    assert (read.source.dialect, read.source.file) == ("python", f"{HERE}.place_order")
    assert read.required == ["items", "address", "filters", "parcel"]
    properties = read.properties
    assert properties["items"] == {"type": "array", "items": TEXT, "description": "What to buy, by name."}
    assert properties["gifts"] == {
        "type": "integer", "minimum": 0, "default": 0, "description": "How many are gifts."
    }  # fmt: skip
    assert properties["speed"] == {"type": "string", "enum": ["slow", "fast"], "default": "slow"}
    assert properties["note"] == {"anyOf": [TEXT, {"type": "null"}], "default": None}
    assert properties["schema"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert properties["size"]["default"] == "s"
    assert "nobody" not in properties
    assert read.fixes == ()
    whole = {"items": ["a"], "address": {"street": "x"}, "filters": {"color": "red"}, "parcel": {"weight": 1.5}}
    jsonschema.validate(whole, read.parameters)
    wrong: dict[str, Any]
    for wrong in ({"size": "m"}, {"address": {"zip": "1"}}, {"filters": {"size": "s"}}, {"parcel": {}}, {"gifts": -1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**whole, **wrong}, read.parameters)
    output = read.output_schema or {}
    assert output["description"] in ("The order as it was placed.", "An order.")
    assert output["required"] == ["order_id", "total", "parcels"], "what is returned has all its fields"
    assert output["$defs"]["Parcel"]["required"] == ["weight", "tags"]


def bare(city, days=3, *, unit="c"):  # type: ignore[no-untyped-def]
    return {}


def test_what_is_not_annotated_stays_untyped() -> None:
    read = tool_of(bare)
    assert read.properties == {"city": {}, "days": {"default": 3}, "unit": {"default": "c"}}
    assert (read.required, read.output_schema, read.description) == (["city"], None, "")


class Folder(TypedDict, total=False):
    name: str
    inside: "list[Folder]"


def walk(root: Folder) -> None: ...


def test_a_typed_dictionary_may_hold_itself() -> None:
    read = tool_of(walk)
    jsonschema.validate({"root": {"name": "a", "inside": [{"inside": []}]}}, read.parameters)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"root": {"name": "a", "inside": "b"}}, read.parameters)


def test_the_namespace_is_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tool_of(walk).namespace == "test_python"
    monkeypatch.setattr(walk, "__module__", "__main__")
    assert tool_of(walk).namespace == "", "which module that is says nothing"


class Shop:
    """A shop."""

    def cancel(self, order_id: str) -> bool:
        """Cancel an order."""
        return True

    @classmethod
    def close(cls, at: date) -> None:
        """Close."""

    @staticmethod
    def ping(host: str) -> str:
        return host

    def __call__(self, what: str) -> list[int]:
        """Look for it."""
        return []


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def inner(*arguments: Any, **named: Any) -> Any:
        return function(*arguments, **named)

    return inner


@decorated
def wrapped(order_id: str) -> Awaitable[dict[str, int]]:
    """Wrapped."""
    raise AssertionError


@pytest.mark.parametrize(
    ("given", "name", "arguments", "output", "file"),
    [
        (Shop().cancel, "cancel", ["order_id"], "boolean", "Shop.cancel"),
        (Shop.close, "close", ["at"], "null", "Shop.close"),
        (Shop.ping, "ping", ["host"], "string", "Shop.ping"),
        (Shop(), "Shop", ["what"], "array", "Shop"),
        (wrapped, "wrapped", ["order_id"], "object", "wrapped"),
        (functools.partial(functools.partial(place_order, ["a"]), gifts=3), "place_order", None, "object", "place_order"),  # noqa: E501
    ],
)  # fmt: skip
def test_anything_that_can_be_called_is_read(
    given: Any, name: str, arguments: list[str] | None, output: str, file: str
) -> None:
    read = tool_of(given)
    assert read.name == name
    bound = [each for each in tool_of(place_order).properties if each not in ("items", "gifts")]
    assert [*read.properties] == (bound if arguments is None else arguments), "what is bound is left out"
    assert (read.output_schema or {})["type"] == output
    assert read.source.file == f"{HERE}.{file}"


class Unjson:
    """Something that is no JSON."""


def declared(count: int = Field(3, description="How many.", le=9)) -> None: ...


def test_a_default_may_be_a_field() -> None:
    assert tool_of(declared).properties == {
        "count": {"type": "integer", "default": 3, "description": "How many.", "maximum": 9}
    }


SOME = {"y", "z", "x", "w", "v", "u"}


def odd(a: int, b: Unjson | None = None, c: Any = Unjson, d: set[str] = SOME, *rest: int, **more: str) -> Unjson:
    raise AssertionError


def test_what_no_call_can_give_is_left_out_and_noted() -> None:
    read = tool_of(odd)
    assert [*read.properties] == ["a", "c", "d"]
    assert read.properties["d"]["default"] == ["u", "v", "w", "x", "y", "z"], "a set has no order of its own"
    assert read.output_schema is None
    assert [(fix.code, fix.pointer, fix.old) for fix in read.fixes] == [
        ("argument-left-out", "/parameters", "b"),
        ("arguments-open", "/parameters", "*rest"),
        ("arguments-open", "/parameters", "**more"),
        ("default-not-json", "/parameters/properties/c/default", "type"),
        ("output-not-json", "/output_schema", "Unjson"),
    ]
    assert not tool_of(read_tool(read.original)).fixes, "the original is what was read, as JSON"


def by_position(a: int, /, b: int) -> None: ...
def broken(a: Annotated[str, Field(pattern="(")]) -> None: ...
def never(a: Unjson) -> None: ...
def dangling(a: "Nowhere") -> None: ...  # type: ignore[name-defined] # noqa: F821
def below(a: "list[Nowhere]") -> None: ...  # type: ignore[name-defined] # noqa: F821


CUSTOM = Tool(name="echo", func=str, description="", metadata={"type": "custom_tool"})


class Model(BaseModel, arbitrary_types_allowed=True):
    what: Unjson


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (by_position, "by_position: it takes 'a' by position only, and arguments are given by name; take the / out"),
        (
            never,
            "never: 'a' is a Unjson, for which there is no JSON Schema; bind it with functools.partial, or mark it",
        ),
        (broken, "broken: 'a' is a str, for which there is no JSON Schema; bind it"),
        (dangling, "dangling: an annotation cannot be read: name 'Nowhere' is not defined; import what it names"),
        (below, "below: an annotation cannot be read: name 'Nowhere' is not defined; import what it names"),
        (Shop.cancel, "Shop.cancel: it is a method without its self; give the method of an object"),
        (Shop, "Shop: this class is no tool; give one of its methods"),
        (Model, "Model: it has no JSON Schema: "),
        (lambda x: x, "<lambda>: a lambda has no name; write it as a function with def"),
        (CUSTOM, "builtins.str: the tool 'echo' takes text and no arguments; make it a StructuredTool"),
        ("tools.json", "given in code#/1: a str is no tool; give functions, .*; read_catalogue reads files"),
        ({"name": "x"}, "given in code#/1: the tool 'x' has no `parameters`"),
    ],
)
def test_what_is_no_tool_is_one_sentence_with_its_name(given: Any, said: str) -> None:
    with pytest.raises(CatalogueError, match=said) as caught:
        read_objects([bare, given])
    assert "\n" not in str(caught.value)


def test_no_tools_are_one_sentence() -> None:
    with pytest.raises(CatalogueError, match="no tools are given; give at least one"):
        Backend([])


class Book(BaseModel):
    """Book a room."""

    room: str


def test_all_kinds_together_are_one_catalogue() -> None:
    raw = {"name": "ping", "parameters": {"type": "object", "properties": {"host": TEXT}}}
    sample = next(iter(read_sample("shop")))
    catalogue = read_objects([bare, tool("walk", description="Walk.")(Shop.ping), Book, raw, Shop.ping, sample, bare])
    assert catalogue.names == ["bare", "walk", "Book", "ping", "test_python_ping", sample.name]
    backend = Backend([bare, {**raw, "name": "cancel"}], standins={"cancel": lambda host=None: {"was": host}})
    assert backend.call("cancel", {"host": "a"}).result == {"was": "a"}


def test_conversations_are_made_from_functions(tmp_path: Path) -> None:
    class Ticket(BaseModel):
        ticket_id: int
        title: str
        status: Literal["open", "closed"]

    def create_ticket(title: str) -> Ticket:
        """Open a ticket."""
        raise AssertionError

    def get_ticket(ticket_id: int) -> Ticket:
        """Show a ticket."""
        raise AssertionError

    asked = read_settings(flags={"run": {"num": 4, "turns": "2"}})
    with closing(prepare(asked, read_objects([create_ticket, get_ticket]))) as job:
        ending, tally = asyncio.run(run(job, tmp_path))
    assert (ending, tally.accepted) == ("finished", 4)
    named = [each["file"] for each in json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["tools"]]
    where = f"{HERE}.{test_conversations_are_made_from_functions.__name__}.<locals>"
    assert named == [f"{where}.create_ticket", f"{where}.get_ticket"]
    with pytest.raises(SettingsError, match=r"--tools is set, and a catalogue is given; take one out"):
        prepare(read_settings(flags={"run": {"tools": ["x.json"]}}), read_objects([bare]))


KINDS: list[Any] = [
    bool, int, float, str, date, Decimal, UUID, Size, Literal["a", 2], list[int], dict[str, float], str | None,
    tuple[int, str], Filters, Parcel, Address, set[int], list[Order], Any,
]  # fmt: skip
NAMES = st.sampled_from(
    ["a", "schema", "copy", "json", "model_config", "type", "title", "properties", "items", "_x", "é"]
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, st.sampled_from(KINDS), max_size=5), st.sampled_from(KINDS), st.data())
def test_what_a_function_takes_and_gives_fits_what_is_read(
    arguments: dict[str, Any], result: Any, data: st.DataObject
) -> None:
    defaults = {name for name in arguments if data.draw(st.booleans())}
    listed = ", ".join(f"{name}=0" if name in defaults else name for name in arguments)
    namespace: dict[str, Any] = {}
    exec(f"def made({'*, ' if listed else ''}{listed}): ...", namespace)
    made = namespace["made"]
    made.__annotations__ = {**arguments, "return": result}
    read = tool_of(made)
    assert {*read.properties} == {*arguments}
    assert {*read.required} == {*arguments} - defaults
    jsonschema.Draft202012Validator.check_schema(read.parameters)
    given = {name: _sample(kind, data) for name, kind in arguments.items()}
    jsonschema.validate(given, read.parameters)
    if read.output_schema is not None:
        jsonschema.validate(_sample(result, data), read.output_schema)


def _is_finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _sample(kind: Any, data: st.DataObject) -> Any:
    """A value of a type, as JSON."""
    model = create_model("Holder", value=(readable(kind), ...))
    if kind is Any:
        return None
    values = st.decimals(allow_nan=False, allow_infinity=False) if kind is Decimal else st.from_type(kind)
    made = model(value=data.draw(values.filter(_is_finite)))
    return made.model_dump(mode="json", by_alias=True)["value"]
