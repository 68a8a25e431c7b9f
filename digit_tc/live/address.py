"""How a live MCP server is named: by an http(s) address or a command line, either of which may hold what is secret."""

import re
import shlex
from collections.abc import Iterator
from urllib.parse import unquote

from digit_tc.errors import SettingsError

PREFIX = "mcp:"
"""What a source of tools begins with where it is a live server."""
HIDDEN = "***"
"""What stands where a secret stood."""

_SECRET = "key|token|secret|passw|pwd|auth|credential|bearer"  # noqa: S105 - what such names have in them
_VALUE = r"(?P<value>\"[^\"]*(?:\"|$)|'[^']*(?:'|$)|[^\s&#\"']+)"
_IN_ADDRESSES = (  # who signs in, and what follows the question mark
    re.compile(r"(?<=://)(?P<value>[^\s/?#\"']+)(?=@)"),
    re.compile(r"(?<=[?&])[^\s=&#\"']*=(?P<value>[^\s&#\"']+)"),
    re.compile(r"(?<=[?&])(?P<value>[^\s=&#\"']+)(?=[&#\s\"']|$)"),
)
_IN_COMMANDS = (  # --api-key abc, --token=abc, API_KEY=abc, Authorization: Bearer abc
    re.compile(rf"(?i)(?<![\w-])-[\w-]*(?:{_SECRET})[\w-]*\s+(?!-){_VALUE}"),
    re.compile(rf"(?i)[\w-]*(?:{_SECRET})[\w-]*\s*[=:]\s*(?:(?:bearer|basic|token)\s+)?{_VALUE}"),
)
_SHORTEST = 4
"""Characters of a secret that is looked for in the words of others; a shorter one would be found everywhere."""


def is_server(source: str) -> bool:
    """Says whether a source of tools is a live server, and no path: `mcp:COMMAND LINE`, `mcp:ADDRESS` or an address."""
    return source.startswith(PREFIX) or is_address(source)


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
        raise SettingsError(f"{redacted(command)!r} is no command line: {error}; close the quote") from error
    if not found:
        raise SettingsError("a live tool needs the command line or the address of its MCP server")
    return found


def redacted(text: str) -> str:
    """Returns an address, a command line, or a text that quotes one, without what is secret in it.

    That is who signs in, every value behind the question mark of an address, and the values of flags, variables and
    headers whose names say that they are secret. What is hidden already stays as it is.
    """
    return _without(text, *_IN_ADDRESSES, *_IN_COMMANDS)


def concealed(text: str, address: str) -> str:
    """Returns what somebody else said, without what is secret in this address or in those that it quotes."""
    for secret in sorted(_secrets(address), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _without(text, *_IN_ADDRESSES)


def _without(text: str, *patterns: "re.Pattern[str]") -> str:
    for pattern in patterns:
        text = pattern.sub(_hide, text)
    return text


def _hide(found: "re.Match[str]") -> str:
    start, end = (edge - found.start() for edge in found.span("value"))
    return found[0][:start] + HIDDEN + found[0][end:]


def _secrets(address: str) -> set[str]:
    return {secret for secret in _values(address) if len(secret) >= _SHORTEST and secret != HIDDEN}


def _values(address: str) -> Iterator[str]:
    for pattern in (*_IN_ADDRESSES, *_IN_COMMANDS):
        for found in pattern.finditer(address):
            value = found["value"].strip("\"'")
            yield from (value, unquote(value), *value.split(":"), *unquote(value).split(":"))
