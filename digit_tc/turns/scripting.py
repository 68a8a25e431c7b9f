"""What a conversation of each stratum is made of: which turns, which tools at hand, which of them only later."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from digit_tc.context import Context
from digit_tc.errors import StratumError
from digit_tc.extraction.words import vocabulary
from digit_tc.sampling.sampler import WorkingSet
from digit_tc.state import Distractor, Scripted
from digit_tc.strata import TurnKind
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import singular, words
from digit_tc.turns.blanks import can_be_asked
from digit_tc.turns.correcting import can_be_corrected
from digit_tc.turns.resembling import KINDS, distractor, resembling
from digit_tc.world.effects import effect_of

Draw = Callable[[int], WorkingSet]
"""Draws the tools of a conversation; which attempt it is."""

DRAWINGS = 8
"""How often tools are drawn for a conversation until they can show what it is to show."""
LONG = 6
"""How many times as many turns a conversation of the stratum `long_context` has."""
LEAST_LONG = 12
"""How many turns it has at least, where it comes to its end."""
_APPEARS = 0.5
"""Chance that a missing tool comes later."""
_BEFORE = 0.3
"""Chance that somebody changes their mind before anything was done."""


@dataclass(frozen=True)
class Script:
    """What is settled of a conversation before anybody speaks."""

    tools: list[str]
    turns: list[Scripted]
    later: dict[str, int] = field(default_factory=dict)
    decoys: list[Distractor] = field(default_factory=list)
    """Tools that were made to be taken for others."""
    distractors: list[str] = field(default_factory=list)
    """Those of the tools that are offered and must not be called."""


def scripted(context: Context, draw: Draw, turns: int, stream: Stream, *, closes: bool = False) -> Script:
    """Returns the script of a conversation; tools that cannot show its stratum are drawn anew.

    Args:
        context: What the run gives.
        draw: Draws tools.
        turns: How many turns a plain conversation would have.
        stream: Chooses places and tools.
        closes: Whether the last turn is one in which the user says goodbye.

    Raises:
        StratumError: No tools that were drawn can show it.
    """
    problem = StratumError("no tools were drawn")
    for attempt in range(DRAWINGS):
        drawn = draw(attempt)
        tools = [name for name in drawn.tools if name not in drawn.distractors]
        try:
            script = _closed(_Writer(context, tools, draw, turns - closes, stream).script(), closes=closes)
            return _distracted(_offering(script, drawn, context), context, stream)
        except StratumError as error:
            problem = error
    raise StratumError(f"the stratum {context.stratum} cannot be shown with these tools: {problem}")


def _closed(script: Script, *, closes: bool) -> Script:
    return replace(script, turns=[*script.turns, _turn("closing")]) if closes else script


def _offering(script: Script, drawn: WorkingSet, context: Context) -> Script:
    """Returns a script with those tools as well that were drawn to be offered alone."""
    tools = sorted({*script.tools, *drawn.distractors}, key=context.catalogue.place)
    return replace(script, tools=tools, distractors=list(drawn.distractors))


def _distracted(script: Script, context: Context, stream: Stream) -> Script:
    """Returns a script with as many distractors as are asked for, as far as there are names for them."""
    made = list(script.decoys)
    for name in stream.shuffled(script.tools * len(KINDS)) if len(made) < context.distractors else ():
        taken = [*context.catalogue.names, *(one["name"] for one in made)]
        with suppress(StratumError):  # every name near this tool is taken; another one has more
            made.append(distractor(context.catalogue[name], taken, stream))
        if len(made) == context.distractors:
            break
    return replace(script, decoys=made)


@dataclass(frozen=True)
class _Writer:
    context: Context
    tools: list[str]
    draw: Draw
    turns: int
    stream: Stream

    @property
    def _flow(self) -> Dataflow:
        return self.context.dataflow

    def script(self) -> Script:
        match self.context.stratum:
            case "missing_parameter":
                return self._missing_parameter()
            case "missing_tool":
                return self._missing_tool()
            case "irrelevant":
                return self._irrelevant()
            case "change_of_mind":
                return self._change_of_mind()
            case "near_names":
                return self._near_names()
            case "several_tasks":
                return self._several_tasks()
            case "long_context":
                return Script(self.tools, [_turn("task")] * max(LEAST_LONG, LONG * self.turns))
            case _:
                return Script(self.tools, [_turn("task")] * self.turns)

    def _with(self, *special: Scripted, latest: int = 1) -> list[Scripted]:
        """Returns plain tasks with special turns in a row among them, with at most `latest` tasks before those."""
        count = max(self.turns, len(special))
        at = self.stream.integer(0, min(latest, count - len(special)))
        return [_turn("task")] * at + list(special) + [_turn("task")] * (count - at - len(special))

    def _missing_parameter(self) -> Script:
        goals = self._those("requires a value that a user would say", lambda name: can_be_asked(self._flow[name]))
        return Script(self.tools, self._with(_turn("question", goals), _turn("answer")))

    def _missing_tool(self) -> Script:
        missing = self.stream.choice(self._those("is the only one of its kind", self._alone))
        left = [name for name in self.tools if name != missing]
        if not left:
            raise StratumError("there is one tool alone, and without it none")
        if not self.stream.chance(_APPEARS):
            return Script(left, self._with(_turn("unserved", [missing])))
        turns = self._with(_turn("unserved", [missing]), _turn("served", [missing]))
        appears = next(at for at, turn in enumerate(turns) if turn["kind"] == "served")
        return Script(self.tools, turns, later={missing: appears})

    def _alone(self, name: str) -> bool:
        """Says whether no other tool at hand does the same work on the same kind of thing; to look is one work."""
        tool = self._flow[name]
        if not tool.entity or resembling(name, self.tools):
            return False
        others = (self._flow[other] for other in self.tools if other != name)
        return all((_work(other), other.entity) != (_work(tool), tool.entity) for other in others)

    def _irrelevant(self) -> Script:
        elsewhere = self.context.elsewhere
        known = {word for name in self.tools for word in _topics(self._flow, name)}
        strange = (
            [] if elsewhere is None else [name for name in elsewhere.names if not known & _topics(elsewhere, name)]
        )
        if not strange:
            raise StratumError("they are for everything that a user is known to ask for")
        return Script(self.tools, self._with(_turn("off_topic", [self.stream.choice(strange)])))

    def _change_of_mind(self) -> Script:
        if self.stream.chance(_BEFORE) and len(self.tools) > 1:
            asked = [name for name in self.tools if can_be_asked(self._flow[name])]
            if asked:
                return Script(self.tools, self._with(_turn("question", asked), _turn("instead")))
        goals = self._those("can be taken back", lambda name: can_be_corrected(self._flow, name, self.tools))
        return Script(self.tools, self._with(_turn("task", goals), _turn("correction")))

    def _near_names(self) -> Script:
        near = [name for name in self.tools if resembling(name, self.tools)]
        if near:
            return Script(self.tools, self._with(_turn("task", near), latest=0))
        goal = self.stream.choice(self.tools)
        made = distractor(self.context.catalogue[goal], self.tools, self.stream)
        return Script(self.tools, self._with(_turn("task", [goal]), latest=0), decoys=[made])

    def _several_tasks(self) -> Script:
        count = max(self.turns, 2)
        for first, second in self._pairs():
            if _unrelated(self._flow, first, second):
                tools = sorted({*first, *second}, key=self.context.catalogue.place)
                half = self.stream.integer(1, min(len(first), count - 1))
                tasks = [_turn("task", tools=first)] * half + [_turn("task", tools=second)] * (count - half)
                return Script(tools, tasks)
        raise StratumError("all of them have to do with one another")

    def _pairs(self) -> Iterator[tuple[list[str], list[str]]]:
        """Yields two sets of tools: drawn apart, then parts of the tools at hand."""
        most = max(1, self.context.sampling.sizes[1] // 2)
        sets = [self.draw(DRAWINGS + at) for at in range(DRAWINGS)]
        drawn = [[name for name in one.tools if name not in one.distractors][:most] for one in sets]
        yield from ((first, second) for at, first in enumerate(drawn) for second in drawn[at + 1 :])
        for name in self.stream.shuffled(self.tools):
            near = {name, *(edge.producer for edge in self._flow.feeding(name))}
            first = [one for one in self.tools if one in near]
            second = [one for one in self.tools if _unrelated(self._flow, first, [one])]
            if second:
                yield first, second

    def _those(self, what: str, fits: Callable[[str], bool]) -> list[str]:
        found = [name for name in self.tools if fits(name)]
        if not found:
            raise StratumError(f"none of them {what}")
        return found


def _turn(kind: TurnKind, goals: Sequence[str] = (), tools: Sequence[str] = ()) -> Scripted:
    return Scripted(kind=kind, goals=list(goals), tools=list(tools))


def _work(tool: Understood) -> str:
    return "look" if tool.action in ("read", "search") else tool.action


def _unrelated(flow: Dataflow, first: list[str], second: list[str]) -> bool:
    """Says whether no tool of one set gives another one anything, nor is about the same kind of thing."""
    if set(first) & set(second):
        return False
    kinds = [{effect_of(flow[name]).entity for name in names} - {""} for names in (first, second)]
    if kinds[0] & kinds[1]:
        return False
    pairs = ((first, second), (second, first))
    return not any(
        edge.producer in sources for sources, takers in pairs for one in takers for edge in flow.feeding(one)
    )


def _topics(flow: Dataflow, name: str) -> frozenset[str]:
    """Returns what a tool is about, in single words: the nouns of its name and the kind of thing that it is about."""
    tool = flow[name]
    said = [*words(name), *effect_of(tool).entity.split(), *words(tool.tool.namespace), *words(tool.tool.description)]
    return frozenset(singular(word) for word in said if len(word) > 3 and not {word, singular(word)} & _COMMON)


_COMMON = vocabulary(
    "search find list create make update change cancel delete remove send check show read with from that this your "
    "into their given returns return optional details detail status information current available specific user "
    "users system data name names type which based using used have been will also only when than them they more "
    "most each every other some such does done what where while over under after before between whether either "
    "existing item items value values result results number total provided specified including include includes "
    "through such about would could should must make made many much time date like "
)
"""Words that say nothing of what a tool is about."""
