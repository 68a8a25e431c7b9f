"""Calculations that a tool's name speaks of, so that simulated sums are right."""

import ast
import calendar
import math
import operator
import statistics
from collections.abc import Callable
from typing import Any

from digit_tc.tools.names import words
from digit_tc.world.units import converted

Numbers = list[float]

_TWO: dict[str, Callable[[float, float], float]] = {
    "subtract": operator.sub,
    "divide": operator.truediv,
    "power": math.pow,
    "percentage": lambda part, whole: part / whole * 100,
    "logarithm": math.log,
    "round": lambda number, digits: round(number, int(digits)),
}
_MANY: dict[str, Callable[[Numbers], float]] = {
    "add": sum,
    "sum": sum,
    "multiply": math.prod,
    "product": math.prod,
    "mean": statistics.fmean,
    "average": statistics.fmean,
    "median": statistics.median,
    "min": min,
    "minimum": min,
    "max": max,
    "maximum": max,
    "deviation": statistics.pstdev,
    "absolute": lambda numbers: abs(numbers[0]),
    "square": lambda numbers: math.sqrt(numbers[0]),
    "round": lambda numbers: round(numbers[0]),
}
_OPERATORS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


def calculated(name: str, arguments: dict[str, Any]) -> float | None:
    """Returns the number that a tool of this name gives for these arguments, or None where it is not arithmetic.

    Raises:
        ArithmeticError: The calculation has no result: a division by zero.
        ValueError: The calculation is not defined for these numbers.
    """
    spoken = words(name)
    if isinstance(arguments.get("expression"), str):
        return _evaluated(arguments["expression"])
    units = [value for value in arguments.values() if isinstance(value, str)]
    numbers = _numbers({key: value for key, value in arguments.items() if not isinstance(value, str)})
    if len(units) == 2 and len(numbers) == 1:
        return converted(numbers[0], *units)
    if not numbers or units:
        return None
    for word in spoken:
        if word in _TWO and len(numbers) == 2:
            return _tidy(_TWO[word](*numbers))
        if word in _MANY and (len(spoken) <= 3):
            return _tidy(_MANY[word](numbers))
    return None


def decided(name: str, arguments: dict[str, Any]) -> bool | None:
    """Returns the verdict that a tool of this name gives on these arguments, or None where code cannot tell."""
    values = [value for value in arguments.values() if isinstance(value, str | int) and not isinstance(value, bool)]
    test = next((_TESTS[word] for word in words(name) if word in _TESTS), None)
    try:
        return test(*values) if test else None
    except TypeError:
        return None  # asked about something else than it tests


def _letters(text: str) -> list[str]:
    return [char for char in text.casefold() if char.isalnum()]


def _is_prime(number: int) -> bool:
    if not isinstance(number, int) or number > _LARGEST_TESTED:
        raise TypeError("not tested")
    return number > 1 and all(number % divisor for divisor in range(2, math.isqrt(number) + 1))


_LARGEST_TESTED = 10**9

_TESTS: dict[str, Callable[..., bool]] = {
    "palindrome": lambda text: _letters(str(text)) == _letters(str(text))[::-1],
    "anagram": lambda first, second: sorted(_letters(first)) == sorted(_letters(second)),
    "anagrams": lambda first, second: sorted(_letters(first)) == sorted(_letters(second)),
    "prime": _is_prime,
    "even": lambda number: number % 2 == 0,
    "odd": lambda number: number % 2 == 1,
    "leap": calendar.isleap,
}


def _tidy(number: float) -> float:
    rounded = round(number, 6)
    return int(rounded) if float(rounded).is_integer() else rounded


def _numbers(arguments: dict[str, Any]) -> Numbers:
    found: Numbers = []
    for key, value in arguments.items():
        if key == "precision":
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, bool) or not isinstance(item, int | float):
                return []
            found.append(item)
    return found


def _evaluated(expression: str) -> float | None:
    try:
        return _tidy(_value(ast.parse(expression, mode="eval").body))
    except (SyntaxError, TypeError, KeyError, RecursionError, MemoryError):
        return None


def _value(node: ast.AST) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp):
        return _OPERATORS[type(node.op)](_value(node.operand))
    raise TypeError("not plain arithmetic")
