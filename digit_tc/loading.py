"""Graphs, roles and samplers from import strings."""

import dataclasses
import importlib
import importlib.metadata
import importlib.resources
import inspect
import pkgutil
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from digit_tc.errors import LoadingError
from digit_tc.importing import load_object, nearest, one_line
from digit_tc.knobs import made_with
from digit_tc.state import Role

if TYPE_CHECKING:
    from langgraph.graph import StateGraph

    from digit_tc.node import Node
    from digit_tc.sampling.sampler import Sampler

Builder = Callable[..., Any]
"""Takes roles as keyword arguments and returns an uncompiled `StateGraph`."""

GRAPHS = "digit_tc.graphs"
"""The entry-point group of graphs: a short name to the import string of a builder."""
ROLES = "digit_tc.roles"
"""The entry-point group of roles: a short name to the import string of a role."""
ROLE_NAMES: tuple[str, ...] = get_args(Role)
CRITIC = "digit_tc.nodes.critic:LLMCritic"
"""The import string of the critic that asks a model."""

ROLE_SETS: Mapping[str, Mapping[str, str]] = {
    "offline": {},
    "llm": {
        "planner": "digit_tc.nodes.planner:LLMPlanner",
        "forward_planner": "digit_tc.nodes.forward_planner:LLMForwardPlanner",
        "user": "digit_tc.nodes.user:LLMUser",
        "forward_user": "digit_tc.nodes.forward_user:LLMForwardUser",
        "verifier": "digit_tc.nodes.verifier:LLMVerifier",
        "assistant": "digit_tc.nodes.assistant:LLMAssistant",
        "tool_simulator": "digit_tc.nodes.tool_simulator:LLMToolSimulator",
        "critic": CRITIC,
        "recovery": "digit_tc.nodes.recovery:LLMRecovery",
    },
    "hybrid": {
        "user": "digit_tc.nodes.user:LLMUser",
        "forward_user": "digit_tc.nodes.forward_user:LLMForwardUser",
        "assistant": "digit_tc.nodes.assistant:LLMAssistant",
    },
}
"""The import strings that each role set puts in place of a graph's own roles, as far as the graph has them."""

SPECIFY = "digit_tc.prompts.specifying:specify"
"""The import string of the question about what a specification leaves out."""

PROMPTS = "digit_tc.prompts"
"""The import string of our own prompts."""

_SHORT_NAME = re.compile(r"[A-Za-z_][\w-]*")


def load_graph(spec: str) -> Builder:
    """Returns a graph builder by short name, entry point or import string; without a name, `build` is taken.

    Raises:
        LoadingError: There is no such graph, or it cannot be called.
    """
    builder = _named_graph(spec)
    if not callable(builder):
        raise LoadingError(f"{spec} is a {type(builder).__name__}; name a function that returns a StateGraph")
    return cast(Builder, builder)


def load_drawing(spec: str) -> Any:
    """Returns the graph that a picture is made of, compiled or not: what the name leads to, or what that builds.

    Raises:
        LoadingError: There is no such graph, or it fails while being built.
    """
    from langgraph.graph import StateGraph  # noqa: PLC0415 - more than a second, only where a graph is built
    from langgraph.graph.state import CompiledStateGraph  # noqa: PLC0415

    found = _named_graph(spec)
    if not isinstance(found, StateGraph | CompiledStateGraph):
        if not callable(found):
            raise LoadingError(
                f"{spec} is of the type {type(found).__name__}; name a graph or a function that returns one"
            )
        found = _built(found, {}, f"the builder {spec}")
        if not isinstance(found, StateGraph | CompiledStateGraph):
            raise LoadingError(f"the builder {spec} must return a graph, not a {type(found).__name__}")
    return found


def _named_graph(spec: str) -> Any:
    if _SHORT_NAME.fullmatch(spec):
        spec = _known_graphs().get(spec) or _unknown_graph(spec)
    return load_object(spec, default="build")


def load_role(spec: str, knobs: Mapping[str, Any] | None = None) -> "Node":
    """Returns the role that an import string or a short name names: a class is made with its knobs.

    A function serves as it is. Short names are those that other packages offer.

    Raises:
        LoadingError: It cannot be loaded, refuses a knob, or is no async callable of state and runtime.
    """
    if _SHORT_NAME.fullmatch(spec):
        spec = offered(ROLES).get(spec) or _unknown_role(spec)
    return make_role(spec, load_object(spec), knobs or {})


def make_role(who: str, found: Any, knobs: Mapping[str, Any]) -> "Node":
    """Returns the role that a class makes of knobs, another one of the same class, or a function as it is.

    Raises:
        LoadingError: It refuses a knob, or is no async callable of state and runtime; `who` is what it is called by.
    """
    made = made_with(who, found, knobs)
    work = made if inspect.isroutine(made) else getattr(made, "__call__", None)  # noqa: B004 - a type is not asked
    if not inspect.iscoroutinefunction(work):
        what = "it is not async" if callable(made) else f"it is of the type {type(made).__name__}"
        raise LoadingError(f"{who} is not a role: {what}, it needs `async def __call__(self, state, runtime)`")
    _require_two(made, who, "role", "state and runtime")
    return cast("Node", made)


def load_sampler(spec: str, knobs: Mapping[str, Any]) -> "Sampler":
    """Returns the sampler that an import string names: a class is made with its knobs, a function serves as it is.

    Raises:
        LoadingError: It cannot be loaded, refuses a knob, or is no callable of a dataflow and what is wanted.
    """
    made = made_with(spec, load_object(spec), knobs)
    if not callable(made) or inspect.iscoroutinefunction(made):
        raise LoadingError(f"{spec} is not a sampler: it needs `def __call__(self, flow, wanted)`")
    _require_two(made, spec, "sampler", "flow and wanted")
    return cast("Sampler", made)


def _require_two(made: Callable[..., Any], spec: str, what: str, names: str) -> None:
    try:
        inspect.signature(made).bind(None, None)
    except TypeError:
        raise LoadingError(f"{spec} is not a {what}: it must take exactly two arguments, {names}") from None


def require_roles(builder: Builder, names: Iterable[str], spec: str = "") -> None:
    """Sees to it that a graph has the roles; `spec` is what messages call the graph by.

    Raises:
        LoadingError: The graph has no such role.
    """
    known, open_ended = _role_parameters(builder)
    where = f"the graph {spec}" if spec else _label(builder)
    for name in names:
        if name not in known and not open_ended:
            has = f"it has {', '.join(known)}" if known else "it takes none"
            raise LoadingError(f"{where} has no role {name!r}{nearest(name, known)}; {has}")


def takes(builder: Builder, role: str) -> bool:
    """Says whether a graph has a role; one that takes whatever it is given has those of `conversation`."""
    known, open_ended = _role_parameters(builder)
    return role in known or (open_ended and role in ROLE_NAMES)


def build_graph(builder: Builder, roles: Mapping[str, "Node"], spec: str = "") -> "StateGraph[Any, Any, Any, Any]":
    """Calls a builder with the roles that were chosen and returns its graph; `spec` is what messages call it by.

    Raises:
        LoadingError: The graph has no such role, or the builder fails or returns something else.
    """
    from langgraph.graph import StateGraph  # noqa: PLC0415 - more than a second, only where a graph is built

    require_roles(builder, roles, spec)
    where = f"the builder {spec}" if spec else _label(builder)
    graph = _built(builder, roles, where)
    if not isinstance(graph, StateGraph):
        hint = "; return it before compile()" if hasattr(graph, "get_graph") else ""
        raise LoadingError(f"{where} must return a StateGraph, not a {type(graph).__name__}{hint}")
    return graph


def _built(builder: Builder, roles: Mapping[str, "Node"], where: str) -> Any:
    try:
        graph = builder(**roles)
    except Exception as error:
        raise LoadingError(
            f"{where} failed{_raised_at(error, builder)}: {one_line(error)}; mend the builder"
        ) from error
    if inspect.iscoroutine(graph):
        graph.close()
    return graph


def own_roles(builder: Builder) -> dict[str, Any]:
    """Returns the roles that a graph has by itself: the defaults of its builder."""
    try:
        parameters = inspect.signature(builder).parameters
    except (TypeError, ValueError):
        return {}
    return {name: each.default for name, each in parameters.items() if each.default not in (None, each.empty)}


def prompt_files(roles: Iterable[Any]) -> list[Path]:
    """Returns the prompts that roles name as files: those of roles of one's own lie beside their code."""
    named = {name for role in roles for name in _prompts_of(role) if name.endswith(".md")}
    return [Path(name) for name in sorted(named) if Path(name).is_file()]


def own_prompts(folder: str, roles: Iterable[Any]) -> None:
    """Checks a folder of prompts: each must stand in for one of ours, or be named by a role.

    Raises:
        LoadingError: It holds no prompts, or one that nobody would ever read.
    """
    if not folder:
        return
    files = sorted(Path(folder).glob("*.md"))
    if not files:
        raise LoadingError(f"--prompts {folder}: there are no prompts (*.md) there; name the folder that holds yours")
    entries = importlib.resources.files(importlib.import_module(PROMPTS)).iterdir()
    ours = sorted(entry.name.removesuffix(".md") for entry in entries if entry.name.endswith(".md"))
    named = {Path(name).name.removesuffix(".md") for role in roles for name in _prompts_of(role)}
    for file in files:
        if file.stem not in (*ours, *named):
            raise LoadingError(
                f"{file}: no role reads a prompt of this name; ours are {', '.join(ours)}{nearest(file.stem, ours)}"
            )


def _prompts_of(role: Any) -> list[str]:
    """Returns the names of the prompts that a role reads: the values of its knobs that are called so."""
    knobs: list[str] = [each.name for each in dataclasses.fields(role)] if dataclasses.is_dataclass(role) else []
    return [str(getattr(role, name)) for name in knobs if name.endswith("prompt")]


def offered(group: str) -> dict[str, str]:
    """Returns the import strings that other packages offer in an entry-point group, by their short names."""
    return {entry.name: entry.value for entry in importlib.metadata.entry_points(group=group)}


def _known_graphs() -> dict[str, str]:
    package = importlib.import_module("digit_tc.graphs")
    own = {each.name: f"digit_tc.graphs.{each.name}" for each in pkgutil.iter_modules(package.__path__)}
    return offered(GRAPHS) | own


def _unknown_graph(name: str) -> str:
    names = sorted(_known_graphs())
    hint = nearest(name, names) or f": there are {', '.join(names)}"
    raise LoadingError(f"there is no graph {name!r}{hint}; one of your own is given as file.py:build")


def _unknown_role(name: str) -> str:
    names = sorted(offered(ROLES))
    hint = nearest(name, names) or (f": there are {', '.join(names)}" if names else "")
    raise LoadingError(
        f"no installed package offers a role {name!r}{hint}; one of your own is given as file.py:Name or module:Name"
    )


def _role_parameters(builder: Builder) -> tuple[list[str], bool]:
    try:
        parameters = inspect.signature(builder).parameters.values()
    except (TypeError, ValueError):
        return [], True
    named = [each.name for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    return named, any(each.kind is each.VAR_KEYWORD for each in parameters)


def _label(builder: Builder) -> str:
    name = getattr(builder, "__qualname__", type(builder).__name__)
    return f"the builder {getattr(builder, '__module__', '?')}:{name}"


def _raised_at(error: BaseException, builder: Builder) -> str:
    """Returns the last place in the builder's own file, where there is one: that is what can be mended."""
    places = [(each.filename, each.lineno) for each in traceback.extract_tb(error.__traceback__)][1:]
    code = getattr(builder, "__code__", None)
    own = [place for place in places if code and place[0] == code.co_filename] or places
    return f" at {own[-1][0]}:{own[-1][1]}" if own else ""
