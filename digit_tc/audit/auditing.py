"""The audit of one conversation: every check that code can make, over a trace of ours or of others."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from digit_tc.audit.consistency import CONSISTENCY, UNCERTAIN, Consistency
from digit_tc.audit.finding import Audit, Finding, Hit, Severity
from digit_tc.audit.mistakes import mistakes
from digit_tc.audit.seen import SeenCall
from digit_tc.audit.speech import SPEECH, spoken
from digit_tc.canonical import canonical
from digit_tc.export.trace import CallStep, Trace
from digit_tc.records import Record
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.dialects import read_tool
from digit_tc.turns.manners import Manner
from digit_tc.turns.showing import missed

_SOFT = {
    "id_hidden",
    "measurement_changed", "views_differ", "balance_wrong", "filter_broken", "list_unstable", "arguments_invalid",
    "output_schema", "echo_contradicted", "type_changed", "id_form", "enum_contradicted", "clock", *SPEECH,
}  # fmt: skip
"""What real backends and people do too: no error in a conversation that was recorded elsewhere."""


STRATUM = "stratum_not_shown"
"""The finding that a conversation does not show what its record says of it."""


@dataclass(frozen=True)
class Played:
    """What is known of a conversation of ours beside its trace: what each turn was to be, what it fails to show."""

    manners: tuple[Manner, ...] = ()
    missed: str = ""


def played(record: Record) -> Played:
    """Returns what a record tells beside its trace."""
    manners = (Manner(turn.kind, turn.missing.label if turn.missing else "") for turn in record.turns)
    return Played(tuple(manners), missed(record))


class Auditor:
    """Audits traces; tools that several of them share are understood once."""

    def __init__(self) -> None:
        self._flows: dict[str, tuple[Catalogue, Dataflow]] = {}

    def audit(
        self, trace: Trace, *, recorded: bool = True, today: date | None = None, known: Played | None = None
    ) -> Audit:
        """Checks a conversation.

        Args:
            trace: The conversation.
            recorded: Whether it was recorded elsewhere: real backends may do what our simulation must not.
            today: The day on which it takes place, by which the words of the user are read.
            known: What its record tells beside the trace.

        Raises:
            InputError: A tool of the trace cannot be read.
        """
        catalogue, flow = self._tools(trace)
        consistency = Consistency(flow)
        findings: list[Finding] = []
        for call in calls(trace, flow):
            findings += [_finding(hit, call.step, recorded) for hit in consistency.see(call)]
        said = spoken(trace, catalogue, today, known.manners if known else ())
        findings += [_finding(hit, step, recorded) for step, hit in (*said.hits, *mistakes(trace, catalogue))]
        if known and known.missed:
            findings.append(_finding(Hit(STRATUM, "", known.missed), 0, recorded))
        findings.sort(key=lambda finding: finding.step)
        applied = {code: consistency.applied[code] for code in CONSISTENCY}
        return Audit(id=trace.id, findings=tuple(findings), applied=applied, unknown=said.unknown)

    def _tools(self, trace: Trace) -> tuple[Catalogue, Dataflow]:
        key = canonical([tool.model_dump(mode="json") for tool in trace.tools])
        if key not in self._flows:
            raw = [tool.model_dump(mode="json", exclude_none=True) for tool in trace.tools]
            catalogue = Catalogue(read_tool(tool) for tool in raw)
            self._flows[key] = catalogue, Dataflow(catalogue)
        return self._flows[key]


def calls(trace: Trace, flow: Dataflow) -> Iterator[SeenCall]:
    """Yields the calls of a trace in order, with their place in its steps; wrong ones put in on purpose stay out."""
    known = {flow[name].tool.alias or name: name for name in flow.names} | {name: name for name in flow.names}
    for at, step in enumerate(trace.steps):
        if isinstance(step, CallStep) and step.train:
            name = known.get(step.call.name)
            yield SeenCall(
                step=at,
                name=step.call.name,
                arguments=step.call.arguments,
                result=step.result,
                failed=step.is_error,
                fault=step.fault,
                tool=flow[name] if name else None,
            )


def applications(audits: Iterable[Audit]) -> Counter[str]:
    """Sums at how many calls each check could be applied."""
    total: Counter[str] = Counter()
    for audit in audits:
        total.update(audit.applied)
    return total


def _finding(hit: Hit, step: int, recorded: bool) -> Finding:
    soft = hit.code in UNCERTAIN or (recorded and hit.code in _SOFT)
    severity: Severity = "warning" if soft else "error"
    return Finding(code=hit.code, severity=severity, step=step, pointer=hit.pointer, evidence=hit.evidence)
