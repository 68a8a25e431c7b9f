"""Typed dictionaries in annotations, as pydantic reads them."""

import sys
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)


def readable(annotation: Any) -> Any:
    """Returns an annotation whose typed dictionaries pydantic can read: before Python 3.12 not those of `typing`.

    One that holds itself holds any dictionary there instead.
    """
    return annotation if sys.version_info >= (3, 12) else _readable(annotation, ())


def _readable(annotation: Any, above: tuple[Any, ...]) -> Any:
    if is_typeddict(annotation):
        return dict[str, Any] if annotation in above else _rebuilt(annotation, (*above, annotation))
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is None or origin is Literal:
        return annotation
    if origin is Annotated:
        return Annotated[(_readable(parts[0], above), *parts[1:])]
    if any(isinstance(part, list) for part in parts):  # the arguments of a Callable
        return annotation
    within = tuple(_readable(part, above) for part in parts)
    if within == parts:
        return annotation
    return Union[within] if origin in (Union, UnionType) else origin[within]  # noqa: UP007 - the parts are not known


def _rebuilt(kind: Any, above: tuple[Any, ...]) -> Any:
    from typing_extensions import TypedDict  # noqa: PLC0415 - there before Python 3.12 alone

    fields = {}
    for name, annotation in get_type_hints(kind, include_extras=True).items():
        bare = get_args(annotation)[0] if get_origin(annotation) in (Required, NotRequired) else annotation
        inner = _readable(bare, above)
        fields[name] = Required[inner] if name in kind.__required_keys__ else NotRequired[inner]
    made = TypedDict(kind.__name__, fields)  # type: ignore[misc]
    made.__doc__, made.__module__, made.__qualname__ = kind.__doc__, kind.__module__, kind.__qualname__
    return made
