"""Which lists have shown everything there is: for each type, the filters under which all things were shown.

    {type: {names of the filters: {what their values are: filters}}}

The names come sorted and joined by commas, so that looking a list up costs the same however many were shown.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from digit_tc.canonical import canonical

Lists = dict[str, dict[str, dict[str, dict[str, Any]]]]


def remembered(lists: Lists, kind: str, filters: dict[str, Any]) -> Lists:
    """Returns the lists with one more; nothing that is given changes."""
    names, values = ",".join(sorted(filters)), signature(filters.get(name) for name in sorted(filters))
    of_kind = lists.get(kind, {})
    if values in of_kind.get(names, {}):
        return lists
    return {**lists, kind: {**of_kind, names: {**of_kind.get(names, {}), values: filters}}}


def is_complete(lists: Lists, kind: str, filters: Mapping[str, Any]) -> bool:
    """Says whether all things of a kind under these filters have been shown, in their own list or in a wider one."""
    for names, listed in lists.get(kind, {}).items():
        wider = _names(names)
        if all(name in filters for name in wider) and signature(filters[name] for name in wider) in listed:
            return True
    return False


def groups(lists: Lists, kind: str) -> Iterator[tuple[list[str], dict[str, dict[str, Any]]]]:
    """Yields the lists of a kind, those with filters of the same names together."""
    yield from ((_names(names), listed) for names, listed in lists.get(kind, {}).items())


def shown_in_full(lists: Lists, kind: str) -> list[dict[str, Any]]:
    """Returns the filters under which all things of a kind were shown."""
    return [filters for _, listed in groups(lists, kind) for filters in listed.values()]


def signature(values: Iterator[Any]) -> str:
    """Returns what tells the values of filters apart; texts count as equal whatever their case."""
    return canonical([value.casefold() if isinstance(value, str) else value for value in values])


def _names(joined: str) -> list[str]:
    return joined.split(",") if joined else []
