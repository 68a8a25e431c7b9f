"""What a model proposes for the gaps of a tool: checked like any specification, laid over it."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from digit_tc.errors import CatalogueError
from digit_tc.records import Inferred
from digit_tc.tools.inference.gaps import SAYS_TYPE, Gaps
from digit_tc.tools.mending import Mender
from digit_tc.tools.place import Place, shown, step
from digit_tc.tools.tool import Tool


class Proposal(BaseModel):
    """Types of untyped arguments by name, the arguments that may be left out, the output schema."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    types: dict[str, dict[str, Any]] = Field(default_factory=dict)
    optional: tuple[str, ...] = ()
    output: dict[str, Any] | None = None


@dataclass(frozen=True)
class Filled:
    """A tool with what a model said, and what it said that cannot be used."""

    tool: Tool
    problems: tuple[str, ...]


def filled(tool: Tool, gaps: Gaps, proposal: Proposal) -> Filled:
    """Lays a proposal over the gaps of a tool; what the specification says itself is never touched."""
    problems: list[str] = []
    marks: list[Inferred] = []
    properties = dict(tool.properties)
    for name in gaps.untyped:
        typed = _typed(properties[name], proposal.types.get(name), name, problems)
        if typed is not None:
            properties[name] = typed
            marks.append(Inferred(rule="type-model", pointer=f"/parameters{step('/properties', name)}"))
    parameters = {**tool.parameters, "properties": properties} if gaps.untyped else tool.parameters
    if gaps.unlisted:
        unknown = [name for name in proposal.optional if name not in properties]
        problems += [f"/optional: {shown(name)!r} is no argument" for name in unknown]
        parameters = {**parameters, "required": [name for name in properties if name not in proposal.optional]}
        for name in properties:
            rule = "optional-model" if name in proposal.optional else "required-model"
            marks.append(Inferred(rule=rule, pointer=f"/parameters{step('/properties', name)}"))
    output = _output(proposal.output, problems) if gaps.output else tool.output_schema
    if gaps.output and output is not None:
        marks.append(Inferred(rule="output-model", pointer="/output_schema"))
    update = {"parameters": parameters, "output_schema": output, "inferred": (*tool.inferred, *marks)}
    return Filled(tool.model_copy(update=update), tuple(problems))


def _typed(
    schema: dict[str, Any], said: dict[str, Any] | None, name: str, problems: list[str]
) -> dict[str, Any] | None:
    if said is None:
        problems.append(f"/types: nothing is said of {shown(name)!r}")
        return None
    mended = _mended(said, f"/types{step('', name)}", problems)
    if mended is None:
        return None
    if not any(key in mended for key in SAYS_TYPE):
        problems.append(f"/types{step('', name)}: it names no type")
        return None
    return {**mended, **schema}


def _output(said: dict[str, Any] | None, problems: list[str]) -> dict[str, Any] | None:
    if said is None:
        problems.append("/output: no output schema is given")
        return None
    mended = _mended(said, "/output", problems)
    if mended is not None and not mended.get("properties"):
        problems.append("/output: it names no properties")
        return None
    return mended


def _mended(said: dict[str, Any], pointer: str, problems: list[str]) -> dict[str, Any] | None:
    try:
        return Mender(Place("", pointer)).output(said, "")
    except CatalogueError as error:
        problems.append(str(error))
        return None
