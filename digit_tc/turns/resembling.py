"""Tools that are easily taken for one another by their names, and such a tool made where there is none."""

from collections.abc import Sequence

from digit_tc.errors import StratumError
from digit_tc.state import Distractor
from digit_tc.streams import Stream
from digit_tc.tools.duplicates import one_apart
from digit_tc.tools.names import LONGEST_NAME, singular, words
from digit_tc.tools.tool import Tool

KINDS = (
    ("draft", "Works on drafts alone, never on what is in effect."),
    ("template", "Works on templates alone, never on single cases."),
    ("archive", "Works on the archive alone, never on what is current."),
    ("sandbox", "Works on test data alone, never on real ones."),
)
"""What a made tool is for: each word and what its description says, which no user of the other tool wants."""


def resembling(name: str, others: Sequence[str]) -> list[str]:
    """Returns which tools have nearly the name of another one."""
    return [other for other in others if other != name and near(name, other)]


def near(name: str, other: str) -> bool:
    """Says whether two names are easily taken for one another: the same words, one word more, or another letter."""
    first, second = _words(name), _words(other)
    if one_apart("".join(first), "".join(second)) or sorted(first) == sorted(second):
        return True
    shorter, longer = sorted((first, second), key=len)
    if len(longer) != len(shorter) + 1 or shorter[0] != longer[0]:
        return False
    return any(shorter == longer[:at] + longer[at + 1 :] for at in range(1, len(longer)))


def distractor(tool: Tool, taken: Sequence[str], stream: Stream) -> Distractor:
    """Returns a tool that is easily taken for another one, and serves none of those who want that one.

    Args:
        tool: What it is made of.
        taken: Names that it must not have.
        stream: Chooses what it is for.

    Raises:
        StratumError: Every such name is taken.
    """
    for word, told in stream.shuffled(KINDS):
        camel = "_" not in tool.name and not tool.name.islower()
        tail = word.capitalize() if camel else f"_{word}"
        name = tool.name[: LONGEST_NAME - len(tail)] + tail
        if name not in taken:
            description = f"{told} {tool.description}".strip()
            return Distractor(name=name, description=description, parameters=tool.parameters, made_of=tool.name)
    raise StratumError(f"every name near {tool.name} is taken")


def _words(name: str) -> list[str]:
    return [singular(word) for word in words(name)]
