"""The trace form: one flat list of steps, which other programs can write as well.

::

    {"id", "context"?: "...", "initial_state"?: {...},
     "tools": [{"name", "description", "parameters", "output_schema"?, "annotations"?}],
     "steps": [{"user": "..."} | {"assistant": "..."} | {"tools_added": ["name"]} |
               {"call": {"id", "name", "arguments"}, "result": <json>, "is_error"?, "train"?, "fault"?, "group"?}]}

Keys that say nothing are left out. Calls that one assistant message makes together share `group`.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from digit_tc.errors import InputError
from digit_tc.records import Call, CallError, Record, ToolRecord


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True)  # other programs may add keys of their own


class TraceTool(_Form):
    """A tool as the model is told of it."""

    name: str
    description: str = ""
    parameters: dict[str, Any]
    output_schema: dict[str, Any] | None = None
    annotations: dict[str, Any] | None = None


class UserStep(_Form):
    """What the user says."""

    user: str


class AssistantStep(_Form):
    """What the assistant says."""

    assistant: str


class ToolsAdded(_Form):
    """Names of tools that can be called from here on and not before."""

    tools_added: tuple[str, ...]


class TraceCall(_Form):
    """A call, without its result."""

    id: str
    name: str
    arguments: dict[str, Any]


class CallStep(_Form):
    """A call with its result; `train` is false for a wrong call that was put in on purpose."""

    call: TraceCall
    result: JsonValue = None
    is_error: bool = False
    train: bool = True
    fault: bool = False
    group: int | None = None


Step = UserStep | AssistantStep | ToolsAdded | CallStep


class Trace(_Form):
    """One conversation as a list of steps."""

    id: str
    context: str | None = None
    initial_state: dict[str, Any] | None = None
    tools: tuple[TraceTool, ...]
    steps: tuple[Step, ...]

    def row(self) -> dict[str, Any]:
        """Returns the trace as JSON, without the keys that say nothing."""
        row = self.model_dump(mode="json", exclude={"steps", "tools"}, exclude_none=True)
        row["tools"] = [tool.model_dump(mode="json", exclude_unset=True) for tool in self.tools]
        row["steps"] = [step.model_dump(mode="json", exclude_unset=True) for step in self.steps]
        return row


def trace(record: Record) -> Trace:
    """Turns a record into a trace."""
    steps: list[Step] = []
    group = 0
    for turn in record.turns:
        if turn.tools_added:
            steps.append(ToolsAdded(tools_added=turn.tools_added))
        steps.append(UserStep(user=turn.user))
        for step in turn.steps:
            steps += [_call(call, group) for call in step.calls]
            group += 1
        if turn.assistant:
            steps.append(AssistantStep(assistant=turn.assistant))
    return Trace(
        id=record.id,
        context=record.context.text or None,
        tools=tuple(_tool(tool) for tool in record.tools),
        steps=tuple(steps),
    )


def trace_row(record: Record) -> dict[str, Any]:
    """Returns a record as a row of the trace form."""
    return trace(record).row()


def parse_trace(text: str | bytes) -> Trace:
    """Reads one line of a trace file.

    Raises:
        InputError: It is not a trace; the message says where.
    """
    try:
        return Trace.model_validate_json(text)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = "".join(f"/{part}" for part in detail["loc"])
        raise InputError(f"not a trace: {detail['msg']} at {where or '/'}") from error


def result_value(call: Call) -> JsonValue:
    """Returns what the tool gave back, an error in the same words everywhere."""
    return error_value(call.error) if call.error else call.result


def error_value(error: CallError) -> JsonValue:
    """Returns an error as a tool result."""
    return {"error": {"code": error.code, "message": error.message}}


def _call(call: Call, group: int) -> CallStep:
    marks = {"is_error": call.error is not None, "fault": call.fault or call.blocked, "untrained": not call.train}
    said: dict[str, Any] = {name: True for name in ("is_error", "fault") if marks[name]}
    if marks["untrained"]:
        said["train"] = False
    return CallStep(
        call=TraceCall(id=call.id, name=call.name, arguments=call.arguments),
        result=result_value(call),
        group=group,
        **said,
    )


def _tool(tool: ToolRecord) -> TraceTool:
    optional: dict[str, Any] = {}
    if tool.output_schema is not None:
        optional["output_schema"] = tool.output_schema
    if tool.annotations:
        optional["annotations"] = tool.annotations
    return TraceTool(name=tool.name, description=tool.description, parameters=tool.parameters, **optional)
