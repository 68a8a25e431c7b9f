"""The wheel holds what the tree holds, under one name, and works away from the checkout."""

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    "digit_tc": "digit_tc",
    "graphs": "digit_tc/graphs",
    "nodes": "digit_tc/nodes",
    "prompts": "digit_tc/prompts",
}


def files() -> list[str]:
    """Everything in the four folders, by its path in the tree; all of it must be shipped."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    return [path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts]


def shipped() -> list[str]:
    """The same by its path in the wheel."""
    return [FOLDERS[top] + slash + rest for top, slash, rest in (path.partition("/") for path in files())]


def packages() -> set[str]:
    return {path.rpartition("/")[0].replace("/", ".") for path in shipped() if path.endswith("/__init__.py")}


def modules() -> list[str]:
    """The import names of everything that is shipped."""
    names = [path.removesuffix(".py").replace("/", ".") for path in shipped() if path.endswith(".py")]
    return sorted(name.removesuffix(".__init__") for name in names)


def test_every_package_and_data_file_is_named_in_the_build() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert set(setuptools["packages"]) == packages()
    unnamed = [
        path
        for path in shipped()
        if not path.endswith(".py")
        and not any(
            Path(path).match(pattern)
            for pattern in setuptools["package-data"].get(path.rpartition("/")[0].replace("/", "."), [])
        )
    ]
    assert unnamed == []


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.rpartition("/")[0] for path in shipped() if path.endswith(".py")}
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
    ours = {name for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert ours == set(shipped())
    assert {name.split("/")[0] for name in ours} == {"digit_tc"}
    assert any(name.endswith("/licenses/LICENSE") for name in names)


@pytest.mark.long
def test_the_sdist_holds_what_the_wheel_is_made_of(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert set(files()) <= names
    assert {"pyproject.toml", "README.md", "LICENSE"} <= names


@pytest.mark.long
def test_the_installed_wheel_is_the_same_package_and_works_elsewhere(built: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*install, str(next(built.glob("*.whl")))], check=True, capture_output=True)
    (tmp_path / "nodes.py").write_text("raise ImportError('a file of the user, not ours')", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(target)}

    def python(code: str) -> str:
        command = [sys.executable, "-c", code]
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        return result.stdout

    assert python("import digit_tc; print(digit_tc.__path__)").strip() == str([str(target / "digit_tc")])
    found = python(f"import importlib\nfor name in {modules()}: print(importlib.import_module(name).__file__)")
    assert all(line.startswith(str(target)) for line in found.splitlines())
    assert len(found.splitlines()) == len(modules())
    python("import digit_tc.cli as c; raise SystemExit(c.run(['generate', '--num', '1', '--out', 'out']))")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "conversations.jsonl",
        "manifest.json",
        "rejected.jsonl",
        "run.sqlite",
    ]
    (tmp_path / "mine.py").write_text("from digit_tc.graphs.conversation import build\ncompiled = build().compile()\n")
    graphs = ("conversation", "digit_tc.graphs.conversation:build", "mine:build", "mine.py:compiled")
    draw = "import digit_tc.cli as c; raise SystemExit(c.run(['draw', *{}]))"
    assert len({python(draw.format([graph])) for graph in graphs}) == 1
    assert "1 conversation: 1 accepted" in python(draw.format(["--run", "out"]))
