"""The critic role: accepts a turn, sends one role back, or ends the conversation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from langchain_core.messages import AnyMessage, RemoveMessage
from langgraph.runtime import Runtime

from digit_tc.audit.opinions import Opinions, judged
from digit_tc.audit.present import messages_of_turn, present
from digit_tc.audit.scene import Scene, scene_of
from digit_tc.audit.turns import CALLS_WITHHELD, PLAN_FOLLOWED, blamed, judge_turn
from digit_tc.context import Context
from digit_tc.errors import EmptyReplyError, ShapeError
from digit_tc.models import Models, Reply
from digit_tc.progress import marker, spent
from digit_tc.state import ConversationState, Spent, TurnDraft, Update, VerdictDraft
from digit_tc.strata import CALLLESS
from digit_tc.turns.kinds import kind

from ..prompts.rendering import render_messages


@dataclass(frozen=True, slots=True)
class ProceduralCritic:
    """Decides by code alone; what fails sends the role at fault back, a limited number of times."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the verdicts and either the accepted turn, the role to go back to, or the end."""
        verdicts = judge_turn(present(state, runtime.context))
        problem = blamed(verdicts)
        if problem is None:
            return {"verdicts": verdicts, **_accepted(state)}
        return {"verdicts": verdicts, **_sent_back(state, problem)}


@dataclass(frozen=True, slots=True)
class LLMCritic:
    """Code judges first; of what it has nothing against, a model judges what code cannot.

    `votes` is how often the model is asked about one turn, an odd number; more than half must pass each question.
    `prompt` is a prompt name or a path to one's own .md file.
    """

    prompt: str = "critic"
    model: str = "critic"
    votes: int = 1

    def __post_init__(self) -> None:
        if self.votes < 1 or self.votes % 2 == 0:
            raise ValueError("votes must be an odd number from 1 up")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the verdicts and either the accepted turn, the role to go back to, or the end."""
        context = runtime.context
        verdicts = judge_turn(present(state, context))
        usage: list[Spent] = []
        if blamed(verdicts) is None and kind(state) != "closing":  # of a goodbye, code judges all there is
            scene, attempt = scene_of(state, context), sum(state["attempts"].values())
            opinions, replies = await self.judge(scene, context.models, context.prompts, attempt=attempt)
            verdicts += opinions
            usage = [spent(state, reply, role="critic") for reply in replies]
        problem = blamed(verdicts)
        moved = _accepted(state) if problem is None else _sent_back(state, problem)
        return {"verdicts": verdicts, "usage": usage, **moved}

    async def judge(
        self, scene: Scene, models: Models, prompts: Path | None = None, *, attempt: int = 0
    ) -> tuple[list[VerdictDraft], list[Reply]]:
        """Returns the verdicts of the model on a turn, and what its answers cost.

        Args:
            scene: The turn.
            models: Whom to ask.
            prompts: A folder of one's own prompts.
            attempt: How often the turn was done again: asked the same once more, the model shall look anew.

        Raises:
            ModelError: The model cannot be asked; an answer that cannot be read is no error but unknown.
        """
        messages = render_messages(self.prompt, folder=prompts, **scene.variables())
        votes: list[Opinions | str] = []
        replies: list[Reply] = []
        end = (attempt + 1) * self.votes
        for sample in range(attempt * self.votes, end):
            try:
                answer = await models.ask_for(self.model, messages, Opinions, sample=sample, ahead=end - sample)
            except (EmptyReplyError, ShapeError) as error:
                votes.append(f"the answer cannot be read: {error}")
            else:
                votes.append(answer.value)
                replies.append(answer.reply)
        return judged(votes, scene.turn), replies


def _accepted(state: ConversationState) -> Update:
    done = TurnDraft(user=state["request"], assistant=state["report"], plan=state["plan"], kind=kind(state))
    done["stop"] = state.get("stop")
    done["unmet"] = state.get("unmet") if done["kind"] in CALLLESS else None
    ended: dict[str, Any] = {}
    if state["turn"] + 1 >= state["scenario"]["turns"]:
        ended = {"status": "accepted", "code": "", "reason": ""}
    return {"turns": [done], "turn": state["turn"] + 1, "attempts": {}, "sent_back": "", "report": "", "outcome": ended}


def _sent_back(state: ConversationState, problem: VerdictDraft) -> Update:
    """Takes back what the role at fault and those after it did, and counts the attempt."""
    role = problem["role"]
    attempts = {**state["attempts"], role: state["attempts"].get(role, 0) + 1}
    update: Update = {"sent_back": role, "attempts": attempts, "report": "", "problem": _reason(problem)}
    turn = messages_of_turn(state)
    given_up = attempts[role] > state["retries"]
    acts_again = problem["check"] in (PLAN_FOLLOWED, CALLS_WITHHELD)
    if role == "assistant" and not acts_again and not given_up:
        return {**update, "messages": _removals(turn[-1:])}
    kept = 1 if (role == "tool_simulator" or acts_again) and not given_up else 0
    return {**update, "messages": _removals(turn[kept:]), "events": [marker(state, "turn_retracted")]}


def _removals(messages: list[AnyMessage]) -> list[AnyMessage]:
    """Returns what tells the reducer to take messages out again; its type knows only messages that stay."""
    return cast("list[AnyMessage]", [RemoveMessage(id=str(message.id)) for message in messages])


def _reason(problem: VerdictDraft) -> str:
    return f"{problem['check']}: {problem['evidence']}"
