"""What the official client sends its requests through: the server as this process knows it."""

import importlib
from collections.abc import Callable
from typing import Any

import openai

from digit_tc.models.server import Patience, Server

_PACKED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that no longer hold for a body that has come in whole."""


def transport(server: Server, patience: Patience, sent: Callable[[], None]) -> Any:
    """Returns a transport for `openai.DefaultAsyncHttpxClient`.

    Args:
        server: Where requests go.
        patience: How long an answer is waited for, and how often it is asked for again.
        sent: Is told of each request that goes out.
    """
    httpx = _library()

    class Transport(httpx.AsyncBaseTransport):  # type: ignore[misc, name-defined]  # a class of either library
        async def handle_async_request(self, request: Any) -> Any:
            body = await request.aread()
            headers = {name: value for name, value in request.headers.items() if name not in ("host", *_PACKED)}
            try:
                answer = await server.post(str(request.url), body, headers, patience, sent)
            except TimeoutError:
                raise httpx.ReadTimeout("no answer in time", request=request) from None
            except ConnectionError as error:
                raise httpx.ConnectError(str(error), request=request) from None
            kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _PACKED]
            return httpx.Response(answer.status, headers=kept, content=answer.body, request=request)

    return Transport()


def _library() -> Any:
    """Returns the library that the installed client is built on: httpx2, with older ones httpx."""
    base = next(kind for kind in openai.DefaultAsyncHttpxClient.__mro__ if kind.__name__ == "AsyncClient")
    return importlib.import_module(base.__module__.partition(".")[0])
