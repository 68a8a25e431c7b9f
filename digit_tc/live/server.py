"""The connection to one live MCP server, over stdio or streamable HTTP.

Its session lives on an event loop in a thread; calls of many conversations go over it side by side.
"""

import asyncio
import json
import logging
import os
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO, TypeVar, cast

from pydantic import RootModel, ValidationError

from digit_tc.background import Loop
from digit_tc.errors import SettingsError, StandInError
from digit_tc.live.address import concealed, is_address, redacted, words

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult

_T = TypeVar("_T")
_Page = tuple[list[_T], str | None]

START = 30.0
"""Seconds within which a server must be there, and within which it must have listed its tools."""
ANSWER = 60.0
"""Seconds within which a call must be answered."""
_END = 10.0
"""Seconds that a server has to end."""


@dataclass(frozen=True)
class Said:
    """What a server answered to a call; an error of the tool is a text."""

    result: Any
    is_error: bool = False


class Server:
    """One live MCP server.

    Args:
        address: The command line of a stdio server, or an address that begins with http:// or https://.
        folder: Where a stdio server is started; the current folder where none is given.
    """

    def __init__(self, address: str, folder: Path | None = None) -> None:
        self.address = redacted(address)
        """The command line or address without what is secret in it."""
        self.name = ""
        """What the server calls itself; empty before it is connected to, and where it has no name."""
        self._address, self._folder, self._loop = address, folder, Loop()
        self._closing: asyncio.Event | None = None
        self._client: Client | None = None
        self._held: Future[None] | None = None
        self._ended: Future[None] = Future()
        self._log: IO[str] | None = None
        self._names: tuple[str, ...] | None = None
        self._nonsense = False

    def open(self) -> None:
        """Connects, unless it has.

        Raises:
            SettingsError: The server cannot be reached, or the extra `mcp` is not installed.
        """
        if self._held is not None:
            return
        _require()
        _quieten()
        opened: Future[None] = Future()
        self._ended = Future()
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - until close()
        self._held = self._loop.begin(self._hold(opened))
        self._await(opened, "cannot be reached", "start it or correct the command line or address")

    def names(self) -> tuple[str, ...]:
        """Returns the names of the tools that can be called.

        Raises:
            SettingsError: The server cannot be reached or does not list its tools.
        """

        async def page(client: "Client", cursor: str | None) -> _Page[str]:
            # This, not `specifications`, tells the client what it needs to know of the tools when they are called.
            listed = await client.list_tools(cursor=cursor)
            return [tool.name for tool in listed.tools], listed.next_cursor

        if self._names is None:
            self._names = tuple(self._listed(page))
        return self._names

    def specifications(self) -> list[dict[str, Any]]:
        """Returns the tools as the server describes them, nothing left out, in MCP's own words.

        Raises:
            SettingsError: The server cannot be reached or does not list its tools.
        """

        async def page(client: "Client", cursor: str | None) -> _Page[dict[str, Any]]:
            from mcp.types import ListToolsRequest, PaginatedRequestParams  # noqa: PLC0415 - as below

            request = ListToolsRequest(params=PaginatedRequestParams(cursor=cursor))
            found = await client.session.send_request(request, _Listing)
            return found.root.get("tools", []), found.root.get("nextCursor")

        return self._listed(page)

    def call(self, name: str, arguments: dict[str, Any]) -> Said:
        """Calls a tool of the server.

        Raises:
            StandInError: The connection is gone.
        """
        from mcp import MCPError  # noqa: PLC0415 - more than a second, only for runs with a live tool
        from mcp.types import CONNECTION_CLOSED  # noqa: PLC0415

        if self._client is None:
            raise StandInError(f"the MCP server {self.address!r} is not connected")
        try:
            return _said(self._loop.run(self._client.call_tool(name, arguments, read_timeout_seconds=ANSWER)))
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                raise StandInError(f"the MCP server {self.address!r} has gone: {self._reason(error)}") from error
            return Said(error.message, is_error=True)
        except Exception as error:
            # What the server sent is not what the protocol allows, or the transport broke: no answer of the tool.
            raise StandInError(f"the MCP server {self.address!r} gave no answer: {self._reason(error)}") from error

    def close(self) -> None:
        """Ends the session, and a stdio server with it."""
        if self._held is not None:
            if self._client is not None and self._closing is not None:
                self._loop.run(_set(self._closing))
            else:
                self._held.cancel()
            with suppress(TimeoutError):  # else it had its time
                self._ended.result(_END)
            self._held.cancel()
        if self._log is not None:
            self._log.close()
        self._client = self._held = self._closing = self._log = self._names = None
        self._loop.close()

    def _listed(self, page: Callable[["Client", str | None], Awaitable[_Page[_T]]]) -> list[_T]:
        self.open()
        listing = self._loop.begin(_all_pages(self._client, page))
        return self._await(listing, "does not list its tools", "mend the server or take it out")

    def _await(self, work: "Future[_T]", problem: str, mend: str) -> _T:
        try:
            return work.result(START)
        except Exception as error:
            reason = self._why(error)
            work.cancel()
            self.close()
            raise SettingsError(f"the MCP server {self.address!r} {problem}: {reason}; {mend}") from error

    async def _hold(self, opened: "Future[None]") -> None:
        """Keeps the session open until it is closed: one task must enter and leave it."""
        from mcp import Client  # noqa: PLC0415

        self._closing = asyncio.Event()
        try:
            async with Client(self._transport(), message_handler=self._hear) as client:
                self._client, self.name = client, client.server_info.name if client.server_info else ""
                opened.set_result(None)
                await self._closing.wait()
        except Exception as error:
            # What it says at the end is of no use to anybody.
            if not opened.done():
                opened.set_exception(error)
        finally:
            self._ended.set_result(None)

    def _transport(self) -> Any:
        if is_address(self._address):
            return self._address
        from mcp import StdioServerParameters, stdio_client  # noqa: PLC0415

        command, *arguments = words(self._address)
        parameters = StdioServerParameters(command=command, args=arguments, env=dict(os.environ), cwd=self._folder)
        return stdio_client(parameters, errlog=cast("TextIO", self._log))

    async def _hear(self, message: Any) -> None:
        """Hears what a server sends besides answers: lines that are no messages at all come here too."""
        self._nonsense = self._nonsense or isinstance(message, ValueError)

    def _why(self, error: BaseException) -> str:
        """Says why a server is not to be used; one that has ended has mostly said it on its standard error."""
        gone = _is_closed(_first(error))
        reason = f"no answer within {START:.0f} seconds" if isinstance(error, TimeoutError) else self._reason(error)
        said = concealed(_last_line(self._log), self._address) if gone and self._log else ""
        nonsense = ", and what it wrote to its standard output is no JSON-RPC" if self._nonsense else ""
        return (said or reason) + nonsense

    def _reason(self, error: BaseException) -> str:
        error = _first(error)
        text = _complaint(error) if isinstance(error, ValidationError) else str(getattr(error, "message", "") or error)
        return concealed(" ".join(text.split()), self._address) or type(error).__name__


class _Listing(RootModel[dict[str, Any]]):
    """A page of tools as it was sent; the client's own model of it would drop what it does not know."""


class _Redaction(logging.Filter):
    """Takes out of what is logged what is secret in an address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = concealed(record.getMessage(), ""), ()
        return True


def _quieten() -> None:
    """Keeps the libraries from printing what a broken server says, and from logging what is secret in an address."""
    if logging.getLogger("mcp").handlers:
        return
    logging.getLogger("mcp").addHandler(logging.NullHandler())
    for name in ("httpx2", "mcp.client.streamable_http"):
        logging.getLogger(name).addFilter(_Redaction())


def _require() -> None:
    try:
        from mcp import Client  # noqa: F401, PLC0415
    except ImportError as error:
        raise SettingsError("a live MCP server needs the extra mcp: pip install 'digit-tc[mcp]'") from error


async def _all_pages(client: Any, page: Callable[["Client", str | None], Awaitable[_Page[_T]]]) -> list[_T]:
    found: list[_T] = []
    met: set[str] = set()
    cursor: str | None = None
    while True:
        items, cursor = await page(client, cursor)
        found += items
        if not cursor:
            return found
        if cursor in met:
            raise ValueError(f"its pages go round in a circle, at {cursor[:40]!r}")
        met.add(cursor)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return error


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(key) for key in first['loc'])}: {first['msg']}, which is not what the protocol allows"


async def _set(event: asyncio.Event) -> None:
    event.set()


def _said(answer: "CallToolResult") -> Said:
    """Returns the structured content of an answer; else its text, read as JSON where it is JSON."""
    text = "\n".join(block.text for block in answer.content if block.type == "text")
    if answer.is_error:
        return Said(text or "the tool failed without a word", is_error=True)
    if answer.structured_content is not None:
        return Said(answer.structured_content)
    try:
        return Said(json.loads(text))
    except (ValueError, RecursionError):
        return Said(text)


def _is_closed(error: BaseException) -> bool:
    from mcp import MCPError  # noqa: PLC0415
    from mcp.types import CONNECTION_CLOSED  # noqa: PLC0415

    return isinstance(error, MCPError) and error.code == CONNECTION_CLOSED


def _last_line(log: IO[str]) -> str:
    """Returns the last line that a server wrote to its standard error: why it did not start."""
    log.seek(0)
    return next((line.strip() for line in reversed(log.read().splitlines()) if line.strip()), "")
