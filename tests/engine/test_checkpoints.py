"""Checkpoints: those that LangGraph's own saver holds, each value written once, and enough to go on from."""

import asyncio
import operator
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, AnyMessage, RemoveMessage
from langgraph.channels.delta import DeltaChannel
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.types import ERROR
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Send

from digit_tc.engine.checkpoints import NAME, Checkpoints, copied, opened
from digit_tc.engine.conversation import converse
from digit_tc.engine.job import Job, prepare
from digit_tc.engine.merging import merge
from digit_tc.engine.run import run
from digit_tc.engine.thread import states
from digit_tc.errors import OutputError
from digit_tc.records import Record
from digit_tc.settings import read_settings
from digit_tc.state import append_events


class State(TypedDict, total=False):
    """Lists that grow and shrink, a log with its own reducer, a beta channel of deltas, values that are replaced."""

    at: int
    items: Annotated[list[Any], operator.add]
    messages: Annotated[list[AnyMessage], add_messages]
    events: Annotated[list[Any], append_events]
    written: Annotated[list[int], DeltaChannel(lambda old, writes: [*old, *chain.from_iterable(writes)])]
    replaced: list[Any]
    constant: dict[str, Any]


def event(at: int) -> dict[str, Any]:
    return {"event_id": f"{at}.0", "step": at, "index": 0, "kind": "call", "result": {"role": "user", "n": at}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["role", "type", "x"]), inner),
    max_leaves=4,
)
UPDATE = st.fixed_dictionaries(
    {},
    optional={
        "items": st.lists(JSON, max_size=3),
        "messages": st.lists(
            st.builds(lambda at, text: AIMessage(text, id=f"m{at}"), st.integers(0, 4), st.text(max_size=3)), max_size=2
        ),
        "events": st.builds(lambda at: [event(at)], st.integers(0, 9)),
        "written": st.lists(st.integers(0, 9), max_size=3),
        "replaced": st.lists(JSON, max_size=3),
        "constant": st.just({"tools": ["a", "b"]}),
    },
)


def playing(updates: list[dict[str, Any]]) -> StateGraph[Any, Any, Any, Any]:
    """A graph that returns the updates one after another; what stands is built from them alone."""

    async def play(state: State) -> State:
        at = state.get("at", 0)
        update = dict(updates[at])
        if held := state.get("messages"):
            update["messages"] = [*update.get("messages", []), RemoveMessage(id=str(held[0].id))] if at % 3 == 2 else []
        return {**update, "at": at + 1}  # type: ignore[typeddict-item]

    graph: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    graph.add_node("play", play)
    graph.add_edge(START, "play")
    graph.add_conditional_edges("play", lambda state: "play" if state["at"] < len(updates) else END, ["play", END])
    return graph


def test_the_saver_does_what_langgraph_expects_of_one(tmp_path: Path) -> None:
    @checkpointer_test(name="Checkpoints")
    async def each() -> AsyncIterator[Checkpoints]:
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder, closing(opened(Path(folder) / NAME)) as saver:
            yield saver

    report = asyncio.run(validate(each))
    failures = [failure for result in report.results.values() for failure in result.failures]
    assert failures == []
    assert report.passed_all_base()
    assert sum(result.tests_passed for result in report.results.values()) > 50


def test_writes_come_in_the_order_in_which_they_are_applied_and_only_special_ones_are_replaced(tmp_path: Path) -> None:
    at: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": "", "checkpoint_id": "1"}}

    async def kept(saver: Checkpoints) -> Any:
        await saver.aput(
            {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}, {**empty_checkpoint(), "id": "1"}, {}, {}
        )
        for value in ("first", "second"):
            await saver.aput_writes(at, [("items", value)], "task a", "path 2")
            await saver.aput_writes(at, [(ERROR, value)], "task b", "path 1")
        found = await saver.aget_tuple(at)
        return found.pending_writes if found else None

    with closing(opened(tmp_path / NAME)) as saver:
        writes = asyncio.run(kept(saver))
    assert writes == [("task b", ERROR, "second"), ("task a", "items", "first")]


THREAD: Any = {"configurable": {"thread_id": "a thread"}, "recursion_limit": 100}


async def told(graph: Any) -> list[Any]:
    """The whole history of a thread as anybody sees it through LangGraph."""
    history = [one async for one in graph.aget_state_history(THREAD)]
    return [
        (one.values, one.next, one.metadata["source"], one.metadata["step"], [task.result for task in one.tasks])
        for one in history
    ]


@settings(max_examples=15, deadline=None)
@given(st.lists(UPDATE, min_size=1, max_size=8), st.integers(0, 8))
def test_the_history_is_that_of_langgraphs_own_saver_in_memory_also_when_it_is_broken_off(
    updates: list[dict[str, Any]], cut: int
) -> None:
    async def history(saver: Any, again: Callable[[], Any]) -> list[Any]:
        graph = playing(updates).compile(checkpointer=saver, interrupt_before=["play"] if cut == 1 else None)
        await graph.ainvoke({"items": [0]}, THREAD)
        graph = playing(updates).compile(checkpointer=again())
        while (await graph.aget_state(THREAD)).next:
            await graph.ainvoke(None, THREAD)
        return await told(graph)

    with tempfile.TemporaryDirectory() as folder:
        path, theirs = Path(folder) / NAME, InMemorySaver()
        with closing(opened(path)) as first, closing(opened(path)) as second:
            ours = asyncio.run(history(first, lambda: second))
        assert ours == asyncio.run(history(theirs, lambda: theirs))


def branching() -> StateGraph[Any, Any, Any, Any]:
    """A graph with tasks side by side, some of which are graphs of their own."""

    async def inner(state: State) -> State:
        return {"items": [{"role": "assistant", "at": state["at"]}]}

    async def outer(state: State) -> State:
        return {"at": state.get("at", 0) + 1, "items": [state.get("at", 0)]}

    nested: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    nested.add_node("inner", inner)
    nested.add_node("again", inner)
    nested.add_edge(START, "inner")
    nested.add_edge("inner", "again")
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    graph.add_node("outer", outer)
    graph.add_node("nested", nested.compile())
    graph.add_node("beside", inner)
    graph.add_edge(START, "outer")
    graph.add_conditional_edges(
        "outer",
        lambda _: [Send("nested", {"at": 7, "items": []}), Send("beside", {"at": 8}), Send("beside", {"at": 9})],
        ["nested", "beside"],
    )
    graph.add_edge(["nested", "beside"], END)
    return graph


def test_tasks_side_by_side_and_graphs_within_are_kept_as_langgraph_keeps_them(tmp_path: Path) -> None:
    async def history(saver: Any) -> list[Any]:
        graph = branching().compile(checkpointer=saver)
        await graph.ainvoke({"at": 0}, THREAD)
        await graph.ainvoke({"at": 1}, THREAD)
        spaces = {one.config["configurable"]["checkpoint_ns"].partition(":")[0] async for one in saver.alist(THREAD)}
        return [await told(graph), spaces]

    with closing(opened(tmp_path / NAME)) as saver:
        ours = asyncio.run(history(saver))
    assert ours == asyncio.run(history(InMemorySaver()))
    assert len(ours[0]) > 5


@pytest.fixture(scope="module")
def short() -> Iterator[Job]:
    """Conversations of two turns, of every kind."""
    with closing(prepare(read_settings(flags={"run": {"turns": "2", "seed": 5}}))) as ready:
        yield ready


def checkpointed(job: Job, saver: Checkpoints) -> Job:
    return replace(job, graph=job.graph.copy({"checkpointer": saver}))


def recorded(job: Job, index: int) -> Record:
    return asyncio.run(converse(job.graph, job.context(index), job.identity(index)))


def test_a_conversation_goes_on_from_whatever_a_kill_leaves(short: Job, tmp_path: Path) -> None:
    whole = recorded(short, 1)

    async def photographed(job: Job) -> int:
        """Copies the file with its log after each super-step, as it would lie there after kill -9."""
        at = 0
        async for _ in states(job.graph, job.context(1), job.identity(1).id):
            (tmp_path / str(at)).mkdir()
            for file in tmp_path.glob(f"{NAME}*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, tmp_path / str(at))
            at += 1
        return at

    with closing(opened(tmp_path / NAME)) as saver:
        count = asyncio.run(photographed(checkpointed(short, saver)))
        every = _kept(saver, short)
    assert count > 15
    for at in range(0, count, 3):
        with closing(opened(tmp_path / str(at) / NAME)) as saver:
            assert at <= _kept(saver, short) <= every
            assert recorded(checkpointed(short, saver), 1) == whole, f"cut after {at}"
            assert _kept(saver, short) == every, "what was kept is not made again"


def _kept(saver: Checkpoints, job: Job, index: int = 1) -> int:
    return len(asyncio.run(_listed(saver, {"configurable": {"thread_id": job.identity(index).id}})))


def test_a_finished_one_that_was_never_written_down_is_only_written_down(short: Job, tmp_path: Path) -> None:
    with closing(opened(tmp_path / NAME)) as saver:
        job = checkpointed(short, saver)
        first, kept = recorded(job, 1), _kept(saver, short)
        assert recorded(job, 1) == first == recorded(short, 1)
        assert saver._held == {}, "memory does not grow with the number of conversations"
        assert _kept(saver, short) == kept, "nothing was run again"


FAILING = """
from digit_tc.errors import ModelError
from digit_tc.nodes.assistant import ProceduralAssistant
from digit_tc.nodes.scenario import ProceduralScenario

begun, answered = [], []

async def beginning(state, runtime):
    begun.append(1)
    return await ProceduralScenario()(state, runtime)

async def failing(state, runtime):
    answered.append(1)
    if len(answered) == 7:
        raise ModelError("the server is gone")
    return await ProceduralAssistant()(state, runtime)
"""


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[tuple[Job, Any]]:
    """A job whose assistant fails once in the middle of a conversation, and the module of its roles."""
    path = tmp_path / "failing_roles.py"
    path.write_text(FAILING, encoding="utf-8")
    roles = {"scenario": {"use": f"{path}:beginning"}, "assistant": {"use": f"{path}:failing"}}
    asked = {"run": {"turns": "3", "num": 1, "checkpoint": "step"}, "roles": roles}
    with closing(prepare(read_settings(flags=asked))) as ready:
        module = ready.graph.builder.nodes["scenario"].runnable.afunc.__globals__  # type: ignore[union-attr]
        yield ready, module


def go(job: Job, path: Path) -> tuple[int, int]:
    _, tally = asyncio.run(run(job, path))
    return tally.accepted, tally.failed


def test_a_failed_one_is_tried_again_from_where_it_failed(failing: tuple[Job, Any], tmp_path: Path) -> None:
    job, roles = failing
    assert go(job, tmp_path / "out") == (0, 1)
    assert go(job, tmp_path / "out") == (1, 0)
    assert len(roles["begun"]) == 1, "it was not begun anew"
    assert go(job, tmp_path / "whole") == (1, 0)
    name = "conversations.jsonl"
    assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_bytes_are_the_same_with_checkpoints_and_grow_with_the_steps(tmp_path: Path) -> None:
    sizes: dict[int, tuple[int, int]] = {}
    for turns in (2, 10):
        asked = {"turns": str(turns), "num": 1}
        with closing(prepare(read_settings(flags={"run": asked, "strata": {"plain": 100}}))) as plain:
            if turns == 2:
                go(plain, tmp_path / "plain")
            saving = read_settings(flags={"run": {**asked, "checkpoint": "step"}, "strata": {"plain": 100}})
            go(replace(plain, settings=saving), tmp_path / str(turns))
            with closing(opened(tmp_path / str(turns) / NAME)) as saver:
                steps = _kept(saver, plain, 0)
            sizes[turns] = steps, (tmp_path / str(turns) / NAME).stat().st_size
    written = [(tmp_path / folder / "conversations.jsonl").read_bytes() for folder in ("plain", "2")]
    assert written[0] == written[1] != b""
    assert not (tmp_path / "plain" / NAME).exists()
    (few, short), (many, long) = sizes[2], sizes[10]
    assert many / few > 3
    assert long / short <= 1.3 * many / few, "bytes grow with the steps, not with their square"


def test_a_full_disk_is_one_sentence_and_the_run_goes_on_afterwards(
    short: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = replace(short, settings=read_settings(flags={"run": {"num": 2, "checkpoint": "step", "turns": "2"}}))

    def small(path: Path) -> Checkpoints:
        saver = opened(path)
        saver.base.execute("PRAGMA max_page_count = 20")
        return saver

    with monkeypatch.context() as patch:
        patch.setattr("digit_tc.engine.maker.opened", small)
        with pytest.raises(OutputError, match=r"checkpoints cannot be written: .* is full; run again to go on$"):
            asyncio.run(run(job, tmp_path))
    assert (tmp_path / "conversations.jsonl").read_bytes() == b""
    assert sum(go(job, tmp_path)) == 2


def test_a_file_of_something_else_is_left_alone(short: Job, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, but long enough to be one " * 99, encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be used as a file of checkpoints"):
        opened(tmp_path / "text")
    with pytest.raises(OutputError, match="cannot be used as a file of checkpoints: unable to open"):
        opened(tmp_path)
    with pytest.raises(OutputError, match="holds no checkpoints; generate it with --checkpoint step"):
        copied(tmp_path, "x")
    with closing(sqlite3.connect(tmp_path / NAME)) as base:
        base.execute("PRAGMA user_version = 99")
    with pytest.raises(OutputError, match="was written by another version of digit-tc; delete it"):
        opened(tmp_path / NAME)
    with pytest.raises(OutputError, match="was written by another version of digit-tc; delete it"):
        copied(tmp_path, "x")


def test_a_file_that_lacks_something_says_so(short: Job, tmp_path: Path) -> None:
    with closing(opened(tmp_path / NAME)) as saver:
        job = checkpointed(short, saver)
        recorded(job, 1)
        with saver.base:
            saver.base.execute("DELETE FROM pieces WHERE number = 5")
        with pytest.raises(OutputError, match="lacks a part of a checkpoint; delete it: "):
            recorded(job, 1)
        saver.base.execute("DROP TABLE checkpoints")
        with pytest.raises(OutputError, match="checkpoints cannot be read: no such table: checkpoints; delete it: "):
            _kept(saver, short)


def test_checkpoints_do_not_shape_content(short: Job) -> None:
    with closing(prepare(read_settings(flags={"run": {"turns": "2", "seed": 5, "checkpoint": "step"}}))) as job:
        assert job.fingerprint == short.fingerprint


def test_shards_are_merged_with_their_checkpoints(short: Job, tmp_path: Path) -> None:
    folders = [tmp_path / part for part in ("1", "2")]
    for folder in folders:
        asked = {"turns": "2", "seed": 5, "num": 2, "shard": f"{folder.name}/2", "checkpoint": "step"}
        go(replace(short, settings=read_settings(flags={"run": asked})), folder)
    merge(folders, tmp_path / "whole")
    merge(folders, tmp_path / "whole")
    with closing(opened(tmp_path / "whole" / NAME)) as whole:
        for index, folder in enumerate(folders):
            identity = short.identity(index).id
            thread: Any = {"configurable": {"thread_id": identity}}
            with closing(copied(folder, identity)) as part:
                there, here = (asyncio.run(_listed(saver, thread)) for saver in (part, whole))
            assert there == here != []


async def _listed(saver: Checkpoints, thread: Any) -> list[Any]:
    return [one async for one in saver.alist(thread)]
