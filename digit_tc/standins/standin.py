"""The contract of whatever answers the calls of a tool in place of the simulation.

A stand-in is asked after the arguments and the preconditions were checked and no fault was planned. What it answers is
checked against the output schema and recorded like any other result; the things that it shows become part of the world.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

TOOL_ERROR = "tool_error"
"""The code of an error result that a stand-in itself gives."""


@dataclass(frozen=True)
class Question:
    """One call that a stand-in is asked to answer."""

    arguments: dict[str, Any]
    world: Mapping[str, Any]
    """The world before the call; to be read, never changed."""
    played: int = 0
    """How many equal calls of this conversation it has answered before."""


@dataclass(frozen=True)
class Reply:
    """What a stand-in answers; with a code it is an error result."""

    result: Any = None
    code: str = ""
    message: str = ""


class StandIn(Protocol):
    """Answers the calls of one tool in place of the simulation."""

    @property
    def source(self) -> str:
        """What it is, in one word; events say it."""

    @property
    def blocks(self) -> bool:
        """Whether an answer may take a while, so that other conversations should not wait for it."""

    def ask(self, question: Question) -> Reply | None:
        """Answers a call; None leaves it to the simulation.

        Raises:
            StandInError: What it asks in turn cannot be reached: nothing is known of how the tool would answer.
        """

    def close(self) -> None:
        """Lets go of what it holds; may be called twice."""
