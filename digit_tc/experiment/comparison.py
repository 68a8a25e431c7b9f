"""What the variants of an experiment came to, and how each differs from the baseline, paired by scenario."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean

from digit_tc.engine import manifest
from digit_tc.experiment import intervals
from digit_tc.experiment.figures import FIGURES, Figure
from digit_tc.experiment.results import Cost, Difference, Ending, Results, Share, VariantResult
from digit_tc.experiment.rows import Row
from digit_tc.experiment.variants import Experiment, Variant
from digit_tc.fingerprint import changes

Rows = Mapping[int, Row]
Pairs = Sequence[tuple[Row, Row]]
"""The rows of baseline and variant, scenario by scenario."""


def compared(experiment: Experiment, rows: Mapping[str, Rows], status: Ending = "finished") -> Results:
    """Returns what an experiment came to.

    Args:
        experiment: One that was checked.
        rows: The rows of each variant that has begun, by its name.
        status: How the experiment stands.

    Raises:
        OutputError: The manifest of a variant cannot be read.
    """
    begun = [variant for variant in experiment.variants if variant.name in rows]
    base = rows.get(experiment.baseline.name, {})
    pairs = {one.name: paired(base, rows[one.name]) for one in begun if one is not experiment.baseline}
    everything = [row for some in rows.values() for row in some.values()]
    figures = [figure for figure in FIGURES if any(figure.value(row) for row in everything)]
    checks = sorted({check for row in everything for check in row.checks})
    return Results(
        status=status,
        file=experiment.file.name,
        baseline=experiment.baseline.name,
        variants=tuple(_result(experiment, variant, rows[variant.name]) for variant in begun),
        differences=tuple(
            difference(name, figure, found) for name, found in pairs.items() if found for figure in figures
        ),
        checks=tuple(
            _shares(name, check, found, lambda row, check=check: check in row.checks)  # type: ignore[misc]
            for name, found in pairs.items()
            if found
            for check in checks
        ),
    )


def paired(base: Rows, other: Rows) -> Pairs:
    """Returns the rows of the scenarios that both have, in order."""
    return [(base[index], other[index]) for index in sorted(base.keys() & other.keys())]


def difference(variant: str, figure: Figure, pairs: Pairs) -> Difference:
    """Returns how a variant differs from the baseline in a figure; there is at least one pair."""
    if figure.kind == "share":
        return _shares(variant, figure.key, pairs, lambda row: bool(figure.value(row)))
    if figure.kind == "per accepted":
        return _ratios(variant, figure, pairs)
    return _means(variant, figure, pairs)


def _shares(variant: str, key: str, pairs: Pairs, counts: Callable[[Row], bool]) -> Difference:
    gained = sum(counts(new) and not counts(old) for old, new in pairs)
    lost = sum(counts(old) and not counts(new) for old, new in pairs)
    low, high = intervals.paired_shares(len(pairs), gained, lost)
    return Difference(
        variant=variant,
        figure=key,
        pairs=len(pairs),
        parted=gained + lost,
        before=sum(counts(old) for old, _ in pairs) / len(pairs),
        after=sum(counts(new) for _, new in pairs) / len(pairs),
        difference=(gained - lost) / len(pairs),
        low=low,
        high=high,
        method="Agresti-Min",
    )


def _means(variant: str, figure: Figure, pairs: Pairs) -> Difference:
    kept = [
        (before, after)
        for old, new in pairs
        if old.accepted and new.accepted
        if (before := figure.value(old)) is not None and (after := figure.value(new)) is not None
    ]
    apart = [after - before for before, after in kept]
    found = intervals.paired_mean(apart)
    return Difference(
        variant=variant,
        figure=figure.key,
        pairs=len(kept),
        parted=sum(one != 0 for one in apart),
        before=fmean(before for before, _ in kept) if kept else None,
        after=fmean(after for _, after in kept) if kept else None,
        difference=fmean(apart) if kept else None,
        low=found[0] if found else None,
        high=found[1] if found else None,
        method="paired t" if found else None,
    )


def _ratios(variant: str, figure: Figure, pairs: Pairs) -> Difference:
    """Compares what accepted conversations take; a scenario that nobody can price leaves nothing to say."""
    before, after = (_parts(figure, [pair[side] for pair in pairs]) for side in (0, 1))
    told = before is not None and after is not None
    found = intervals.paired_ratios(before, after) if before is not None and after is not None else None
    first, second = (intervals.ratio(one) if one is not None else None for one in (before, after))
    return Difference(
        variant=variant,
        figure=figure.key,
        pairs=len(pairs) if told else 0,
        parted=sum(figure.value(old) != figure.value(new) for old, new in pairs) if told else 0,
        before=first,
        after=second,
        difference=None if first is None or second is None else second - first,
        low=found[0] if found else None,
        high=found[1] if found else None,
        method="linearised ratio, t" if found else None,
    )


def _parts(figure: Figure, rows: Sequence[Row]) -> list[tuple[float, float]] | None:
    """Returns what is above and below the line of a ratio in each scenario; None where it cannot be told."""
    values = [figure.value(row) for row in rows]
    if not any(row.accepted for row in rows) or None in values:
        return None
    return [(value or 0.0, float(row.accepted)) for value, row in zip(values, rows, strict=True)]


def _result(experiment: Experiment, variant: Variant, rows: Rows) -> VariantResult:
    found = manifest.read(experiment.folder(variant)) or {}
    statuses = Counter(row.status for row in rows.values())
    started, accepted = len(rows), statuses["accepted"]
    return VariantResult(
        name=variant.name,
        folder=variant.name,
        fingerprint=variant.fingerprint,
        ending=str(found.get("status", "running")),
        changed=changes(variant.shape, experiment.baseline.shape),
        started=started,
        accepted=accepted,
        rejected=statuses["rejected"],
        failed=statuses["failed"],
        acceptance=_share(accepted, started),
        per_accepted=_cost(list(rows.values()), accepted),
        asked=found.get("usage", {}).get("total", {}),
        reasons=_ranked(Counter(row.reason for row in rows.values() if row.reason)),
        checks=_ranked(Counter(check for row in rows.values() for check in row.checks)),
        statistics=found.get("statistics", {}),
    )


def _share(part: int, whole: int) -> Share | None:
    if not whole:
        return None
    low, high = intervals.share(part, whole)
    return Share(value=part / whole, low=low, high=high)


def _cost(rows: Sequence[Row], accepted: int) -> Cost | None:
    if not accepted or not any(row.model_calls for row in rows):
        return None
    dollars = [row.dollars for row in rows]
    known = [one for one in dollars if one is not None]
    return Cost(
        calls=sum(row.model_calls for row in rows) / accepted,
        prompt_tokens=sum(row.prompt_tokens for row in rows) / accepted,
        completion_tokens=sum(row.completion_tokens for row in rows) / accepted,
        dollars=sum(known) / accepted if len(known) == len(dollars) else None,
    )


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def names(results: Results) -> Iterator[str]:
    """Yields the variants that are compared with the baseline."""
    yield from (one.name for one in results.variants if one.name != results.baseline)


def split(found: Sequence[Difference]) -> tuple[list[tuple[Figure, list[Difference]]], list[Figure]]:
    """Returns the figures that there is something to tell of, each with the differences in it, and the others.

    There is nothing to tell of a figure in which no pair parts, unless it has an interval all the same, as shares have.
    """
    told, alike = list[tuple[Figure, list[Difference]]](), list[Figure]()
    for figure in FIGURES:
        of_it = [one for one in found if one.figure == figure.key]
        if any(one.parted or one.method or one.difference is None for one in of_it):
            told.append((figure, of_it))
        elif of_it:
            alike.append(figure)
    return told, alike
