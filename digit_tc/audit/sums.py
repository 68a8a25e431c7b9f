"""Counts equal lengths, totals equal sums, and what is calculated is right."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from digit_tc.audit.finding import Hit
from digit_tc.audit.seen import SeenCall
from digit_tc.audit.sighting import escaped
from digit_tc.tools.names import words
from digit_tc.world.arithmetic import calculated

_COUNTS = {"count", "total", "results", "length"}
_LINE = ("subtotal", "line_total", "total", "total_price", "amount", "price", "cost")
_EXTRAS = {"tax", "shipping", "discount", "fee", "fees", "tip", "delivery", "vat", "surcharge", "deposit", "refund"}


class Sums:
    """Adds up again what a result adds up."""

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Checks each object of a result, and the number that a calculation gives."""
        if call.failed:
            return
        paged = any({"limit", "page", "offset"} & set(words(name)) for name in call.arguments)
        for pointer, value in _objects(call.result, "/result"):
            yield from _counted(value, pointer, applied, paged=paged)
            yield from _totalled(value, pointer, applied)
        yield from _calculated(call, applied)


def _counted(value: dict[str, Any], at: str, applied: Counter[str], *, paged: bool) -> Iterator[Hit]:
    lists = [held for held in value.values() if isinstance(held, list)]
    if len(lists) != 1:
        return
    for name, told in value.items():
        whole = isinstance(told, int) and not isinstance(told, bool)
        if (
            not whole
            or not _COUNTS & set(words(name))
            or {"price", "cost", "amount", "page", "pages"} & set(words(name))
        ):
            continue
        applied["count_wrong"] += 1
        if told < len(lists[0]) or (told > len(lists[0]) and not paged and "total" not in words(name)):
            yield Hit("count_wrong", f"{at}/{escaped(name)}", f"says {told}, the list has {len(lists[0])}")


def _totalled(value: dict[str, Any], at: str, applied: Counter[str]) -> Iterator[Hit]:
    named = [name for name in value if name in ("total", "subtotal", "total_price", "total_amount", "total_cost")]
    lists = [held for held in value.values() if isinstance(held, list) and held and _priced(held)]
    if len(named) != 1 or len(lists) != 1 or not _is_number(value[named[0]]):
        return
    if any(_EXTRAS & set(words(name)) for name in value):
        return
    applied["sum_wrong"] += 1
    key = next(key for key in _LINE if all(key in line for line in lists[0]))
    plain = sum(float(line[key]) for line in lists[0])
    times = sum(float(line[key]) * float(line.get("quantity", 1)) for line in lists[0])
    told = float(value[named[0]])
    if min(abs(told - plain), abs(told - times)) > 0.015:
        yield Hit("sum_wrong", f"{at}/{named[0]}", f"says {told}, the lines add up to {round(times, 2)}")


def _calculated(call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
    numeric = bool(call.arguments) and all(_is_number(value) for value in call.arguments.values())
    if call.tool is None or call.effect is None or not (call.effect.kind == "compute" or numeric):
        return
    try:
        right = calculated(call.name, call.tool.tool.ordered(call.arguments))
    except (ArithmeticError, ValueError):
        return
    numbers = [(pointer, value) for pointer, value in _numbers(call.result, "/result")]
    if right is None or len(numbers) != 1:
        return
    applied["sum_wrong"] += 1
    pointer, told = numbers[0]
    if abs(told - right) > max(0.006, abs(right) * 1e-6):
        yield Hit("sum_wrong", pointer, f"says {told}, the arguments give {right}")


def _objects(value: Any, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield at, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in pairs:
        yield from _objects(held, f"{at}/{escaped(str(key))}")


def _numbers(value: Any, at: str) -> Iterator[tuple[str, float]]:
    if _is_number(value) or (isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value)):
        yield at, float(value)
    elif isinstance(value, dict) and len(value) == 1:
        for key, held in value.items():
            yield from _numbers(held, f"{at}/{escaped(key)}")


def _priced(lines: list[Any]) -> bool:
    whole = all(isinstance(line, dict) for line in lines)
    return whole and any(all(_is_number(line.get(key)) for line in lines) for key in _LINE)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
