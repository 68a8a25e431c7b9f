"""A stand-in whose answers are kept while one message is answered more than once: what it does happens once."""

from digit_tc.canonical import canonical
from digit_tc.standins.standin import Question, Reply, StandIn


class Remembered:
    """Asks another stand-in each question once."""

    def __init__(self, asked: StandIn) -> None:
        self._asked = asked
        self._replies: dict[str, Reply | None] = {}

    @property
    def source(self) -> str:
        """What the other is."""
        return self._asked.source

    @property
    def blocks(self) -> bool:
        """Whether an answer of the other may take a while."""
        return self._asked.blocks

    def ask(self, question: Question) -> Reply | None:
        """Returns the answer to a call with these arguments; None leaves it to the simulation.

        Raises:
            StandInError: What the other asks in turn cannot be reached.
        """
        key = canonical([question.arguments, question.played])
        if key not in self._replies:
            self._replies[key] = self._asked.ask(question)
        return self._replies[key]

    def close(self) -> None:
        """Lets go of nothing: the other may be asked again."""
