"""Where two runs of the same scenarios part, from the command line."""

import json
import re
from pathlib import Path
from typing import Any

from digit_tc.cli.folder import records


def accepted(folder: Path) -> set[int]:
    return {one.index for one in records(folder)}


def test_an_overview_counts_where_they_part_and_names_the_command(lab: Path, digit_tc: Any) -> None:
    base, strict = lab / "out" / "base", lab / "out" / "strict"
    said = digit_tc("diff", base, strict)
    same = len(accepted(strict))
    assert said.code == 0
    assert (
        f"6 scenarios in both\naccepted in both {same}, in A alone {6 - same}, in B alone 0, in neither 0" in said.out
    )
    assert f"the same {same}, different {6 - same}\n  {6 - same} part first in what a turn is, or whether" in said.out
    (command,) = re.findall(r"^ +digit-tc (diff .*)$", said.out, re.MULTILINE)
    example = int(command.split()[-1])
    assert example == min(accepted(base) - accepted(strict))
    followed = digit_tc(*command.split())
    assert followed.code == 0
    assert "≠ turn 1, request, in A alone" in followed.out


def test_machines_are_told_the_same(lab: Path, digit_tc: Any) -> None:
    base, short = lab / "out" / "base", lab / "out" / "short"
    found = json.loads(digit_tc("diff", base, short, "--json").out)
    assert (found["both"], found["first_alone"]) == (6, 0)
    assert sum(one["count"] for one in found["parted"]) + found["same"] == 6
    assert {one["kind"] for one in found["parted"]} == {"plan"}
    example = found["parted"][0]["example"]
    one = json.loads(digit_tc("diff", base, short, str(example), "--json").out)
    assert (one["scenario"], one["seed"], one["same"], one["parting"]) == (example, 0, False, "turn 1, plan")
    alike = [step["step"] for step in one["steps"] if step["alike"]]
    assert alike[:4] == ["tools", "persona", "stratum", "turn 1"]
    request = next(step for step in one["steps"] if step["step"] == "turn 1, request")
    sides = [next(record for record in records(folder) if record.index == example) for folder in (base, short)]
    assert [request["first"], request["second"]] == [side.turns[0].user for side in sides]
    assert [one["first"]["id"], one["second"]["id"]] == [side.id for side in sides]


def test_one_scenario_is_shown_step_by_step(lab: Path, digit_tc: Any) -> None:
    base, short = lab / "out" / "base", lab / "out" / "short"
    example = json.loads(digit_tc("diff", base, short, "--json").out)["parted"][0]["example"]
    said = digit_tc("diff", base, short, str(example))
    lines = said.out.splitlines()
    assert lines[0].startswith("A conversation ")
    assert lines[1].startswith("B conversation ")
    assert lines[3:6] == ["= tools, persona, stratum; turn 1", "", "≠ turn 1, plan"]
    assert max(len(line) for line in lines) <= 100
    ids = [line.split()[2] for line in lines[:2]]
    assert digit_tc("diff", base, short, ids[0]).out == digit_tc("diff", base, short, ids[1][:12]).out == said.out


def test_what_is_the_same_is_said_to_be(lab: Path, digit_tc: Any) -> None:
    base = lab / "out" / "base"
    assert "the same 6, different 0" in digit_tc("diff", base, base).out
    said = digit_tc("diff", base, base / "conversations.jsonl", "2")
    assert said.out.endswith("\nthe same but for ids and for what they cost\n")
    assert "≠" not in said.out


def test_what_cannot_be_compared_is_said(lab: Path, digit_tc: Any, tmp_path: Path) -> None:
    base = lab / "out" / "base"
    for arguments, sentence in (
        ((base, tmp_path), f"{tmp_path}: holds no conversations"),
        ((base, tmp_path / "none"), f"{tmp_path / 'none'}: does not exist"),
        ((base, base / "manifest.json"), "manifest.json:1: is not a conversation record of this version"),
        ((base, base, "99"), f"{base}: has no conversation 99"),
    ):
        said = digit_tc("diff", *arguments)
        assert (said.code, said.out) == (2, "")
        assert sentence in said.err
    row = json.loads((base / "conversations.jsonl").read_text("utf-8").splitlines()[0])
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({**row, "seed": 5}) + "\n", encoding="utf-8")
    assert "no scenario in common: the seeds are 0 and 5; compare runs of one seed" in digit_tc("diff", base, other).err
    other.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert (
        f"{other}: has no scenario 4 of the seed 0; name one that both have" in digit_tc("diff", base, other, "4").err
    )
    other.write_text("", encoding="utf-8")
    assert "one of them is empty" in digit_tc("diff", base, other).err
