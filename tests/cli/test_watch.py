"""Conversations as they grow, on a terminal and elsewhere."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from rich.console import Console
from rich.progress import Progress

from digit_tc.cli.watch import Panes
from digit_tc.engine.store import Ended
from digit_tc.engine.tally import Facts
from digit_tc.records import Record
from digit_tc.state import ConversationState


def test_every_line_of_every_conversation_is_told_once_in_its_order(digit_tc: Any, tmp_path: Path) -> None:
    said = digit_tc("generate", "--num", "2", "--turns", "1", "--watch", "--out", tmp_path / "out")
    lines = [line for line in said.err.splitlines() if line.startswith("[")]
    for text in (tmp_path / "out" / "conversations.jsonl").read_text("utf-8").splitlines():
        record = Record.model_validate_json(text)
        mine = [line for line in lines if line.startswith(f"[{record.index}] ")]
        told = [line.split()[1] for line in mine]
        (turn,) = record.turns
        assert (told[0], told[-1]) == ("user", "assistant")
        assert mine[0].endswith(turn.user)
        assert mine[-1].endswith(turn.assistant)
        assert told.count("call") == told.count("result") == sum(len(step.calls) for step in turn.steps)


def test_what_cannot_be_watched_is_said(digit_tc: Any, tmp_path: Path) -> None:
    for flags, word in ((["--processes", "2"], "--processes"), (["--log-format", "json"], "--log-format json")):
        said = digit_tc("generate", "--watch", *flags, "--out", tmp_path / "out")
        assert said.code == 2
        assert said.err.startswith(f"digit-tc: --watch and {word} cannot be combined")


def state(*messages: Any) -> ConversationState:
    return {"turn": 0, "messages": [*messages]}


ASKED = HumanMessage("please \x1b[2J look", id="a")
CALLED = AIMessage("", tool_calls=[{"name": "look", "args": {"at": "sky"}, "id": "1"}], id="b")
SEEN = ToolMessage('{"colour": "blue"}', tool_call_id="1", id="c")


def drawn(panes: Panes, height: int = 30) -> str:
    console = Console(file=io.StringIO(), width=60, height=height, force_terminal=True, color_system=None)
    console.print(panes)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def panes() -> Panes:
    console = Console(file=io.StringIO(), width=60, height=30, force_terminal=True)
    return Panes(console, Progress(console=console))


def test_a_pane_keeps_its_conversation_until_it_has_ended(panes: Panes) -> None:
    for index in range(4):
        panes.see(index, state(ASKED))
    panes.see(0, state(ASKED, CALLED, SEEN))
    text = drawn(panes)
    assert re.findall(r"scenario (\d)", text) == ["0", "1", "2"]
    assert 'call      look {"at": "sky"}' in text
    assert 'result    {"colour": "blue"}' in text
    assert "\x1b[2J" not in text, "a terminal would obey it"
    panes.over(Ended(Facts(1, "rejected", "gave_up"), b""))
    assert "scenario 1, rejected: gave_up" in drawn(panes)
    panes.see(3, state(ASKED))
    assert re.findall(r"scenario (\d)", drawn(panes)) == ["0", "3", "2"]


def test_panes_fit_a_low_terminal(panes: Panes) -> None:
    for index in range(3):
        panes.see(index, state(*(HumanMessage(f"line {number} " * 20, id=str(number)) for number in range(30))))
    for height in (10, 24):
        assert drawn(panes, height).count("\n") <= height
