"""Reversible changes to how the tools of a finished conversation look: names scrambled, descriptions removed.

A model that was trained on names alone fails on tools whose names say nothing, and the other way round. A record says
what was changed, so that `restored` gives back what it was.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from digit_tc.canonical import digest
from digit_tc.records import Call, Changed, Record, ToolRecord, Turn
from digit_tc.section import Section

_DESCRIPTION = "description"


@dataclass(frozen=True)
class Perturbation:
    """What is changed of the tools of each conversation."""

    scramble_names: bool = False
    drop_descriptions: bool = False


class CatalogueSettings(Section):
    """What is changed of the tools that a conversation shows."""

    scramble_names: bool = False
    """Whether names that say nothing stand in place of the tools' own."""
    drop_descriptions: bool = False
    """Whether tools and arguments stand without their descriptions."""
    distractors: int = Field(default=0, ge=0, le=64)
    """How many tools are offered that are easily taken for others, and serve nobody."""

    @property
    def perturbation(self) -> Perturbation:
        """What is changed in the records."""
        return Perturbation(scramble_names=self.scramble_names, drop_descriptions=self.drop_descriptions)


def perturbed(record: Record, how: Perturbation) -> Record:
    """Returns a record with its tools changed; one name becomes the same other one in every conversation of a seed."""
    if record.perturbation is not None or not (how.scramble_names or how.drop_descriptions):
        return record
    names = _scrambled([tool.name for tool in record.tools], record.seed) if how.scramble_names else {}
    renamed = _renamed(record, names)
    dropped: dict[str, dict[str, str]] = {}
    tools = list[ToolRecord]()
    for tool in renamed.tools:
        if how.drop_descriptions:
            dropped[tool.name] = dict(_descriptions(_form(tool)))
            tool = _with_form(tool, _without(_form(tool)))  # noqa: PLW2901 - the tool as it is from here on
        tools.append(tool)
    changed = Changed(names={new: old for old, new in names.items()}, descriptions=dropped)
    return renamed.model_copy(update={"tools": tuple(tools), "perturbation": changed})


def restored(record: Record) -> Record:
    """Returns a record as it was before its tools were changed."""
    changed = record.perturbation
    if changed is None:
        return record
    tools = tuple(_described(tool, changed.descriptions.get(tool.name, {})) for tool in record.tools)
    whole = record.model_copy(update={"tools": tools, "perturbation": None})
    return _renamed(whole, changed.names)


def _scrambled(names: list[str], seed: int) -> dict[str, str]:
    """Returns a name that says nothing for each name; a longer one where two would be the same."""
    size = next(size for size in range(6, 65) if len({digest(seed, name)[:size] for name in names}) == len(set(names)))
    return {name: f"tool_{digest(seed, name)[:size]}" for name in names}


def _renamed(record: Record, names: Mapping[str, str]) -> Record:
    if not names:
        return record
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")(?!\w)")

    def mentioned(text: str) -> str:
        return pattern.sub(lambda found: names[found[0]], text)

    def tool(one: ToolRecord) -> ToolRecord:
        form = _mapped(_form(one), mentioned)
        known = {"name": names.get(one.name, one.name), "made_of": names.get(one.made_of, one.made_of)}
        return _with_form(one, form).model_copy(update=known)

    def call(one: Call) -> Call:
        return one.model_copy(update={"name": names.get(one.name, one.name)})

    def turn(one: Turn) -> Turn:
        steps = tuple(step.model_copy(update={"calls": tuple(map(call, step.calls))}) for step in one.steps)
        missing = one.missing and one.missing.model_copy(update={"tool": names.get(one.missing.tool, one.missing.tool)})
        added = tuple(names.get(name, name) for name in one.tools_added)
        return one.model_copy(update={"steps": steps, "missing": missing, "tools_added": added})

    events = tuple({**event, "tool": names.get(event["tool"], event["tool"])} if "tool" in event else event
                   for event in record.world.events)  # fmt: skip
    return record.model_copy(
        update={
            "tools": tuple(map(tool, record.tools)),
            "turns": tuple(map(turn, record.turns)),
            "world": record.world.model_copy(update={"events": events}),
        }
    )


def _form(tool: ToolRecord) -> dict[str, Any]:
    """Returns what a model is told of a tool, its name left aside."""
    return {_DESCRIPTION: tool.description, "parameters": tool.parameters, "output_schema": tool.output_schema}


def _with_form(tool: ToolRecord, form: dict[str, Any]) -> ToolRecord:
    return tool.model_copy(update={**form, _DESCRIPTION: form.get(_DESCRIPTION, "")})


def _described(tool: ToolRecord, descriptions: Mapping[str, str]) -> ToolRecord:
    return _with_form(tool, _put_back(_form(tool), descriptions, ""))


def _is_text(key: str, value: Any, properties: bool) -> bool:
    """Says whether a key holds a description, rather than an argument of that name."""
    return key == _DESCRIPTION and isinstance(value, str) and not properties


def _descriptions(value: Any, pointer: str = "", *, properties: bool = False) -> Iterator[tuple[str, str]]:
    """Yields the descriptions in a schema by their JSON pointers."""
    for key, inner in _children(value):
        if _is_text(key, inner, properties):
            yield f"{pointer}/{key}", inner
        else:
            yield from _descriptions(inner, f"{pointer}/{_escaped(key)}", properties=key == "properties")


def _without(value: Any, *, properties: bool = False) -> Any:
    if isinstance(value, list):
        return [_without(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without(inner, properties=key == "properties")
        for key, inner in value.items()
        if not _is_text(key, inner, properties)
    }


def _put_back(value: Any, descriptions: Mapping[str, str], pointer: str) -> Any:
    """Returns a schema with its descriptions; in which place of their objects they stand is of no account."""
    if isinstance(value, list):
        return [_put_back(inner, descriptions, f"{pointer}/{at}") for at, inner in enumerate(value)]
    if not isinstance(value, dict):
        return value
    own = descriptions.get(f"{pointer}/{_DESCRIPTION}")
    rest = {key: _put_back(inner, descriptions, f"{pointer}/{_escaped(key)}") for key, inner in value.items()}
    return rest if own is None else {**rest, _DESCRIPTION: own}


def _mapped(value: Any, change: Callable[[str], str], *, properties: bool = False) -> Any:
    """Returns a schema with its descriptions changed."""
    if isinstance(value, list):
        return [_mapped(inner, change) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: change(inner)
        if _is_text(key, inner, properties)
        else _mapped(inner, change, properties=key == "properties")
        for key, inner in value.items()
    }


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(at), inner) for at, inner in enumerate(value))


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
