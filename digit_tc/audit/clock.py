"""Time runs forwards: in one object, and from one answer to the next."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from digit_tc.audit.finding import Hit
from digit_tc.audit.seen import SeenCall
from digit_tc.audit.sighting import escaped
from digit_tc.tools.names import words

_MADE = {"created", "opened", "placed", "ordered", "submitted"}
_LATER = {"updated", "modified", "closed", "resolved", "completed", "cancelled", "delivered", "shipped", "deleted"}
_DAY = len("2025-01-15")
_NOW = {"now", "current_time", "server_time", "current_datetime"}


class Clock:
    """Remembers the latest time that an answer called now, days and times apart."""

    def __init__(self) -> None:
        self._now: dict[bool, tuple[datetime, int]] = {}

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Checks the times of one result."""
        if call.failed or not isinstance(call.result, dict | list):
            return
        yield from self._ordered(call.result, "/result", applied)
        told = call.result if isinstance(call.result, dict) else {}
        fresh = call.made is not None and call.made.pointer == "/result"
        for name, value in told.items():
            says_now = name in _NOW or (fresh and bool(_MADE & set(words(name))))
            at = _time(value) if says_now else None
            if at is None:
                continue
            only_day = len(str(value)) == _DAY
            latest, step = self._now.get(only_day, (at, -1))
            if step >= 0:
                applied["clock"] += 1
                if at < latest:
                    evidence = f"{value} is before {latest.isoformat()}, which was now at step {step}"
                    yield Hit("clock", f"/result/{escaped(name)}", evidence)
            self._now[only_day] = max((latest, step), (at, call.step))

    def _ordered(self, value: Any, at: str, applied: Counter[str]) -> Iterator[Hit]:
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, held in pairs:
            yield from self._ordered(held, f"{at}/{escaped(str(key))}", applied)
        if not isinstance(value, dict):
            return
        made = {name: _time(held) for name, held in value.items() if _MADE & set(words(name))}
        later = {name: _time(held) for name, held in value.items() if _LATER & set(words(name))}
        for first, start in made.items():
            for name, end in later.items():
                if start is not None and end is not None:
                    applied["clock"] += 1
                    by_day = _DAY in (len(str(value[first])), len(str(value[name])))
                    if (end.date() < start.date()) if by_day else (end < start):
                        yield Hit("clock", f"{at}/{escaped(name)}", f"{value[name]} is before {first} {value[first]}")


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str) or len(value) < _DAY:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
