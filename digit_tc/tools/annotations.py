"""What an annotation of a function says besides its type."""

import inspect
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from digit_tc.tools.place import shown


def is_injected(annotation: Any) -> bool:
    """Says whether LangChain or LangGraph gives an argument of this annotation, so that no call has it."""
    from langchain_core.callbacks import BaseCallbackManager, BaseRunManager  # noqa: PLC0415 - only for tools given in code
    from langchain_core.runnables import RunnableConfig  # noqa: PLC0415
    from langchain_core.tools import InjectedToolArg  # noqa: PLC0415
    from langgraph.prebuilt import ToolRuntime  # noqa: PLC0415

    marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    if any(_is_a(mark if inspect.isclass(mark) else type(mark), InjectedToolArg) for mark in marks):
        return True
    return any(
        part is RunnableConfig or _is_a(part, BaseCallbackManager, BaseRunManager, ToolRuntime)
        for part in _parts(annotation)
    )


def is_message(annotation: Any) -> bool:
    """Says whether a result goes to LangChain or LangGraph itself, as a message or a command does."""
    from langchain_core.messages import BaseMessage  # noqa: PLC0415 - only for tools given in code
    from langgraph.types import Command  # noqa: PLC0415

    return any(_is_a(part, BaseMessage, Command) for part in _parts(annotation))


def _parts(annotation: Any) -> Iterator[Any]:
    """Yields the plain types that an annotation allows, without what is written beside or inside them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    else:
        yield origin or annotation


def _is_a(kind: Any, *kinds: type) -> bool:
    return inspect.isclass(kind) and issubclass(kind, kinds)


def written_beside(annotation: Any) -> Iterator[str]:
    """Yields the texts that are written into an annotation: LangChain takes them for descriptions."""
    if get_origin(annotation) is Annotated:
        for mark in get_args(annotation)[1:]:
            text = getattr(mark, "documentation", mark)
            if isinstance(text, str):
                yield text


def named(annotation: Any) -> str:
    """Returns what a message calls a type; what is written beside it may change from process to process."""
    if get_origin(annotation) is Annotated:
        return named(get_args(annotation)[0])
    return annotation.__qualname__ if inspect.isclass(annotation) else shown(str(annotation))
