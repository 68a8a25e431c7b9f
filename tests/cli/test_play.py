"""A person in a role: what they are shown; who plays as a run went has the conversation of that run."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from digit_tc.records import Record


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A plain conversation of two turns, made by the roles that need nobody."""
    from digit_tc.cli import run  # noqa: PLC0415

    out = tmp_path_factory.mktemp("made") / "out"
    assert run(["generate", "--num", "1", "--turns", "2", "--out", str(out)]) == 0
    return Record.model_validate_json((out / "conversations.jsonl").read_text("utf-8"))


def typed(monkeypatch: pytest.MonkeyPatch, lines: Iterable[str]) -> list[str]:
    """Types lines where a person is asked, then Ctrl-D; returns the prompts."""
    left, prompts = iter(lines), list[str]()

    def read(prompt: str) -> str:
        prompts.append(prompt)
        line = next(left, None)
        if line is None:
            raise EOFError
        return line

    monkeypatch.setattr("builtins.input", read)
    return prompts


def acts(record: Record) -> Iterator[str]:
    """What an assistant types that does as the one in a record."""
    for turn in record.turns:
        for step in turn.steps:
            yield from (f"{call.name} {json.dumps(call.arguments)}" for call in step.calls)
            yield ""
        yield turn.assistant


def test_who_says_what_the_user_said_has_the_conversation_of_the_run(
    digit_tc: Any, made: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = typed(monkeypatch, ["", *(turn.user for turn in made.turns)])
    said = digit_tc("play", "--as", "user", "--turns", "2", "--out", tmp_path / "played.jsonl")
    assert said.code == 0
    played = Record.model_validate_json((tmp_path / "played.jsonl").read_text("utf-8"))
    assert (played.turns, played.outcome, played.path) == (made.turns, made.outcome, made.path)
    assert prompts == ["user> "] * 3
    assert made.persona is not None
    words = " ".join(said.out.split())
    assert f"You are {made.persona.name}, " in words
    assert "you want: " in words
    assert "say as it stands: " in words
    assert "assistant " + " ".join(made.turns[0].assistant.split()) in words
    assert words.count("turned down") == 0


def test_who_does_what_the_assistant_did_has_the_conversation_of_the_run(
    digit_tc: Any, made: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = made.turns[0].steps[0].calls[0].name
    slips = ["? nobody", "?", f"? {name}", f"{name} {{", f"{name} []"]
    typed(monkeypatch, [*slips, *acts(made)])
    said = digit_tc("play", "--as", "assistant", "--turns", "2", "--out", tmp_path / "played.jsonl")
    assert said.code == 0
    played = Record.model_validate_json((tmp_path / "played.jsonl").read_text("utf-8"))
    assert [turn.steps for turn in played.turns] == [turn.steps for turn in made.turns]
    assert played.outcome.status == "accepted"
    assert "there is no tool 'nobody'" in said.out
    assert "the arguments are no JSON" in said.out
    assert "the arguments are no object" in said.out
    assert f"  {name}(" in said.out
    assert '"parameters"' in said.out


def test_what_misses_the_goal_is_turned_down_with_the_reason_and_the_end_keeps_nothing(
    digit_tc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, ["I want nothing in particular."])
    said = digit_tc("play", "--turns", "1", "--out", tmp_path / "played.jsonl")
    assert (said.code, said.out.splitlines()[-1]) == (0, "ended; nothing is kept")
    assert "turned down: missing: the request does not give" in said.out
    assert not (tmp_path / "played.jsonl").exists()


def test_a_place_that_nobody_can_take_is_said(digit_tc: Any) -> None:
    said = digit_tc("play", "--as", "asistant")
    assert (said.code, said.err) == (
        2,
        "digit-tc: --as must be user or assistant; got 'asistant'; did you mean assistant?\n",
    )
