"""LangChain chat models by import string: any class, function or instance that is or gives a `BaseChatModel`."""

import inspect
import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from digit_tc.errors import LoadingError
from digit_tc.importing import load_object, words_of
from digit_tc.models.failures import SECRET_LIKE
from digit_tc.models.settings import ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSW", re.IGNORECASE)
_SHORTEST = 6
"""Characters of a value in the environment that is taken for a secret."""


def imported(role: str, settings: ModelSettings) -> "BaseChatModel":
    """Returns the chat model that an import string leads to; what makes one is given what the settings say besides.

    Args:
        role: Whose model it is, for messages.
        settings: Those with `use`.

    Raises:
        LoadingError: It cannot be loaded or made, takes no such settings, or is no chat model.
    """
    from langchain_core.language_models import BaseChatModel  # noqa: PLC0415 - more than a second

    who = f"the model of role {role!r} ({settings.use})"
    try:
        found = load_object(settings.use)
    except LoadingError as error:
        raise LoadingError(f"the model of role {role!r}: {error}") from error
    if isinstance(found, BaseChatModel):
        _refuse(who, settings.arguments, "is made already")
        return found
    if not callable(found):
        raise LoadingError(f"{who} is a {type(found).__name__}; name a LangChain chat model, or what makes one")
    made = _made(who, found, settings.arguments)
    if not isinstance(made, BaseChatModel):
        if inspect.iscoroutine(made):
            made.close()
        raise LoadingError(f"{who} gives a {type(made).__name__}, which is no LangChain chat model; mend it there")
    return made


def _made(who: str, make: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    _refuse(who, (name for name in arguments if not _takes(make, name)), "does not take that")
    try:
        return make(**arguments)
    except (Exception, SystemExit) as error:
        raise LoadingError(f"{who} cannot be made: {type(error).__name__}: {_said(error)}; mend it there") from None


def _refuse(who: str, names: Iterable[str], why: str) -> None:
    if listed := ", ".join(names):
        raise LoadingError(f"{who} {why}, but its table says {listed}; take it out")


def _takes(make: Callable[..., Any], name: str) -> bool:
    if inspect.isclass(make) and issubclass(make, BaseModel):
        return any(name in (field, about.alias) for field, about in make.model_fields.items())
    try:
        parameters = inspect.signature(make).parameters.values()
    except (TypeError, ValueError):
        return True  # it is written in C and does not tell; it will say so itself
    return any(
        each.kind is each.VAR_KEYWORD or (each.name == name and each.kind is not each.POSITIONAL_ONLY)
        for each in parameters
    )


def _said(error: BaseException) -> str:
    """Returns what an error says without what may be secret: inputs, values of keys in the environment."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return _masked(" ".join(f"{'.'.join(str(part) for part in first['loc'])} {first['msg']}".split()))
    return _masked(words_of(error)) or "no reason given"


def _masked(text: str) -> str:
    for name, value in os.environ.items():
        if _SECRET_NAME.search(name) and len(value.strip()) >= _SHORTEST:
            text = text.replace(value.strip(), "[key]")
    return SECRET_LIKE.sub("[key]", text)
