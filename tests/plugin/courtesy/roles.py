"""The butler: an assistant who thanks for every request, and the usher, who has a model look for thanks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime
from pydantic import BaseModel

from digit_tc.context import Context
from digit_tc.judgement import verdict
from digit_tc.nodes.assistant import ProceduralAssistant
from digit_tc.progress import spent
from digit_tc.prompts.rendering import render_messages
from digit_tc.state import ConversationState, Update


@dataclass(frozen=True)
class Butler:
    """Says a word of thanks before each report."""

    thanks: str = "Thank you for asking."

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the next calls, or the report with thanks."""
        update = await ProceduralAssistant()(state, runtime)
        if not update["report"]:
            return update
        report = f"{self.thanks} {update['report']}"
        return {"report": report, "messages": [AIMessage(report, id=update["messages"][0].id)]}


@dataclass(frozen=True)
class Usher:
    """Notes whether a report has a word of thanks; blocks nothing."""

    word: str = "thank"

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns a verdict."""
        status: Any = "pass" if self.word in state["report"].lower() else "fail"
        return {"verdicts": [verdict(state, "courtesy", status, role="assistant", severity="warning")]}


class Answer(BaseModel):
    """Whether there are thanks."""

    thanks: bool


@dataclass(frozen=True)
class LLMUsher:
    """Asks a model whether there are thanks."""

    prompt: str = str(Path(__file__).with_name("usher.md"))
    model: str = "usher"

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns a verdict, and what it cost."""
        context = runtime.context
        messages = render_messages(self.prompt, folder=context.prompts, report=state["report"])
        answer = await context.models.ask_for(self.model, messages, Answer)
        status: Any = "pass" if answer.value.thanks else "fail"
        said = verdict(state, "courtesy", status, role="assistant", severity="warning", source="model")
        return {"verdicts": [said], "usage": [spent(state, answer.reply, role="usher")]}
