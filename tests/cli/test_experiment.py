"""Experiments from the command line: what they make, what they say, how they go on."""

import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from rich.table import Table

from digit_tc.cli.comparison import told
from digit_tc.cli.folder import records
from digit_tc.engine.output import FILES
from digit_tc.engine.run import run
from digit_tc.experiment.results import Difference, Results
from digit_tc.testing.server import Served, serve

from .conftest import CRITIC, THREE

WITS = ("digit_tc.testing.actors:forget",)


def files(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in FILES]


def results(out: Path) -> Results:
    return Results.model_validate_json((out / "experiment.json").read_text("utf-8"))


def difference(found: Results, variant: str, figure: str) -> Difference:
    (one,) = (one for one in found.differences if (one.variant, one.figure) == (variant, figure))
    return one


def test_every_variant_is_a_run_of_its_own_on_the_same_scenarios(lab: Path, digit_tc: Any, tmp_path: Path) -> None:
    assert sorted(entry.name for entry in (lab / "out").iterdir() if entry.is_dir()) == ["base", "short", "strict"]
    assert (
        digit_tc(
            "generate", "--num", "6", "--turns", "1", "--config", plain(tmp_path), "--out", tmp_path / "alone"
        ).code
        == 0
    )
    assert files(lab / "out" / "base") == files(tmp_path / "alone"), "the baseline is what generate makes"
    people = [
        {one.index: one.persona for one in records(lab / "out" / name, rejected=True)}
        for name in ("base", "short", "strict")
    ]
    assert people[0] == people[1] == people[2]


def plain(folder: Path) -> Path:
    path = folder / "plain.toml"
    path.write_text("[strata]\nplain = 100\n", encoding="utf-8")
    return path


def test_the_comparison_is_what_the_records_say(lab: Path) -> None:
    found = results(lab / "out")
    assert (found.status, found.baseline, [one.name for one in found.variants]) == (
        "finished", "base", ["base", "strict", "short"],
    )  # fmt: skip
    base, strict, short = (
        {one.index: one for one in records(lab / "out" / name, rejected=True)} for name in ("base", "strict", "short")
    )
    kept = [index for index, one in strict.items() if one.outcome.status == "accepted"]
    assert 0 < len(kept) < 6, "the critic tells them apart"
    accepted = difference(found, "strict", "accepted")
    assert (accepted.pairs, accepted.parted, accepted.method) == (6, 6 - len(kept), "Agresti-Min")
    assert accepted.before == 1.0
    assert accepted.difference == pytest.approx(len(kept) / 6 - 1)
    assert found.variants[1].reasons == {"rejected: too_long": 6 - len(kept)}
    words = difference(found, "strict", "words")
    assert (words.pairs, words.parted, words.low, words.difference) == (len(kept), 0, None, 0.0)
    longest = difference(found, "short", "words")
    apart = [len(short[at].turns[0].user.split()) - len(base[at].turns[0].user.split()) for at in range(6)]
    assert longest.difference == pytest.approx(fmean(apart), abs=1.0), "words are counted a little otherwise"
    assert longest.low is not None
    assert longest.high is not None
    assert longest.low < (longest.difference or 0) < longest.high
    calls = difference(found, "short", "calls_per_turn")
    assert (calls.method, calls.pairs) == ("paired t", 6)
    assert (calls.after or 9) <= 2 < (calls.before or 0)
    assert found.variants[2].changed == {"plan.max_calls": 2}
    assert found.variants[0].statistics["conversations"] == 6
    assert not any(one.figure.endswith("_per_accepted") for one in found.differences), "no model was asked"


def test_people_machines_and_pictures_are_told_the_same(lab: Path, digit_tc: Any) -> None:
    before = {
        path: path.read_bytes() for path in (lab / "out").rglob("*") if path.suffix in (".jsonl", ".json", ".svg")
    }
    said = digit_tc("experiment", lab / "three.toml", "--out", lab / "out")
    assert said.code == 0
    assert "\x1b" not in said.out
    assert "strict: roles.critic.use=strict.py:Strict@" in said.out
    lines = {line[:20].strip(): line for line in said.out.splitlines()}
    assert lines["started"].split() == ["started", "6", "6", "6"]
    assert lines["accepted"].split()[:4] == [
        "accepted",
        "strict",
        "100.0%",
        f"{difference(results(lab / 'out'), 'strict', 'accepted').after:.1%}",
    ]
    assert f"digit-tc diff {lab / 'out' / 'base'} {lab / 'out' / 'strict'}" in said.out
    assert {path: path.read_bytes() for path in before} == before, "run again, nothing changes"
    for name in ("acceptance.svg", "differences.svg"):
        picture = ET.fromstring(before[lab / "out" / name])
        shown = " ".join(text.text or "" for text in picture.iter("{http://www.w3.org/2000/svg}text"))
        assert {"base", "strict", "short"} <= {*shown.replace(",", " ").split()}, name
    assert str(lab) not in (lab / "out" / "experiment.json").read_text("utf-8"), "no path of this machine"


def test_it_goes_on_where_ctrl_c_ended_it(
    lab: Path, digit_tc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, ended = tmp_path / "out", list[int]()

    async def stopped(job: Any, path: Path, observe: Any, stopping: Any) -> Any:
        def observed(standing: Any, one: Any) -> None:
            if one is not None and path.name == "strict" and not ended:
                ended.append(one.facts.index)
                os.kill(os.getpid(), signal.SIGINT)
            observe(standing, one)

        return await run(job, path, observed, stopping)

    monkeypatch.setattr("digit_tc.experiment.conduct.run", stopped)
    command = ("experiment", lab / "three.toml", "--out", out, "--concurrency", "1", "--num", "2")
    said = digit_tc(*command)
    assert (said.code, len(ended)) == (130, 1)
    assert "stopped before the end; run the same command again to go on" in said.out
    assert results(out).status == "interrupted"
    assert [one.started for one in results(out).variants] == [2, 1], "the third was not begun"
    assert digit_tc(*command).code == 0
    for name in ("base", "strict", "short"):
        whole = [*records(lab / "out" / name, rejected=True)]
        assert [*records(out / name, rejected=True)] == [one for one in whole if one.index < 2]
    assert [one.started for one in results(out).variants] == [2, 2, 2]


def test_a_variant_that_changed_is_refused_before_anything_is_made(lab: Path, digit_tc: Any) -> None:
    before = {path: path.read_bytes() for path in (lab / "out").rglob("*.json*")}
    (lab / "strict.py").write_text(CRITIC.replace("45", "44"), encoding="utf-8")
    said = digit_tc("experiment", lab / "three.toml", "--out", lab / "out", "--num", "7")
    (lab / "strict.py").write_text(CRITIC, encoding="utf-8")
    assert said.code == 2
    there = lab / "out" / "strict"
    assert f"variants.strict is not what {there} was made with (the source of strict.py changed)" in said.err
    assert {path: path.read_bytes() for path in before} == before, "the others were not gone on with"


@pytest.mark.long
def test_it_may_grow_in_scenarios_and_in_variants(lab: Path, digit_tc: Any, tmp_path: Path) -> None:
    file, out = tmp_path / "grow.toml", tmp_path / "out"
    text = THREE.replace("num = 6", "num = 2").replace("HERE", str(lab))
    file.write_text(text.partition("[variants.short")[0], encoding="utf-8")
    assert digit_tc("experiment", file, "--out", out).code == 0
    file.write_text(text, encoding="utf-8")
    assert digit_tc("experiment", file, "--out", out, "--num", "6").code == 0
    for name in ("base", "strict", "short"):
        assert files(out / name) == files(lab / "out" / name)
    assert results(out).differences == results(lab / "out").differences


def test_a_variant_in_which_everything_fails_is_no_success(digit_tc: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(
        "async def critic(state, runtime):\n    raise KeyError('x')\n", encoding="utf-8"
    )
    file = tmp_path / "e.toml"
    table = f"[variants.broken.roles.critic]\nuse = '{tmp_path}/broken.py:critic'\n"
    file.write_text(
        f"[run]\nnum = 2\nturns = 1\nlog_format = 'json'\n[strata]\nplain = 100\n[variants.base]\n{table}",
        encoding="utf-8",
    )
    said = digit_tc("experiment", file, "--out", tmp_path / "out")
    assert said.code == 1
    found = results(tmp_path / "out")
    assert [(one.accepted, one.failed) for one in found.variants] == [(2, 0), (0, 2)]
    assert difference(found, "broken", "words").difference is None, "no scenario was accepted in both"
    assert "Traceback" not in said.out + said.err
    events = [json.loads(line) for line in said.err.splitlines()]
    assert [(one["name"], one["number"], one["of"]) for one in events if one["event"] == "variant"] == [
        ("base", 1, 2), ("broken", 2, 2),
    ]  # fmt: skip


def test_a_variant_that_came_to_its_bound_says_so(lab: Path) -> None:
    found = results(lab / "out")
    spent = found.variants[1].model_copy(update={"ending": "spent"})
    rows = "".join(cell for cell in _cells(found.model_copy(update={"variants": (found.variants[0], spent)})))
    assert "spent" in rows
    assert "spent" not in "".join(_cells(found))


def _cells(found: Results) -> Iterator[str]:
    for part in told(found):
        if isinstance(part, Table):
            yield from (str(cell) for column in part.columns for cell in column.cells)


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serve(temper="well-behaved", wits=WITS) as served:
        yield served


def test_what_models_cost_is_compared_whoever_asked_first(digit_tc: Any, server: Served, tmp_path: Path) -> None:
    """The second variant finds every reply of the first, and costs as much by the count of what it used."""
    file = tmp_path / "models.toml"
    file.write_text(
        f"""
        [run]
        num = 2
        turns = 1
        roles = "hybrid"
        [strata]
        plain = 100
        [models.default]
        model = "scripted"
        base_url = "{server.base_url}"
        price = [1.0, 2.0]
        [variants.base]
        [variants.code.plan]
        retries = 5
        [variants.dear.models.default]
        model = "scripted-large"
        price = [10.0, 20.0]
        """,
        encoding="utf-8",
    )
    said = digit_tc("experiment", file, "--out", tmp_path / "out", "--json")
    assert said.code == 0
    found = Results.model_validate_json(said.out)
    base, code, dear = found.variants
    assert base.per_accepted is not None
    assert base.asked["calls"] > 0
    assert code.asked["calls"] == 0, "its questions are those of the baseline, which had asked them"
    assert code.per_accepted == base.per_accepted
    tokens = base.per_accepted.prompt_tokens + 2 * base.per_accepted.completion_tokens
    assert base.per_accepted.dollars == pytest.approx(tokens / 1e6)
    assert dear.asked["calls"] > 0, "another model is asked anew"
    cost = difference(found, "dear", "dollars_per_accepted")
    assert (cost.method, cost.pairs) == ("linearised ratio, t", 2)
    assert cost.difference == pytest.approx((cost.after or 0) - (cost.before or 0))
    assert (cost.before or 0) == pytest.approx(base.per_accepted.dollars)
    assert (tmp_path / "out" / "replies.sqlite").is_file()
    assert not list((tmp_path / "out").glob("*/replies.sqlite"))


@pytest.mark.long
def test_it_goes_on_after_it_was_killed(lab: Path, digit_tc: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "digit_tc", "experiment", str(lab / "three.toml"), "--out", str(out)]
    for _ in range(3):
        process = subprocess.Popen(
            [*command, "--concurrency", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=2.2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert digit_tc(*command[3:]).code == 0
    for name in ("base", "strict", "short"):
        assert files(out / name) == files(lab / "out" / name)
    assert json.loads((out / "experiment.json").read_text("utf-8"))["status"] == "finished"
