"""Numbers that fit what they count or measure, and the bounds of their schema."""

from typing import Any

from digit_tc.tools.meaning import Meaning
from digit_tc.values.scope import Scope

_RANGES: dict[str, tuple[float, float, float]] = {
    # kind: low, high, step
    "money": (20, 480, 5),
    "rate_money": (60, 320, 1),
    "percent": (5, 40, 5),
    "rating": (3.4, 4.9, 0.1),
    "score": (60, 98, 1),
    "count": (1, 5, 1),
    "quantity": (1, 4, 1),
    "year": (1995, 2024, 1),
    "age": (19, 71, 1),
    "digits": (1, 6, 1),
    "exponent": (2, 5, 1),
    "minutes": (15, 120, 15),
    "hours": (1, 8, 1),
    "temperature": (16, 27, 1),
    "latitude": (-54, 64, 0.01),
    "longitude": (-120, 150, 0.01),
    "distance": (2, 40, 1),
    "weight": (1, 60, 1),
    "length": (10, 180, 5),
    "priority": (1, 5, 1),
    "limit": (3, 10, 1),
    "number": (2, 96, 1),
}
_LARGE = ("loan", "principal", "salary", "income", "mortgage", "revenue", "deposit", "balance", "budget")


def draw_number(schema: dict[str, Any], means: Meaning, scope: Scope, key: str) -> int | float:
    """Draws a number for a leaf; beside an earlier drawn bound it stays on the right side of it."""
    whole = schema.get("type") == "integer"
    low, high, step = _range(schema, means, scope, key)
    if means.role == "max" and (floor := scope.drawn.get(f"min:{means.kind}")) is not None:
        low = min(max(low, float(floor) + step), high)
    if means.role == "max" and low == 0 < high:
        low = min(high, max(step, high / 4))  # nobody looks for something that costs at most nothing
    if means.role == "min":
        high = max(low, low + (high - low) / 2)
    steps = max(0, int((high - low) / step))
    value = low + step * scope.stream.integer(0, steps)
    if means.kind == "money" and scope.voice == "result" and not whole:
        value = min(high, value + scope.stream.choice((0, 0, 0.5, 0.9, 0.95, 0.99)))
    value = round(value, 2)
    if means.role in ("min", "max"):
        scope.drawn[f"{means.role}:{means.kind}"] = value
    return round(value) if whole or float(value).is_integer() else value


def _range(schema: dict[str, Any], means: Meaning, scope: Scope, key: str) -> tuple[float, float, float]:
    low, high, step = _usual(means, scope, key)
    least, most = _bounds(schema, step)
    step = float(schema.get("multipleOf", step))
    if schema.get("type") == "integer":
        step = max(1, round(step))
        low, high = float(round(low)), float(round(high))
    if least is not None and (low < least or low > (most if most is not None else low)):
        low = least
    if most is not None and (high > most or high < low):
        high = most
    if high < low:
        high = low if most is None else most
    if "multipleOf" in schema:
        low = -(-low // step) * step
    return low, max(low, high), step


def _usual(means: Meaning, scope: Scope, key: str) -> tuple[float, float, float]:
    """Returns the range of what such numbers usually are, whatever the schema allows."""
    low, high, step = _RANGES.get(means.kind, _RANGES["number"])
    if means.kind == "money" and any(word in key.lower() for word in _LARGE):
        return low * 50, high * 100, 500
    if means.kind == "year" and scope.voice == "argument":
        return low, min(high, scope.today.year), step
    if means.kind == "rating" and scope.voice == "argument":
        return 3, 4.5, 0.5
    return low, high, step


def _bounds(schema: dict[str, Any], step: float) -> tuple[float | None, float | None]:
    least, most = schema.get("minimum"), schema.get("maximum")
    if isinstance(above := schema.get("exclusiveMinimum"), int | float) and not isinstance(above, bool):
        least = max(above + step, least) if least is not None else above + step
    if isinstance(below := schema.get("exclusiveMaximum"), int | float) and not isinstance(below, bool):
        most = min(below - step, most) if most is not None else below - step
    return least, most
