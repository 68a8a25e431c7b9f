"""What an experiment came to, as tables for people."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from digit_tc.cli.stats import figure_rows
from digit_tc.cli.text import brief, printable
from digit_tc.experiment.comparison import split
from digit_tc.experiment.figures import Figure, shown
from digit_tc.experiment.results import Difference, Results, VariantResult
from digit_tc.statistics.figures import Figures

_FEW = 12
"""Kinds of reasons or checks that are listed."""


def told(results: Results) -> Iterator[str | Table]:
    """Yields sentences and tables."""
    base, *others = results.variants
    yield f"{len(results.variants)} variants; the others are compared with {base.name}:"
    for variant in others:
        said = ", ".join(f"{key}={brief(value, 40)}" for key, value in variant.changed.items())
        yield f"  {variant.name}: {said or 'differs in nothing that a setting says'}"
    yield ""
    yield _variants(results.variants)
    yield ""
    yield f"differences from {base.name}, paired by scenario, with 95% confidence intervals:"
    yield _differences(results.differences)
    if alike := split(results.differences)[1]:
        yield f"the same in every pair: {', '.join(figure.title for figure in alike)}"
    yield "* the interval does not hold zero; of twenty figures that do not differ, one is expected to look so"
    if results.checks:
        yield ""
        yield "conversations in which a check failed, at first or for good:"
        yield _checks(results)


def _grid(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    table.add_column(columns[0])
    for column in columns[1:]:
        table.add_column(printable(column), justify="right", overflow="fold")
    return table


def _variants(variants: Sequence[VariantResult]) -> Table:
    table = _grid("", *(one.name for one in variants))
    for name, *values in _rows(variants):
        if any(value != "-" for value in values):
            table.add_row(printable(name), *values)
    return table


def _rows(variants: Sequence[VariantResult]) -> Iterator[list[str]]:
    """Yields what stands beside one another: a name and the value of each variant, a dash where it has none."""
    yield ["started", *(str(one.started) for one in variants)]
    if any(one.ending != "finished" for one in variants):
        yield ["ended", *(one.ending for one in variants)]
    yield ["accepted", *(f"{one.acceptance.value:.1%}" if one.acceptance else "-" for one in variants)]
    yield ["  95% interval", *(_span(one) for one in variants)]
    yield ["rejected", *(str(one.rejected or "-") for one in variants)]
    yield ["failed", *(str(one.failed or "-") for one in variants)]
    for reason in list(dict.fromkeys(reason for one in variants for reason in one.reasons))[:_FEW]:
        yield [f"  {reason}", *(str(one.reasons.get(reason, "-")) for one in variants)]
    yield ["for each accepted", *("" if one.per_accepted else "-" for one in variants)]
    for name, key, digits in _COSTS:
        yield [f"  {name}", *(_number(one, key, digits) for one in variants)]
    yield ["asked of servers", *(_asked(one) for one in variants)]
    measured = [Figures.model_validate(one.statistics) for one in variants if one.statistics]
    if len(measured) == len(variants):
        for group, name, values in figure_rows(measured):
            if group in _GROUPS and name not in _LEFT_OUT:
                yield [name, *values]


_COSTS = (
    ("model calls", "calls", 1),
    ("prompt tokens", "prompt_tokens", 0),
    ("completion tokens", "completion_tokens", 0),
    ("dollars", "dollars", 4),
)
_GROUPS = ("dataset", "turns", "plans", "requests", "attempts")
_LEFT_OUT = ("conversations", "depth, highest")


def _span(one: VariantResult) -> str:
    return f"{one.acceptance.low:.1%} to {one.acceptance.high:.1%}" if one.acceptance else "-"


def _number(one: VariantResult, key: str, digits: int) -> str:
    value = getattr(one.per_accepted, key, None)
    return "-" if value is None else f"{value:,.{digits}f}"


def _asked(one: VariantResult) -> str:
    calls = one.asked.get("calls")
    return f"{calls} calls" if calls else "-"


def _differences(found: Sequence[Difference]) -> Table:
    table = _grid("", "variant", "baseline", "there", "difference", "interval", "parted")
    for figure, of_it in split(found)[0]:
        for number, one in enumerate(of_it):
            table.add_row("" if number else figure.title, *_difference(figure, one))
    return table


def _difference(figure: Figure, one: Difference) -> Iterator[str]:
    yield printable(one.variant)
    yield shown(figure, one.before)
    yield shown(figure, one.after)
    yield shown(figure, one.difference, signed=True) + ("*" if one.clear else " ")
    held = one.low is not None and one.high is not None
    yield f"{shown(figure, one.low, signed=True)} to {shown(figure, one.high, signed=True)}" if held else "-"
    yield f"{one.parted} of {one.pairs}"


def _checks(results: Results) -> Table:
    table = _grid("", *(one.name for one in results.variants))
    counts = {check: 0 for one in results.variants for check in one.checks}
    for one in results.variants:
        for check, count in one.checks.items():
            counts[check] += count
    ranked = sorted(counts, key=lambda check: (-counts[check], check))
    for check in ranked[:_FEW]:
        clear = {one.variant for one in results.checks if one.figure == check and one.clear}
        cells = [f"{one.checks.get(check, 0)}{'*' if one.name in clear else ' '}" for one in results.variants]
        table.add_row(printable(check), *cells)
    if len(ranked) > _FEW:
        table.add_row(f"and {len(ranked) - _FEW} more: --json", *("" for _ in results.variants))
    return table
