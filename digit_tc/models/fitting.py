"""Values that a model wrote, fitted to a pydantic model: what is plainly meant is understood, the rest is named."""

import copy
import json
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from digit_tc.models.loose_json import values_in

T = TypeVar("T", bound=BaseModel)

_ROUNDS = 8
"""How often a value is mended and tried again."""
_NAMED = 8
"""Problems that are named at most."""
_NOTHING = object()


class Unfit(Exception):  # noqa: N818 - a finding, which never leaves this folder
    """A value does not fit; `problems` says where and why, as a model is told it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def fitted(kind: type[T], value: Any) -> T:
    """Returns a value as an instance of a model.

    Read as meant: a list of one where an object is due, one thing where a list is due, numbers as text and text as
    numbers, JSON inside a string, null for what may be left out, another case of a label, keys that nobody asked for,
    one wrapping object around the whole.

    Raises:
        Unfit: It does not fit.
    """
    first: Unfit | None = None
    for candidate in _unwrapped(kind, value):
        try:
            return _mended(kind, candidate)
        except Unfit as unfit:
            first = first or unfit
    raise first or Unfit(["it is no JSON object"])


def fitted_in(kind: type[T], text: str) -> T:
    """Returns the first value in a reply that fits a model; see `fitted`.

    Raises:
        Unfit: None does.
    """
    first: Unfit | None = None
    for value in values_in(text):
        try:
            return fitted(kind, value)
        except Unfit as unfit:
            first = first or unfit
    raise first or Unfit(["the reply holds no JSON object"])


def _unwrapped(kind: type[BaseModel], value: Any) -> Iterator[Any]:
    names = {name for field, info in kind.model_fields.items() for name in (field, info.alias) if name}
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], dict):
            yield from _unwrapped(kind, value[0])
        if len(kind.model_fields) == 1:
            yield {next(iter(kind.model_fields)): value}
        return
    if not isinstance(value, dict):
        return
    if names & value.keys() or not value or not names:
        yield value
    elif len(value) == 1:
        yield from _unwrapped(kind, next(iter(value.values())))
    else:
        raise Unfit([f"it has none of the keys {', '.join(sorted(names))}"])


def _mended(kind: type[T], value: Any) -> T:
    held = [copy.deepcopy(value)]
    for _ in range(_ROUNDS):
        try:
            return kind.model_validate(held[0])
        except ValidationError as error:
            details = error.errors(include_url=False)
            if not any([_mend(held, detail) for detail in details]):
                raise Unfit(_named(details)) from None
        except (RecursionError, OverflowError):
            break
    raise Unfit(["it cannot be read"])


def _named(details: list[ErrorDetails]) -> list[str]:
    lines = [f"/{'/'.join(map(str, detail['loc']))}: {detail['msg']}"[:200] for detail in details]
    left = len(lines) - _NAMED
    return lines[:_NAMED] + ([f"and {left} more"] if left > 0 else [])


def _mend(held: list[Any], detail: ErrorDetails) -> bool:
    """Puts what is plainly meant in the place of what an error is about; says whether it did."""
    parent: Any = None
    key: Any = None
    at: Any = held
    for part in (0, *detail["loc"]):
        inside = (isinstance(at, dict) and part in at) or (
            isinstance(at, list) and isinstance(part, int) and part < len(at)
        )
        if inside:  # else it names a member of a union, not a place
            parent, key, at = at, part, at[part]
    if detail["type"] == "missing" or at != detail["input"]:
        return False
    if isinstance(parent, dict) and (at is None or detail["type"] == "extra_forbidden"):
        del parent[key]
        return True
    meant = _meant(detail["type"], at)
    if meant is _NOTHING or parent is None:
        return False
    parent[key] = meant
    return True


def _meant(wanted: str, value: Any) -> Any:
    if wanted == "string_type" and isinstance(value, int | float):
        return json.dumps(value)
    if wanted in ("literal_error", "enum") and isinstance(value, str):
        plain = value.strip(" .!\"'`*").lower()
        return plain if plain != value else _NOTHING
    if wanted in ("int_parsing", "float_parsing") and isinstance(value, str):
        plain = value.replace(",", "").strip()
        return plain if plain != value else _NOTHING
    if wanted in ("list_type", "tuple_type", "set_type", "frozen_set_type"):
        inner = _inside(value, list)
        return inner if inner is not _NOTHING else [value]
    if wanted in ("dict_type", "model_type", "model_attributes_type", "dataclass_type"):
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            return value[0]
        return _inside(value, dict)
    return _NOTHING


def _inside(value: Any, kind: type) -> Any:
    """Returns the JSON that a string holds, where it is of that kind."""
    if isinstance(value, str):
        return next((inner for inner in values_in(value) if isinstance(inner, kind)), _NOTHING)
    return _NOTHING
