"""The world at a point of the log, without folding the whole log each time."""

from digit_tc.state import Event
from digit_tc.world.fold import EMPTY, World, fold


class Worlds:
    """A memo of the two newest worlds of one conversation, found again by the content of the log, never by its length.

    A fork or an edited log has the same number of events and another world; comparing prefixes tells them apart.
    """

    def __init__(self) -> None:
        self._kept: list[tuple[list[Event], World]] = []

    def at(self, events: list[Event]) -> World:
        """Returns the fold of the events."""
        seen, world = next(
            ((seen, world) for seen, world in self._kept if seen is events or seen == events[: len(seen)]), ([], EMPTY)
        )
        for event in events[len(seen) :]:
            world = fold(world, event)
        others = [kept for kept in self._kept if kept[0] is not events]
        self._kept = [(events, world), *others][:2]
        return world
