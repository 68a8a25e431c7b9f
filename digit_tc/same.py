"""A value as a key of caches: found again by what it is, not by what it holds."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    """A key that is equal to that of the same object alone, which is cheaper to find again than its content.

    It keeps the object, so that no other one can take its place in memory. Only for what is never changed.
    """

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value
