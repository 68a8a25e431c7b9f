"""The tools of a record can be changed, and changed back."""

import asyncio
from pathlib import Path

import pytest

from digit_tc.engine.conversation import converse
from digit_tc.engine.job import prepare
from digit_tc.perturbation import Perturbation, perturbed, restored
from digit_tc.records import Record
from digit_tc.settings import read_settings
from digit_tc.strata import DEFAULT_MIX, Stratum

Shown = dict[Stratum, list[Record]]


@pytest.mark.parametrize(
    "how",
    [
        Perturbation(scramble_names=True),
        Perturbation(drop_descriptions=True),
        Perturbation(scramble_names=True, drop_descriptions=True),
    ],
)
@pytest.mark.parametrize("stratum", ["missing_tool", "missing_parameter", "near_names"])
def test_what_is_changed_can_be_changed_back(stratum: Stratum, how: Perturbation, shown: Shown) -> None:
    for record in shown[stratum]:
        changed = perturbed(record, how)
        assert changed != record
        assert restored(Record.model_validate_json(changed.model_dump_json())) == record
        assert perturbed(changed, how) == changed, "no record is changed twice"


def test_scrambled_names_say_nothing(shown: Shown) -> None:
    record = shown["missing_tool"][0]
    text = perturbed(record, Perturbation(scramble_names=True)).model_dump_json(include={"tools", "turns"})
    assert [tool.name for tool in record.tools if f'"{tool.name}"' in text] == []


def test_no_description_is_left(shown: Shown) -> None:
    record = shown["plain"][0]
    changed = perturbed(record, Perturbation(drop_descriptions=True))
    assert {tool.description for tool in changed.tools} == {""}
    for tool in record.tools:
        for schema in tool.parameters.get("properties", {}).values():
            assert schema.get("description", "-") not in changed.model_dump_json(include={"tools"})


def test_distractors_are_offered_and_never_called() -> None:
    job = prepare(read_settings(flags={"catalogue": {"distractors": 3}, "strata": {"plain": 100}}))
    record = asyncio.run(converse(job.graph, job.context(0), job.identity(0)))
    made = {tool.name: tool.made_of for tool in record.tools if tool.made_of}
    assert len(made) == 3
    assert set(made.values()) <= {tool.name for tool in record.tools} - made.keys()
    assert not made.keys() & {call.name for turn in record.turns for step in turn.steps for call in step.calls}


def test_roles_of_others_make_plain_conversations_unless_asked(tmp_path: Path) -> None:
    role = tmp_path / "mine.py"
    role.write_text("async def user(state, runtime):\n    return {}\n", encoding="utf-8")
    own = {"roles": {"user": {"use": f"{role}:user"}}}
    assert prepare(read_settings()).quotas == DEFAULT_MIX
    assert prepare(read_settings(flags=own)).quotas == {}
    assert prepare(read_settings(flags={**own, "strata": {"irrelevant": 5}})).quotas == {"irrelevant": 5}
