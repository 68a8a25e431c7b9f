"""The verb `play`: a person in the place of the user or the assistant, against the other roles and simulated tools."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from digit_tc.cli.text import brief, width, wrapped
from digit_tc.cli.transcript import headline
from digit_tc.cli.watch import Heard
from digit_tc.cli.writing import write
from digit_tc.engine.job import prepare
from digit_tc.engine.playing import play as run
from digit_tc.errors import SettingsError
from digit_tc.importing import nearest
from digit_tc.settings import read_settings
from digit_tc.state import ConversationState

Place = Literal["user", "assistant"]
_ROLES: Mapping[str, str] = {
    "user": "digit_tc.nodes.user:PersonUser",
    "assistant": "digit_tc.nodes.assistant:PersonAssistant",
}
_HELP = {
    "user": "Write what the person says, on one line.",
    "assistant": 'Call tools, one on each line, as  NAME {"argument": value}  and send the group with an empty line;'
    " any other line is the report to the user.  ?  lists the tools,  ? NAME  shows one.",
}


def play(config: Path | None, flags: Mapping[str, Any], place: str, index: int, out: Path | None) -> int:
    """Plays one conversation on standard input and output, and returns the exit code.

    Raises:
        InputError: The settings cannot be used, or there is no such place.
    """
    if place not in _ROLES:
        raise SettingsError(f"--as must be user or assistant; got {place!r}{nearest(place, sorted(_ROLES))}")
    roles = {**flags.get("roles", {}), place: {"use": _ROLES[place]}}
    with closing(prepare(read_settings(config, {**flags, "roles": roles}))) as job:
        table = _Table(place)
        table.say(f"You are the {place}. {_HELP[place]} Ctrl-D ends the play.")
        try:
            record = asyncio.run(run(job, index, table.ask, table.see))
        except EOFError:
            table.say("\nended; nothing is kept")
            return 0
    table.say("")
    table.say(headline(record))
    if record.outcome.reason:
        table.say(f"because {record.outcome.reason}")
    if out is not None:
        write(out, [record.model_dump_json() + "\n"])
        table.say(f"1 conversation in {out}")
    return 0


class _Table:
    """Where the person sits: shows what is said, and reads what they answer."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._heard = Heard()
        self._told: list[str] = []

    def say(self, text: str) -> None:
        """Prints lines that fit the terminal."""
        for line in text.split("\n"):
            print("\n".join(wrapped(line, width())))

    def see(self, state: ConversationState) -> None:
        """Shows the messages that are new, but not again what the person has just said."""
        for who, line in self._heard.new(state):
            if who != self._place:
                self.say(f"{who:<10} {line}")

    async def ask(self, scene: Mapping[str, Any]) -> Any:
        """Shows what the role is told, and returns the answer. Whoever ends the input ends the play."""
        told = list(_wants(scene) if self._place == "user" else _complaints(scene))
        for line in told if told != self._told else ():
            self.say(line)
        self._told = told
        answer = self._request if self._place == "user" else lambda: self._act(scene)
        return await asyncio.to_thread(answer)

    def _request(self) -> str:
        while not (text := input("user> ").strip()):
            pass
        return text

    def _act(self, scene: Mapping[str, Any]) -> dict[str, Any]:
        tools = {tool["name"]: tool for tool in scene["tools"]}
        calls: list[dict[str, Any]] = []
        while True:
            line = input("assistant> ").strip()
            if line.startswith("?"):
                for told in _described(tools, line[1:].strip()):
                    self.say(told)
            elif not line and calls:
                return {"calls": calls}
            elif line.partition(" ")[0] in tools:
                call, wrong = _call(line)
                calls += [call] if call else []
                self.say(wrong) if wrong else None
            elif line and not calls:
                return {"text": line}
            elif line:
                self.say("send the calls first, with an empty line")


def _call(line: str) -> tuple[dict[str, Any] | None, str]:
    """Reads a call; where it cannot be read, says why."""
    name, _, text = line.partition(" ")
    try:
        arguments = json.loads(text.strip() or "{}")
    except ValueError as error:
        return None, f'the arguments are no JSON ({error}); write them as {{"argument": value}}'
    if not isinstance(arguments, dict):
        return None, 'the arguments are no object; write them as {"argument": value}'
    return {"name": name, "arguments": arguments}, ""


def _described(tools: Mapping[str, Mapping[str, Any]], name: str) -> Iterator[str]:
    if name in tools:
        yield json.dumps(tools[name], indent=2, ensure_ascii=False)
        return
    if name:
        yield f"there is no tool {name!r}{nearest(name, sorted(tools))}"
        return
    for tool in tools.values():
        known, required = tool["parameters"].get("properties", {}), tool["parameters"].get("required", ())
        yield f"  {tool['name']}({', '.join(one if one in required else f'{one}?' for one in known)})"
        yield f"      {tool.get('description', '')}"


def _wants(scene: Mapping[str, Any]) -> Iterator[str]:
    """Yields what the person who is played wants, and why their last message was turned down."""
    if not scene["earlier"] and not scene["complaints"]:
        person = scene["person"]
        yield f"You are {person['name']}, {person['occupation']}, {person['city']}; you talk {person['talks']}."
    yield ""
    yield from _complaints(scene)
    yield f"turn {scene['turn'] + 1}; today is {scene['date']}"
    if scene["occasion"]:
        yield f"  {scene['occasion']}"
    for wish in scene["wishes"]:
        only = f", only if {wish['only_if']}" if wish.get("only_if") else ""
        yield f"  you want: {wish['wish'].rstrip('.')}{only}"
        for name, value in wish["details"].items():
            yield f"      {name.rstrip('.')}: {brief(value, 80)}"
    if scene["values"]:
        yield f"  say as it stands: {', '.join(brief(value, 80) for value in scene['values'])}"
    for fact in scene["background"]:
        yield f"  you know: {', '.join(f'{name} {brief(value, 80)}' for name, value in fact.items())}"


def _complaints(scene: Mapping[str, Any]) -> Iterator[str]:
    for complaint in scene["complaints"]:
        yield f"  turned down: {complaint}"
