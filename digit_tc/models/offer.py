"""The tools that are offered to a model, in the protocol's form and as the shape of an answer."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from digit_tc.models.fitting import Unfit, fitted_in
from digit_tc.models.forms import Shape
from digit_tc.models.loose_json import cut_off, values_in, without_thoughts
from digit_tc.models.reply import Said
from digit_tc.models.schemas import Sent

_REFUSED_AT_ROOT = ("$schema", "$id", "oneOf", "anyOf", "allOf", "not", "enum", "if", "then", "else")
"""What servers do not take at the root of a tool's parameters; the call is checked against the whole schema later."""


class Call(BaseModel):
    """One call."""

    model_config = ConfigDict(extra="ignore")

    name: str
    arguments: dict[str, Any]


class Step(BaseModel):
    """What a model does next, where it is asked for as an answer of a shape."""

    model_config = ConfigDict(extra="ignore")

    calls: list[Call] = Field(default_factory=list)
    text: str = ""


class Offer:
    """The tools that a model may call."""

    def __init__(self, tools: Sequence[dict[str, Any]]) -> None:
        self.tools = [dict(tool.get("function", tool)) for tool in tools]
        self._parameters = {tool["name"]: _parameters(tool) for tool in self.tools}

    def native(self) -> tuple[dict[str, Any], ...]:
        """Returns the tools as the protocol has them."""
        return tuple(
            {"type": "function", "function": {**_about(tool), "parameters": self._parameters[tool["name"]]}}
            for tool in self.tools
        )

    def told(self) -> str:
        """Returns the tools as a model reads them where the server knows none."""
        lines = [
            json.dumps({**_about(tool), "parameters": self._parameters[tool["name"]]}, ensure_ascii=False)
            for tool in self.tools
        ]
        listed = "\n".join(lines).replace("</", "<\\/")
        return (
            f"These tools can be called:\n<tools>\n{listed}\n</tools>\n"
            'Under "calls" stand the calls to make now, each with the name of a tool and its arguments; it is empty'
            ' when there is none to make. Under "text" stands what you say; it is empty beside calls.'
        )

    def shape(self) -> Shape[Step]:
        """Returns the shape of what a model does next: calls of these tools, each with its arguments, and words."""
        definitions: dict[str, Any] = {}
        calls = [_call(tool["name"], self._parameters[tool["name"]], definitions) for tool in self.tools]
        properties = {"calls": {"type": "array", "items": {"anyOf": calls}}, "text": {"type": "string"}}
        schema: dict[str, Any] = {"type": "object", "properties": properties, "required": ["calls", "text"]}
        schema |= {"additionalProperties": False, **({"$defs": definitions} if definitions else {})}
        return Shape("next_step", Sent(schema), self._read)

    def step(self, said: Said) -> Step | None:
        """Returns what a reply does, by calls or by words that hold calls; None where a call cannot be read."""
        try:
            if said.calls:
                calls = [Call(name=call.name, arguments=_arguments(call.arguments)) for call in said.calls]
                return self._checked(Step(calls=calls, text=said.text))
            return self._read(said) if _NAMES_CALLS.search(said.text) else Step(text=said.text)
        except Unfit:
            return None if said.calls else Step(text=said.text)

    def _read(self, said: Said) -> Step:
        text = said.text
        if text and said.ending == "stop" and not any(values_in(text)) and not cut_off(text):
            return Step(text=without_thoughts(text))  # it talks
        try:
            step = fitted_in(Step, text)
        except Unfit:
            step = Step(calls=[fitted_in(Call, text)])
        return self._checked(step)

    def _checked(self, step: Step) -> Step:
        unknown = sorted({call.name for call in step.calls} - self._parameters.keys())
        if unknown:
            raise Unfit(
                [f"/calls: {name[:60]!r} is no tool; there are {', '.join(self._parameters)}" for name in unknown]
            )
        calls = [Call(name=call.name, arguments=self._said(call)) for call in step.calls]
        return Step(calls=calls, text=step.text)

    def _said(self, call: Call) -> dict[str, Any]:
        """Returns the arguments without those that are null because every one had to be written."""
        schema = self._parameters[call.name]
        may = {name for name, each in schema["properties"].items() if _may_be_null(each)} | {
            *schema.get("required", ())
        }
        return {name: value for name, value in call.arguments.items() if value is not None or name in may}


_NAMES_CALLS = re.compile(r"""["'](calls|arguments)["']\s*:""")


def _about(tool: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tool[key] for key in ("name", "description") if tool.get(key)}


def _parameters(tool: Mapping[str, Any]) -> dict[str, Any]:
    given = tool.get("parameters") or {}
    kept = {key: value for key, value in given.items() if key not in _REFUSED_AT_ROOT}
    return {**kept, "type": "object", "properties": dict(given.get("properties") or {})}


def _call(name: str, parameters: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema of a call; what its parameters define goes to the root, under names of its own."""
    own = {key: parameters.get(key) or {} for key in ("$defs", "definitions")}
    bare = {key: value for key, value in parameters.items() if key not in own}
    bare.setdefault("additionalProperties", False)
    for key, table in own.items():
        definitions |= {f"{name}.{each}": _led(schema, name) for each, schema in table.items() if key}
    properties = {"name": {"type": "string", "enum": [name]}, "arguments": _led(bare, name)}
    return {
        "type": "object",
        "properties": properties,
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }


def _led(node: Any, name: str) -> Any:
    """Returns a schema whose references lead to the definitions at the root."""
    if isinstance(node, list):
        return [_led(each, name) for each in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": f"#/$defs/{name}.{node['$ref'].rpartition('/')[2]}"}
    return {key: _led(value, name) for key, value in node.items()}


def _may_be_null(schema: Any) -> bool:
    if not isinstance(schema, dict) or not schema:
        return True
    kinds = schema.get("type")
    if kinds == "null" or (isinstance(kinds, list) and "null" in kinds) or schema.get("nullable"):
        return True
    if "enum" in schema or "const" in schema:
        return None in schema.get("enum", [schema.get("const", "")])
    parts = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return any(_may_be_null(part) for part in parts) if parts else "type" not in schema


def _arguments(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    value = next((value for value in values_in(text) if isinstance(value, dict)), None)
    if value is None:
        raise Unfit(["the arguments are no JSON object"])
    return value
