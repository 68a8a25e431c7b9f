"""A model is asked once for what each tool leaves out; what it says is checked before it counts."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from digit_tc.errors import ModelError
from digit_tc.models import Answer, Models, ModelSettings
from digit_tc.models.fitting import fitted_in
from digit_tc.models.replies import Replies
from digit_tc.prompts.specifying import specify
from digit_tc.testing.chat import ScriptedModel
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool
from digit_tc.tools.inference.asking import Answers, Specifier, asked
from digit_tc.tools.inference.completion import completed, rules_of
from digit_tc.tools.inference.gaps import gaps_of
from digit_tc.tools.inference.proposal import Proposal, filled

TEXT = {"type": "string"}
GAPPY = {"name": "find_thing", "parameters": {"type": "object", "properties": {"a": {}, "b": {"type": "integer"}}}}
WHOLE = {
    "name": "get_thing",
    "parameters": {"type": "object", "properties": {"thing_no": TEXT}, "required": ["thing_no"]},
    "output_schema": {"type": "object", "properties": {"thing_no": TEXT}},
}
SAID = {
    "types": {"a": {"type": "array", "items": {"type": "float"}}, "b": TEXT},
    "optional": ["b"],
    "output": {"type": "object", "properties": {"thing_no": TEXT}, "required": ["thing_no"]},
}


def ask(
    reply: Any, folder: Path | None = None, *raw: dict[str, Any], model: str = "m"
) -> tuple[Catalogue, Answers, ScriptedModel]:
    scripted = ScriptedModel(replies=reply if callable(reply) else lambda _: reply)
    catalogue = Catalogue(read_tool(one) for one in raw or (GAPPY, WHOLE))
    with closing(Replies(folder / "replies" if folder else None)) as replies:
        models = Models.of({"specifier": scripted}, default=ModelSettings(model=model), replies=replies)

        async def propose(question: list[BaseMessage]) -> Answer[Proposal]:
            return await models.ask_for("specifier", question, Proposal)

        found, answers = asyncio.run(asked(catalogue, Specifier(specify, propose)))
    return found, answers, scripted


def test_a_proposal_fills_the_gaps_and_nothing_else() -> None:
    found, answers, scripted = ask(f"Sure:\n```json\n{json.dumps(SAID)}\n```")
    tool = found["find_thing"]
    assert tool.properties == {"a": {"type": "array", "items": {"type": "number"}}, "b": {"type": "integer"}}
    assert tool.required == ["a"]
    assert tool.output_schema == SAID["output"]
    rules = {"type-model": 1, "required-model": 1, "optional-model": 1, "output-model": 1}
    assert rules_of([tool]) == rules
    assert (answers.asked, answers.known, answers.problems) == (1, 0, {})
    assert found["get_thing"] == read_tool(WHOLE)
    assert rules_of(completed(found)) == rules
    (question,) = scripted.asked
    assert "thing_no" in question.text  # a related tool stands beside it
    assert '"untyped": ["a"]' in question.text


def test_the_same_question_is_asked_once(tmp_path: Path) -> None:
    first, answers, _ = ask(json.dumps(SAID), tmp_path)
    assert (answers.asked, answers.known) == (1, 0)
    second, answers, scripted = ask("never asked", tmp_path)
    assert (answers.asked, answers.known, len(scripted.asked)) == (0, 1, 0)
    assert [*first] == [*second]
    described = {**GAPPY, "description": "Finds it"}
    assert ask(json.dumps(SAID), tmp_path, described, WHOLE)[1].asked == 1
    assert ask(json.dumps(SAID), tmp_path, model="another")[1].asked == 1


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ("I do not know.", "the reply holds no JSON object"),
        ('{"types": {"a": {"type"', "it was cut off before its end: raise max_tokens"),
        ('{"types": ["a"]}', "/types: Input should be a valid dictionary"),
        ('{"types": {"a": {"type": 5}}}', "#/types/a"),
        ('{"types": {"a": {"description": "x"}}}', "/types/a: it names no type"),
        ('{"types": {"a": {"$ref": "http://x/y"}}}', "leads out of the schema"),
        ('{"output": {"type": "string"}}', "/output: it names no properties"),
        ('{"optional": ["c"]}', "/optional: 'c' is no argument"),
    ],
)
def test_what_cannot_be_used_is_said_and_left_to_the_rules(reply: str, problem: str) -> None:
    found, answers, _ = ask(reply)
    assert problem in " ".join(answers.problems["find_thing"])
    assert completed(found)["find_thing"].properties["a"]["type"]
    assert completed(found)["find_thing"].output_schema is not None


def test_a_busy_server_costs_one_tool_and_a_refused_key_everything() -> None:
    found, answers, _ = ask(lambda _: ModelError("too busy", retryable=True))
    assert (answers.asked, answers.problems) == (0, {"find_thing": ("too busy",)})
    assert [*found] == [read_tool(GAPPY), read_tool(WHOLE)]
    with pytest.raises(ModelError, match="refused the key"):
        ask(lambda _: ModelError("refused the key"))


def test_many_are_asked_side_by_side_and_come_back_in_order() -> None:
    many = [{**GAPPY, "name": f"find_thing_{at}"} for at in range(30)]

    def reply(messages: Sequence[BaseMessage]) -> str:
        return json.dumps({**SAID, "optional": ["b"] if "find_thing_7" in str(messages[-1].text) else []})

    found, answers, _ = ask(reply, None, *many)
    assert found.names == [one["name"] for one in many]
    assert answers.asked == 30


def test_what_is_wrong_with_a_proposal_is_told_to_the_model_once() -> None:
    def reply(messages: Sequence[BaseMessage]) -> str:
        return json.dumps(SAID if "/types: Input should be" in str(messages[-1].text) else {"types": ["a"]})

    found, answers, scripted = ask(reply)
    assert (answers.asked, answers.problems, len(scripted.asked)) == (1, {}, 2)
    assert found["find_thing"].output_schema == SAID["output"]


def test_braces_in_prose_do_no_harm() -> None:
    proposal = fitted_in(Proposal, 'Of {a} and {b}: {"optional": ["b"]} {"optional": []}')
    assert proposal.optional == ("b",)
    tool = read_tool(GAPPY)
    assert filled(tool, gaps_of(tool), proposal).tool.required == ["a"]
