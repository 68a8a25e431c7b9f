"""The order test: who asks says first what they want, and then what tells which things they mean (DiGiT-TC)."""

from collections.abc import Sequence
from itertools import product

from digit_tc.backtranslation.comparison import located
from digit_tc.backtranslation.recovery import Recovery
from digit_tc.state import PlannedCall
from digit_tc.tools.tool import Tool


def goal_order(plan: Sequence[PlannedCall], tools: Sequence[Tool], recovery: Recovery) -> float | None:
    """Returns Kendall's tau between whether a value serves a goal and where it stands, from -1 to 1.

    Below zero the values of explicit calls come before those of implicit ones. It is tau-a over the pairs of one value
    of each side: pairs of one side say nothing, nor does a value that serves both. None where a side says none of its
    own.
    """
    spoken = located(plan, tools, recovery)
    places = {hidden: {place[0] for call, place in spoken if call["implicit"] is hidden} for hidden in (False, True)}
    goals, others = places[False] - places[True], places[True] - places[False]
    if not goals or not others:
        return None
    signs = [(goal > other) - (goal < other) for goal, other in product(goals, others)]
    return sum(signs) / len(signs)
