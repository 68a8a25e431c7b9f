"""What a picture shows of a graph: its nodes and every route between them, with the words by which routers choose.

It is read from the `StateGraph` itself. LangGraph's own pictures merge two routes that lead from one node to one other,
and invent an end for a node whose router does not say where it leads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

START, END = "__start__", "__end__"
INSIDE = ":"
"""Between a node and a node of its subgraph; LangGraph allows it in no name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What chooses a route: a router and what it returns; no router where a node itself says where to go on."""

    router: str
    word: str


@dataclass(frozen=True, slots=True)
class Passed:
    """How many conversations passed a route, and how often in all."""

    conversations: int
    times: int


@dataclass(frozen=True, slots=True)
class Route:
    """A way from one node to another; without choices it is always taken."""

    source: str
    target: str
    choices: tuple[Choice, ...] = ()
    passed: Passed | None = None
    """None where the picture is of a graph and not of what ran."""
    text: str = ""
    """How often it was passed, in the words of the picture."""

    @property
    def conditional(self) -> bool:
        """Whether it is taken only sometimes."""
        return bool(self.choices)

    @property
    def taken(self) -> bool:
        """Whether it was passed, where that is known."""
        return self.passed is None or self.passed.times > 0

    @property
    def label(self) -> str:
        """What routers return for it where that is not the target's name, and how often it was passed."""
        outer, _, own = self.target.rpartition(INSIDE)
        called = outer.rpartition(INSIDE)[2] if own == START else own  # who goes to a subgraph goes to its start
        words = sorted({each.word for each in self.choices} - {"", called})
        return " ".join(filter(None, (" / ".join(words), self.text)))

    def sentence(self) -> str:
        """Says where it leads, what makes it, and how often it was passed."""
        why = [f"{each.router} returns {name(each.word)}" for each in self.choices if each.router]
        said = [each.word for each in self.choices if each.word and not each.router]
        details = [*why, *said, *([f"passed {self.text or 'never'}"] if self.passed else [])]
        return f"{title(self.source)} to {title(self.target)}" + (f" ({', '.join(details)})" if details else "")


@dataclass(frozen=True, slots=True)
class Sketch:
    """The nodes of a graph from start to end, and its routes; those of an opened subgraph stand where its node was."""

    title: str
    nodes: tuple[str, ...]
    routes: tuple[Route, ...]
    undeclared: tuple[str, ...] = ()
    """Nodes whose router does not declare its targets."""
    folded: tuple[str, ...] = ()
    """Nodes that are graphs themselves."""
    opened: tuple[str, ...] = ()
    """Nodes in whose place their own nodes stand, the outer ones first."""
    routers: Mapping[str, str] = field(default_factory=dict)
    """The names of the routers of each node, in one line."""
    unseen: frozenset[str] = frozenset()
    """Nodes that did not run, where the picture is of what ran."""
    about: tuple[str, ...] = ()
    """Lines about what ran."""

    @property
    def called(self) -> str:
        """What sentences call the graph."""
        return f"the graph {self.title}".rstrip()

    def place(self, node: str) -> int:
        """Returns where a node stands in the order from start to end."""
        return self.nodes.index(node)

    def back(self, route: Route) -> bool:
        """Tells whether a route leads to the same or an earlier node."""
        return self.place(route.target) <= self.place(route.source)

    def inside(self, node: str) -> tuple[str, ...]:
        """Returns the nodes that stand in the place of an opened one."""
        return tuple(each for each in self.nodes if each.startswith(node + INSIDE))

    def entry(self, node: str) -> str:
        """Returns where routes to a node arrive."""
        return node + INSIDE + START if node in self.opened else node

    def exit(self, node: str) -> str:
        """Returns where routes from a node begin."""
        return node + INSIDE + END if node in self.opened else node

    def sentences(self) -> list[str]:
        """Returns every route in words, and what the picture cannot show."""
        return [*(each.sentence() for each in self.routes), *self.notes()]

    def notes(self) -> list[str]:
        """Returns what is written below the picture."""
        return [*self.about, *(f"{title(node)} also goes wherever its router says" for node in self.undeclared)]


def name(node: str) -> str:
    """Returns what a node is called in a picture that shows where it stands."""
    own = node.rpartition(INSIDE)[2]
    return {START: "start", END: "end"}.get(own, own)


def title(node: str) -> str:
    """Returns what a node is called by itself: with the node whose subgraph it is in."""
    outer, _, _ = node.rpartition(INSIDE)
    return f"{outer}{INSIDE}{name(node)}" if outer else name(node)


def terminal(node: str) -> bool:
    """Tells whether a node is the start or the end of a graph."""
    return node.rpartition(INSIDE)[2] in (START, END)
