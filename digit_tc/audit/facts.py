"""What is known of a thing stays so until a write touches it, and a read after a write shows what was written."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from digit_tc.audit.finding import Hit
from digit_tc.audit.seen import SeenCall, brief, by_name, same
from digit_tc.audit.sighting import Sighting, Thing, escaped
from digit_tc.tools.names import words
from digit_tc.world.subject import attribute

Scope = tuple[Thing, Thing | None]
"""A thing, and whose object it was shown in: an order's line may show another price than the product."""
_MOVED = {"amount", "sum", "value"}
_CHANGES = ("create", "update")


@dataclass
class _Fact:
    value: Any
    step: int
    asked: bool
    """Whether the call named the thing, listed it or made it; what shows itself unasked any write may change."""


@dataclass
class _Balance:
    value: float
    step: int
    moved: list[float] = field(default_factory=list)


class Facts:
    """Remembers what results showed of each thing and what calls wrote to it."""

    def __init__(self) -> None:
        self._shown: dict[Scope, dict[str, _Fact]] = defaultdict(dict)
        self._by_id: dict[str, set[Scope]] = defaultdict(set)
        self._anywhere: dict[Thing, dict[str, _Fact]] = defaultdict(dict)
        self._written: dict[Thing, dict[str, _Fact]] = defaultdict(dict)
        self._balances: dict[Thing, _Balance] = {}

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Compares what a read shows with what is known; forgets what a write may have changed."""
        if call.looks:
            if not call.failed:
                for sighting in call.shows:
                    yield from self._compare(call, sighting, applied)
            return
        if call.failed and not call.moves:
            return  # a refused write writes nothing
        yield from self._moved(call, applied)
        self._forget(call)
        if call.failed:
            return
        for sighting in call.shows:
            self._keep(sighting, call)
        self._write(call)

    def _compare(self, call: SeenCall, sighting: Sighting, applied: Counter[str]) -> Iterator[Hit]:
        for name, value in sighting.attributes.items():
            hit = self._hit(call, sighting, name, value, applied)
            if hit is not None:
                yield hit
        yield from self._balanced(sighting, applied)
        self._keep(sighting, call)

    def _hit(
        self, call: SeenCall, sighting: Sighting, name: str, value: Any, applied: Counter[str]
    ) -> Hit | None:  # fmt: skip
        """Compares one attribute with what was written, then with what this view showed, then with any other view."""
        pointer = f"{sighting.pointer}/{escaped(sighting.keys[name])}"
        told = f"{' '.join(sighting.thing)} {name}"
        written = self._written.get(sighting.thing, {}).get(name)
        if written is not None and _comparable(written.value, value):
            applied["read_after_write"] += 1
            if not _agrees(written.value, value):
                evidence = f"{told} was written as {brief(written.value)} at step {written.step}, not {brief(value)}"
                return Hit("read_after_write", pointer, evidence)
        for code, facts in (
            ("entity_changed", self._shown[sighting.thing, sighting.within]),
            ("views_differ", self._anywhere[sighting.thing]),
        ):
            fact = facts.get(name)
            if fact is None or (code == "views_differ" and type(fact.value) is not type(value)):
                continue
            if not call.can_show(sighting.keys[name], fact.value):
                return None
            applied[code] += 1
            if same(fact.value, value):
                return None
            evidence = f"{told} was {brief(fact.value)} at step {fact.step}, is {brief(value)}, and nothing wrote it"
            return Hit(code, pointer, evidence)
        return None

    def _keep(self, sighting: Sighting, call: SeenCall) -> None:
        given = {str(value) for value in call.arguments.values()}
        asked = bool(sighting.listed) or sighting.thing[1] in given or call.made == sighting
        scope = (sighting.thing, sighting.within)
        self._by_id[sighting.thing[1]].add(scope)
        for name, value in sighting.attributes.items():
            fact = _Fact(value, call.step, asked)
            self._shown[scope][name] = self._anywhere[sighting.thing][name] = fact
            if _is_balance(name, value):
                self._balances[sighting.thing] = _Balance(float(value), call.step)

    def _forget(self, call: SeenCall) -> None:
        """Drops what a write may have changed: of things that it speaks of, and of what was shown unasked."""
        for scope, facts in list(self._shown.items()):
            within = scope[1]
            ambient = any(not fact.asked for fact in facts.values())
            moved = call.blind or (call.moves and by_name(scope[0]))
            if ambient or moved or (within is not None and within[1] in call.words):
                self._drop(scope)
        for word in call.words & self._by_id.keys():
            for scope in self._by_id.pop(word):
                self._drop(scope)

    def _drop(self, scope: Scope) -> None:
        self._shown.pop(scope, None)
        self._anywhere.pop(scope[0], None)
        self._written.pop(scope[0], None)

    def _write(self, call: SeenCall) -> None:
        """Keeps what a create or an update says of its thing in so many words."""
        if call.effect is None or call.effect.kind not in _CHANGES:
            return
        thing = call.made.thing if call.made else call.subject
        if thing is None:
            return
        told: dict[str, Any] = {}
        for name, value in call.arguments.items():
            told |= value if isinstance(value, dict) else {name: value}
        for name, value in told.items():
            key = attribute(name, thing[0])
            if name != call.effect.id_argument and not isinstance(value, dict | list):
                self._written[thing][key] = _Fact(value, call.step, True)
                self._by_id[thing[1]].add((thing, None))

    def _moved(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Adds what a write moves to every balance that it may have changed, and checks those that it shows."""
        if call.failed:
            return
        amounts = [
            float(value)
            for name, value in call.arguments.items()
            if _MOVED & set(words(name)) and isinstance(value, int | float) and not isinstance(value, bool)
        ]
        if call.moves:
            self._balances.clear()
        for thing, balance in self._balances.items():
            balance.moved += amounts if len(amounts) == 1 else [float("nan")] if thing[1] in call.words else []
        for sighting in call.shows:
            yield from self._balanced(sighting, applied)

    def _balanced(self, sighting: Sighting, applied: Counter[str]) -> Iterator[Hit]:
        held = self._balances.get(sighting.thing)
        if held is None or len(held.moved) != 1 or held.moved[0] != held.moved[0]:
            return
        for name, value in sighting.attributes.items():
            if _is_balance(name, value):
                applied["balance_wrong"] += 1
                change, moved = abs(float(value) - held.value), abs(held.moved[0])
                if change > 0.005 and abs(change - moved) > 0.005:
                    told = f"{sighting.thing[0]} {sighting.thing[1]} had {held.value} at step {held.step}"
                    pointer = f"{sighting.pointer}/{escaped(sighting.keys[name])}"
                    yield Hit("balance_wrong", pointer, f"{told}; {held.moved[0]} was moved, yet it has {value}")


def _is_balance(name: str, value: Any) -> bool:
    return words(name)[-1:] == ("balance",) and isinstance(value, int | float) and not isinstance(value, bool)


def _comparable(one: Any, other: Any) -> bool:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return (type(one) is type(other) or numbers) and not isinstance(other, dict | list) and other is not None


def _agrees(written: Any, shown: Any) -> bool:
    if isinstance(written, str) and isinstance(shown, str):
        return written.strip().casefold() == shown.strip().casefold()
    return same(written, shown)
