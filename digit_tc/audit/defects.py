"""Defects to plant: each takes a clean conversation and spoils one value that something earlier in it settles.

What is altered is found here by plain comparison of values, not with the checks that are to notice it.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from digit_tc.export.trace import CallStep, Trace
from digit_tc.tools.names import action, words
from digit_tc.tools.schema import non_null
from digit_tc.world.arithmetic import calculated

Path = tuple[str | int, ...]
Planter = Callable[[Trace], Iterator[Trace]]

_REMOVES = ("delete", "remove", "rm", "erase", "destroy")
_ERROR = {"error": {"code": "not_found", "message": "not found"}}


def _ok(trace: Trace) -> list[tuple[int, CallStep]]:
    """Returns the calls of a trace that were answered, with their steps."""
    return [(at, step) for at, step in enumerate(trace.steps) if isinstance(step, CallStep) and not step.is_error]


def later_read_changed(trace: Trace) -> Iterator[Trace]:
    """A read is repeated, nothing but reads lies in between, and one of its values is another."""
    last: dict[str, CallStep] = {}
    for at, step in _ok(trace):
        if _verb(step) not in ("read", "search"):
            last = {}
            continue
        key = json.dumps([step.call.name, step.call.arguments], sort_keys=True)
        if key in last and last[key].result == step.result:
            yield from _each(trace, at, step, [path for path, value in _leaves(step.result) if _plain(value)])
        last[key] = step


def written_value_forgotten(trace: Trace) -> Iterator[Trace]:
    """A call sets an attribute of a thing, the next call that names the thing reads it, and shows another value."""
    written: dict[str, dict[str, Any]] = {}
    for at, step in _ok(trace):
        named = {str(value) for value in step.call.arguments.values() if isinstance(value, str | int)}
        if _verb(step) in ("create", "update"):
            made = {str(step.result[key]) for key in _ids(step.result)} if isinstance(step.result, dict) else set()
            told = {key: value for key, value in step.call.arguments.items() if words(key)[-1:] != ("id",)}
            for one in named | made:
                written.pop(one, None)
            target = _one_id(step, made)
            if target:
                written[target] = told
        elif _verb(step) == "read" and isinstance(step.result, dict):
            for one in named & written.keys():
                paths: list[Path] = [
                    (key,) for key, value in written[one].items() if _plain(value) and step.result.get(key) == value
                ]
                yield from _each(trace, at, step, paths)
        else:
            written = {}


def id_swapped(trace: Trace) -> Iterator[Trace]:
    """The result names another thing than the one that was asked for."""
    for at, step in _ok(trace):
        if isinstance(step.result, dict):
            paths: list[Path] = [
                (key,) for key in _ids(step.result) if step.call.arguments.get(key) == step.result[key]
            ]
            yield from _each(trace, at, step, paths)


def id_reissued(trace: Trace) -> Iterator[Trace]:
    """A new thing gets the id that an earlier one of the same tool has."""
    made: dict[tuple[str, str], Any] = {}
    for at, step in _ok(trace):
        if _verb(step) != "create" or not isinstance(step.result, dict):
            continue
        key = _new_id(step)
        if not key:
            continue
        held = made.get((step.call.name, key))
        if held is not None and type(held) is type(step.result[key]) and held != step.result[key]:
            yield _with(trace, at, step, (key,), held)
        made[step.call.name, key] = step.result[key]


def deleted_item_back(trace: Trace) -> Iterator[Trace]:
    """A thing that was deleted is answered for as before, or stands in a list again."""
    shown: dict[str, Any] = {}
    rows: dict[str, tuple[str, str, Any]] = {}
    deleted: set[str] = set()
    for at, step in enumerate(trace.steps):
        if not isinstance(step, CallStep):
            continue
        only = [str(value) for value in step.call.arguments.values() if isinstance(value, str | int)]
        key = json.dumps([step.call.name, step.call.arguments], sort_keys=True)
        looks, single = _verb(step) in ("read", "search"), len(step.call.arguments) == 1
        if words(step.call.name)[0] in _REMOVES and single and not step.is_error:
            deleted |= set(only)
        elif looks and step.is_error and single and only and only[0] in deleted and key in shown:
            yield _replaced(trace, at, step.model_copy(update={"result": shown[key], "is_error": False}))
        elif looks and not step.is_error:
            shown[key] = step.result
            yield from _back_in_list(trace, at, step, [rows[one] for one in sorted(deleted & rows.keys())])
            rows |= {row_id: (step.call.name, name, row) for name, row_id, row in _rows(step.result)}


def _back_in_list(
    trace: Trace, at: int, step: CallStep, gone: list[tuple[str, str, Any]]
) -> Iterator[Trace]:  # fmt: skip
    result: Any = step.result
    for tool, name, row in gone:
        if tool == step.call.name and isinstance(result, dict) and isinstance(result.get(name), list):
            grown = _put(result, (name,), [*result[name], row])
            yield _replaced(trace, at, step.model_copy(update={"result": grown}))


def _rows(result: Any) -> Iterator[tuple[str, str, Any]]:
    """Yields the entries of the lists of a result: the list's name, the entry's id, the entry."""
    for name, value in result.items() if isinstance(result, dict) else ():
        for row in value if isinstance(value, list) else ():
            for key in _ids(row)[:1] if isinstance(row, dict) else ():
                yield name, str(row[key]), row


def created_item_missing(trace: Trace) -> Iterator[Trace]:
    """A list that shows what was created before no longer does; each of its filters was said when it was created."""
    told: dict[str, dict[str, Any]] = {}
    for at, step in _ok(trace):
        result: Any = step.result
        key = _new_id(step) if _verb(step) == "create" and isinstance(result, dict) else ""
        if key:
            told[str(result[key])] = {**result, **step.call.arguments}
        asked = step.call.arguments.items()
        made = {one for one, said in told.items() if all(said.get(name) == value for name, value in asked)}
        if _verb(step) not in ("search", "read") or not isinstance(result, dict | list):
            continue
        rows: dict[str, Any] = {"": result} if isinstance(result, list) else result
        for name, value in rows.items():
            kept = [row for row in value if not _shows(row, made)] if isinstance(value, list) else []
            if isinstance(value, list) and len(kept) < len(value):
                changed = _put(result, (name,) if name else (), kept)
                for count in [other for other, number in rows.items() if name and number == len(value)]:
                    changed = _put(changed, (count,), len(kept))
                yield _replaced(trace, at, step.model_copy(update={"result": changed}))


def known_id_not_found(trace: Trace) -> Iterator[Trace]:
    """A thing that results have shown is not found."""
    seen: set[str] = set()
    for at, step in _ok(trace):
        ids = [str(value) for key, value in step.call.arguments.items() if words(key)[-1:] == ("id",)]
        if _verb(step) == "read" and len(ids) == 1 and len(step.call.arguments) == 1 and ids[0] in seen:
            yield _replaced(trace, at, step.model_copy(update={"result": _ERROR, "is_error": True}))
        seen |= {
            str(value) for path, value in _leaves(step.result) if words(str(path[-1] if path else ""))[-1:] == ("id",)
        }


def enum_contradicted(trace: Trace) -> Iterator[Trace]:
    """A property with declared values has another one."""
    enums: dict[str, set[str]] = {}
    for tool in trace.tools:
        declared = (tool.output_schema or {}).get("properties", {})
        enums[tool.name] = {key for key, schema in declared.items() if "enum" in non_null(schema)}
    for at, step in _ok(trace):
        if isinstance(step.result, dict):
            for key in enums.get(step.call.name, set()):
                if isinstance(step.result.get(key), str):
                    yield _with(trace, at, step, (key,), "no such choice")


def echo_contradicted(trace: Trace) -> Iterator[Trace]:
    """A result key that repeats an argument carries another value."""
    for at, step in _ok(trace):
        if isinstance(step.result, dict):
            paths: list[Path] = [
                (key,)
                for key, value in step.result.items()
                if words(key)[-1:] != ("id",) and _plain(value) and value == step.call.arguments.get(key)
            ]
            yield from _each(trace, at, step, paths)


def sum_off_by_one(trace: Trace) -> Iterator[Trace]:
    """A count differs from the list beside it, or a calculation from its arguments, by one."""
    for at, step in _ok(trace):
        if isinstance(step.result, dict):
            sizes = [len(value) for value in step.result.values() if isinstance(value, list)]
            for key, value in step.result.items():
                if len(sizes) == 1 and "count" in words(key) and value == sizes[0] and not isinstance(value, bool):
                    yield _with(trace, at, step, (key,), value + 1)
        right = calculated(step.call.name, step.call.arguments) if _verb(step) == "compute" else None
        for path, value in _leaves(step.result):
            if right is not None and isinstance(value, int | float) and abs(value - right) < 1e-9:
                yield _with(trace, at, step, path, value + 1)


def type_changed(trace: Trace) -> Iterator[Trace]:
    """A value has another JSON type than at the same place of an earlier result of the tool."""
    places: set[tuple[str, Path]] = set()
    for at, step in _ok(trace):
        known = [
            path for path, value in _leaves(step.result) if _plain(value) and (step.call.name, _any(path)) in places
        ]
        if known:
            value = _at(step.result, known[0])
            yield _with(trace, at, step, known[0], str(value) if not isinstance(value, str) else len(value))
        places |= {(step.call.name, _any(path)) for path, value in _leaves(step.result) if value is not None}


PLANTERS: dict[str, Planter] = {
    planter.__name__: planter
    for planter in (
        later_read_changed, written_value_forgotten, id_swapped, id_reissued, deleted_item_back, created_item_missing,
        known_id_not_found, enum_contradicted, echo_contradicted, sum_off_by_one, type_changed,
    )
}  # fmt: skip
"""The kinds of defects by name."""


def _verb(step: CallStep) -> str:
    return action(step.call.name)


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _ids(result: dict[str, Any]) -> list[str]:
    return [key for key, value in result.items() if words(key)[-1:] == ("id",) and _plain(value)]


def _new_id(step: CallStep) -> str:
    """Returns the one id of a result that no argument has; empty where there is none or several."""
    result: Any = step.result
    given = {str(value) for _, value in _leaves(step.call.arguments)}
    new = [key for key in _ids(result) if str(result[key]) not in given]
    return new[0] if len(new) == 1 else ""


def _one_id(step: CallStep, made: set[str]) -> str:
    named = [str(value) for key, value in step.call.arguments.items() if words(key)[-1:] == ("id",)]
    every = named or sorted(made)
    return every[0] if len(every) == 1 else ""


def _shows(row: Any, made: set[str]) -> bool:
    return isinstance(row, dict) and any(str(row[key]) in made for key in _ids(row)[:1])


def _leaves(value: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict | list):
        for key, held in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(held, (*at, key))
    else:
        yield at, value


def _any(path: Path) -> Path:
    return tuple("-" if isinstance(part, int) else part for part in path)


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _each(trace: Trace, at: int, step: CallStep, paths: list[Path]) -> Iterator[Trace]:
    for path in paths:
        yield _with(trace, at, step, path, _other(_at(step.result, path)))


def _other(value: Any) -> Any:
    """Returns another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 7
    return f"{value[:-1]}{'3' if value.endswith('7') else '7'}" if value[-1:].isdigit() else f"{value} else"


def _with(trace: Trace, at: int, step: CallStep, path: Path, value: Any) -> Trace:
    return _replaced(trace, at, step.model_copy(update={"result": _put(step.result, path, value)}))


def _put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, list):
        return [_put(held, path[1:], new) if at == path[0] else held for at, held in enumerate(value)]
    return {key: _put(held, path[1:], new) if key == path[0] else held for key, held in value.items()}


def _replaced(trace: Trace, at: int, step: CallStep) -> Trace:
    return trace.model_copy(update={"steps": (*trace.steps[:at], step, *trace.steps[at + 1 :])})
