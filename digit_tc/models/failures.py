"""What goes wrong between a question and its answer, in our words: neither key nor header is in them."""

import os
import re
import sys
import traceback
from pathlib import Path
from typing import Literal

from digit_tc.errors import ContextLengthError, ModelError, SettingsError
from digit_tc.models.retries import PASSING, SPENT
from digit_tc.models.settings import KEY_VARIABLE, PLACEHOLDER_KEY

SECRET_LIKE = re.compile(r"\b(bearer|basic)\s+\S+|\bsk-[\w-]{6,}", re.IGNORECASE)
_TOO_LONG = re.compile(r"context.{0,20}(length|window|size)|prompt is too long|maximum context", re.IGNORECASE)


Kind = Literal["client", "imported", "given"]
"""Whether a model is a client that is made here, one that an import string led to, or an object from a program."""


class RefusedError(Exception):
    """A server refused a request, or failed at it; neither the message nor the fields hold the key."""

    def __init__(self, status: int, words: str = "", code: str = "", *, key: str = "") -> None:
        said = masked(words, key)
        super().__init__(f"HTTP {status}: {said or 'no reason given'}")
        self.status_code = status
        self.code = code
        self.body = {"message": said}


def mapped(role: str, error: Exception, kind: Kind) -> ModelError | None:
    """Returns the error in our words, or None when it is no failure of a model or its server.

    Of what goes wrong in a model that is not ours, only the kind of the error and its place are told: what its words
    hold nobody knows.
    """
    who = f"the server of role {role!r}"
    status = getattr(error, "status_code", None)
    if isinstance(error, ModelError | SettingsError):
        return None
    late, lost = _kinds()
    if isinstance(error, late):
        return ModelError(
            f"{who} did not answer in time: raise timeout in its settings or ask less", retryable=True, kind="timeout"
        )
    if isinstance(error, lost):
        return ModelError(f"{who} cannot be reached or broke off the connection", retryable=True, kind="connection")
    if isinstance(error, NotImplementedError) and kind != "client":
        return ModelError(f"the model of role {role!r} takes no tools", status=501)
    if isinstance(status, int) and status >= 400:
        return _refused(who, status, error, kind)
    if kind == "imported":
        return ModelError(f"the model of role {role!r} failed ({type(error).__name__}{_place(error)})", kind="error")
    if kind == "client":
        return ModelError(
            f"{who} gave an answer that cannot be read ({type(error).__name__})", retryable=True, kind="unreadable"
        )
    return None


def _kinds() -> tuple[tuple[type[Exception], ...], tuple[type[Exception], ...]]:
    """Returns the errors of answers that came too late and of lost connections."""
    openai = sys.modules.get("openai")  # where nobody imported it, no error is one of its
    if openai is None:
        return (TimeoutError,), (ConnectionError,)
    return (TimeoutError, openai.APITimeoutError), (ConnectionError, openai.APIConnectionError)


def _place(error: Exception) -> str:
    """Returns the file and the line where an error was raised, without the folder."""
    steps = traceback.extract_tb(error.__traceback__)
    return f" at {Path(steps[-1].filename).name}:{steps[-1].lineno}" if steps else ""


def _refused(who: str, status: int, error: Exception, kind: Kind) -> ModelError:
    if status in (400, 413) and _TOO_LONG.search(f"{getattr(error, 'code', '')} {_words(error)}"):
        said = f"{who} cannot read a question this long: {_words(error)}"
        return ContextLengthError(f"{said}; lower sampling.size or turns, or take another model", status=status)
    message, retryable = _sentence(who, status, error, kind)
    return ModelError(message, retryable=retryable, status=status)


def _sentence(who: str, status: int, error: Exception, kind: Kind) -> tuple[str, bool]:
    """Returns what happened, and whether it may pass."""
    if status in (401, 403):
        key = KEY_VARIABLE if kind == "client" else "the one that the model is made with"
        return f"{who} refused the key (HTTP {status}): check {key}", False
    if status == 429 and getattr(error, "code", None) == SPENT:
        return f"{who} says that the quota is used up (HTTP 429): raise it there, or take another model", False
    if status in PASSING:
        return f"{who} is too busy (HTTP {status})", True
    if status >= 500:
        return f"{who} failed (HTTP {status})", status != 501
    return f"{who} refused the request (HTTP {status}): {_words(error)}", False


def _words(error: Exception) -> str:
    """Returns what the server said, fit to be shown."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else body
    return masked(said if isinstance(said, str) else "") or "no reason given"


def masked(words: str, key: str = "") -> str:
    """Returns what a server said, on one line, cut, without the key, that of the environment, and what looks like one.

    Args:
        words: What it said.
        key: The key that it was asked with.
    """
    line = " ".join(words.split())
    for secret in (key, os.environ.get(KEY_VARIABLE, "").strip()):
        if secret and secret != PLACEHOLDER_KEY:
            line = line.replace(secret, "[key]")
    return SECRET_LIKE.sub("[key]", line)[:200]
