"""Tools that are easily taken for one another by their names, and such a tool made where there is none."""

from collections.abc import Sequence

from digit_tc.errors import StratumError
from digit_tc.state import Distractor
from digit_tc.streams import Stream
from digit_tc.tools.duplicates import one_apart
from digit_tc.tools.names import LONGEST_NAME, action_word, singular, words
from digit_tc.tools.tool import Tool

_KINDS = (
    ("draft", "Works on drafts alone, never on what is in effect."),
    ("template", "Works on templates alone, never on single cases."),
    ("archive", "Works on the archive alone, never on what is current."),
    ("sandbox", "Works on test data alone, never on real ones."),
)
"""What a made tool is for: each word and what its description says, which no user of the other tool wants."""


def resembling(name: str, others: Sequence[str]) -> list[str]:
    """Returns which tools have nearly the name of another one: one word more, less or exchanged for its like.

    Two names are near when they have the same verb and all but one word in common, or differ by one letter.
    """
    return [other for other in others if other != name and near(name, other)]


def near(name: str, other: str) -> bool:
    """Says whether two names are easily taken for one another."""
    first, second = _words(name), _words(other)
    if one_apart("".join(first), "".join(second)) or sorted(first) == sorted(second):
        return True
    if min(len(first), len(second)) < 2 or action_word(name) < 0 or first[0] != second[0]:
        return False
    shared = set(first) & set(second)
    return len(shared) >= 2 and len(set(first) ^ set(second)) == 1


def distractor(tool: Tool, taken: Sequence[str], stream: Stream) -> Distractor:
    """Returns a tool that is easily taken for another one, and serves none of those who want that one.

    Args:
        tool: What it is made of.
        taken: Names that it must not have.
        stream: Chooses what it is for.

    Raises:
        StratumError: Every such name is taken.
    """
    for word, told in stream.shuffled(_KINDS):
        camel = "_" not in tool.name and not tool.name.islower()
        tail = word.capitalize() if camel else f"_{word}"
        name = tool.name[: LONGEST_NAME - len(tail)] + tail
        if name not in taken:
            description = f"{told} {tool.description}".strip()
            return Distractor(name=name, description=description, parameters=tool.parameters, made_of=tool.name)
    raise StratumError(f"every name near {tool.name} is taken")


def _words(name: str) -> list[str]:
    return [singular(word) for word in words(name)]
