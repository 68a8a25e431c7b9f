"""Drives the simulated backend with the calls of recorded traces, and audits what it answers beside what was recorded.

    python benchmarks/replay.py TRACES.jsonl... [--findings N]

An argument that equals a value of an earlier recorded result is replaced by what the simulation showed in its place.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digit_tc.audit.auditing import Auditor, applications
from digit_tc.audit.consistency import CONSISTENCY
from digit_tc.audit.finding import Audit
from digit_tc.backend import Backend
from digit_tc.export.trace import CallStep, Trace, parse_trace
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yields the scalars of a JSON value with their paths."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if pairs is None:
        yield at, value
        return
    for key, held in pairs:
        yield from leaves(held, (*at, key))


def found(value: Any, path: tuple[Any, ...]) -> Any:
    """Returns what stands at a path, or None."""
    for key in path:
        inside = key in value if isinstance(value, dict) else isinstance(value, list) and key < len(value)
        if not inside:
            return None
        value = value[key]
    return value


def telling(value: Any, key: object) -> bool:
    """Says whether a value is particular enough for two equal ones to be the same: small numbers only as ids."""
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return plain and (len(str(value)) > 1 or str(key).lower().endswith("id"))


def put(value: Any, known: dict[Any, Any], key: object = "") -> Any:
    """Returns arguments with recorded values replaced by the simulated ones of the same type."""
    if isinstance(value, dict):
        return {name: put(held, known, name) for name, held in value.items()}
    if isinstance(value, list):
        return [put(held, known, key) for held in value]
    other = known.get(value) if telling(value, key) else None
    return other if type(other) is type(value) else value


def replayed(trace: Trace, catalogue: Catalogue, *, state: bool, seed: int = 0) -> Trace:
    """Returns the trace that the simulation makes of the calls of a recorded one."""
    backend = Backend(catalogue, seed=seed, state=trace.initial_state if state else None)
    known: dict[Any, Any] = {}
    for step in trace.steps:
        if isinstance(step, CallStep):
            answer = backend.call(step.call.name, put(step.call.arguments, known))
            for path, value in leaves(step.result) if not step.is_error else ():
                if telling(value, path[-1] if path else "") and value not in known:
                    known[value] = found(answer.result, path)
    return backend.trace(trace.id)


def main() -> None:
    """Prints, for each file: conversations without a violation, error shares, and applications per 100 calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("traces", nargs="+", type=Path)
    parser.add_argument("--findings", type=int, default=0, help="findings to print of each file")
    chosen = parser.parse_args()
    sums = {state: Sums() for state in (False, True)}
    for path in chosen.traces:
        traces = [parse_trace(line) for line in path.read_bytes().splitlines()]
        for state in (False, True) if any(trace.initial_state for trace in traces) else (False,):
            measure(path.name, traces, sums[state], state=state, findings=chosen.findings)
    for state, total in sums.items():
        if total.calls:
            total.print(f"all files {_said(state)}")


def measure(name: str, traces: list[Trace], total: "Sums", *, state: bool, findings: int) -> None:
    """Replays the conversations of one file, prints its figures and adds them to a total."""
    auditor, catalogues = Auditor(), dict[str, Catalogue]()
    simulated: list[Trace] = []
    for seed, trace in enumerate(traces):
        key = json.dumps([tool.name for tool in trace.tools])
        raw = (tool.model_dump(mode="json", exclude_none=True) for tool in trace.tools)
        catalogues.setdefault(key, Catalogue(read_tool(tool) for tool in raw))
        simulated.append(replayed(trace, catalogues[key], state=state, seed=seed))
    real = [auditor.audit(trace) for trace in traces]
    ours = [auditor.audit(trace, recorded=False) for trace in simulated]
    for sums in (total, own := Sums()):
        sums.add(traces, real, simulated, ours)
    own.print(f"{name} {_said(state)}")
    for audit, trace in [pair for pair in zip(ours, simulated, strict=True) if pair[0].failed][:findings]:
        for finding in [one for one in audit.findings if one.severity == "error"][:3]:
            step = trace.steps[finding.step]
            print(f"    {audit.id} {finding.step} {finding.code} {finding.pointer} {finding.evidence}", end=" ")
            print(f"{step.call.name}({step.call.arguments})" if isinstance(step, CallStep) else "")


def _said(state: bool) -> str:
    return "with state" if state else "without state"


class Sums:
    """The figures of several conversations, simulated beside recorded."""

    def __init__(self) -> None:
        self.conversations = self.clean = self.calls = 0
        self.errors = {"simulated": 0, "recorded": 0}
        self.applied: dict[str, Counter[str]] = {"simulated": Counter(), "recorded": Counter()}
        self.violations: Counter[str] = Counter()

    def add(self, traces: list[Trace], real: list[Audit], simulated: list[Trace], ours: list[Audit]) -> None:
        """Adds conversations: recorded and simulated traces, each with their audits."""
        self.conversations += len(ours)
        self.clean += sum(not audit.failed for audit in ours)
        self.calls += sum(isinstance(step, CallStep) for trace in traces for step in trace.steps)
        for name, each in (("recorded", traces), ("simulated", simulated)):
            steps = [step for trace in each for step in trace.steps]
            self.errors[name] += sum(isinstance(step, CallStep) and step.is_error for step in steps)
        self.applied["recorded"].update(applications(real))
        self.applied["simulated"].update(applications(ours))
        self.violations.update(one.code for audit in ours for one in audit.findings if one.severity == "error")

    def print(self, title: str) -> None:
        """Prints one block of figures."""
        shares = {name: number / self.calls for name, number in self.errors.items()}
        share = f"{self.clean} of {self.conversations} without a violation ({self.clean / self.conversations:.1%})"
        print(f"{title}: {share}; errors {shares['simulated']:.1%} (recorded {shares['recorded']:.1%})")
        print("    violations", dict(self.violations))
        there, here = self.applied["recorded"], self.applied["simulated"]
        codes = [code for code in CONSISTENCY if there[code] or here[code]]
        rates = [f"{code} {100 * here[code] / self.calls:.1f}/{100 * there[code] / self.calls:.1f}" for code in codes]
        print("    applied per 100 calls, simulated/recorded:", ", ".join(rates))


if __name__ == "__main__":
    main()
