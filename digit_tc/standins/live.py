"""A tool of a live MCP server that answers calls.

One server serves all tools that name it, and all conversations: it has one state, which is its own.
"""

from digit_tc.errors import SettingsError
from digit_tc.live.server import Server
from digit_tc.standins.standin import TOOL_ERROR, Question, Reply
from digit_tc.tools.tool import Tool


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
        known = server.names()
        names = [name for name in (tool.alias, tool.name) if name in known]
        if not names:
            has = ", ".join(known) or "none"
            raise SettingsError(f"the MCP server {server.address!r} has no tool {tool.name!r}; it has {has}")
        self._server, self._name = server, names[0]

    def ask(self, question: Question) -> Reply:
        """Calls the tool.

        Raises:
            StandInError: The server is gone.
        """
        said = self._server.call(self._name, question.arguments)
        return Reply(code=TOOL_ERROR, message=str(said.result)) if said.is_error else Reply(said.result)

    def close(self) -> None:
        """Ends the session with the server, for all tools that share it."""
        self._server.close()
