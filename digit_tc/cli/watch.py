"""Conversations as they grow: a few of them in panes on a terminal, the new lines of all of them elsewhere."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from langchain_core.messages import BaseMessage
from rich.console import Console, ConsoleOptions, RenderResult
from rich.panel import Panel
from rich.progress import Progress
from rich.text import Text

from digit_tc.cli.text import plain, printable, short
from digit_tc.engine.store import Ended
from digit_tc.errors import SettingsError
from digit_tc.settings import RunSettings
from digit_tc.state import ConversationState

_PANES = 3
_HEIGHT = 6
"""Lines of the smallest pane."""
_STYLES = {"user": "bold cyan", "assistant": "bold green", "call": "yellow", "result": "dim", "ended": "bold"}


def refuse_watching(run: RunSettings) -> None:
    """Refuses what cannot be watched.

    Raises:
        SettingsError: Other processes make the conversations, or machines read what is told of them.
    """
    if run.processes > 1:
        raise SettingsError("--watch and --processes cannot be combined; only what this process makes can be watched")
    if run.log_format == "json":
        raise SettingsError("--watch and --log-format json cannot be combined; one is for people, one for machines")


def spoken(message: BaseMessage) -> Iterator[tuple[str, str]]:
    """Yields what a message says, line by line, each with who says it."""
    if message.type == "tool":
        yield "result", short(_value(str(message.text)), 300)
        return
    for call in getattr(message, "tool_calls", ()):
        yield "call", f"{call['name']} {plain(call['args'])}"
    if message.text:
        yield {"human": "user", "ai": "assistant"}.get(message.type, message.type), str(message.text)


class Heard:
    """Tells of the messages of one conversation which are new; one that was written anew is new."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def new(self, state: ConversationState) -> Iterator[tuple[str, str]]:
        """Yields the lines that were not there before."""
        for message in state.get("messages", []):
            key = str(message.id), f"{message.text}{getattr(message, 'tool_calls', '')}"
            if key not in self._seen:
                self._seen.add(key)
                yield from spoken(message)


class Feed:
    """Prints the new lines of all conversations to standard error, each behind its scenario."""

    def __init__(self) -> None:
        self._heard: dict[int, Heard] = {}

    def see(self, index: int, state: ConversationState) -> None:
        """Is shown a conversation after one of its steps."""
        for who, text in self._heard.setdefault(index, Heard()).new(state):
            print(printable(f"[{index}] {who:<9} {text}"), file=sys.stderr, flush=True)
        if state.get("outcome"):
            self._heard.pop(index, None)


class _Pane:
    """One conversation on the terminal."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.turn = 0
        self.ended = ""
        self.heard = Heard()
        self.lines: list[tuple[str, str]] = []

    def text(self, width: int, height: int, console: Console) -> Text:
        """Returns the end of the conversation, as much as there is room for."""
        whole = Text()
        for who, line in self.lines[-height:]:
            whole.append(f"{who:<9} ", _STYLES.get(who, ""))
            whole.append(printable(line) + "\n")
        wrapped = whole.wrap(console, width)
        return Text("\n").join(list(wrapped)[-height - 1 :])


class Panes:
    """Shows a few conversations under the bar; a pane keeps its conversation until that has ended."""

    def __init__(self, console: Console, bar: Progress) -> None:
        self._console, self._bar = console, bar
        self._panes: list[_Pane] = []

    def see(self, index: int, state: ConversationState) -> None:
        """Is shown a conversation after one of its steps."""
        pane = next((one for one in self._panes if one.index == index), None) or self._free(index)
        if pane is not None:
            pane.turn = state.get("turn", 0)
            pane.lines += pane.heard.new(state)

    def over(self, ended: Ended) -> None:
        """Is told that a conversation has ended."""
        for pane in self._panes:
            if pane.index == ended.facts.index:
                pane.ended = ended.facts.kind.removesuffix(": ")

    def _free(self, index: int) -> _Pane | None:
        """Returns a pane for a conversation: a new one, or that of one that has ended."""
        pane = _Pane(index)
        if len(self._panes) < _PANES:
            self._panes.append(pane)
            return pane
        for at, old in enumerate(self._panes):
            if old.ended:
                self._panes[at] = pane
                return pane
        return None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Renders the panes as high as the terminal allows, and the bar."""
        each = max(_HEIGHT, ((options.max_height or console.height) - 2) // _PANES)
        shown = self._panes[: max(1, (console.height - 2) // each)]
        for pane in shown:
            body = pane.text(options.max_width - 4, each - 2, console)
            title = f"scenario {pane.index}, {pane.ended or f'turn {pane.turn + 1}'}"
            yield Panel(body, title=title, title_align="left", height=each)
        yield from self._bar.get_renderables()


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
