"""Balances that move by what is moved: a payment takes from one account, a transfer gives to another as well."""

from collections.abc import Iterator
from typing import Any

from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words
from digit_tc.world.knowledge import Knowledge

_GIVES = {"deposit", "credit", "refund", "receive", "topup", "fund", "load", "add"}
_TAKES = {"withdraw", "pay", "transfer", "charge", "debit", "send", "spend", "purchase", "buy"}
_TO, _FROM = {"to", "destination", "target", "recipient", "payee"}, {"from", "source", "sender", "payer"}
_AMOUNTS = {"amount", "sum", "value"}
_REPEATED = ("new", "remaining", "updated", "current", "resulting", "available")
_BALANCES = ("balance", "available_balance", "current_balance")


def is_balance(name: str, value: Any) -> bool:
    """Says whether a property is a balance."""
    return words(name)[-1:] == ("balance",) and isinstance(value, int | float) and not isinstance(value, bool)


def balance_of(name: str) -> str:
    """Returns the balance that a property repeats: a new_balance is the balance; empty for any other property."""
    first, *rest = words(name) or ("",)
    return "balance" if rest == ["balance"] and first in _REPEATED else ""


def moved(name: str) -> str:
    """Returns under which name is kept what was moved before a balance was first shown."""
    return f"~moved:{'_'.join(words(name))}"


def move(tool: Understood, arguments: dict[str, Any], knowledge: Knowledge) -> None:
    """Adds to the balances of the things that a call names what it moves."""
    amounts = [value for name, value in arguments.items() if _AMOUNTS & set(words(name)) and _is_number(value)]
    if len(amounts) != 1:
        return
    for kind, identity, sign in _sides(tool, arguments):
        known = knowledge.of(kind, identity)
        shown = [name for name in _BALANCES if is_balance(name, known.get(name))]
        change = sign * amounts[0]
        told = {name: round(known[name] + change, 2) for name in shown}
        if not shown:
            told = {moved(name): round(known.get(moved(name), 0) + change, 2) for name in _BALANCES}
        knowledge.note(kind, identity, told, origin="derived")


def _sides(tool: Understood, arguments: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yields what gains and what loses: kind, id, and 1 or -1."""
    verbs = set(words(tool.tool.name))
    for path, means in tool.means.items():
        if means.kind != "id" or len(path) != 1 or not means.entity or path[0] not in arguments:
            continue
        name = set(words(path[0]))
        if not name & {"account", "wallet", "card"} and "balance" not in str(tool.tool.description).lower():
            continue
        gains, loses = bool(name & _TO), bool(name & _FROM)
        sign = 1 if gains or (verbs & _GIVES and not loses) else -1 if loses or verbs & _TAKES else 0
        if sign:
            yield means.entity, str(arguments[path[0]]), sign


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
