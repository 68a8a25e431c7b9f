"""The verb `audit`: what code finds wrong with conversations, ours or recorded elsewhere."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digit_tc.audit.auditing import Auditor, Played, played
from digit_tc.audit.finding import Audit
from digit_tc.cli.text import counted
from digit_tc.engine.output import ACCEPTED
from digit_tc.errors import InputError
from digit_tc.export.trace import CallStep, Trace, parse_trace, trace
from digit_tc.perturbation import restored
from digit_tc.records import Record

_SHOWN = 20
"""Findings that the summary prints in full."""


def audit(path: Path, *, as_json: bool) -> int:
    """Audits every line of a file, or the accepted conversations of a run; returns 1 where a finding is an error.

    Raises:
        InputError: The file cannot be read, or a line is neither a record nor a trace.
    """
    auditor, tally = Auditor(), _Tally()
    for one, today, recorded, known in conversations(path):
        audited = auditor.audit(one, recorded=recorded, today=today, known=known)
        tally.add(one, audited)
        if as_json:
            print(json.dumps(audited.row(), ensure_ascii=True))
    if not as_json:
        print("\n".join(tally.lines(path)))
    return int(tally.failed > 0)


class _Tally:
    """What the audits of a file add up to."""

    def __init__(self) -> None:
        self.conversations = self.calls = self.failed = 0
        self.applied: Counter[str] = Counter()
        self.found: dict[str, Counter[str]] = {"error": Counter(), "warning": Counter(), "info": Counter()}
        self.unknown: Counter[str] = Counter()
        self.shown: list[str] = []

    def add(self, one: Trace, audited: Audit) -> None:
        self.conversations += 1
        self.calls += sum(isinstance(step, CallStep) for step in one.steps)
        self.failed += audited.failed
        self.applied.update(audited.applied)
        self.unknown.update(audited.unknown)
        for finding in audited.findings:
            self.found[finding.severity][finding.code] += 1
            if len(self.shown) < _SHOWN:
                where = f"{audited.id} step {finding.step} {finding.pointer}"
                self.shown.append(f"  {finding.severity}: {finding.code}: {where}: {finding.evidence}")

    def lines(self, path: Path) -> Iterator[str]:
        yield f"{path}: {counted(self.conversations)}, {self.calls} calls, {self.failed} with errors"
        errors, warnings = self.found["error"], self.found["warning"]
        codes = [*self.applied, *sorted((errors.keys() | warnings.keys()) - self.applied.keys())]
        yield f"  {'check':<22}{'applied':>9}{'errors':>9}{'warnings':>9}"
        for code in codes:
            applied = str(self.applied[code]) if code in self.applied else ""
            if self.applied[code] or errors[code] or warnings[code]:
                yield f"  {code:<22}{applied:>9}{errors[code]:>9}{warnings[code]:>9}"
        for code, times in sorted(self.unknown.items()):
            yield f"  {code}: unknown in {counted(times)} without the steps that it needs"
        yield from self.shown
        left = sum(sum(found.values()) for found in self.found.values()) - len(self.shown)
        if left > 0:
            yield f"  {left} more; --json prints them all"


Conversation = tuple[Trace, date | None, bool, Played | None]
"""A trace, its date, whether it was recorded elsewhere, and what its record tells beside it."""


def conversations(path: Path) -> Iterator[Conversation]:
    """Yields the conversations of a file as traces, with their date and whether they were recorded elsewhere.

    Raises:
        InputError: The file cannot be read, or a line is neither a record nor a trace.
    """
    file = path / ACCEPTED if path.is_dir() else path
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _conversation(line, f"{file}:{number}")
    except OSError as error:
        mend = "name a file of records or traces, or the output folder of `digit-tc generate`"
        raise InputError(f"{file}: cannot be read: {error.strerror}; {mend}") from error


def _conversation(line: bytes, place: str) -> Conversation:
    try:
        raw: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: is not JSON: {error}; audit reads one record or trace per line") from error
    if isinstance(raw, dict) and "turns" in raw:
        try:
            record = restored(Record.model_validate_json(line))
        except ValidationError as error:
            raise InputError(f"{place}: is not a conversation record of this version") from error
        today = date.fromisoformat(record.context.date) if record.context.date else None
        return trace(record), today, False, played(record)
    try:
        return parse_trace(line), None, True, None
    except InputError as error:
        raise InputError(f"{place}: {error}") from error
