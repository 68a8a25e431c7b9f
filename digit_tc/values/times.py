"""Dates and times relative to the simulated date; an end follows its start."""

from datetime import date, datetime, time, timedelta
from typing import Any

from digit_tc.streams import Stream
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.names import singular, words
from digit_tc.values.scope import Scope

_PAST_KEYS = ("created", "ordered", "placed", "issued", "joined", "posted", "purchase", "last", "opened", "since",
              "published", "hired", "updated", "registered", "paid", "sent", "order_date", "submitted", "transfer_date",
              "payment_date")  # fmt: skip
_FUTURE_KEYS = ("expir", "due", "estimated", "departure", "renewal", "valid_until", "next", "deadline")
_HISTORIES = {"transaction", "statement", "history", "expense", "log", "invoice", "payment", "purchase", "record",
              "report", "activity", "usage", "review"}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def looks_back(tool: Understood) -> bool:
    """Says whether a tool's dates lie behind the simulated date unless their names say otherwise."""
    about = {singular(word) for word in words(tool.tool.name)}
    return tool.action in ("read", "search") and bool(about & _HISTORIES)


def draw_date(means: Meaning, scope: Scope, key: str) -> str:
    """Draws a date as YYYY-MM-DD."""
    day = _day(means, scope, key)
    scope.drawn["day"] = day
    if means.role in ("start", "from"):
        scope.drawn["start"] = day
    return day.isoformat()


def draw_time(means: Meaning, scope: Scope) -> str:
    """Draws a time of day as HH:MM, on the quarter hour; an end lies one to three hours behind its start."""
    if means.role in ("end", "to") and isinstance(start := scope.drawn.get("clock"), time):
        minutes = min(23 * 60 + 45, start.hour * 60 + start.minute + scope.stream.choice((30, 60, 90, 120, 180)))
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    clock = time(scope.stream.integer(7, 20), scope.stream.choice((0, 0, 0, 30, 30, 15, 45)))
    scope.drawn["clock"] = clock
    return clock.strftime("%H:%M")


def draw_datetime(means: Meaning, scope: Scope, key: str, schema: dict[str, Any]) -> str:
    """Draws a date and time as YYYY-MM-DDTHH:MM:SS, with a Z where the format is `date-time`."""
    if means.role in ("end", "to") and isinstance(start := scope.drawn.get("moment"), datetime):
        moment = start + timedelta(minutes=scope.stream.choice((30, 45, 60, 60, 90, 120)))
    elif scope.fresh and scope.now is not None and _happened(key):
        moment = scope.now
    else:
        day = _day(means, scope, key)
        moment = datetime.combine(day, time(scope.stream.integer(8, 18), scope.stream.choice((0, 0, 30, 15))))
        scope.drawn["moment"] = moment
    return moment.isoformat() + ("Z" if schema.get("format") == "date-time" else "")


def draw_weekday(stream_scope: Scope) -> str:
    """Draws a day of the week in lower case."""
    return stream_scope.stream.choice(_WEEKDAYS)


def _day(means: Meaning, scope: Scope, key: str) -> date:
    lower, stream = key.lower(), scope.stream
    if means.kind == "birthday":
        stream = Stream("birthday", scope.persona.email) if scope.voice == "argument" else stream
        return date(stream.integer(1952, 2003), stream.integer(1, 12), stream.integer(1, 28))
    if means.role in ("end", "to") and isinstance(start := scope.drawn.get("start"), date):
        reach = (scope.today - start).days if scope.past else 7
        return start + timedelta(days=stream.integer(1, max(1, min(reach, 14))))
    happened = _happened(key)
    if happened and scope.fresh:
        return scope.today
    ahead = any(word in lower for word in _FUTURE_KEYS)
    if (scope.past and not ahead) or happened:
        return scope.today - timedelta(days=stream.integer(5, 60))
    return scope.today + timedelta(days=stream.integer(1, 14) if stream.chance(0.5) else stream.integer(15, 75))


def _happened(key: str) -> bool:
    return any(word in key.lower() for word in _PAST_KEYS)
