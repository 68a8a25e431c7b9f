"""Model-driven judges and users in whole conversations, through a real client against a real server on loopback."""

import threading
from collections import Counter
from collections.abc import Iterator
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
from digit_tc.nodes.scenario import ProceduralScenario
from digit_tc.nodes.user import LLMUser
from digit_tc.nodes.verifier import LLMVerifier
from digit_tc.records import Record
from digit_tc.testing.judges import critic
from digit_tc.testing.rule import ChatRequest, Wit
from digit_tc.testing.server import ScriptedServer, echo_user, serve
from digit_tc.testing.tempers import Temper
from digit_tc.tools.samples import read_sample

from .conftest import Make

JUDGES = ("digit_tc.testing.judges:verifier", "digit_tc.testing.judges:critic")


@contextmanager
def served(**wits: Wit) -> Iterator[tuple[Models, ScriptedServer]]:
    """Yields models that ask a server in this process; the name of a model is that of its role."""
    with ScriptedServer(0, (), "well-behaved", [lambda request: wits[request.body["model"]](request)]) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield models(f"http://127.0.0.1:{server.server_address[1]}/v1", *wits), server
        server.shutdown()
        thread.join()


def models(address: str, *roles: str) -> Models:
    return Models({role: ModelSettings(model=role, base_url=address) for role in roles})


def asked(bodies: list[dict[str, Any]]) -> Counter[str]:
    return Counter(body["model"] for body in bodies)


def sound(records: list[Record]) -> None:
    """No accepted conversation violates a check of code."""
    auditor = Auditor()
    for record in records:
        if record.outcome.status == "accepted":
            audit = auditor.audit(trace(record), recorded=False, today=date.fromisoformat(record.context.date))
            assert [one for one in audit.findings if one.severity == "error"] == []


def test_wise_judges_accept_what_is_good_at_one_question_a_turn(make: Make) -> None:
    with serve(temper="well-behaved", wits=JUDGES) as server:
        answering = models(server.base_url, "verifier", "critic")
        records = make(read_sample("projects"), 10, models=answering, verifier=LLMVerifier(), critic=LLMCritic())
        bodies = server.requests()
    calls = asked(bodies)
    accepted = [record for record in records if record.outcome.status == "accepted"]
    assert len(accepted) >= 9
    sound(records)
    turns = {record.id: [at for at, turn in enumerate(record.turns) if turn.kind != "closing"] for record in records}
    assert calls["critic"] == sum(map(len, turns.values()))
    shown = [body["messages"][1]["content"] for body in bodies if body["model"] == "critic"]
    assert all('<wishes>\n{"wish"' in text and '<calls>\n{"tool"' in text for text in shown)
    for record in accepted:
        assert record.usage["verifier"].calls <= 3 * len(record.turns)
        assert record.usage["critic"].calls == len(turns[record.id])
        sources = {verdict.source for verdict in record.verdicts}
        assert sources == {"code", "model"}
        last = {(verdict.turn, verdict.check): verdict.status for verdict in record.verdicts}
        assert {last[turn, check] for turn in turns[record.id] for check in QUESTIONS} == {"pass"}


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


EMPTY = "the model of role 'user' gave an empty reply"


def drifting() -> Wit:
    """Answers as a user who drifts: each second time with something that is no request."""
    turns = cycle(one for flip in FLIPS for one in (flip, "{echo}"))
    return lambda request: next(turns).format(echo=echo_user(request.text))


def test_a_drifting_user_and_a_critic_that_always_passes_give_nothing_that_violates_a_check(make: Make) -> None:
    roles = {"scenario": ProceduralScenario(closing=0.0), "user": LLMUser(), "critic": LLMCritic()}
    with served(user=drifting(), critic=critic) as (answering, server):
        records = make(read_sample("clinic"), 4, models=answering, **roles)
        calls = asked(server.bodies)
    assert {record.outcome.status for record in records} <= {"accepted", "rejected"}
    accepted = [record for record in records if record.outcome.status == "accepted"]
    assert accepted
    sound(records)
    failed = [one for record in records for one in record.verdicts if one.status == "fail"]
    noticed = Counter(one.evidence.split(": ")[1] if one.check == "candidate" else one.check for one in failed)
    wanted = {
        EMPTY,
        *(check for check in OF_REQUEST if check not in ("not_repeated", "request_not_empty", "nothing_unknown")),
    }
    assert len(wanted - noticed.keys()) <= 1, "which of them come up is up to the plans"
    assert calls["user"] > sum(len(record.turns) for record in records)


@pytest.mark.long
@pytest.mark.parametrize("temper", ["sloppy", "drifting"])
def test_a_server_that_is_sloppy_or_drifts_costs_work_and_never_soundness(temper: Temper, make: Make) -> None:
    with serve(temper=temper, wits=JUDGES) as server:
        answering = models(server.base_url, "user", "verifier", "critic")
        records = make(
            read_sample("projects"), 3, models=answering, verifier=LLMVerifier(), critic=LLMCritic(), retries=3
        )
        records += make(read_sample("clinic"), 2, models=answering, user=LLMUser(), critic=LLMCritic())
    assert {record.outcome.status for record in records} <= {"accepted", "rejected", "failed"}
    assert any(record.outcome.status == "accepted" for record in records)
    sound(records)


@pytest.mark.parametrize("said", ["", "All good.", '{"request_natural": {"status": "pass"'])
def test_a_critic_that_cannot_be_read_accepts_nothing(said: str, make: Make) -> None:
    with served(critic=lambda _: said) as (answering, _):
        records = make(read_sample("clinic"), 1, models=answering, critic=LLMCritic(), retries=1)
    assert [record.outcome.status for record in records] == ["rejected"]
    assert records[0].turns == ()
    assert "cannot be read" in records[0].outcome.reason


def test_a_critic_that_fails_the_report_has_it_written_again(make: Make) -> None:
    seen: set[str] = set()

    def once(question: ChatRequest) -> dict[str, Any]:
        request = question.text.partition("<request>\n")[2].partition("</request>")[0]
        new = request not in seen
        seen.add(request)
        return (critic(question) or {}) | (
            {"report_supported": {"status": "fail", "evidence": "made up"}} if new else {}
        )

    with served(critic=once) as (answering, _):
        records = make(read_sample("clinic"), 2, models=answering, critic=LLMCritic())
    assert [record.outcome.status for record in records] == ["accepted", "accepted"]
    for record in records:
        failed = [one for one in record.verdicts if one.status == "fail" and one.source == "model"]
        judged = sum(turn.kind != "closing" for turn in record.turns)
        assert len(failed) == judged == record.usage["critic"].calls
        assert {one.evidence.rpartition(": ")[2] for one in failed} == {"made up"}
