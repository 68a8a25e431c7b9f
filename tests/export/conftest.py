"""A record with everything in it that a format can get wrong."""

from typing import Any

import pytest

from digit_tc.records import Call, CallError, Outcome, Record, RunContext, Step, ToolRecord, Turn, WorldRecord

DEEP = {"filter": {"tags": ["é", "日本"], "range": {"from": 1, "to": 2.5}}, "rows": [{"a": 1}, {"a": None}]}


def tool(name: str, **properties: Any) -> ToolRecord:
    parameters = {"type": "object", "properties": properties}
    return ToolRecord(name=name, description=f"Does {name}.", parameters=parameters, output_schema=None, annotations={})


BAD = CallError(code="bad", message="not a number")
BUSY = CallError(code="busy", message="try again")


def call(number: int, name: str, arguments: dict[str, Any] | None = None, **rest: Any) -> Call:
    return Call(id=f"call_{number}", name=name, arguments=arguments or {}, provenance={}, **rest)


@pytest.fixture
def record() -> Record:
    """Turns with three calls at once, a wrong call and its mending, an error, no call, and every kind of result."""
    turns = (
        Turn(
            user="Wetter in Zürich, 東京 und Oslo?",
            steps=(
                Step(calls=(call(1, "weather.get", {"city": "Zürich"}, result={"t": 4}), call(2, "ping"))),
                Step(
                    calls=(
                        call(3, "weather.get", {"city": "東京"}, result="bewölkt"),
                        call(4, "weather.get", {"city": "Oslo"}, result=7),
                        call(5, "search", DEEP, result=[]),
                    )
                ),
            ),
            assistant="4 Grad in Zürich.",
        ),
        Turn(user="Thanks!", steps=(), assistant="You are welcome."),
        Turn(
            user="Find 7.",
            steps=(
                Step(calls=(call(6, "search", {"id": "7"}, error=BAD, train=False),)),
                Step(calls=(call(7, "search", {"id": 7}, result="4", implicit=True),)),
                Step(calls=(call(8, "ping", error=BUSY, fault=True),)),
                Step(calls=(call(9, "ping", result=4.0),)),
            ),
            assistant="Found — “7”.",
        ),
    )
    return Record(
        id="0f",
        index=0,
        seed=0,
        graph="conversation",
        context=RunContext(date="2025-03-04", text="Today is Tuesday."),
        tools=(tool("weather.get", city={"type": "string"}), tool("ping"), tool("search", id={}), tool("weather_get")),
        persona=None,
        turns=turns,
        world=WorldRecord(state={}, events=(), summaries=()),
        verdicts=(),
        outcome=Outcome(status="accepted"),
    )
