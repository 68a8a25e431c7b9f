"""The ablations: what each graph lacks shows in its picture and in what it makes; the rest is as in `conversation`."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest
from langchain_core.messages import HumanMessage
from langgraph.runtime import Runtime

from digit_tc.cli import run
from digit_tc.context import Context, Limits
from digit_tc.draw import draw
from digit_tc.engine.conversation import Identity, converse
from digit_tc.graphs import conversation, forward, no_backtranslation, no_implicit, single_turn
from digit_tc.records import Record
from digit_tc.state import ConversationState, Update
from digit_tc.statistics.statistics import Statistics
from digit_tc.streams import Streams
from digit_tc.testing.server import Served, serve
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import sample_catalogue

ABLATIONS = ("no_backtranslation", "no_implicit", "single_turn", "forward")
WITS = (
    "digit_tc.testing.actors:act",
    "digit_tc.testing.forwards:act",
    "digit_tc.testing.judges:verifier",
    "digit_tc.testing.judges:critic",
)
SAMPLES = Path(conversation.__file__).parents[1] / "digit_tc" / "samples"
TOOLS = ("--tools", str(SAMPLES / "travel.json"))


def records(folder: Path) -> list[Record]:
    lines = (folder / "conversations.jsonl").read_text("utf-8").splitlines()
    return [Record.model_validate_json(line) for line in lines]


def generated(folder: Path, graph: str, *flags: str) -> list[Record]:
    where = ["--graph", graph, "--out", str(folder), *TOOLS]
    assert run(["generate", *where, *(flags if "--turns" in flags else ("--turns", "2-2", *flags))]) == 0
    return records(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ablations")


@pytest.fixture(scope="module")
def made(folder: Path) -> dict[str, list[Record]]:
    return {graph: generated(folder / graph, graph, "--num", "2") for graph in ("conversation", *ABLATIONS)}


def edges(module: ModuleType) -> list[str]:
    return [line.strip() for line in draw(module.build()).mermaid().splitlines()]


def test_each_picture_shows_what_is_different() -> None:
    assert "user --> assistant" in edges(no_backtranslation)
    assert not [line for line in edges(no_backtranslation) if "verifier" in line]
    assert {"planner -.-> revealer", "revealer --> user"} <= set(edges(no_implicit))
    assert {"scenario -.-> horizon", "horizon --> planner"} <= set(edges(single_turn))
    assert {"scenario -.-> forward_user", "forward_user -.-> forward_planner"} <= set(edges(forward))


@pytest.mark.parametrize(
    ("module", "source", "router"),
    [
        (no_implicit, "planner", no_implicit.after_planner),
        (forward, "forward_user", forward.after_forward_user),
        (forward, "forward_planner", forward.after_forward_planner),
        (forward, "critic", forward.after_critic),
    ],
)
def test_every_route_of_a_router_is_in_the_picture(module: ModuleType, source: str, router: Any) -> None:
    assert {f"{source} -.-> {target}" for target in get_args(get_type_hints(router)["return"])} <= set(edges(module))


def test_all_of_them_make_conversations(made: dict[str, list[Record]]) -> None:
    assert {graph: len(found) for graph, found in made.items()} == dict.fromkeys(("conversation", *ABLATIONS), 2)
    assert {record.graph for record in made["forward"]} == {"forward"}


def test_without_implicit_calls_the_plans_are_the_same_and_all_of_them_spoken_of(made: dict[str, list[Record]]) -> None:
    hidden = [call for record in made["conversation"] for call in calls(record)]
    shown = [call for record in made["no_implicit"] for call in calls(record)]
    assert any(call.implicit for call in hidden)
    assert not any(call.implicit for call in shown)
    first = [[call.name for call in calls(made[graph][0], turn=0)] for graph in ("conversation", "no_implicit")]
    assert first[0] == first[1]


def test_a_single_turn_is_the_first_one(made: dict[str, list[Record]]) -> None:
    for whole, first in zip(made["conversation"], made["single_turn"], strict=True):
        assert [turn.user for turn in first.turns] == [whole.turns[0].user]
        assert first.outcome.status == "accepted"


def test_forwards_nothing_is_hidden_and_hardly_a_call_builds_on_another(made: dict[str, list[Record]]) -> None:
    figures = {graph: measured(made[graph]).all for graph in ("conversation", "forward")}
    assert figures["forward"].implicit == 0
    deep = figures["forward"].true_multi_step, figures["conversation"].true_multi_step
    assert deep[0] is not None
    assert deep[1] is not None
    assert deep[0] < 0.2 < deep[1]


def calls(record: Record, turn: int | None = None) -> Iterator[Any]:
    for at, one in enumerate(record.turns):
        if turn in (None, at):
            yield from (call for step in one.steps for call in step.calls)


def measured(found: list[Record]) -> Any:
    statistics = Statistics()
    for record in found:
        statistics.add(record)
    return statistics.figures()


@dataclass(frozen=True, slots=True)
class Forgetful:
    """A user who never says any value."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        turn = state["turn"]
        text = f"Please do what I {'wrote' if turn else 'have'} in mind."
        return {"request": text, "messages": [HumanMessage(text, id=f"turn-{turn}-user")]}


@pytest.mark.parametrize(("graph", "status"), [(conversation, "rejected"), (no_backtranslation, "accepted")])
def test_what_the_verifier_turns_down_is_kept_and_counted_without_it(graph: ModuleType, status: str) -> None:
    catalogue = sample_catalogue()
    flow, limits, compiled = Dataflow(catalogue), Limits(1, 1, retries=1), graph.build(user=Forgetful()).compile()

    def made(index: int) -> Record:
        context = Context(catalogue=catalogue, dataflow=flow, streams=Streams(0, index), limits=limits)
        return asyncio.run(converse(compiled, context, Identity(id=f"c{index}", index=index, seed=0, graph="any")))

    found = [made(index) for index in range(4)]
    assert {record.outcome.status for record in found} == {status}
    figures = measured(found)
    if status == "accepted":
        noted = [one for record in found for one in record.verdicts if one.check == "origins_known"]
        assert {one.severity for one in noted} == {"warning"}
        assert figures.findings["origins_known"] >= 0.25
        assert figures.provenance["unknown"] > 0
    else:
        assert figures.all.turns == 0


def test_a_run_goes_on_and_is_of_its_own_configuration(folder: Path, made: dict[str, list[Record]]) -> None:
    generated(folder / "whole", "forward", "--num", "3", "--concurrency", "1")
    assert len(made["forward"]) == 2
    generated(folder / "forward", "forward", "--num", "3")
    names = ("conversations.jsonl", "rejected.jsonl")
    assert [(folder / "whole" / name).read_bytes() for name in names] == [
        (folder / "forward" / name).read_bytes() for name in names
    ]
    prints = {json.loads((folder / one / "manifest.json").read_text("utf-8"))["fingerprint"] for one in made}
    assert len(prints) == len(made)


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serve(temper="well-behaved", wits=WITS) as served:
        yield served


OTHERS = [pytest.param(graph, marks=pytest.mark.long) for graph in ABLATIONS[:3]]


@pytest.mark.parametrize("graph", ["forward", *OTHERS])
def test_models_can_drive_them(graph: str, folder: Path, server: Served) -> None:
    config = folder / "few.toml"
    config.write_text("[plan]\nmax_calls = 2\n", encoding="utf-8")
    asked = ["--roles", "llm", "--model", "m", "--base-url", server.base_url, "--config", str(config)]
    out = folder / f"llm-{graph}"
    found = generated(out, graph, "--num", "1", "--turns", "1-1", *asked)
    assert len(found) == 1
    roles = set(json.loads((out / "manifest.json").read_text("utf-8"))["usage"]["roles"])
    everyone = {"planner", "user", "verifier", "assistant", "tool_simulator", "critic"}
    assert roles == (everyone - {"verifier"} if graph in ("no_backtranslation", "forward") else everyone)
