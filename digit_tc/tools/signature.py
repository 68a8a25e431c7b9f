"""The arguments and the result of a Python function as JSON Schema, read off its signature and its annotations."""

import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import Field, TypeAdapter, create_model
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from digit_tc.canonical import canonical
from digit_tc.records import Fix
from digit_tc.tools.annotations import is_injected, is_message, named, written_beside
from digit_tc.tools.place import Place, shown
from digit_tc.tools.typed_dicts import readable

_EMPTY = inspect.Parameter.empty
_OPEN: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


@dataclass(frozen=True)
class Signature:
    """JSON Schema of the arguments and of the result, None where it is not said; and what of them was left out."""

    parameters: dict[str, Any]
    output: dict[str, Any] | None
    fixes: tuple[Fix, ...]


def read_signature(function: Callable[..., Any], place: Place) -> Signature:
    """Reads the signature of anything that can be called. Nothing is called.

    Arguments that somebody else gives are left out: those that are bound, and those that LangChain injects. So is,
    with a fix, an argument that no call can give by name and as JSON, where there is a default for it.

    Raises:
        CatalogueError: There is no signature, an annotation leads nowhere, or a call cannot give what must be given.
    """
    hints = _hints(function, place)
    fields: dict[str, inspect.Parameter] = {}
    fixes: list[Fix] = []
    for name, parameter in _given(function, hints, place):
        problem = _problem(parameter)
        if problem is None:
            fields[name] = parameter
        elif parameter.default is _EMPTY and parameter.kind not in _OPEN:
            raise place.error(*problem)
        else:
            fixes.append(_left_out(parameter))
    schema = _parameters(fields)
    fixes += [
        Fix(code="default-not-json", pointer=f"/parameters/properties/{name}/default", old=kind, new=None)
        for name, kind in _lost(fields, schema["properties"])
    ]
    output = read_output(hints.get("return", Any))
    if output is None and hints.get("return", Any) is not Any:
        fixes.append(Fix(code="output-not-json", pointer="/output_schema", old=named(hints["return"]), new=None))
    return Signature(schema, output, tuple(fixes))


def schema_of(kind: Any) -> dict[str, Any]:
    """Returns the JSON Schema of the values that a type takes.

    Raises:
        Exception: No JSON is a value of it; a type is anybody's code, and may raise anything.
    """
    return TypeAdapter(readable(kind)).json_schema(schema_generator=_Plain)


def read_output(kind: Any) -> dict[str, Any] | None:
    """Returns the JSON Schema of what a type is written as, or None where that is anything, or no JSON at all."""
    if get_origin(kind) in (Awaitable, Coroutine):
        kind = get_args(kind)[-1]
    if is_message(kind):
        return None
    try:
        return TypeAdapter(readable(kind)).json_schema(mode="serialization", schema_generator=_Plain) or None
    except Exception:
        # A type is anybody's code: what cannot be written as JSON says so in many ways.
        return None


def read_hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Returns the annotations of anything that can be called, what is written as text resolved.

    Raises:
        Exception: Whatever an annotation raises when it is evaluated.
    """
    while isinstance(function, functools.partial):
        function = function.func
    if not (inspect.isroutine(function) or inspect.isclass(function)):
        function = type(function).__call__
    return get_type_hints(inspect.unwrap(function), include_extras=True)


class _Plain(GenerateJsonSchema):
    """JSON Schema without titles that only repeat names, silent about defaults that are no JSON.

    What is written has all its fields, those with a default too.
    """

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - as the base declares it

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - as the base declares it
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        written = self.mode == "serialization" and field["type"] != "typed-dict-field"
        return (written and not field.get("serialization_exclude")) or super().field_is_required(field, total)


def _hints(function: Callable[..., Any], place: Place) -> dict[str, Any]:
    try:
        return read_hints(function)
    except Exception as error:
        # An annotation written as text is code: it may raise anything.
        raise place.error(
            f"an annotation cannot be read: {shown(str(error))}",
            "import what it names in the module of the function, outside TYPE_CHECKING",
        ) from error


def _given(
    function: Callable[..., Any], hints: dict[str, Any], place: Place
) -> Iterator[tuple[str, inspect.Parameter]]:
    """Yields the parameters for which the one who calls has a value, annotations resolved."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError) as error:
        raise place.error("its signature is not known", "wrap it in a function with annotations") from error
    bound = _bound(function)
    for at, (name, parameter) in enumerate(parameters.items()):
        if at == 0 and name in ("self", "cls") and parameter.annotation is _EMPTY:
            raise place.error(f"it is a method without its {name}", "give the method of an object")
        annotation = hints.get(name, Any)
        if name not in bound and not is_injected(annotation):
            yield name, parameter.replace(annotation=annotation)


def _bound(function: Callable[..., Any]) -> set[str]:
    names: set[str] = set()
    while isinstance(function, functools.partial):
        names |= set(function.keywords)
        function = function.func
    return names


def _problem(parameter: inspect.Parameter) -> tuple[str, str] | None:
    """Says why no call can give a parameter, and the mend; None where one can."""
    name = parameter.name
    if parameter.kind in _OPEN:
        return f"it takes any arguments as {_OPEN[parameter.kind]}{name}", "name them"
    if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
        return f"it takes {name!r} by position only, and arguments are given by name", "take the / out"
    try:
        schema_of(parameter.annotation)
    except Exception:
        # As above: whatever it raises, no call can give it.
        what = f"{name!r} is a {named(parameter.annotation)}, for which there is no JSON Schema"
        return what, "bind it with functools.partial, or mark it InjectedToolArg"
    return None


def _left_out(parameter: inspect.Parameter) -> Fix:
    code = "arguments-open" if parameter.kind in _OPEN else "argument-left-out"
    return Fix(code=code, pointer="/parameters", old=f"{_OPEN.get(parameter.kind, '')}{parameter.name}", new=None)


def _parameters(fields: dict[str, inspect.Parameter]) -> dict[str, Any]:
    # A field has a name of its own and the parameter's as alias: that one may be a name that a model keeps for itself.
    models: dict[str, Any] = {
        f"field_{at}": (
            Annotated[readable(parameter.annotation), Field(alias=name, validation_alias=name)],
            ... if parameter.default is _EMPTY else parameter.default,
        )
        for at, (name, parameter) in enumerate(fields.items())
    }
    schema = create_model("Arguments", **models).model_json_schema(schema_generator=_Plain)
    schema.pop("title")
    properties = schema.setdefault("properties", {})
    for name, parameter in fields.items():
        for text in written_beside(parameter.annotation):
            properties[name].setdefault("description", text)
        if isinstance(parameter.default, set | frozenset) and "default" in properties[name]:
            properties[name]["default"].sort(key=canonical)  # a set has no order that would repeat
    return {"type": "object", "properties": properties, **schema}


def _lost(fields: dict[str, inspect.Parameter], properties: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields the names and the kinds of defaults that are no JSON, so that the schema goes without them."""
    for name, parameter in fields.items():
        given = parameter.default is not _EMPTY and not isinstance(parameter.default, FieldInfo)
        if given and "default" not in properties[name]:
            yield name, type(parameter.default).__qualname__
