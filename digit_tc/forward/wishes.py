"""What a person might ask for who knows nothing but what the tools are for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from digit_tc.errors import PlanError
from digit_tc.planning.filling import Filling
from digit_tc.planning.past import Past
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow


def drawn(tools: Sequence[str], used: set[str], stream: Stream, count: int) -> list[str]:
    """Draws the tools of one request, each by itself: what one gives and another needs plays no part.

    Args:
        tools: The names of the tools at hand.
        used: Those that were called before; others come first.
        stream: What is drawn from.
        count: How many there shall be.
    """
    shuffled = stream.shuffled(tools)
    fresh = [name for name in shuffled if name not in used]
    return [*fresh, *(name for name in shuffled if name in used)][:count]


@dataclass(frozen=True)
class Wishes:
    """Draws wishes: what each tool is asked for, with a value for everything that it needs, ids included."""

    flow: Dataflow
    past: Past
    persona: Persona
    today: date

    def of(self, names: Sequence[str], stream: Stream) -> list[PlannedCall]:
        """Returns a wish for each tool that values can be drawn for.

        Raises:
            PlanError: There is none.
        """
        filling = Filling(self.flow, self.past.said(self.flow), self.persona, self.today, stream)
        problem, found = PlanError("there are no tools to ask for"), list[PlannedCall]()
        for name in names:
            identity = f"${self.past.planned + len(found) + 1}"
            wish = PlannedCall(id=identity, tool=name, arguments={}, references={}, implicit=False, group=0)
            try:
                found += filling.fill([wish])
            except PlanError as error:
                problem = error
        if not found:
            raise problem
        return found
