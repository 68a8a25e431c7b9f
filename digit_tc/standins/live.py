"""A tool of a live MCP server that answers calls, over stdio or streamable HTTP.

One server serves all tools that name it, and all conversations: it has one state, which is its own. Its session lives
on an event loop in a thread; calls of many conversations go over it side by side.
"""

import asyncio
import json
import logging
import os
import shlex
import tempfile
from concurrent.futures import Future
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO, cast

from digit_tc.errors import SettingsError, StandInError
from digit_tc.standins.background import Loop
from digit_tc.standins.standin import TOOL_ERROR, Question, Reply
from digit_tc.tools.tool import Tool

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult

START = 30.0
"""Seconds within which a server must be there."""
ANSWER = 60.0
"""Seconds within which a call must be answered."""
_END = 10.0
"""Seconds that a server has to end."""


class Server:
    """One live MCP server.

    Args:
        address: The command line of a stdio server, or an address that begins with http:// or https://.
        folder: Where a stdio server is started; the current folder where none is given.
    """

    def __init__(self, address: str, folder: Path | None = None) -> None:
        self.address = address
        self._folder, self._loop = folder, Loop()
        self._closing: asyncio.Event | None = None
        self._client: Client | None = None
        self._held: Future[None] | None = None
        self._names: tuple[str, ...] = ()

    def open(self) -> tuple[str, ...]:
        """Connects, unless it has, and returns the names of the server's tools.

        Raises:
            SettingsError: The server cannot be reached, or the extra `mcp` is not installed.
        """
        if self._held is not None:
            return self._names
        _require()
        if not logging.getLogger("mcp").handlers:  # else it prints what a broken server says, traceback and all
            logging.getLogger("mcp").addHandler(logging.NullHandler())
        opened: Future[None] = Future()
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
            self._held = self._loop.begin(self._hold(opened, log))
            try:
                opened.result(START)
            except Exception as error:
                reason = f"no answer within {START:.0f} seconds" if isinstance(error, TimeoutError) else _reason(error)
                self._held.cancel()
                self.close()
                raise SettingsError(
                    f"the MCP server {self.address!r} cannot be reached: {_last_line(log) or reason}; start it or"
                    " correct the command line or address"
                ) from error
        return self._names

    def call(self, name: str, arguments: dict[str, Any]) -> Reply:
        """Calls a tool of the server.

        Raises:
            StandInError: The connection is gone.
        """
        from mcp import MCPError  # noqa: PLC0415 - more than a second, only for runs with a live tool
        from mcp.types import CONNECTION_CLOSED  # noqa: PLC0415

        if self._client is None:
            raise StandInError(f"the MCP server {self.address!r} is not connected")
        try:
            return _reply(self._loop.run(self._client.call_tool(name, arguments, read_timeout_seconds=ANSWER)))
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                raise StandInError(f"the MCP server {self.address!r} has gone: {error.message}") from error
            return Reply(code=TOOL_ERROR, message=error.message)
        except Exception as error:
            # What the server sent is not what the protocol allows, or the transport broke: no answer of the tool.
            raise StandInError(f"the MCP server {self.address!r} gave no answer: {_reason(error)}") from error

    def close(self) -> None:
        """Ends the session, and a stdio server with it."""
        if self._held is not None and self._closing is not None:
            self._loop.run(_set(self._closing))
            try:
                self._held.result(_END)
            except Exception:
                self._held.cancel()  # it had its time; what it says at the end is of no use to anybody
        self._client = self._held = self._closing = None
        self._loop.close()

    async def _hold(self, opened: "Future[None]", log: IO[str]) -> None:
        """Keeps the session open until it is closed: one task must enter and leave it."""
        from mcp import Client  # noqa: PLC0415

        self._closing = asyncio.Event()
        try:
            async with Client(self._transport(log)) as client:
                self._names = await _names(client)
                self._client = client
                opened.set_result(None)
                await self._closing.wait()
        except Exception as error:
            if opened.done():
                raise
            opened.set_exception(error)

    def _transport(self, log: IO[str]) -> Any:
        if is_address(self.address):
            return self.address
        from mcp import StdioServerParameters, stdio_client  # noqa: PLC0415

        command, *arguments = words(self.address)
        parameters = StdioServerParameters(command=command, args=arguments, env=dict(os.environ), cwd=self._folder)
        return stdio_client(parameters, errlog=cast("TextIO", log))


class LiveTool:
    """A tool of a live MCP server as a stand-in.

    Args:
        server: The server, which other tools may share.
        tool: The tool; the server knows it by its name in its own file, or by this one.

    Raises:
        SettingsError: The server cannot be reached, or has no such tool.
    """

    source = "mcp"
    blocks = True

    def __init__(self, server: Server, tool: Tool) -> None:
        known = server.open()
        names = [name for name in (tool.alias, tool.name) if name in known]
        if not names:
            raise SettingsError(f"the MCP server {server.address!r} has no tool {tool.name!r}; it has {_all(known)}")
        self._server, self._name = server, names[0]

    def ask(self, question: Question) -> Reply:
        """Calls the tool."""
        return self._server.call(self._name, question.arguments)

    def close(self) -> None:
        """Ends the session with the server, for all tools that share it."""
        self._server.close()


def is_address(text: str) -> bool:
    """Says whether a text is an address, and no command line."""
    return text.startswith(("http://", "https://"))


def words(command: str) -> list[str]:
    """Splits a command line.

    Raises:
        SettingsError: It has no words, or a quote is left open.
    """
    try:
        found = shlex.split(command)
    except ValueError as error:
        raise SettingsError(f"{command!r} is no command line: {error}; close the quote") from error
    if not found:
        raise SettingsError("a live tool needs the command line or the address of its MCP server")
    return found


def _require() -> None:
    try:
        from mcp import Client  # noqa: F401, PLC0415
    except ImportError as error:
        raise SettingsError("a live MCP tool needs the extra mcp: pip install 'digit-tc[mcp]'") from error


async def _names(client: "Client") -> tuple[str, ...]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = await client.list_tools(cursor=cursor)
        found += [tool.name for tool in page.tools]
        cursor = page.next_cursor
        if cursor is None:
            return tuple(found)


async def _set(event: asyncio.Event) -> None:
    event.set()


def _reply(answer: "CallToolResult") -> Reply:
    """Returns the structured content of an answer; else its text, read as JSON where it is JSON."""
    text = "\n".join(block.text for block in answer.content if block.type == "text")
    if answer.is_error:
        return Reply(code=TOOL_ERROR, message=text or "the tool failed without a word")
    if answer.structured_content is not None:
        return Reply(answer.structured_content)
    try:
        return Reply(json.loads(text))
    except (ValueError, RecursionError):
        return Reply(text)


def _reason(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    text = " ".join(str(getattr(error, "message", "") or error).split())
    return text or type(error).__name__


def _last_line(log: IO[str]) -> str:
    """Returns the last line that a server wrote to its standard error: why it did not start."""
    log.seek(0)
    return next((line.strip() for line in reversed(log.read().splitlines()) if line.strip()), "")


def _all(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"
