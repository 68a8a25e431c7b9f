"""A Python function that answers the calls of a tool.

It takes the arguments of the call by their names; one that has a parameter `world` besides receives a copy of the
world. It may be `async`. What it returns is the result; what it raises becomes an error result.
"""

import inspect
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from digit_tc.background import Loop
from digit_tc.errors import LoadingError
from digit_tc.standins.standin import TOOL_ERROR, Question, Reply
from digit_tc.tools.tool import Tool

_WORLD = "world"
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class PythonFunction:
    """A function as a stand-in.

    Args:
        function: The function, sync or async.
        tool: The tool whose calls it answers.

    Raises:
        LoadingError: It cannot take the arguments of the tool.
    """

    source = "function"
    blocks = True

    def __init__(self, function: Callable[..., Any], tool: Tool) -> None:
        self._function, self._loop = function, Loop()
        self._told = _fitted(function, tool)

    def ask(self, question: Question) -> Reply:
        """Calls the function."""
        told = {_WORLD: deepcopy(dict(question.world))} if self._told else {}
        try:
            result = self._function(**deepcopy(question.arguments), **told)
            if inspect.isawaitable(result):
                result = self._loop.run(_awaited(result))
        except Exception as error:
            # The function is anybody's code: what it raises is what the tool answers, and is kept.
            return Reply(code=TOOL_ERROR, message=" ".join(str(error).split()) or type(error).__name__)
        return Reply(result)

    def close(self) -> None:
        """Stops the event loop of an async function."""
        self._loop.close()


async def _awaited(work: Any) -> Any:
    return await work


def _fitted(function: Callable[..., Any], tool: Tool) -> bool:
    """Sees to it that a function takes the arguments of a tool, and says whether it wants the world as well."""
    who = f"the function {getattr(function, '__name__', type(function).__name__)!r}"
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    named = {name for name, each in parameters.items() if each.kind in _NAMED}
    for name, each in parameters.items():
        told = name in tool.required or (name == _WORLD and name not in tool.properties)
        optional = each.default is not each.empty or each.kind in (each.VAR_KEYWORD, each.VAR_POSITIONAL)
        if each.kind is each.POSITIONAL_ONLY and not optional:
            raise LoadingError(f"{who} takes {name!r} by position only; arguments are given by name")
        if not told and not optional:
            raise LoadingError(
                f"{who} cannot do without {name!r}, which not every call of {tool.name} has: add a default"
            )
    if not any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
        for name in tool.properties:
            if name not in named:
                raise LoadingError(f"{who} has no parameter {name!r} as {tool.name} does; add it, or **arguments")
    return _WORLD in named and _WORLD not in tool.properties
