"""Lays out build/typing/digit_tc, where type checkers find the four folders as the one package they are at run time.

Run it before mypy, and again after adding a file: `python tests/typing_tree.py`.
"""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / "build" / "typing"


def lay_out() -> Path:
    """Makes the tree from links, or from copies where links are refused, and returns it."""
    package = TREE / "digit_tc"
    package.mkdir(parents=True, exist_ok=True)
    sources = [entry for entry in sorted((ROOT / "digit_tc").iterdir()) if entry.name != "__pycache__"]
    sources += [ROOT / name for name in ("graphs", "nodes", "prompts")]
    wanted = {source.name: source for source in sources}
    for old in package.iterdir():
        if not old.is_symlink() or wanted.pop(old.name, None) is None:
            _remove(old)  # a copy, or a link to what is gone
    for name, source in wanted.items():
        _place(source, package / name)
    return TREE


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _place(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source, target_is_directory=source.is_dir())
    except OSError:
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)


if __name__ == "__main__":
    print(lay_out().relative_to(ROOT))
