"""Many conversations: order, resuming, parts of a run, and being told to stop."""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digit_tc.engine import maker
from digit_tc.engine.conversation import Identity
from digit_tc.engine.crew import Ending
from digit_tc.engine.job import Job, prepare
from digit_tc.engine.output import FILES, first_reasons
from digit_tc.engine.run import default_folder, run
from digit_tc.engine.standing import Standing
from digit_tc.engine.store import Ended, reading
from digit_tc.engine.tally import Tally
from digit_tc.errors import SettingsError
from digit_tc.records import Outcome, Record
from digit_tc.settings import read_settings

ACCEPTED = Outcome(status="accepted")
REJECTED = Outcome(status="rejected", code="user_gave_up", reason="no request could be written")
FAILED = Outcome(status="failed", code="ModelError", reason="the server cannot be reached", retryable=True)

Jobs = Callable[..., Job]
Conversations = Callable[[Callable[[int], Outcome]], list[int]]


def go(job: Job, path: Path) -> tuple[Ending, Tally]:
    return asyncio.run(run(job, path))


def indices(path: Path, name: str) -> list[int]:
    return [json.loads(line)["index"] for line in (path / name).read_text(encoding="utf-8").splitlines()]


def files(path: Path) -> dict[str, bytes]:
    return {name: (path / name).read_bytes() for name in ("conversations.jsonl", "rejected.jsonl")}


def manifest(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    return found


def third_is_rejected(index: int) -> Outcome:
    return REJECTED if index % 3 == 2 else ACCEPTED


@pytest.mark.parametrize("concurrency", [1, 3, 64])
def test_the_files_are_in_scenario_order(
    job: Jobs, conversations: Conversations, tmp_path: Path, concurrency: int
) -> None:
    conversations(third_is_rejected)
    ending, tally = go(job(num=10, concurrency=concurrency), tmp_path)
    assert ending == "finished"
    assert indices(tmp_path, "conversations.jsonl") == [0, 1, 3, 4, 6, 7, 9]
    assert indices(tmp_path, "rejected.jsonl") == [2, 5, 8]
    assert (tally.started, tally.accepted, tally.reasons) == (10, 7, {"rejected: user_gave_up": 3})


def test_both_files_exist_even_when_empty(job: Jobs, conversations: Conversations, tmp_path: Path) -> None:
    conversations(lambda _: ACCEPTED)
    go(job(num=1), tmp_path / "good")
    conversations(lambda _: FAILED)
    go(job(num=1), tmp_path / "bad")
    assert files(tmp_path / "good")["rejected.jsonl"] == b""
    assert files(tmp_path / "bad")["conversations.jsonl"] == b""
    assert manifest(tmp_path / "bad")["counts"]["failed"] == 1


def test_the_manifest_tells_what_was_run_and_what_came_of_it(
    job: Jobs, conversations: Conversations, tmp_path: Path
) -> None:
    conversations(third_is_rejected)
    chosen = job(num=4)
    go(chosen, tmp_path)
    found = manifest(tmp_path)
    assert (found["status"], found["fingerprint"], found["shape"]) == ("finished", chosen.fingerprint, chosen.shape)
    assert found["settings"]["run"]["num"] == 4
    assert found["counts"] | {"started": 4, "accepted": 3, "rejected": 1, "failed": 0} == found["counts"]
    assert found["funnel"]["reasons"] == {"rejected: user_gave_up": 1}
    assert len(found["tools"]) == len(chosen.catalogue)
    assert set(found["measurements"]) == {"seconds", "conversations_per_second"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "conversations.jsonl",
        "manifest.json",
        "rejected.jsonl",
        "run.sqlite",
    ]


def test_a_finished_folder_is_left_alone(job: Jobs, conversations: Conversations, tmp_path: Path) -> None:
    conversations(third_is_rejected)
    go(job(num=5), tmp_path)
    before = files(tmp_path) | {"manifest": (tmp_path / "manifest.json").read_bytes()}
    begun = conversations(third_is_rejected)
    ending, tally = go(job(num=5), tmp_path)
    assert (ending, tally.started, begun) == ("nothing to do", 5, [])
    assert files(tmp_path) | {"manifest": (tmp_path / "manifest.json").read_bytes()} == before
    ending, tally = go(job(num=3), tmp_path)
    assert (ending, tally.started) == ("nothing to do", 5)


def test_a_larger_number_extends(job: Jobs, conversations: Conversations, tmp_path: Path) -> None:
    conversations(third_is_rejected)
    go(job(num=11), tmp_path / "whole")
    go(job(num=4), tmp_path / "grown")
    begun = conversations(third_is_rejected)
    go(job(num=11), tmp_path / "grown")
    assert begun == list(range(4, 11))
    assert files(tmp_path / "grown") == files(tmp_path / "whole")


def test_failed_ones_are_tried_again_and_end_where_they_belong(
    job: Jobs, conversations: Conversations, tmp_path: Path
) -> None:
    conversations(third_is_rejected)
    go(job(num=9), tmp_path / "whole")
    conversations(lambda index: FAILED if index in (1, 2, 6) else third_is_rejected(index))
    _, tally = go(job(num=9), tmp_path / "mended")
    assert tally.failed == 3
    begun = conversations(lambda index: FAILED if index == 6 else third_is_rejected(index))
    _, tally = go(job(num=9), tmp_path / "mended")
    assert (begun, tally.failed, tally.started) == ([1, 2, 6], 1, 9)
    assert indices(tmp_path / "mended", "rejected.jsonl") == [2, 5, 6, 8]
    conversations(third_is_rejected)
    _, tally = go(job(num=9), tmp_path / "mended")
    assert files(tmp_path / "mended") == files(tmp_path / "whole")
    assert manifest(tmp_path / "mended")["counts"] == manifest(tmp_path / "whole")["counts"]


def test_a_killed_run_loses_only_the_line_it_was_writing(
    job: Jobs, conversations: Conversations, tmp_path: Path
) -> None:
    conversations(third_is_rejected)
    go(job(num=8), tmp_path / "whole")
    go(job(num=5), tmp_path / "cut")
    for name in ("conversations.jsonl", "rejected.jsonl"):
        path = tmp_path / "cut" / name
        path.write_bytes(path.read_bytes()[:-9])
    begun = conversations(third_is_rejected)
    go(job(num=8), tmp_path / "cut")
    assert begun == [2, 4, 5, 6, 7]
    assert files(tmp_path / "cut") == files(tmp_path / "whole")


@pytest.mark.parametrize("moved", [0, 1])
def test_a_run_killed_while_it_mended_is_brought_into_order(
    job: Jobs, conversations: Conversations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    """The files are written anew, and it dies before the first or the second of them has taken its place."""
    conversations(third_is_rejected)
    go(job(num=9), tmp_path / "whole")
    conversations(lambda index: FAILED if index in (1, 2, 6) else third_is_rejected(index))
    go(job(num=9), tmp_path / "killed")
    conversations(third_is_rejected)

    def dies(path: Path, _: object) -> None:
        for name in FILES[:moved]:
            (path / f"{name}.new").replace(path / name)
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("digit_tc.engine.output.complete", dies)
        with pytest.raises(RuntimeError, match="killed"):
            go(job(num=9), tmp_path / "killed")
    begun = conversations(third_is_rejected)
    ending, _ = go(job(num=9), tmp_path / "killed")
    assert (ending, begun) == ("nothing to do", [])
    assert files(tmp_path / "killed") == files(tmp_path / "whole")
    assert not [*(tmp_path / "killed").glob("*.new")]


def test_what_ended_before_its_turn_is_not_made_again(
    job: Jobs, conversations: Conversations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversations(third_is_rejected)
    go(job(num=12), tmp_path / "whole")
    ends = vars(maker)["converse"]
    begun: list[int] = []
    done: list[int] = []

    async def one_dies(graph: Any, context: Any, identity: Identity, *_: Any, **__: Any) -> Record:
        begun.append(identity.index)
        if identity.index == 1:
            while len(done) < 11:
                await asyncio.sleep(0.01)
            raise KeyboardInterrupt
        made: Record = await ends(graph, context, identity)
        done.append(identity.index)
        return made

    monkeypatch.setattr("digit_tc.engine.maker.converse", one_dies)
    with pytest.raises(KeyboardInterrupt):
        go(job(num=12, concurrency=3), tmp_path / "dead")
    assert indices(tmp_path / "dead", "conversations.jsonl") == [0]
    assert sorted(begun) == list(range(12))
    again = conversations(third_is_rejected)
    go(job(num=12), tmp_path / "dead")
    assert again == [1]
    assert files(tmp_path / "dead") == files(tmp_path / "whole")


def test_parts_of_a_run_hold_together_what_the_whole_holds(
    job: Jobs, conversations: Conversations, tmp_path: Path
) -> None:
    conversations(third_is_rejected)
    go(job(num=10), tmp_path / "whole")
    for part in (1, 2, 3):
        go(job(num=10, shard=f"{part}/3"), tmp_path / str(part))
    assert indices(tmp_path / "2", "conversations.jsonl") == [1, 4, 7]
    held = [line for part in (1, 2, 3) for line in files(tmp_path / str(part))["conversations.jsonl"].splitlines()]
    assert sorted(held) == sorted(files(tmp_path / "whole")["conversations.jsonl"].splitlines())


@pytest.mark.parametrize("concurrency", [1, 50])
def test_until_accepted_stops_at_the_same_scenario_whatever_runs_ahead(
    job: Jobs, conversations: Conversations, tmp_path: Path, concurrency: int
) -> None:
    conversations(third_is_rejected)
    ending, tally = go(job(until_accepted=4, concurrency=concurrency), tmp_path)
    assert (ending, tally.accepted, tally.started) == ("finished", 4, 5)
    assert indices(tmp_path, "conversations.jsonl") == [0, 1, 3, 4]
    assert go(job(until_accepted=4), tmp_path)[0] == "nothing to do"
    go(job(until_accepted=6), tmp_path)
    assert indices(tmp_path, "conversations.jsonl") == [0, 1, 3, 4, 6, 7]


def test_until_accepted_gives_up(job: Jobs, conversations: Conversations, tmp_path: Path) -> None:
    conversations(lambda _: REJECTED)
    ending, tally = go(job(until_accepted=2), tmp_path)
    assert (ending, tally.accepted, tally.started) == ("finished", 0, 100)


def test_no_more_than_a_window_is_in_the_air(job: Jobs, conversations: Conversations, tmp_path: Path) -> None:
    begun = conversations(lambda _: ACCEPTED)
    ahead: list[int] = []

    def observe(standing: Standing, _: Ended | None) -> None:
        ahead.append(len(begun) - standing.ended)

    asyncio.run(run(job(num=100, concurrency=2), tmp_path, observe))
    assert 0 <= max(ahead) <= 8


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="signals of another kind")
def test_ctrl_c_writes_what_has_begun_and_stops(job: Jobs, conversations: Conversations, tmp_path: Path) -> None:
    conversations(third_is_rejected)
    go(job(num=30), tmp_path / "whole")
    begun = conversations(third_is_rejected)

    def observe(standing: Standing, _: Ended | None) -> None:
        if standing.ended == 4:
            os.kill(os.getpid(), signal.SIGINT)

    ending, tally = asyncio.run(run(job(num=30, concurrency=3), tmp_path / "stopped", observe))
    assert ending == "interrupted"
    assert 4 <= tally.started == len(begun) < 30
    assert manifest(tmp_path / "stopped")["status"] == "interrupted"
    go(job(num=30), tmp_path / "stopped")
    assert files(tmp_path / "stopped") == files(tmp_path / "whole")


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
def test_ctrl_c_stops_each_conversation_at_its_next_step(job: Jobs, tmp_path: Path) -> None:
    settings = {"num": 8, "turns": "3", "concurrency": 8}
    go(job(**settings), tmp_path / "whole")
    waited: list[int] = []

    def observe(_: Standing, ended: Ended | None) -> None:
        if ended is not None and not waited:
            os.kill(os.getpid(), signal.SIGINT)

    ending, tally = asyncio.run(run(job(**settings), tmp_path / "drained", observe, waited.append))
    assert ending == "interrupted"
    assert waited[0] > 0
    with reading(tmp_path / "drained" / "run.sqlite") as store:
        states = store.counts().states
    assert 0 < states["waiting"] <= waited[0], "only one that was at its last step is finished first"
    assert states["accepted"] + states["waiting"] == 8
    assert tally.started <= states["accepted"]
    assert go(job(**settings), tmp_path / "drained")[0] == "finished"
    assert files(tmp_path / "drained") == files(tmp_path / "whole")


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_second_one_breaks_off_and_a_third_changes_nothing(
    job: Jobs, conversations: Conversations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: signal.Signals
) -> None:
    conversations(third_is_rejected)
    go(job(num=12), tmp_path / "whole")
    conversations(third_is_rejected)
    ends = vars(maker)["converse"]

    async def slow(graph: Any, context: Any, identity: Identity, *_: Any, **__: Any) -> Record:
        if identity.index == 4:
            try:
                await asyncio.sleep(60)
            finally:
                os.kill(os.getpid(), sign)  # while the others are being broken off
                await asyncio.sleep(0.01)
        made: Record = await ends(graph, context, identity)
        return made

    monkeypatch.setattr("digit_tc.engine.maker.converse", slow)
    waited: list[int] = []

    def observe(standing: Standing, _: Ended | None) -> None:
        if standing.ended == 3:
            os.kill(os.getpid(), sign)

    def stopping(count: int) -> None:
        waited.append(count)
        asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), sign)

    ending, tally = asyncio.run(run(job(num=12, concurrency=3), tmp_path / "broken", observe, stopping))
    assert ending == "interrupted"
    assert len(waited) == 1
    assert 1 <= waited[0] <= 3
    assert tally.started == 4, "nothing is written behind the one that was broken off"
    assert manifest(tmp_path / "broken")["status"] == "interrupted"
    conversations(third_is_rejected)
    go(job(num=12), tmp_path / "broken")
    assert files(tmp_path / "broken") == files(tmp_path / "whole")


def test_the_first_reason_of_each_kind_is_found(job: Jobs, conversations: Conversations, tmp_path: Path) -> None:
    conversations(lambda index: (ACCEPTED, REJECTED, FAILED)[index % 3])
    _, tally = go(job(num=7), tmp_path)
    assert first_reasons(tmp_path, tally.reasons) == {
        "rejected: user_gave_up": (1, "no request could be written"),
        "failed: ModelError": (2, "the server cannot be reached"),
    }
    assert tally.fresh == 3
    assert go(job(num=7), tmp_path)[1].fresh == 0


def test_equal_settings_lead_to_the_same_folder(job: Jobs) -> None:
    assert default_folder(job(num=3)) == default_folder(job(num=5)) == Path("runs") / job().fingerprint[:12]
    assert default_folder(job(shard="2/4")) != default_folder(job(shard="1/4")) != default_folder(job())


def test_a_graph_of_ones_own_may_have_models_that_nobody_here_knows(tmp_path: Path) -> None:
    graph = tmp_path / "mine.py"
    graph.write_text(
        "from digit_tc.graphs import conversation\ndef build():\n    return conversation.build()\n", "utf-8"
    )
    models = {"moderator": {"model": "m", "base_url": "http://127.0.0.1:9/v1"}}
    with closing(prepare(read_settings(flags={"run": {"graph": f"{graph}:build"}, "models": models}))) as job:
        assert job.asks_models
    with pytest.raises(SettingsError, match=r"models\.moderator: no role asks a model of this name"):
        prepare(read_settings(flags={"models": models}))
