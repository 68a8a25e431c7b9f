"""Conversions between units of one family."""

_FAMILIES: tuple[dict[str, float], ...] = (
    {"millimeter": 0.001, "centimeter": 0.01, "meter": 1, "kilometer": 1000, "inch": 0.0254, "foot": 0.3048,
     "feet": 0.3048, "yard": 0.9144, "mile": 1609.344, "inches": 0.0254},
    {"milligram": 1e-6, "gram": 0.001, "kilogram": 1, "ounce": 0.028349523125, "pound": 0.45359237, "stone": 6.35029318,
     "tonne": 1000, "ton": 1000, "metric ton": 1000},
    {"milliliter": 0.001, "liter": 1, "cup": 0.2365882365, "pint": 0.473176473, "quart": 0.946352946,
     "gallon": 3.785411784, "tablespoon": 0.01478676478, "teaspoon": 0.00492892159, "fluid ounce": 0.02957352956},
)  # fmt: skip


def converted(value: float, unit_in: str, unit_out: str) -> float | None:
    """Returns a value in another unit, rounded to six places, or None where the units are not of one known family."""
    first, second = _name(unit_in), _name(unit_out)
    for family in _FAMILIES:
        if first in family and second in family:
            rounded = round(value * family[first] / family[second], 6)
            return int(rounded) if float(rounded).is_integer() else rounded
    return None


def _name(unit: str) -> str:
    return unit.lower().removesuffix("s") if unit.lower() not in ("inches", "feet") else unit.lower()
