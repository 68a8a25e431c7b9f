"""Import strings lead to graphs and roles, and what is wrong with one is said in one sentence."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypedDict, cast

import pytest
from langgraph.graph import START, StateGraph

from digit_tc.errors import LoadingError
from digit_tc.importing import load_object
from digit_tc.loading import ROLE_NAMES, ROLE_SETS, build_graph, load_graph, load_role, takes

ROLE = """
from dataclasses import dataclass

@dataclass(frozen=True, slots=True)
class Strict:
    votes: int = 1
    mood: str = "calm"

    def __post_init__(self):
        if self.votes < 1:
            raise ValueError("votes must be at least 1")

    async def __call__(self, state, runtime):
        return {}

class Refuses:
    def __init__(self, **knobs):
        raise RuntimeError("no\\nway")

    async def __call__(self, state, runtime):
        return {}

class Plain:
    def __init__(self, votes: int, mood="calm"):
        self.votes = votes

    async def __call__(self, state, runtime):
        return {}

async def plain(state, runtime):
    return {}

async def lonely(state):
    return {}

def blocking(state, runtime):
    return {}

ready = Strict(votes=2)
number = 3
"""


@dataclass(frozen=True)
class Weighted:
    weights: tuple[float, ...] = ()
    loud: bool = False

    async def __call__(self, state: Any, runtime: Any) -> Any:
        return {}


class State(TypedDict, total=False):
    count: int


async def stub(state: Any, runtime: Any) -> Any:
    return {}


def graph() -> StateGraph[State]:
    return StateGraph(State)


@pytest.fixture
def roles(tmp_path: Path) -> Iterator[str]:
    before = list(sys.path)
    file = tmp_path / "my_roles.py"
    file.write_text(ROLE, encoding="utf-8")
    yield str(file)
    sys.path[:] = before


def refused(spec: str, knobs: dict[str, Any] | None = None) -> str:
    with pytest.raises(LoadingError) as caught:
        load_role(spec, knobs)
    return one_sentence(caught)


def one_sentence(caught: pytest.ExceptionInfo[LoadingError]) -> str:
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_objects_come_from_modules_and_files(roles: str) -> None:
    assert load_object("json.decoder:JSONDecoder.decode").__qualname__ == "JSONDecoder.decode"
    assert load_object(f"{roles}:number") == 3


def test_a_file_is_loaded_once_until_it_changes(roles: str) -> None:
    first = load_object(f"{roles}:Strict")
    assert load_object(f"{roles}:Strict") is first
    Path(roles).write_text(ROLE + "\nnumber = 4\n", encoding="utf-8")
    assert load_object(f"{roles}:number") == 4


def test_a_file_finds_its_neighbours_but_shadows_nothing(roles: str) -> None:
    folder = Path(roles).parent
    (folder / "my_neighbour.py").write_text("value = 7\n", encoding="utf-8")
    (folder / "json.py").write_text("raise RuntimeError('shadowed')\n", encoding="utf-8")
    (folder / "asks.py").write_text("import json\nfrom my_neighbour import value\n", encoding="utf-8")
    assert load_object(f"{folder / 'asks.py'}:value") == 7


def test_the_shipped_graph_has_a_short_name() -> None:
    assert load_graph("conversation") is load_graph("digit_tc.graphs.conversation:build")
    assert build_graph(load_graph("conversation"), {}).nodes.keys() == set(ROLE_NAMES)


def test_a_file_without_a_name_means_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text("def build(**roles):\n    return roles\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    for spec in ("mine.py", "./mine.py", str(tmp_path / "mine.py"), "mine.py:build"):
        assert load_graph(spec)(user=1) == {"user": 1}


OFFERED = """
[digit_tc.graphs]
offered-graph = offering:make

[digit_tc.roles]
offered-role = digit_tc.nodes.planner:ProceduralPlanner
"""


def test_entry_points_offer_graphs_and_roles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "offering.py").write_text("def make():\n    return 'made'\n", encoding="utf-8")
    info = tmp_path / "offering-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: offering\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(OFFERED, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert load_graph("offered-graph")() == "made"
    assert cast(Any, load_role("offered-role", {"rehearse": False})).rehearse is False
    with pytest.raises(
        LoadingError, match=r"no installed package offers a role 'oferred-role'; did you mean offered-r"
    ):
        load_role("oferred-role")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("conversatoin", "there is no graph 'conversatoin'; did you mean conversation?"),
        ("no_such_module_here:build", "ModuleNotFoundError: No module named 'no_such_module_here'; install it or"),
        ("json:lods", "json has no 'lods'; did you mean load"),
        ("missing.py", "missing.py: there is no such file; correct the path"),
        ("not a spec", "'not a spec' is not a module name"),
        ("", "'' is not an import string"),
        ("json:__doc__", "is a str; name a function"),
    ],
)
def test_what_is_no_graph_is_said(spec: str, said: str) -> None:
    with pytest.raises(LoadingError) as caught:
        load_graph(spec)
    assert said in one_sentence(caught)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\n1 / 0\n", ":2 failed while being loaded: ZeroDivisionError"),
        ("def build(:\n", ":1 failed while being loaded: SyntaxError"),
        ("import sys\nsys.exit(3)\n", ":2 failed while being loaded: SystemExit: 3"),
        ("from . import other\n", "ImportError"),
    ],
)
def test_a_file_that_fails_is_named_with_the_line(
    tmp_path: Path, source: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    file = tmp_path / "broken.py"
    file.write_text(source, encoding="utf-8")
    before = set(sys.modules)
    with pytest.raises(LoadingError) as caught:
        load_graph(str(file))
    assert said in one_sentence(caught)
    assert str(file) in one_sentence(caught)
    assert not [name for name in sys.modules if name.startswith("broken_") and name not in before]


def test_roles_are_made_with_their_knobs(roles: str) -> None:
    assert cast(Any, load_role(f"{roles}:Strict")).votes == 1
    strict = cast(Any, load_role(f"{roles}:Strict", {"votes": "3", "mood": "stern"}))
    assert (strict.votes, strict.mood) == (3, "stern")
    ready = cast(Any, load_role(f"{roles}:ready", {"mood": "stern"}))
    assert (ready.votes, ready.mood) == (2, "stern")
    assert load_role(f"{roles}:plain") is load_object(f"{roles}:plain")


def test_what_is_no_role_is_said(roles: str) -> None:
    needs = "it needs `async def __call__(self, state, runtime)`"
    assert refused(f"{roles}:blocking") == f"{roles}:blocking is not a role: it is not async, {needs}"
    assert refused(f"{roles}:number") == f"{roles}:number is not a role: it is of the type int, {needs}"
    assert "is not a role: it is of the type dict" in refused(f"{__file__}:State")
    assert "exactly two arguments" in refused(f"{roles}:lonely")
    assert "RuntimeError: no way" in refused(f"{roles}:Refuses", {"votes": 1})
    assert "has no knob 'vote'; did you mean votes?; it has votes, mood" in refused(f"{roles}:Strict", {"vote": 1})
    assert "the knob 'votes'" in refused(f"{roles}:Strict", {"votes": "many"})
    assert "takes no knobs" in refused(f"{roles}:plain", {"votes": 1})
    assert f"{roles}:Plain needs its knob 'votes', which has no default" in refused(f"{roles}:Plain")
    assert "has no knob 'vote'; did you mean votes?; it has votes, mood" in refused(f"{roles}:Plain", {"vote": 1})
    assert "the knob 'votes' of" in refused(f"{roles}:Plain", {"votes": "x"})
    assert cast(Any, load_role(f"{roles}:Plain", {"votes": "2"})).votes == 2


def test_true_is_no_number(roles: str) -> None:
    assert refused(f"{roles}:Strict", {"votes": True}) == (
        f"the knob 'votes' of {roles}:Strict must be a whole number; got true"
    )
    assert "must be a number; got true" in refused("digit_tc.nodes.scenario:ProceduralScenario", {"faults": True})
    assert "must be a number; got true" in refused(f"{__file__}:Weighted", {"weights": [0.5, True]})
    assert cast(Any, load_role(f"{__file__}:Weighted", {"loud": True})).loud is True


def test_a_knob_that_a_role_refuses_is_named_with_the_role(roles: str) -> None:
    said = refused(f"{roles}:Strict", {"votes": "-1"})
    assert said == f"{roles}:Strict cannot take its knobs: votes must be at least 1; given were votes=-1"
    assert "votes must be at least 1" in refused(f"{roles}:ready", {"votes": 0})


@pytest.mark.parametrize(
    ("spec", "knobs", "said"),
    [
        ("verifier:ProceduralVerifier", {"findings": 0}, "findings must be at least 1"),
        ("verifier:ProceduralVerifier", {"findings": "abc"}, "the knob 'findings' of"),
        ("verifier:ProceduralVerifier", {"findings": "abc"}, "must be a whole number; got 'abc'"),
        ("scenario:ProceduralScenario", {"faults": "abc"}, "must be a number; got 'abc'"),
    ],
)
def test_the_shipped_roles_refuse_what_is_out_of_range(spec: str, knobs: dict[str, Any], said: str) -> None:
    assert said in refused(f"digit_tc.nodes.{spec}", knobs)


@pytest.mark.parametrize(("given", "text"), [(5, "5"), (1.5, "1.5"), (True, "true"), (date(2025, 1, 2), "2025-01-02")])
def test_a_text_may_look_like_a_number(roles: str, given: Any, text: str) -> None:
    assert cast(Any, load_role(f"{roles}:Strict", {"mood": given})).mood == text
    assert "must be text; got [1]" in refused(f"{roles}:Strict", {"mood": [1]})


@pytest.mark.parametrize("graph", ["conversation", "forward"])
def test_every_role_set_can_be_loaded(graph: str) -> None:
    assert set(ROLE_SETS) == {"offline", "llm", "hybrid"}
    builder = load_graph(graph)
    for chosen in ROLE_SETS.values():
        made = {role: load_role(spec) for role, spec in chosen.items()}
        assert set(made) <= {*ROLE_NAMES, "forward_user", "forward_planner"}
        assert build_graph(builder, {role: made[role] for role in made if takes(builder, role)}).nodes


def test_a_role_set_gives_a_graph_what_it_has() -> None:
    def some(*, user: Any = None) -> StateGraph[State]:
        return graph()

    def any_role(**roles: Any) -> StateGraph[State]:
        return graph()

    names = ("user", "critic", "forward_user")
    assert [takes(some, role) for role in names] == [True, False, False]
    assert [takes(any_role, role) for role in names] == [True, True, False]


def test_builders_take_a_subset_or_any_roles() -> None:
    taken: dict[str, Any] = {}

    def some(*, critic: Any = None) -> StateGraph[State]:
        taken["critic"] = critic
        return graph()

    def any_role(**roles: Any) -> StateGraph[State]:
        taken.update(roles)
        return graph()

    build_graph(some, {"critic": stub})
    build_graph(any_role, {"user": stub, "fact_checker": stub})
    assert taken == {"critic": stub, "user": stub, "fact_checker": stub}


def test_what_a_builder_does_wrong_is_said() -> None:
    def some(*, critic: Any = None) -> StateGraph[State]:
        raise KeyError("tools" if critic is None else "critic")

    def compiled() -> Any:
        ready = graph()
        ready.add_node("a", cast(Any, lambda state: state))
        ready.add_edge(START, "a")
        return ready.compile()

    async def waits() -> StateGraph[State]:
        return graph()

    for builder, roles, said in [
        (some, {"critc": stub}, "has no role 'critc'; did you mean critic?; it has critic"),
        (some, {}, f" failed at {__file__}:{some.__code__.co_firstlineno + 1}: KeyError: 'tools'; mend the builder"),
        (compiled, {"user": stub}, "has no role 'user'; it takes none"),
        (compiled, {}, "return it before compile()"),
        (waits, {}, "must return a StateGraph, not a coroutine"),
    ]:
        with pytest.raises(LoadingError) as caught:
            build_graph(cast(Any, builder), cast(Any, roles))
        assert said in one_sentence(caught)
