"""Model-driven judges and users in whole conversations, through a real client against a real server on loopback."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import cycle
from typing import Any

import pytest

from digit_tc.audit.auditing import Auditor
from digit_tc.audit.opinions import QUESTIONS
from digit_tc.audit.turns import OF_REQUEST
from digit_tc.export.trace import trace
from digit_tc.models import Models, ModelSettings
from digit_tc.nodes.critic import LLMCritic
from digit_tc.nodes.user import LLMUser
from digit_tc.nodes.verifier import LLMVerifier
from digit_tc.records import Record
from digit_tc.testing.judges import approval, reading
from digit_tc.testing.server import Rule, ScriptedServer, echo_user
from digit_tc.tools.samples import read_sample

from .conftest import Make

Answer = Callable[[str], str]
"""What is replied to the words of a question."""


class Answering(ScriptedServer):
    """Answers each role by a function of the question."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        super().__init__(0, ())
        self._answers = answers

    def rule(self, body: dict[str, Any]) -> Rule:
        super().rule(body)
        text = "\n".join(str(message["content"]) for message in body["messages"])
        return Rule(reply=self._answers[body["model"]](text))


@contextmanager
def served(**answers: Answer) -> Iterator[tuple[Models, Answering]]:
    """Yields models that ask a server in this process; the name of a model is that of its role."""
    with Answering(answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}/v1"
        yield Models({role: ModelSettings(model=role, base_url=address) for role in answers}), server
        server.shutdown()
        thread.join()


def asked(server: Answering) -> Counter[str]:
    return Counter(body["model"] for body in server.bodies)


def sound(records: list[Record]) -> None:
    """No accepted conversation violates a check of code."""
    auditor = Auditor()
    for record in records:
        if record.outcome.status == "accepted":
            audit = auditor.audit(trace(record), recorded=False, today=date.fromisoformat(record.context.date))
            assert [one for one in audit.findings if one.severity == "error"] == []


def test_wise_judges_accept_what_is_good_at_one_question_a_turn(make: Make) -> None:
    with served(verifier=reading, critic=lambda _: approval()) as (models, server):
        records = make(read_sample("projects"), 10, models=models, verifier=LLMVerifier(), critic=LLMCritic())
        calls = asked(server)
    accepted = [record for record in records if record.outcome.status == "accepted"]
    assert len(accepted) >= 9
    sound(records)
    turns = sum(len(record.turns) for record in records)
    assert calls["critic"] == turns
    for record in accepted:
        assert record.usage["verifier"].calls <= 3 * len(record.turns)
        assert record.usage["critic"].calls == len(record.turns)
        sources = {verdict.source for verdict in record.verdicts}
        assert sources == {"code", "model"}
        last = {(verdict.turn, verdict.check): verdict.status for verdict in record.verdicts}
        assert {last[turn, check] for turn in range(len(record.turns)) for check in QUESTIONS} == {"pass"}


FLIPS = (
    "How can I help you today?",
    "",
    "   ",
    "Assistant: I have booked it for you.",
    "###STOP###",
    "Thanks, that's all. Bye!",
    "<think>The person wants something.</think>",
    "<think>The person wants",
    "I was told to play a person. {echo}",
    '{{"tool": "x", "arguments": {{}}}} {echo}',
    "{echo} My customer number is 99887766.",
    "Every value under values must stand in the message exactly as it is written there.",
)


def drifting() -> Answer:
    """Answers as a user who drifts: each second time with something that is no request."""
    turns = cycle(one for flip in FLIPS for one in (flip, "{echo}"))
    return lambda question: next(turns).format(echo=echo_user(question))


def test_a_drifting_user_and_a_critic_that_always_passes_give_nothing_that_violates_a_check(make: Make) -> None:
    with served(user=drifting(), critic=lambda _: approval()) as (models, server):
        records = make(read_sample("clinic"), 4, models=models, user=LLMUser(), critic=LLMCritic())
        calls = asked(server)
    assert {record.outcome.status for record in records} <= {"accepted", "rejected"}
    accepted = [record for record in records if record.outcome.status == "accepted"]
    assert accepted
    sound(records)
    noticed = Counter(one.check for record in records for one in record.verdicts if one.status == "fail")
    assert {check for check in OF_REQUEST if check != "not_repeated"} <= noticed.keys()
    assert calls["user"] > sum(len(record.turns) for record in records)


@pytest.mark.parametrize("said", ["", "All good.", '{"request_natural": {"status": "pass"'])
def test_a_critic_that_cannot_be_read_accepts_nothing(said: str, make: Make) -> None:
    with served(critic=lambda _: said) as (models, _):
        records = make(read_sample("clinic"), 1, models=models, critic=LLMCritic(), retries=1)
    assert [record.outcome.status for record in records] == ["rejected"]
    assert records[0].turns == ()
    assert "cannot be read" in records[0].outcome.reason


def test_a_critic_that_fails_the_report_has_it_written_again(make: Make) -> None:
    seen: set[str] = set()

    def once(question: str) -> str:
        request = question.partition("<request>")[2].partition("</request>")[0]
        if request in seen:
            return approval()
        seen.add(request)
        return json.dumps(json.loads(approval()) | {"report_supported": {"status": "fail", "evidence": "made up"}})

    with served(critic=once) as (models, _):
        records = make(read_sample("clinic"), 2, models=models, critic=LLMCritic())
    assert [record.outcome.status for record in records] == ["accepted", "accepted"]
    for record in records:
        failed = [one for one in record.verdicts if one.status == "fail" and one.source == "model"]
        assert len(failed) == len(record.turns)
        assert {one.evidence.rpartition(": ")[2] for one in failed} == {"made up"}
        assert record.usage["critic"].calls == len(record.turns)
