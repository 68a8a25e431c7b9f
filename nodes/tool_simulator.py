"""The tool simulator role: answers the calls of one message from specification and world."""

from dataclasses import dataclass

from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.errors import EmptyReplyError, ShapeError, SimulationError
from digit_tc.group import Group, Values
from digit_tc.progress import spent
from digit_tc.state import ConversationState, Event, Spent, Update
from digit_tc.world.offer import Proposal
from digit_tc.world.proposals import offered, shape

from ..prompts.rendering import render_messages

_PROBLEMS = 12
"""How many reasons a model is told why its answer cannot be used."""


@dataclass(frozen=True, slots=True)
class ProceduralToolSimulator:
    """Answers without a model: what is known is shown again, what is new is drawn, writes change the world."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns one tool message and one event per call, in the order of the calls."""
        group = Group(state, runtime.context)
        return group.update(await group.answered())


@dataclass(frozen=True, slots=True)
class LLMToolSimulator:
    """Asks a model for what the world leaves open of a result; code makes the result, and what it knows wins.

    All calls of a message go into one question, and into a second one with what was wrong with the first answer. After
    that, with `fallback`, the procedural values stand where the offered ones cannot be used; without, the conversation
    ends. What the world determines is answered without a question. `prompt` is a prompt name or a path to one's own.
    """

    fallback: bool = True
    prompt: str = "tool_simulator"
    model: str = "tool_simulator"

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns one tool message and one event per call, in the order of the calls."""
        group = Group(state, runtime.context)
        opened = [group.proposal(at) for at in range(len(group.calls))]
        events = await group.answered(opened)
        asked = {at: proposal for at, proposal in enumerate(opened) if proposal.open}
        if not asked:
            return group.update(events)
        made, usage = await self._asked(group, events, asked)
        return {**group.update(made), "usage": usage}

    async def _asked(
        self, group: Group, drawn: list[Event], asked: dict[int, Proposal]
    ) -> tuple[list[Event], list[Spent]]:
        """Asks once, and once more with what was wrong; returns events that nothing is wrong with."""
        usage: list[Spent] = []
        problems: list[str] = []
        values: Values = {}
        answers = shape({at + 1: group.output(at) for at in asked})
        for _ in range(2):
            told = {**group.question(drawn, asked), "problems": problems[:_PROBLEMS]}
            messages = render_messages(self.prompt, folder=group.context.prompts, **told)
            try:
                answer = await group.context.models.ask_for(self.model, messages, answers, sample=group.attempt)
            except (EmptyReplyError, ShapeError):
                if not self.fallback:
                    raise
                return drawn, usage
            usage.append(spent(group.state, answer.reply, role="tool_simulator"))
            values = {at: offered(answer.value, at + 1) for at in asked}
            events, problems = await group.judged(values, drawn)
            if not problems:
                return events, usage
        if not self.fallback:
            raise SimulationError(f"the offered results cannot be used: {problems[0]}")
        return await group.fallen_back(values, drawn), usage
