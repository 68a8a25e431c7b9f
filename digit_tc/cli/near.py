"""The verb `tools near`: tools that are the same or nearly so, and those that one tool is related to."""

import difflib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from digit_tc.cli.text import width, wrapped
from digit_tc.engine.job import read_tools
from digit_tc.errors import InputError
from digit_tc.tools.cache import remembered
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.duplicates import Group, Kind, near_duplicates
from digit_tc.tools.relatedness import Neighbour, Relatedness

_MOST = 10
"""Neighbours that are shown."""
_SAID: dict[Kind, str] = {
    "exact": "the same under several names",
    "near": "nearly the same",
    "names": "with nearly the same name",
}


def near(paths: tuple[str, ...], name: str, *, as_json: bool) -> None:
    """Prints the groups of tools that are alike; with a name, the neighbours of that tool and its groups.

    Raises:
        InputError: The tools cannot be read, or none has that name.
    """
    catalogue = read_tools(paths)
    known = _named(catalogue, name) if name else ""
    groups = [group for group in _groups(catalogue) if not known or known in group.names]
    neighbours = Relatedness(catalogue).neighbours(known, _MOST) if known else []
    if as_json:
        print(json.dumps(_json(known, neighbours, groups), ensure_ascii=False, indent=2))
        return
    columns = width()
    for line in (*_related(known, neighbours), *_alike(groups), _count(known, groups, len(catalogue))):
        print("\n".join(wrapped(line, columns)))


def _named(catalogue: Catalogue, name: str) -> str:
    tool = catalogue.find(name)
    if tool is None:
        close = difflib.get_close_matches(name, catalogue.names, n=1, cutoff=0.5)
        mend = f"did you mean {close[0]!r}?" if close else "digit-tc tools show lists them"
        raise InputError(f"--name {name} is no tool of this catalogue; {mend}")
    return tool.name


def _groups(catalogue: Catalogue) -> list[Group]:
    text = remembered(
        catalogue, "near duplicates", lambda: json.dumps([asdict(one) for one in near_duplicates(catalogue)])
    )
    return [Group(one["kind"], tuple(one["names"]), one["similarity"]) for one in json.loads(text)]


def _json(name: str, neighbours: list[Neighbour], groups: list[Group]) -> object:
    alike = [asdict(group) for group in groups]
    return {"name": name, "neighbours": [asdict(one) for one in neighbours], "groups": alike} if name else alike


def _related(name: str, neighbours: list[Neighbour]) -> Iterator[str]:
    if name:
        yield f"{name} is related to" if neighbours else f"{name} has little in common with any other tool"
        yield from (f"  {one.score:.2f}  {one.name}" for one in neighbours)
        yield ""


def _alike(groups: list[Group]) -> Iterator[str]:
    for group in groups:
        yield f"{group.similarity:.2f}  {_SAID[group.kind]}: {', '.join(group.names)}"


def _count(name: str, groups: list[Group], tools: int) -> str:
    if not groups:
        return f"nothing is nearly the same as {name}" if name else f"none of the {tools} tools is nearly another"
    kinds = Counter(group.kind for group in groups)
    counted = ", ".join(f"{kinds[kind]} {said}" for kind, said in _SAID.items() if kinds[kind])
    return f"{len(groups)} group{'' if len(groups) == 1 else 's'} among {tools} tools: {counted}"
