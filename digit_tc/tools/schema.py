"""JSON Schema as the project uses it: draft 2020-12 with formats checked, and references only inside one schema."""

import json
from functools import lru_cache
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from digit_tc.canonical import canonical
from digit_tc.same import Same
from digit_tc.tools.expansion import expand
from digit_tc.tools.place import shown, step
from digit_tc.tools.references import resolve

__all__ = ["expand", "json_type", "non_null", "nullable", "pointer_of", "resolve", "type_of", "validator", "violations"]

_PYTHON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (str, "string"),
    (int, "integer"),
    (float, "number"),
    (dict, "object"),
    (list, "array"),
)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Returns the compiled validator of a schema; equal schemas share one.

    The draft is 2020-12 whatever `$schema` says, formats are checked, and nothing is ever fetched.

    Raises:
        jsonschema_rs.ValidationError: The schema is not valid.
    """
    return _of(Same(schema))


@lru_cache(maxsize=4096)
def _of(same: Same[dict[str, Any]]) -> Draft202012Validator:
    return _compiled(canonical(same.value))


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Draft202012Validator:
    schema = json.loads(text)
    schema.pop("$schema", None)  # which some versions of the validator obey
    return Draft202012Validator(schema, validate_formats=True, retriever=_refuse)


def _refuse(address: str) -> Any:
    raise ValueError(f"{address} lies outside the schema")


def violations(schema: dict[str, Any], value: Any) -> list[str]:
    """Says in one short line per error how a value breaks a schema, each with the pointer into the value after `#`."""
    try:
        known = validator(schema)
        if known.is_valid(value):  # the common case, and cheaper to find out
            return []
        return [f"#{pointer_of(error)}: {shown(error.message)}" for error in known.iter_errors(value)]
    except ValidationError as error:
        return [f"#: the schema itself is not valid: {shown(error.message)}"]
    except ValueError as error:
        return [f"#: the value is not JSON: {shown(str(error))}"]


def pointer_of(error: ValidationError) -> str:
    """Returns the JSON pointer to the part that an error is about, of a value or of a schema that is not valid."""
    path = error.instance_path
    if not path and error.schema_path[-1:] == ["pattern"] and error.message.endswith('is not a "regex"'):
        path = error.schema_path  # where some versions of the validator say it of a pattern in a schema
    pointer = ""
    for key in path:
        pointer = step(pointer, key)
    return pointer


def type_of(schema: dict[str, Any]) -> str | None:
    """Returns the first type of a schema that is not null, or None when it does not say.

    A list of alternatives counts when all but one of them are null, a list of values when all have one type.
    """
    kind = schema.get("type")
    if isinstance(kind, str):
        return None if kind == "null" else kind
    if isinstance(kind, list):
        return next((item for item in kind if item != "null"), None)
    inner = non_null(schema)
    if inner is not schema:
        return type_of(inner)
    if "enum" in schema or "const" in schema:
        return _type_of_values(schema.get("enum", [schema.get("const")]))
    return next((name for key, name in (("properties", "object"), ("items", "array")) if key in schema), None)


def non_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the only alternative of a schema that is not null, with what stands beside it; else the schema itself."""
    for keyword in ("anyOf", "oneOf", "allOf"):
        branches = schema.get(keyword)
        if isinstance(branches, list):
            rest = [branch for branch in branches if not _is_null(branch)]
            if len(rest) == 1 and isinstance(rest[0], dict):
                return {**rest[0], **{key: value for key, value in schema.items() if key != keyword}}
    return schema


def nullable(schema: dict[str, Any]) -> bool:
    """Says whether a schema names null among its types or alternatives."""
    kind = schema.get("type")
    if kind == "null" or (isinstance(kind, list) and "null" in kind):
        return True
    return any(_is_null(branch) for keyword in ("anyOf", "oneOf") for branch in schema.get(keyword, []))


def json_type(value: Any) -> str:
    """Returns the JSON Schema type of a value."""
    return next((name for kind, name in _PYTHON_TYPES if isinstance(value, kind)), "null")


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _type_of_values(values: list[Any]) -> str | None:
    kinds = {json_type(value) for value in values} - {"null"}
    return kinds.pop() if len(kinds) == 1 else None
