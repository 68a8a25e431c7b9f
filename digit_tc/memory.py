"""What was worked out for a conversation and is asked for again; it goes when the conversation goes."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Memory:
    """One object of each class that remembers something of the conversation, made when it is first asked for.

    So whoever works something out keeps it here, and the context need not know who that is.
    """

    def __init__(self) -> None:
        self._held: dict[type, Any] = {}

    def of(self, kind: type[T]) -> T:
        """Returns the conversation's own object of a class, which is made without arguments."""
        held: T | None = self._held.get(kind)
        if held is None:
            held = self._held[kind] = kind()
        return held


class Newest(Generic[T]):
    """The newest answer to one question; asked of the same once more, nothing is worked out anew."""

    def __init__(self) -> None:
        self._kept: tuple[object, T] | None = None

    def of(self, given: object, work_out: Callable[[], T]) -> T:
        """Returns an answer.

        Args:
            given: All that it depends on; compared by content.
            work_out: Works it out.
        """
        if self._kept is None or self._kept[0] != given:
            self._kept = given, work_out()
        return self._kept[1]
