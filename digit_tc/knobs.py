"""Knobs: what the class of a role or a sampler is made with, each checked against what it declares."""

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import partial
from typing import Any, cast, get_args, get_type_hints

from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError

from digit_tc.errors import LoadingError
from digit_tc.importing import nearest, one_line, words_of
from digit_tc.section import taken_for_number

_KINDS: Mapping[Any, str] = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


def made_with(who: str, found: Any, knobs: Mapping[str, Any]) -> Any:
    """Returns what a class makes of knobs; a dataclass that is made already, with other knobs; a function as it is.

    Args:
        who: What messages call it by.
        found: A class, an instance of a dataclass, or a function.
        knobs: Its knobs by name, from the command line as text.

    Raises:
        LoadingError: It has no such knob, the value does not fit, or it cannot be made.
    """
    if inspect.isclass(found):
        return _made(who, found, _checked(who, found, knobs, whole=True))
    if not knobs:
        return found
    if dataclasses.is_dataclass(found):
        return _made(
            who, partial(dataclasses.replace, cast(Any, found)), _checked(who, type(found), knobs, whole=False)
        )
    raise LoadingError(f"{who} takes no knobs, but was given {', '.join(knobs)}; knobs are fields of a dataclass")


def _made(who: str, make: Callable[..., Any], values: dict[str, Any]) -> Any:
    given = ", ".join(f"{name}={value!r}" for name, value in values.items()) or "none"
    try:
        return make(**values)
    except ValueError as error:
        raise LoadingError(f"{who} cannot take its knobs: {words_of(error)}; given were {given}") from error
    except Exception as error:
        raise LoadingError(f"{who} cannot be made: {one_line(error)}; the knobs given were {given}") from error


def _checked(who: str, kind: type[Any], knobs: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """Returns the knobs in the types that a class declares; with `whole`, every one without a default must be there."""
    try:
        parameters = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return dict(knobs)  # nobody can tell what it takes before it is tried
    named = {each.name: each for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)}
    if not any(each.kind is each.VAR_KEYWORD for each in parameters):
        for name in knobs:
            if name not in named:
                has = f"it has {', '.join(named)}" if named else "it has none"
                raise LoadingError(f"{who} has no knob {name!r}{nearest(name, [*named])}; {has}")
    for name, each in named.items() if whole else ():
        if each.default is each.empty and name not in knobs:
            raise LoadingError(f"{who} needs its knob {name!r}, which has no default; give it a value")
    hints = _hints(kind)
    return {name: _coerced(who, name, value, hints.get(name, Any)) for name, value in knobs.items()}


def _hints(kind: type[Any]) -> dict[str, Any]:
    try:
        return get_type_hints(kind if dataclasses.is_dataclass(kind) else kind.__init__)
    except (NameError, TypeError, AttributeError):  # names that only a type checker sees
        return {}


def _coerced(who: str, name: str, value: Any, hint: Any) -> Any:
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        adapter = TypeAdapter(hint)  # types with settings of their own take none from here
    try:
        made = adapter.validate_python(value)
    except ValidationError:
        if str in (hint, *get_args(hint)) and isinstance(value, bool | int | float | date | time):
            return str(value).lower() if isinstance(value, bool) else str(value)  # a text that looks like a number
        kind = _KINDS.get(hint) or f"of the type {inspect.formatannotation(hint)}"
        raise LoadingError(f"the knob {name!r} of {who} must be {kind}; got {value!r}") from None
    if problem := taken_for_number(value, made):
        raise LoadingError(f"the knob {name!r} of {who} {problem}")
    return made
