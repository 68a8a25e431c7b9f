"""The critic role: accepts a turn, sends one role back, or ends the conversation."""

from dataclasses import dataclass
from pathlib import Path

from langgraph.runtime import Runtime

from digit_tc.audit.opinions import Opinions, judged
from digit_tc.audit.present import present
from digit_tc.audit.scene import Scene, scene_of
from digit_tc.audit.turns import blamed, judge_turn
from digit_tc.context import Context
from digit_tc.errors import EmptyReplyError, ShapeError
from digit_tc.judgement import accepted, sent_back
from digit_tc.models import Models, Reply
from digit_tc.progress import spent
from digit_tc.state import ConversationState, Spent, Update, VerdictDraft
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
            return {"verdicts": verdicts, **accepted(state)}
        return {"verdicts": verdicts, **sent_back(state, problem)}


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
        moved = accepted(state) if problem is None else sent_back(state, problem)
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
