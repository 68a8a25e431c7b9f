"""The site made of docs/: each page has its place, what the pages import is in the reference, and nothing warns."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
INDEX = (DOCS / "index.md").read_text(encoding="utf-8")
LINKS = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)", INDEX, re.MULTILINE)
IMPORTED = re.compile(r"^\s*(?:from|import) (digit_tc[\w.]*)", re.MULTILINE)
REFERENCE = "\n".join(page.read_text(encoding="utf-8") for page in sorted((DOCS / "reference").glob("*.rst")))
NOT_FOR_USE = {"digit_tc.graphs.studio", "digit_tc.testing.invention"}
"""What servers load, and what only its own folder imports."""
DESCRIBED = set(re.findall(r"^\.\. automodule:: (\S+)$", REFERENCE, re.MULTILINE))


def test_the_index_has_four_parts_and_names_each_page_once() -> None:
    assert re.findall(r"^## (.+)$", INDEX, re.MULTILINE) == ["Tutorial", "How-tos", "Reference", "Explanation"]
    assert [page for page in LINKS if not (DOCS / page).is_file()] == []
    assert [page for page, times in Counter(LINKS).items() if times > 1] == []
    assert {f"reference/{page.name}" for page in (DOCS / "reference").iterdir()} <= set(LINKS)


def test_what_the_pages_import_is_in_the_reference() -> None:
    pages = [*DOCS.glob("*.md"), ROOT / "README.md"]
    used = {name for page in pages for name in IMPORTED.findall(page.read_text(encoding="utf-8"))}
    packages = {name.rpartition(".")[0] for name in DESCRIBED}
    assert sorted(used - DESCRIBED - packages) == [], "name it under `automodule` on a page of docs/reference/"


@pytest.mark.parametrize("folder", ["nodes", "graphs", "digit_tc/testing"])
def test_folders_that_are_public_as_a_whole_are_in_the_reference(folder: str) -> None:
    names = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"}
    assert {f"digit_tc.{Path(folder).name}.{name}" for name in names} - DESCRIBED - NOT_FOR_USE == set()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it is built, with one page more that the index does not name."""
    if importlib.util.find_spec("sphinx") is None:
        pytest.skip("the site is built with pip install -e '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    source = shutil.copytree(DOCS, folder / "docs")
    (source / "later.md").write_text('# A later page\n\n```json tools.json\n[{"broken"]\n```\n', encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", str(source), str(folder / "html")]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return folder / "html"


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.long
def test_it_builds_without_a_warning_and_a_later_page_stands_among_the_how_tos(site: Path) -> None:
    contents = text(site / "index.html").partition('class="sidebar-tree"')[2]
    how_tos = contents.partition("How-tos")[2].partition("Reference")[0]
    assert "A later page" in how_tos
    assert contents.count('href="tutorial.html"') >= 1
    assert "tools.json" in text(site / "later.html")


@pytest.mark.long
def test_it_has_every_verb_with_its_flags_and_the_docstrings(site: Path) -> None:
    asked = subprocess.run([sys.executable, "-m", "digit_tc", "--help"], capture_output=True, text=True, check=True)
    verbs = re.findall(r"^\W*(\w+)  +[A-Z]", asked.stdout.partition("Commands")[2], re.MULTILINE)
    commands = text(site / "commands.html")
    assert len(verbs) > 10
    assert [verb for verb in verbs if f'id="digit-tc-{verb}"' not in commands] == []
    assert "Go on until N are accepted." in commands
    roles = text(site / "reference" / "roles.html")
    assert 'id="digit_tc.nodes.critic.LLMCritic.votes"' in roles
    assert "Decides by code alone" in roles


@pytest.mark.long
def test_it_fetches_nothing_from_elsewhere(site: Path) -> None:
    fetched = re.compile(r"""<(?:script|img|link)[^>]+(?:src|href)=["'](https?:)?//|url\(["']?https?:|@import""")
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert [page.name for page in pages if fetched.search(text(page))] == []
