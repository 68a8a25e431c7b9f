"""What a model is asked about the results of calls, and the shape of what it says."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema, create_model

from digit_tc.same import Same
from digit_tc.world.offer import NOTHING, Proposal

_LEFT_OUT: Any = object()


def shape(results: Mapping[int, dict[str, Any] | None]) -> type[BaseModel]:
    """Returns the shape of an answer about several calls: for each a result and further changes.

    Args:
        results: The output schema of each call by its number; None for one that declares none.
    """
    return _shape(tuple((number, Same(schema)) for number, schema in results.items()))


@lru_cache(maxsize=256)
def _shape(results: tuple[tuple[int, Same[dict[str, Any] | None]], ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for number, same in results:
        schema = same.value
        result: Any = Annotated[Any, WithJsonSchema(schema)] if schema else Any
        answer = create_model(
            f"Answer{number}", result=(result, ...), changes=(dict[str, Any], Field(default_factory=dict))
        )
        fields[f"call_{number}"] = (answer, ...)
    made: type[BaseModel] = create_model("Answers", **fields)
    return made


def offered(answer: BaseModel, number: int) -> tuple[Any, dict[str, Any]]:
    """Returns the result and the changes that an answer offers for a call; nothing where it does not speak of it."""
    told = getattr(answer, f"call_{number}", None)
    return (told.result, dict(told.changes)) if told is not None else (NOTHING, {})


def settled(result: Any, proposal: Proposal) -> Any:
    """Returns what the world settles of a result: the result without its open places; None where nothing is left."""
    left = _without(result, "", frozenset(proposal.open))
    return None if left is _LEFT_OUT else left


def _without(value: Any, pointer: str, left_out: Iterable[str]) -> Any:
    if pointer in left_out:
        return _LEFT_OUT
    if isinstance(value, dict):
        members = {
            key: _without(inner, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", left_out)
            for key, inner in value.items()
        }
        return {key: inner for key, inner in members.items() if inner is not _LEFT_OUT}
    if isinstance(value, list):
        entries = [_without(inner, f"{pointer}/{at}", left_out) for at, inner in enumerate(value)]
        return [inner for inner in entries if inner is not _LEFT_OUT]
    return value
