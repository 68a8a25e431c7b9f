"""The question about what the specification of a tool leaves out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.messages import BaseMessage

from digit_tc.tools.inference.gaps import Gaps
from digit_tc.tools.tool import Tool

from ..prompts.rendering import render_messages


def specify(tool: Tool, gaps: Gaps, beside: Sequence[Tool], *, folder: Path | None = None) -> list[BaseMessage]:
    """Returns the messages that ask about the gaps of a tool.

    Args:
        tool: The tool.
        gaps: What it leaves out.
        beside: Related tools, whose names of ids are to be taken over.
        folder: Where a prompt `specify.md` of one's own lies.

    Raises:
        PromptError: The file is missing or broken.
    """
    unlisted = list(tool.properties) if gaps.unlisted else []
    asked = {"untyped": gaps.untyped, "unlisted": unlisted, "output": gaps.output}
    return render_messages(
        "specify", folder=folder, others=[_shown(other) for other in beside], tool=_shown(tool), asked=asked
    )


def _shown(tool: Tool) -> dict[str, Any]:
    declared = {} if tool.output_schema is None else {"output": tool.output_schema}
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters, **declared}
