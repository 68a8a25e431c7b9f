"""Records made by hand, so that every figure can be worked out on paper."""

from collections.abc import Sequence
from typing import Any

import pytest

from digit_tc.records import Call, CallError, Origin, Outcome, Record, RunContext, Step, Turn, Verdict, WorldRecord


def call(
    name: str, arguments: dict[str, Any] | None = None, provenance: dict[str, str] | None = None, **more: Any
) -> Call:
    """Returns a call; an origin that is a pointer is a result, any other a kind."""
    origins = {
        at: Origin(kind="result", pointer=said) if said.startswith("/") else Origin.model_validate({"kind": said})
        for at, said in (provenance or {}).items()
    }
    failed = CallError(code="x", message="no") if more.pop("failed", False) else None
    return Call(id=name, name=name, arguments=arguments or {}, provenance=origins, error=failed, **more)


def turn(user: str, *steps: Sequence[Call]) -> Turn:
    return Turn(user=user, steps=tuple(Step(calls=tuple(step)) for step in steps), assistant="Done.")


def record(*turns: Turn, identity: str = "c", stratum: str = "plain", verdicts: Sequence[Verdict] = ()) -> Record:
    return Record.model_validate(
        {
            "id": identity,
            "index": 0,
            "seed": 0,
            "graph": "conversation",
            "stratum": stratum,
            "context": RunContext(date="2024-03-05", text=""),
            "tools": (),
            "persona": None,
            "turns": turns,
            "world": WorldRecord(state={}, events=(), summaries=()),
            "verdicts": tuple(verdicts),
            "outcome": Outcome(status="accepted"),
        }
    )


@pytest.fixture
def chained() -> Record:
    """Two turns: a search, two look-ups together that build on it, a change that builds on one; then a single call."""
    search = call("search", {"city": "Oslo"}, {"/city": "user"}, implicit=True, hideable=True)
    one = call("get", {"id": "A"}, {"/id": "/turns/0/steps/0/calls/0/result/items/0/id"}, hideable=True)
    two = call("rate", {"id": "B", "n": 3}, {"/id": "/turns/0/steps/0/calls/0/result/items/1/id"})
    wrong = call("set", {"key": "zz"}, {}, failed=True, train=False)
    change = call("set", {"key": "K"}, {"/key": "/turns/0/steps/1/calls/1/result/key"})
    last = call("list", {"day": "2024-03-05", "all": True}, {"/day": "context", "/all": "default"})
    return record(
        turn("Find me something in Oslo.", [search], [one, two], [wrong], [change]),
        turn("And what is on today?", [last]),
        verdicts=[
            Verdict(check="names_hidden", status="fail", severity="error", turn=1),
            Verdict(check="origins_known", status="fail", severity="warning", turn=0),
            Verdict(check="names_hidden", status="fail", severity="error", turn=7),
        ],
    )
