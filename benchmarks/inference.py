"""How well types, `required` and output schemas are inferred, on tools that declare them: hide, infer, compare.

    python benchmarks/inference.py TOOLS.jsonl...

Each kind of gap is made alone, once in every tool at the same time (nothing is left to learn from) and once in one tool
after the other (its siblings are whole, as in a catalogue with a few gaps). Precision is the share of what was inferred
that is right, recall the share of what was declared that was inferred rightly; both are printed in percent.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.inference.completion import completed, rules_of
from digit_tc.tools.reading import read_catalogue
from digit_tc.tools.schema import type_of
from digit_tc.tools.tool import Tool

Facts = set[tuple[str, ...]]


@dataclass
class Score:
    """What was declared, what was inferred, and what is in both."""

    declared: int = 0
    inferred: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, declared: Facts, inferred: Facts) -> None:
        """Counts one tool."""
        self.declared += len(declared)
        self.inferred += len(inferred)
        self.right += len(declared & inferred)
        self.wrong += [" ".join(fact) for fact in sorted(inferred - declared)]

    def __str__(self) -> str:
        precision = 100 * self.right / max(1, self.inferred)
        recall = 100 * self.right / max(1, self.declared)
        return f"precision {precision:5.1f}  recall {recall:5.1f}  ({self.right} right of {self.declared} declared)"


def types(tool: Tool) -> Facts:
    """The types of the arguments; one that may be anything counts as not inferred."""
    found = ((name, type_of(schema)) for name, schema in tool.properties.items() if isinstance(schema, dict))
    scalars = {
        name for name, schema in tool.properties.items() if schema.get("type") == ["string", "number", "boolean"]
    }
    return {(tool.name, name, kind) for name, kind in found if kind and name not in scalars}


def required(tool: Tool) -> Facts:
    """The arguments that are required."""
    return {(tool.name, name) for name in tool.required}


def output_keys(tool: Tool) -> Facts:
    """The names in the result, wherever they stand."""
    return {(tool.name, key) for key in _keys(tool.output_schema or {})}


def _keys(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            yield name
            yield from _keys(part)
        for inner in (schema.get("items"), schema.get("additionalProperties")):
            yield from _keys(inner)


def without_types(tool: Tool) -> Tool:
    """Hides the types, and what else tells them: items, members, bounds. Enumerations stay."""
    kept = ("description", "default", "enum", "examples")
    members = {
        name: {key: value for key, value in schema.items() if key in kept} for name, schema in tool.properties.items()
    }
    return tool.model_copy(update={"parameters": {**tool.parameters, "properties": members}})


def without_required(tool: Tool) -> Tool:
    """Hides which arguments are required; defaults, which would tell, too."""
    members = {
        name: {key: value for key, value in schema.items() if key != "default"}
        for name, schema in tool.properties.items()
    }
    rest = {key: value for key, value in tool.parameters.items() if key != "required"}
    return tool.model_copy(update={"parameters": {**rest, "properties": members}})


def without_output(tool: Tool) -> Tool:
    """Hides the output schema."""
    return tool.model_copy(update={"output_schema": None})


GAPS: tuple[tuple[str, Callable[[Tool], Tool], Callable[[Tool], Facts]], ...] = (
    ("types", without_types, types),
    ("required", without_required, required),
    ("output keys", without_output, output_keys),
)


def whole(tools: list[Tool], name: str) -> list[Tool]:
    """Returns the tools that declare what is to be hidden."""
    if name == "output keys":
        return [tool for tool in tools if output_keys(tool)]
    if name == "required":
        return [tool for tool in tools if "required" in tool.parameters]
    return [tool for tool in tools if types(tool)]


def everywhere(tools: list[Tool], hide: Callable[[Tool], Tool], facts: Callable[[Tool], Facts]) -> Score:
    """Hides it in all tools at once."""
    score = Score()
    for tool, found in zip(tools, completed(Catalogue(hide(tool) for tool in tools)), strict=True):
        score.add(facts(tool), facts(found))
    return score


def one_by_one(
    tools: list[Tool], everything: list[Tool], hide: Callable[[Tool], Tool], facts: Callable[[Tool], Facts]
) -> Score:
    """Hides it in one tool after the other."""
    score = Score()
    for tool in tools:
        found = completed(Catalogue(hide(other) if other is tool else other for other in everything))
        score.add(facts(tool), facts(found[tool.name]))
    return score


def main() -> None:
    """Prints a table per file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list what was inferred wrongly")
    asked = parser.parse_args()
    for file in asked.files:
        tools = list(read_catalogue([file]))
        print(f"{file.name}: {len(tools)} tools; inferred as they are: {rules_of(completed(Catalogue(tools)))}")
        for name, hide, facts in GAPS:
            chosen = whole(tools, name)
            if not chosen:
                continue
            score = everywhere(chosen, hide, facts)
            print(f"  {name:<12} hidden everywhere  {score}")
            if len(tools) <= 100:
                print(f"  {name:<12} one tool at a time {one_by_one(chosen, tools, hide, facts)}")
            for line in score.wrong if asked.wrong else ():
                print(f"      {line}")


if __name__ == "__main__":
    main()
