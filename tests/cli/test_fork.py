"""The verb `fork`, and the steps of a graph that `show` tells of where there are checkpoints."""

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli import run
from digit_tc.records import Record
from digit_tc.testing.server import serve
from digit_tc.world.moments import moments

ROLES = """
from digit_tc.nodes.assistant import ProceduralAssistant

async def laconic(state, runtime):
    update = await ProceduralAssistant()(state, runtime)
    return {**update, "report": "Done."} if update.get("report") else update

async def failing(state, runtime):
    raise RuntimeError("no more")
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run of four conversations that kept each step."""
    path = tmp_path_factory.mktemp("kept")
    (path / "roles.py").write_text(ROLES, encoding="utf-8")
    out = path / "out"
    assert run(["generate", "--num", "4", "--turns", "2-3", "--checkpoint", "step", "--out", str(out)]) == 0
    return out


def saved(path: Path) -> list[Record]:
    return [Record.model_validate_json(line) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def original(kept: Path) -> Record:
    """The longest of them."""
    return max(saved(kept / "conversations.jsonl"), key=lambda one: len(moments(one)))


def forked(digit_tc: Any, folder: Path, record: Record, at: int, out: Path, *flags: str | Path) -> Record:
    said = digit_tc("fork", folder, record.id, "--at", str(at), "--out", out, *flags)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("conversation ")
    [made] = saved(out)
    return made


def test_without_another_seed_or_setting_the_rest_is_what_it_was(
    digit_tc: Any, kept: Path, original: Record, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    last = len(moments(original))
    ids = set()
    for at in (0, last // 2, last):
        made = forked(digit_tc, kept, original, at, tmp_path / "out.jsonl")
        assert made.fork is not None
        assert (made.fork.id, made.fork.call, made.fork.seed, made.fork.changed) == (original.id, at, None, {})
        assert made.model_copy(update={"id": original.id, "fork": None}) == original
        ids.add(made.id)
    assert len(ids | {original.id}) == 4
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before, "the folder stays as it is"


def test_another_seed_keeps_what_was_and_draws_the_rest_anew(
    digit_tc: Any, kept: Path, original: Record, tmp_path: Path
) -> None:
    at = sum(len(step.calls) for step in original.turns[0].steps)
    made = [
        forked(digit_tc, kept, original, at, tmp_path / f"{number}.jsonl", "--seed", seed)
        for number, seed in enumerate(("7", "7", "8"))
    ]
    assert (tmp_path / "0.jsonl").read_bytes() == (tmp_path / "1.jsonl").read_bytes()
    assert len({one.id for one in made}) == 2
    for one in made:
        assert moments(one)[:at] == moments(original)[:at]
        assert one.turns[0].user == original.turns[0].user
        assert one.turns[1] != original.turns[1]
        assert one.outcome.status == "accepted"
    assert made[0].turns[1] != made[2].turns[1]
    assert digit_tc("audit", tmp_path / "0.jsonl").code == 0
    text = digit_tc("show", tmp_path / "0.jsonl").out
    assert f"forked from conversation {original.id} after call {at}, under the seed 7\n" in text


def test_another_role_makes_the_rest(digit_tc: Any, kept: Path, original: Record, tmp_path: Path) -> None:
    role = f"assistant={kept.parent / 'roles.py'}:laconic"
    at = sum(len(step.calls) for step in original.turns[0].steps) + 1
    made = forked(digit_tc, kept, original, at, tmp_path / "out.jsonl", "--role", role)
    assert made.turns[0] == original.turns[0]
    assert {turn.assistant for turn in made.turns[1:]} <= {"Done."} or made.outcome.status == "rejected"
    assert made.fork is not None
    [(key, value)] = made.fork.changed.items()
    assert key == "roles.assistant.use"
    assert re.fullmatch(r"roles\.py:laconic@[0-9a-f]{16}", str(value))


def test_a_rest_that_fails_is_written_with_its_reason(
    digit_tc: Any, kept: Path, original: Record, tmp_path: Path
) -> None:
    role = f"assistant={kept.parent / 'roles.py'}:failing"
    said = digit_tc("fork", kept, original.id, "--at", "1", "--role", role, "--out", tmp_path / "out.jsonl")
    assert said.code == 1
    [made] = saved(tmp_path / "out.jsonl")
    assert (made.outcome.status, made.outcome.reason) == ("failed", "RuntimeError: no more")
    assert len(made.world.events) < len(original.world.events)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["9", "--at", "1"], "has no conversation 9; give a scenario index or an id"),
        (["0", "--at", "99"], "--at must be a number from 0 to "),
        (["0", "--at", "x"], "the calls of conversation "),
        (["0", "--at", "-1"], ", not '-1'"),
        (["0", "--at", "1", "--role", "nobody=a:b"], "the graph conversation has no role 'nobody'"),
        (["0", "--at", "1", "--role", "critic"], "--role must be NAME=IMPORT or NAME.KNOB=VALUE; got 'critic'"),
        (["0", "--at", "1", "--model", "m"], "--model is not used by --roles offline; add --role user="),
        (["0", "--at", "1", "--seed", "-2"], "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_forked_is_one_sentence(
    digit_tc: Any, kept: Path, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    said = digit_tc("fork", kept, *arguments, "--out", tmp_path / "out.jsonl")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert sentence in said.err
    assert not (tmp_path / "out.jsonl").exists()


def test_a_folder_without_checkpoints_says_how_to_get_them(digit_tc: Any, folder: Path, tmp_path: Path) -> None:
    for command in (("fork", folder, "0", "--at", "1", "--out", tmp_path / "out"), ("show", folder, "0", "--steps")):
        said = digit_tc(*command)
        assert (said.code, said.out) == (2, "")
        assert said.err == f"digit-tc: {folder}: holds no checkpoints; generate it with --checkpoint step\n"
    file = folder / "conversations.jsonl"
    assert "is a file; name the output folder of" in digit_tc("fork", file, "0", "--at", "1", "--out", tmp_path).err


def test_the_file_lies_outside_the_folder(digit_tc: Any, kept: Path) -> None:
    said = digit_tc("fork", kept, "0", "--at", "1", "--out", kept / "out.jsonl")
    assert (said.code, said.out) == (2, "")
    assert "lies in the folder of the run" in said.err


def test_a_configuration_that_has_changed_is_refused_with_the_difference(digit_tc: Any, tmp_path: Path) -> None:
    roles = tmp_path / "roles.py"
    roles.write_text(ROLES, encoding="utf-8")
    role, out = f"assistant={roles}:laconic", tmp_path / "out"
    digit_tc("generate", "--num", "1", "--turns", "1", "--role", role, "--checkpoint", "step", "--out", out)
    roles.write_text(ROLES.replace("Done.", "Finished."), encoding="utf-8")
    said = digit_tc("fork", out, "0", "--at", "0", "--out", tmp_path / "fork.jsonl")
    assert (said.code, said.out) == (2, "")
    assert f"{out}: was made under another configuration (the source of roles.py changed); " in said.err


def test_what_was_made_without_checkpoints_has_none(digit_tc: Any, kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept, tmp_path / "out")
    digit_tc("generate", "--num", "5", "--turns", "2-3", "--out", tmp_path / "out")
    for command in (("fork", tmp_path / "out", "4", "--at", "0", "--out", tmp_path / "f"),
                    ("show", tmp_path / "out", "4", "--steps")):  # fmt: skip
        said = digit_tc(*command)
        assert (said.code, said.out) == (2, "")
        assert said.err.endswith(" has no checkpoints; generate it with --checkpoint step\n")
    assert "graph" not in json.loads(digit_tc("show", tmp_path / "out", "4", "--at", "1", "--json").out)


def test_the_steps_of_a_graph_are_listed_with_the_calls_they_come_after(
    digit_tc: Any, kept: Path, original: Record
) -> None:
    listed = json.loads(digit_tc("show", kept, original.id, "--steps", "--json").out)
    assert [one["step"] for one in listed] == list(range(1, len(listed) + 1))
    assert [one["ran"] for one in listed[:2]] == [["scenario"], ["planner"]]
    assert all(before["next"] == after["ran"] for before, after in pairwise(listed))
    assert listed[-1]["next"] == []
    ends = [one["at"] for one in listed if one["at"]]
    assert ends[0] == "0"
    assert ends[-1].rpartition("-")[2] == str(len(moments(original)))
    assert {tuple(one["ran"]) for one in listed if one["at"] not in (None, "0")} == {("tool_simulator",)}
    text = digit_tc("show", kept, original.id, "--steps").out
    assert re.search(r"^   2      0  planner +events \+1, plan \+\d", text, re.MULTILINE)
    assert max(len(line) for line in text.splitlines()) <= 100


def test_at_a_call_the_graph_stands_as_it_did(digit_tc: Any, kept: Path, original: Record) -> None:
    listed = json.loads(digit_tc("show", kept, original.id, "--steps", "--json").out)
    graph = json.loads(digit_tc("show", kept, original.id, "--at", "1", "--json").out)["graph"]
    step = next(one for one in listed if (one["at"] or "").partition("-")[0] == "1")
    assert (graph["step"], graph["steps"], graph["ran"]) == (step["step"], len(listed), ["tool_simulator"])
    assert (graph["next"], graph["turn"], graph["sent_back"]) == (["assistant"], 0, "")
    text = digit_tc("show", kept, original.id, "--at", "1").out
    assert f"\ngraph\n  step {step['step']} of {len(listed)}, tool_simulator ran\n  next assistant\n" in text


@pytest.mark.long
def test_a_fork_of_what_a_model_wrote_goes_by_the_replies_that_were_kept(digit_tc: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with serve(temper="well-behaved", wits=("digit_tc.testing.actors:act",)) as served:
        asked = ("--roles", "hybrid", "--model", "m", "--base-url", served.base_url)
        digit_tc("generate", "--num", "1", "--turns", "2", "--checkpoint", "step", "--out", out, *asked)
    [record] = [*saved(out / "conversations.jsonl"), *saved(out / "rejected.jsonl")]
    assert record.usage
    made = forked(digit_tc, out, record, 1, tmp_path / "same.jsonl")
    assert made.model_copy(update={"id": record.id, "fork": None}) == record
    said = digit_tc("fork", out, "0", "--at", "1", "--seed", "3", "--out", tmp_path / "other.jsonl")
    assert said.code == 1, "under another seed the model is asked, and it is gone"
    assert saved(tmp_path / "other.jsonl")[0].outcome.code == "ModelError"
