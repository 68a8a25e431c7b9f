"""How many planted defects a critic notices, beside what the code checks notice of the same conversations."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

from digit_tc.audit.auditing import Auditor
from digit_tc.audit.misconduct import KINDS, spoilt
from digit_tc.audit.scene import Scene, scenes_of
from digit_tc.export.trace import UserStep, trace
from digit_tc.models import Reply
from digit_tc.records import Record
from digit_tc.state import VerdictDraft

Judge = Callable[[Scene], Awaitable[tuple[list[VerdictDraft], list[Reply]]]]
"""A critic: the verdicts on one turn, and the replies that they rest on."""


@dataclass
class Row:
    """The figures of one kind of defect, in defects."""

    planted: int = 0
    by_code: int = 0
    by_critic: int = 0
    unknown: int = 0
    """Those on which the critic came to no answer, and found nothing else; it does not accept them either."""


@dataclass
class Figures:
    """What was measured; alarms are clean turns that were found at fault."""

    conversations: int = 0
    turns: int = 0
    code_alarms: int = 0
    critic_alarms: int = 0
    critic_unknown: int = 0
    rows: dict[str, Row] = field(default_factory=lambda: {name: Row() for name in KINDS})
    replies: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class _Opinion:
    failed: frozenset[str]
    unknown: frozenset[str]


async def measure(records: Sequence[Record], judge: Judge, *, at_once: int = 8) -> Figures:
    """Plants each kind of defect into one turn of every conversation, where it can be, and asks the critic about it.

    Args:
        records: Clean conversations with a persona and at least one turn.
        judge: The critic.
        at_once: Turns that are judged at the same time.

    Raises:
        ModelError: The critic's model cannot be asked.
    """
    bench = _Bench(judge, at_once)
    await asyncio.gather(*(bench.conversation(record) for record in records))
    return bench.figures


class _Bench:
    def __init__(self, judge: Judge, at_once: int) -> None:
        self._judge, self._free = judge, asyncio.Semaphore(at_once)
        self._auditor = Auditor()
        self.figures = Figures()

    async def conversation(self, record: Record) -> None:
        scenes, figures = list(scenes_of(record)), self.figures
        clean = await asyncio.gather(*(self._asked(scene) for scene in scenes))
        audited = self._audited(record)
        figures.conversations += 1
        figures.turns += len(scenes)
        figures.code_alarms += len({turn for turn, _ in audited})
        figures.critic_alarms += sum(bool(one.failed) for one in clean)
        figures.critic_unknown += sum(bool(one.unknown and not one.failed) for one in clean)
        await asyncio.gather(
            *(
                self._planted(self.figures.rows[name], other, at, (clean[at], audited))
                for name, at, other in spoilt(record)
            )
        )

    async def _planted(self, row: Row, other: Record, at: int, clean: tuple[_Opinion, set[tuple[int, str]]]) -> None:
        before, audited = clean
        found = await self._asked(list(scenes_of(other))[at])
        row.planted += 1
        row.by_code += bool(self._audited(other) - audited)
        row.by_critic += bool(found.failed - before.failed)
        row.unknown += bool(found.unknown - before.unknown and not found.failed - before.failed)

    async def _asked(self, scene: Scene) -> _Opinion:
        async with self._free:
            verdicts, replies = await self._judge(scene)
        self.figures.replies += len(replies)
        self.figures.prompt_tokens += sum(reply.prompt_tokens for reply in replies)
        self.figures.completion_tokens += sum(reply.completion_tokens for reply in replies)
        counted = [one for one in verdicts if one["severity"] == "error"]
        return _Opinion(
            failed=frozenset(one["check"] for one in counted if one["status"] == "fail"),
            unknown=frozenset(one["check"] for one in counted if one["status"] == "unknown"),
        )

    def _audited(self, record: Record) -> set[tuple[int, str]]:
        """Returns what the code checks find, errors alone, by turn and code."""
        flat = trace(record)
        audit = self._auditor.audit(flat, recorded=False, today=date.fromisoformat(record.context.date))
        begun = list(accumulate(isinstance(step, UserStep) for step in flat.steps))
        return {(begun[one.step], one.code) for one in audit.findings if one.severity == "error"}
