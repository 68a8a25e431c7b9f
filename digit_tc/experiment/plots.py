"""Plots of an experiment as SVG: on paper of their own, so that they read on light and on dark pages."""

import textwrap
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from digit_tc.experiment.comparison import names, split
from digit_tc.experiment.figures import Figure, shown
from digit_tc.experiment.results import Difference, Results, VariantResult

Point = tuple[float, float]

_PAPER, _FRAME, _RULE = "#ffffff", "#d8dee9", "#94a3b8"
_INK, _FAINT = "#1e293b", "#475569"
_CLEAR, _OPEN = "#4338ca", "#64748b"
"""Of differences whose interval does not hold zero, and of the others."""
_FONT = "ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"
_WIDTH = 920.0
_LEFT, _RIGHT = 250.0, 580.0
"""Between which the scale lies."""
_ROW, _EDGE = 26.0, 24.0
_NAME = 24
"""Signs of a name that there is room for."""


def acceptance(results: Results) -> str:
    """Returns the share of accepted conversations of every variant as bars, with intervals."""
    top = 76.0
    lines = list[str]()
    for number, variant in enumerate(results.variants):
        lines += _bar(variant, top + number * 1.4 * _ROW, variant.name == results.baseline)
    bottom = top + len(results.variants) * 1.4 * _ROW
    scale = [part for percent in (0, 25, 50, 75, 100) for part in _tick(percent, top - 16, bottom)]
    title = "Conversations accepted, with 95% confidence intervals (Wilson)"
    said = "; ".join(f"{one.name} {_accepted(one)}" for one in results.variants)
    return _page(title, said, bottom + 26, [*scale, *lines])


def forest(results: Results) -> str:
    """Returns the differences from the baseline as a forest plot: each figure on a scale of its own."""
    lines, top = list[str](), 76.0
    told, alike = split(results.differences)
    for figure, all_ in told:
        if found := [one for one in all_ if one.difference is not None]:
            lines += _block(figure, found, top)
            top += (len(found) + 1.7) * _ROW
    if alike:
        titles = ", ".join(figure.title for figure in alike)
        for line in textwrap.wrap(f"The same in every pair: {titles}", 120):
            lines.append(_text((_EDGE, top), line, ink=_FAINT))
            top += 0.8 * _ROW
    if not lines:
        lines, top = [_text((_EDGE, top), "no scenario is in two variants yet", ink=_FAINT)], top + _ROW
    title = f"Differences from {results.baseline}, paired by scenario, with 95% confidence intervals"
    said = "; ".join(f"{one.variant}: {one.figure} {one.difference}" for one in results.differences)
    return _page(title, said or ", ".join(names(results)), top, lines)


def _tick(percent: int, top: float, bottom: float) -> Iterator[str]:
    x = _across(percent / 100)
    yield _stroke((x, top), (x, bottom - 8), _FRAME)
    yield _text((x, bottom + 10), f"{percent}%", size=11, ink=_FAINT, anchor="middle")


def _block(figure: Figure, found: Sequence[Difference], top: float) -> Iterator[str]:
    ends = [abs(end) for one in found for end in (one.low, one.high, one.difference) if end is not None]
    reach = max(ends) * 1.08 or 1.0
    bottom = top + len(found) * _ROW + 6
    yield _text((_EDGE, top), figure.title, weight=600)
    yield _text((_RIGHT + 46, top), "difference  [interval]", size=11, ink=_FAINT)
    for place, text in ((0.0, shown(figure, -reach, signed=True)), (1.0, shown(figure, reach, signed=True))):
        yield _text((_across(place), top), text, size=11, ink=_FAINT, anchor="middle")
    yield _stroke((_across(0.5), top - 10), (_across(0.5), bottom), _RULE, dashes="3 3")
    for number, one in enumerate(found, start=1):
        yield from _difference(figure, one, reach, top + number * _ROW)


def _difference(figure: Figure, one: Difference, reach: float, y: float) -> Iterator[str]:
    def at(value: float) -> float:
        return _across(0.5 + value / reach / 2)

    colour = _CLEAR if one.clear else _OPEN
    yield _text((_EDGE + 12, y + 4), _cut(one.variant), ink=_FAINT)
    told = shown(figure, one.difference, signed=True)
    if one.low is not None and one.high is not None:
        low, high = at(one.low), at(one.high)
        yield _stroke((low, y), (high, y), colour, width=2.4)
        yield from (_stroke((end, y - 5), (end, y + 5), colour, width=2.4) for end in (low, high))
        told += f"  [{shown(figure, one.low, signed=True)}, {shown(figure, one.high, signed=True)}]"
    else:
        told += "  the same in all" if not one.parted else "  by the same in all"
    yield f'<circle cx="{at(one.difference or 0.0):.1f}" cy="{y:g}" r="5" fill="{colour}"/>'
    yield _text((_RIGHT + 46, y + 4), told, ink=_INK if one.clear else _FAINT, weight=600 if one.clear else 400)


def _bar(variant: VariantResult, y: float, is_baseline: bool) -> Iterator[str]:
    share = variant.acceptance
    yield _text((_EDGE, y + 4), _cut(variant.name), weight=600 if is_baseline else 400)
    yield _text((_RIGHT + 46, y + 4), _accepted(variant), ink=_FAINT)
    if share is None:
        return
    fill = "#a5b4fc" if is_baseline else "#c7d2fe"
    yield (
        f'<rect x="{_LEFT:g}" y="{y - 10:g}" width="{_across(share.value) - _LEFT:.1f}" height="20" rx="3"'
        f' fill="{fill}"/>'
    )
    low, high = _across(share.low), _across(share.high)
    yield _stroke((low, y), (high, y), _CLEAR, width=2)
    yield from (_stroke((end, y - 5), (end, y + 5), _CLEAR, width=2) for end in (low, high))


def _accepted(variant: VariantResult) -> str:
    share = variant.acceptance
    counts = f"{variant.accepted} of {variant.started}"
    return f"{share.value:.1%}  ({counts})" if share else counts


def _across(share: float) -> float:
    return _LEFT + share * (_RIGHT - _LEFT)


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _page(title: str, said: str, height: float, lines: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" width="{_WIDTH:g}"'
        f' height="{height:g}" role="img" font-family="{_FONT}">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(said)}</desc>",
        f'<rect x="0.5" y="0.5" width="{_WIDTH - 1:g}" height="{height - 1:g}" rx="14" fill="{_PAPER}"'
        f' stroke="{_FRAME}"/>',
        _text((_EDGE, 34), title, size=15, weight=600),
    )
    return "\n".join([*head, *lines, "</svg>"]) + "\n"


def _text(at: Point, text: str, *, size: int = 13, ink: str = _INK, weight: int = 400, anchor: str = "start") -> str:
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size}" font-weight="{weight}" fill="{ink}"'
        f' text-anchor="{anchor}" xml:space="preserve">{escape(text)}</text>'
    )


def _stroke(start: Point, end: Point, colour: str, *, width: float = 1, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{colour}"'
        f' stroke-width="{width:g}"{dashed}/>'
    )
