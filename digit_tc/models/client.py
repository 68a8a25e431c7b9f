"""The chat models that are made from settings: two clients for any OpenAI-compatible server, over one way to it."""

import os
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import SecretStr

from digit_tc.errors import SettingsError
from digit_tc.models.server import Patience, Server
from digit_tc.models.settings import HOSTED, KEY_VARIABLE, PLACEHOLDER_KEY, ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


_REFUSED = r"(This model does not support|Invalid schema for) OpenAI's structured output"


def key_for(settings: ModelSettings) -> str:
    """Returns the key that a model is asked with.

    Raises:
        SettingsError: The key cannot be sent, or the hosted service is meant and there is none.
    """
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingsError(f"the environment variable {KEY_VARIABLE} holds blanks or other signs that no key has")
    if not key and settings.base_url is None:
        raise SettingsError(
            f"the model {settings.model!r} needs a key: set the environment variable {KEY_VARIABLE},"
            " or give --base-url of a server that needs none"
        )
    return key or PLACEHOLDER_KEY


def fast_model(settings: ModelSettings, key: str, server: Server, sent: Callable[[], None]) -> "BaseChatModel":
    """Returns the chat model that settings describe, over the shortest way to its server; see `chat_model`."""
    from digit_tc.models.fast import FastChat  # noqa: PLC0415 - half a second, only for runs with a model

    return FastChat(
        model=settings.model,
        base_url=settings.base_url or HOSTED,
        api_key=SecretStr(key),
        temperature=settings.temperature,
        top_p=settings.top_p,
        seed=settings.seed,
        max_tokens=settings.max_tokens,
        timeout=settings.timeout,
        max_retries=settings.max_retries,
        extra_body=settings.extra_body,
        server=server,
        sent=sent,
    )


def chat_model(settings: ModelSettings, key: str, server: Server, sent: Callable[[], None]) -> "BaseChatModel":
    """Returns the chat model that settings describe, with the official client of the protocol.

    It only puts requests and answers into words: connections, limits and retries are those of the server.

    Args:
        settings: How it is asked.
        key: What it is asked with.
        server: Where.
        sent: Is told of each request that goes out.
    """
    import openai  # noqa: PLC0415 - more than a second, only for runs with a model
    from langchain_openai import ChatOpenAI  # noqa: PLC0415

    from digit_tc.models.transport import transport  # noqa: PLC0415

    # The client warns of refused schemas besides raising; which forms a server has is found out here.
    warnings.filterwarnings("ignore", message=_REFUSED, category=UserWarning)
    patience = Patience(settings.timeout, settings.max_retries)
    return ChatOpenAI(
        model=settings.model,
        base_url=settings.base_url or HOSTED,
        api_key=SecretStr(key),
        http_async_client=openai.DefaultAsyncHttpxClient(transport=transport(server, patience, sent)),
        temperature=settings.temperature,
        top_p=settings.top_p,
        seed=settings.seed,
        max_completion_tokens=settings.max_tokens,
        timeout=settings.timeout,
        max_retries=0,
        extra_body=settings.extra_body or None,
        use_responses_api=False,
    )
