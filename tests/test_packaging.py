"""The wheel holds what the tree holds, under one name, and works away from the checkout."""

import json
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    "digit_tc": "digit_tc",
    "graphs": "digit_tc/graphs",
    "nodes": "digit_tc/nodes",
    "prompts": "digit_tc/prompts",
}
LIST_MODULES = """
import importlib, json, pkgutil
import digit_tc
names, seen = ["digit_tc"], ["digit_tc"]
while seen:
    package = importlib.import_module(seen.pop())
    paths = [path for path in package.__path__ if not (package.__name__ == "digit_tc" and (CHECKOUT and path == CHECKOUT))]
    for found in pkgutil.iter_modules(paths):
        name = package.__name__ + "." + found.name
        names.append(name)
        seen += [name] if found.ispkg else []
for name in ("digit_tc.graphs", "digit_tc.nodes", "digit_tc.prompts"):
    if name not in names:
        names.append(name)
        names += [name + "." + found.name for found in pkgutil.iter_modules(importlib.import_module(name).__path__)]
print(json.dumps(sorted(names)))
"""


def tracked() -> Iterator[str]:
    """Everything of the four folders that must be shipped, by its path in the wheel."""
    for folder, place in FOLDERS.items():
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{place}/{path.relative_to(ROOT / folder).as_posix()}"


def packages() -> set[str]:
    return {path.rpartition("/")[0].replace("/", ".") for path in tracked() if path.endswith("/__init__.py")}


def test_every_package_and_data_file_is_named_in_the_build() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert set(setuptools["packages"]) == packages()
    unnamed = [
        path
        for path in tracked()
        if not path.endswith(".py")
        and not any(
            Path(path).match(pattern)
            for pattern in setuptools["package-data"].get(path.rpartition("/")[0].replace("/", "."), [])
        )
    ]
    assert unnamed == []


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.rpartition("/")[0] for path in tracked() if path.endswith(".py")}
    assert {folder.replace("/", ".") for folder in folders} == packages()


def test_nothing_else_lies_at_the_top() -> None:
    result = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        pytest.skip("not a git checkout")
    top = {path.partition("/")[0] for path in result.stdout.splitlines()}
    allowed = {"pyproject.toml", "README.md", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "langgraph.json"}
    assert top <= allowed | {*FOLDERS, "tests", "docs", "benchmarks", ".gitignore", ".ci", ".github"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of the tree and the wheel made from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@pytest.mark.long
def test_the_wheel_holds_every_file_of_the_tree_under_one_name(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = [name for name in wheel.namelist() if not name.endswith("/")]
    shipped = {name for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert shipped == set(tracked())
    assert {name.split("/")[0] for name in shipped} == {"digit_tc"}
    assert any(name.endswith("/licenses/LICENSE") for name in names)


@pytest.mark.long
def test_the_sdist_holds_what_the_wheel_is_made_of(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    source = {place: folder for folder, place in FOLDERS.items()}
    for path in tracked():
        folder = next(
            (
                place
                for place in ("digit_tc/graphs", "digit_tc/nodes", "digit_tc/prompts")
                if path.startswith(place + "/")
            ),
            "digit_tc",
        )
        assert f"{source[folder]}{path.removeprefix(folder)}" in names
    assert {"pyproject.toml", "README.md", "LICENSE"} <= names


@pytest.mark.long
def test_the_installed_wheel_is_the_same_package_and_works_elsewhere(built: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*install, str(next(built.glob("*.whl")))], check=True, capture_output=True)
    (tmp_path / "nodes.py").write_text("raise ImportError('a file of the user, not ours')", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(target), "PYTHONSAFEPATH": ""}

    def python(code: str, **variables: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert str(target) in python("import digit_tc; print(digit_tc.__file__)")
    installed = json.loads(python(f"CHECKOUT = ''\n{LIST_MODULES}"))
    editable = json.loads(python(f"CHECKOUT = {str(ROOT)!r}\n{LIST_MODULES}", PYTHONPATH=str(ROOT)))
    assert installed == editable
    python("import digit_tc.cli as c; raise SystemExit(c.run(['generate', '--num', '1', '--out', 'out']))")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "conversations.jsonl",
        "manifest.json",
        "rejected.jsonl",
    ]
