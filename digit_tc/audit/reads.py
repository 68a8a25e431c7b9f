"""A repeated read, with nothing written in between that could matter, gives the same answer."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from digit_tc.audit.finding import Hit
from digit_tc.audit.seen import SeenCall, brief, same, scalars
from digit_tc.tools.names import words
from digit_tc.world.fold import call_key

_LIVE = {
    "time", "now", "price", "quote", "rate", "weather", "forecast", "temperature", "humidity", "sensor", "current",
    "latest", "random", "traffic", "speed", "level", "score", "pressure", "location", "position", "today", "news",
    "exchange", "stock", "usage", "load", "battery", "roll", "flip", "live",
}  # fmt: skip
"""Words of reads that may measure something which changes by itself."""
_SESSION = {"login", "logged", "signed", "authenticated", "whoami", "pwd"}
"""Words of reads that say who is signed in or which folder is the current one."""


class RepeatedReads:
    """Remembers the answers of reads until something is written that they may depend on."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[SeenCall, Any]] = {}

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Compares a read with the last equal one."""
        if not call.looks:
            if not call.failed or call.moves:
                self._answers = {
                    key: (earlier, answer) for key, (earlier, answer) in self._answers.items() if _apart(earlier, call)
                }
            return
        if call.transient:
            return
        key = call_key(call.name, call.arguments)
        earlier, answer = self._answers.get(key, (None, None))
        self._answers[key] = (call, call.result)
        if earlier is None:
            return
        code = "measurement_changed" if _may_measure(call) else "repeated_read"
        applied[code] += 1
        if earlier.failed is not call.failed or not same(answer, call.result):
            yield Hit(code, "/result", f"step {earlier.step} answered {brief(answer)}, this {brief(call.result)}")


def _apart(read: SeenCall, write: SeenCall) -> bool:
    """Says whether a write cannot matter for a read.

    Nothing matters for a calculation, and only who or where one is for a read of just that. Any other read may depend
    on a write unless both are about things of their own, each of them named.
    """
    if read.effect is not None and read.effect.kind == "compute":
        return True
    if _SESSION & set(words(read.name)) and read.subject is None:
        return not write.moves
    if write.moves or read.subject is None or (write.subject is None and not write.made):
        return False
    about = {read.subject[1], *map(str, scalars(read.arguments)), *(sighting.thing[1] for sighting in read.shows)}
    return about.isdisjoint(write.words)


def _may_measure(call: SeenCall) -> bool:
    return call.subject is None and bool(_LIVE & set(words(call.name)))
