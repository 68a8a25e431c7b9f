"""The arrows between the folders, and the size of what lies in them.

    graphs -> nodes -> prompts -> digit_tc

Each may skip to the right; nothing climbs to the left, not even inside a function.
"""

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from digit_tc.state import Role

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("graphs", "nodes", "prompts", "digit_tc")
HEIGHT = {"graphs": 3, "nodes": 2, "prompts": 1, "digit_tc": 0}
SOURCES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
NODES = [path for path in sorted((ROOT / "nodes").glob("*.py")) if path.stem != "__init__"]
ROLES = set(get_args(Role))
MAY_NAME_A_ROLE = {"role", "sent_back", "problem", "attempts"}
"""State keys and reply settings whose value is a role; they say who is meant, not where to go next."""


def name(path: Path) -> str:
    """Where a file is imported from: graphs/conversation.py is digit_tc.graphs.conversation."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts if parts[0] == "digit_tc" else ("digit_tc", *parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """The full names of everything that a file imports, wherever in the file."""
    package = name(path) if path.stem == "__init__" else name(path).rpartition(".")[0]
    for found in ast.walk(tree(path)):
        if isinstance(found, ast.Import):
            yield from (alias.name for alias in found.names)
        elif isinstance(found, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - found.level + 1] if found.level else []
            module = ".".join([*base, *([found.module] if found.module else [])])
            yield from (f"{module}.{alias.name}" for alias in found.names)


def layer(module: str) -> str:
    """The folder that a module of ours lies in."""
    second = module.split(".")[1] if "." in module else ""
    return second if second in HEIGHT else "digit_tc"


def room(module: str) -> str:
    """The unit that may not be part of a cycle: a folder of the core, or a single file right under it."""
    return ".".join(module.split(".")[:2])


def ours(path: Path) -> list[str]:
    return [module for module in imports(path) if module.split(".")[0] == "digit_tc"]


def test_no_import_climbs() -> None:
    climbing = [
        f"{name(path)} imports {module}"
        for path in SOURCES
        for module in ours(path)
        if HEIGHT[layer(module)] > HEIGHT[layer(name(path))]
    ]
    assert climbing == []


def test_import_strings_of_the_upper_folders_stay_where_objects_are_loaded() -> None:
    allowed = {"digit_tc.loading", "digit_tc.fingerprint"}
    for path in SOURCES:
        if layer(name(path)) != "digit_tc" or name(path) in allowed:
            continue
        dynamic = [
            node
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call)
            and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__", "files", "find_spec")
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and layer(str(node.args[0].value)) != "digit_tc"
        ]
        assert not dynamic, f"{name(path)} reaches upwards by an import string"


def test_no_cycle_among_rooms() -> None:
    arrows: dict[str, set[str]] = {}
    for path in SOURCES:
        here = room(name(path))
        known = {room(name(other)) for other in SOURCES}
        arrows.setdefault(here, set()).update({room(module) for module in ours(path)} & known - {here, "digit_tc"})
    done: set[str] = set()

    def walk(at: str, trail: tuple[str, ...]) -> None:
        assert at not in trail, f"a cycle: {' -> '.join([*trail[trail.index(at) :], at])}"
        if at not in done:
            for target in sorted(arrows.get(at, ())):
                walk(target, (*trail, at))
            done.add(at)

    for start in sorted(arrows):
        walk(start, ())


def test_the_style_of_imports_follows_the_folder() -> None:
    wrong = [
        f"{name(path)}:{found.lineno}"
        for path in SOURCES
        if path.stem != "studio"  # servers load that file by its path, where relative imports fail
        for found in ast.walk(tree(path))
        if isinstance(found, ast.ImportFrom) and not _in_style(found, layer(name(path)))
    ]
    assert wrong == [], "the core imports by absolute names; between the three folders, import with two dots"


def _in_style(found: ast.ImportFrom, here: str) -> bool:
    if here == "digit_tc":
        return found.level == 0
    return found.level == 2 or (found.level == 0 and layer(found.module or "") == "digit_tc")


def test_modules_are_short() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {module: length for module, length in lengths.items() if length > 400} == {}


def test_modules_say_what_they_are() -> None:
    assert [name(path) for path in SOURCES if not ast.get_docstring(tree(path))] == []


def test_nothing_is_compiled_at_import() -> None:
    compiled = [
        f"{name(path)}:{statement.lineno}"
        for path in SOURCES
        for statement in tree(path).body
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr)
        and re.search(r"(?<!\bre)\.compile\(", ast.unparse(statement))
    ]
    assert [place for place in compiled if not place.startswith("digit_tc.graphs.studio:")] == []


@pytest.mark.parametrize("folder", FOLDERS[:3])
def test_the_three_folders_are_flat_and_export_nothing(folder: str) -> None:
    assert [path.name for path in (ROOT / folder).iterdir() if path.is_dir() and path.name != "__pycache__"] == []
    assert all(isinstance(part, ast.Expr) for part in tree(ROOT / folder / "__init__.py").body)


def mentions(path: Path) -> Iterator[tuple[int, str]]:
    """Role names in a node file that stand where they could decide what runs next."""
    parents = {child: parent for parent in ast.walk(tree(path)) for child in ast.iter_child_nodes(parent)}
    for found in ast.walk(tree(path)):
        if not (isinstance(found, ast.Constant) and found.value in ROLES):
            continue
        if not _says_who(found, parents):
            yield found.lineno, str(found.value)


def _says_who(constant: ast.Constant, parents: dict[ast.AST, ast.AST]) -> bool:
    """True for the value of an allowed key or keyword, a key that is looked up, a stream name, a field default."""
    at: ast.AST = constant
    while isinstance(parents.get(at), ast.IfExp | ast.BoolOp):
        at = parents[at]
    parent = parents[at]
    if isinstance(parent, ast.Dict):
        return any(
            value is at and isinstance(key, ast.Constant) and key.value in MAY_NAME_A_ROLE
            for key, value in zip(parent.keys, parent.values, strict=True)
        ) or any(key is at for key in parent.keys)
    if isinstance(parent, ast.keyword):
        return parent.arg in MAY_NAME_A_ROLE
    if isinstance(parent, ast.Subscript):
        return True  # a key of the state or of the attempts
    if isinstance(parent, ast.Compare):
        return bool(re.search(r"\b(role|sent_back)\b", ast.unparse(parent.left)))  # whose work is taken back
    if isinstance(parent, ast.Call):
        return ast.unparse(parent.func).split(".")[-1] in ("get", "of", "under")
    return isinstance(parent, ast.AnnAssign) and isinstance(parents[parent], ast.ClassDef)


def test_a_node_names_no_other_node() -> None:
    for path in NODES:
        assert [f"{path.name}:{line}: {role}" for line, role in mentions(path)] == []


def test_nodes_do_not_route() -> None:
    for path in NODES:
        names = {part.id for part in ast.walk(tree(path)) if isinstance(part, ast.Name)}
        assert not names & {"Command", "Send", "END", "START"}, f"{path.name}: nodes return updates; graphs route"
        assert not [module for module in ours(path) if module.startswith("digit_tc.nodes.")], path.name


@pytest.mark.parametrize("path", NODES, ids=name)
def test_every_role_keeps_the_contract(path: Path) -> None:
    module = importlib.import_module(name(path))
    roles = [
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind) and kind.__module__ == module.__name__ and "__call__" in vars(kind)
    ]
    assert roles, f"{path.name} holds no role"
    for role in roles:
        assert dataclasses.is_dataclass(role), role
        assert role.__dataclass_params__.frozen, role  # type: ignore[attr-defined]
        assert inspect.iscoroutinefunction(role.__call__), role
        assert list(inspect.signature(role.__call__).parameters) == ["self", "state", "runtime"], role
        hash(role())  # made without arguments, and nothing in it can be changed


def test_the_rules_notice_a_breach() -> None:
    """The rules above are of no use if they pass whatever is written."""
    source = 'def route(state):\n    return "critic" if state else {"goal": "user"}\n'
    module = ast.parse(source)
    parents = {child: parent for parent in ast.walk(module) for child in ast.iter_child_nodes(parent)}
    constants = [part for part in ast.walk(module) if isinstance(part, ast.Constant) and part.value in ROLES]
    assert [_says_who(part, parents) for part in constants] == [False, False]
    assert layer("digit_tc.nodes.user") == "nodes"
    assert layer("digit_tc.tools.tool") == "digit_tc"
