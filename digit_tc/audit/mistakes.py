"""Checks on the wrong calls that were put in on purpose: what is not trained on must be wrong, and rightly so."""

from collections.abc import Iterator

from digit_tc.audit.finding import Hit
from digit_tc.canonical import canonical
from digit_tc.export.trace import CallStep, Trace, UserStep
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.schema import violations

CODE = "wrong_step"


def mistakes(trace: Trace, catalogue: Catalogue) -> Iterator[tuple[int, Hit]]:
    """Yields, with its step, each wrong call that breaks its schema, is answered, is right, or is not made good."""
    for at, step in enumerate(trace.steps):
        if isinstance(step, CallStep) and not step.train:
            for pointer, evidence in _problems(trace, at, step, catalogue):
                yield at, Hit(CODE, pointer, evidence)


def _problems(trace: Trace, at: int, step: CallStep, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    tool = catalogue.find(step.call.name)
    if tool is None:
        yield "/call/name", f"{step.call.name} is no tool of this conversation"
    elif problems := violations(tool.parameters, step.call.arguments):
        yield "/call/arguments", problems[0]
    if not step.is_error:
        yield "/result", "a wrong call is answered with a result"
    right = list(_right(trace, at))
    if not right:
        yield "/call", "no right call comes after it"
    if any(_same(step, other) for other in right):
        yield "/call", "a call that is not trained on is the right one as well"


def _right(trace: Trace, at: int) -> Iterator[CallStep]:
    """Yields the calls after a step that are trained on, in the same turn."""
    for step in trace.steps[at + 1 :]:
        if isinstance(step, UserStep):
            return
        if isinstance(step, CallStep) and step.train:
            yield step


def _same(one: CallStep, other: CallStep) -> bool:
    return one.call.name == other.call.name and canonical(one.call.arguments) == canonical(other.call.arguments)
