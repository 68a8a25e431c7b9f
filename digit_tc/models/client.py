"""The chat models that are made from settings: one client for any OpenAI-compatible server."""

import os
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from digit_tc.errors import SettingsError
from digit_tc.models.failures import SPENT
from digit_tc.models.settings import HOSTED, KEY_VARIABLE, PLACEHOLDER_KEY, ModelSettings

if TYPE_CHECKING:
    import openai
    from langchain_core.language_models import BaseChatModel


_TOO_MANY = 429
_TRY_AGAIN = "x-should-retry"
"""The header by which the client is told whether to repeat a request; by itself it repeats after every 429."""
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


def connection(tried: Callable[[], None]) -> "openai.DefaultAsyncHttpxClient":
    """Returns connections of one's own: the default ones would be shared with every other run and its loop.

    Args:
        tried: Is told of each request that goes out, those that the client repeats included.
    """
    import openai  # noqa: PLC0415 - more than a second, only for runs with a model

    async def note(_: object) -> None:
        tried()

    async def judge(response: Any) -> None:
        if response.status_code == _TOO_MANY and SPENT.encode() in await response.aread():
            response.headers[_TRY_AGAIN] = "false"

    return openai.DefaultAsyncHttpxClient(event_hooks={"request": [note], "response": [judge]})


def chat_model(settings: ModelSettings, key: str, client: Any) -> "BaseChatModel":
    """Returns the chat model that the settings describe."""
    from langchain_openai import ChatOpenAI  # noqa: PLC0415

    # The client warns of refused schemas besides raising; which forms a server has is found out here.
    warnings.filterwarnings("ignore", message=_REFUSED, category=UserWarning)
    return ChatOpenAI(
        model=settings.model,
        base_url=settings.base_url or HOSTED,
        api_key=SecretStr(key),
        http_async_client=client,
        temperature=settings.temperature,
        top_p=settings.top_p,
        seed=settings.seed,
        max_completion_tokens=settings.max_tokens,
        timeout=settings.timeout,
        max_retries=settings.max_retries,
        extra_body=settings.extra_body or None,
        use_responses_api=False,
    )
