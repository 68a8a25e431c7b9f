"""A role that was added from the documentation alone: no turn takes more calls than it may."""

from dataclasses import dataclass
from typing import Any, Literal

from digit_tc.graphs import conversation
from digit_tc.judgement import sent_back, verdict
from digit_tc.wiring import extends, insert


@dataclass(frozen=True)
class Thrift:
    calls: int = 2

    async def __call__(self, state: Any, runtime: Any) -> Any:
        status: Literal["pass", "fail"] = "pass" if len(state["plan"]) <= self.calls else "fail"
        said = verdict(state, "thrifty", status, role="planner", evidence=f"{len(state['plan'])} calls")
        return {"verdicts": [said], **(sent_back(state, said) if status == "fail" else {"sent_back": ""})}


def after_thrift(state: Any) -> Literal["user", "planner"]:
    return "planner" if state["sent_back"] else "user"


@extends(conversation.build)
def build(*, thrift: Any = Thrift(), **roles: Any) -> conversation.Graph:
    graph = conversation.build(**roles)
    insert(graph, "thrift", thrift, source="planner", target="user", path=after_thrift)
    return graph
