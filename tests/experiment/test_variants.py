"""What is said of the file of an experiment that cannot be used, before anything is run or written."""

from pathlib import Path

import pytest

from digit_tc.errors import InputError
from digit_tc.experiment.variants import Experiment, checked, read_experiment

CRITIC = """
from dataclasses import dataclass
from digit_tc.nodes.critic import ProceduralCritic

@dataclass(frozen=True)
class Own(ProceduralCritic):
    longest: int = 30
"""
TWO = "[variants.a]\n[variants.b.plan]\nmax_calls = 2\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(CRITIC, encoding="utf-8")
    return tmp_path


def read(text: str) -> Experiment:
    Path("e.toml").write_text(text, encoding="utf-8")
    return read_experiment(Path("e.toml"))


def test_each_variant_is_laid_over_the_file(folder: Path) -> None:
    found = read(
        """
        [experiment]
        baseline = "small"
        out = "there"
        [run]
        num = 7
        turns = "1-3"
        roles = "hybrid"
        [models.default]
        model = "large"
        temperature = 0.5
        [sampling.mix]
        chain = 1
        [variants.own]
        run.turns = 2
        roles.critic = {use = "own.py:Own", longest = 9}
        sampling.mix = {random = 2}
        [variants.small.models.default]
        model = "little"
        """
    )
    small, own = found.variants
    assert (found.baseline.name, own.name, found.out) == ("small", "own", Path("there"))
    assert (small.settings.run.num, small.settings.run.turns, own.settings.run.turns) == (7, "1-3", "2-2")
    assert (small.settings.models["default"].model, small.settings.models["default"].temperature) == ("little", 0.5)
    assert own.settings.models["default"].model == "large"
    assert (dict(small.settings.sampling.weights), dict(own.settings.sampling.weights)) == ({"chain": 1}, {"random": 2})
    assert (small.settings.roles, own.settings.roles) == ({}, {"critic": {"use": "own.py:Own", "longest": 9}})


def test_without_a_word_the_first_is_the_baseline(folder: Path) -> None:
    found = checked(read(TWO + "[run]\nnum = 3\n"))
    assert (found.baseline.name, found.out) == ("a", Path("experiments/e"))
    assert len({variant.fingerprint for variant in found.variants}) == 2
    assert not (folder / "experiments").exists(), "nothing is written while variants are looked at"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "e.toml: variants: there must be at least two to compare"),
        ("[variants.a]\n", "e.toml: variants: there must be at least two to compare"),
        ("variants = 3\n", "e.toml: variants must be a table; got 3"),
        ("[variants]\na = 3\nb = 4\n", "e.toml: variants.a must be a table; got 3"),
        ("experiment = 3\n" + TWO, "e.toml: experiment must be a table; got 3"),
        (
            "[experiment]\nbase = 'a'\n" + TWO,
            "e.toml: experiment.base is not a known key; known here are baseline, out",
        ),
        ("[experiment]\nout = 3\n" + TWO, "e.toml: experiment.out must be text in quotes; got 3"),
        ("[experiment]\nbaseline = 'c'\n" + TWO, "e.toml: experiment.baseline 'c' is no variant; there are a, b"),
        ("[run]\nnumm = 3\n" + TWO, "e.toml: run.numm is not a known key; did you mean 'num'?"),
        ("[run]\nout = 'x'\n" + TWO, "e.toml: run.out cannot be used in an experiment; give out under [experiment]"),
        ("[run]\nshard = '1/2'\n" + TWO, "e.toml: run.shard cannot be used in an experiment; take it out"),
        ("[run]\nuntil_accepted = 2\n" + TWO, "e.toml: run.until_accepted cannot be used in an experiment; give num"),
        (TWO + "max_call = 3\n", "e.toml: variants.b.plan.max_call is not a known key; did you mean 'max_calls'?"),
        (TWO + "[variants.c]\nplan = 3\n", "e.toml: variants.c.plan must be a table; got 3"),
        (TWO + "[variants.c]\nmodels.user = 3\n", "e.toml: variants.c.models.user must be a table; got 3"),
        (TWO + "[variants.c]\nruns.num = 3\n", "e.toml: variants.c.runs is not a known key; did you mean 'run'?"),
        (TWO + "[variants.c]\nrun.seed = 3\n", "e.toml: variants.c.run.seed cannot differ between variants"),
        (TWO + "[variants.'a b']\n", "e.toml: variants.'a b' names a folder: up to 64 letters"),
        (TWO + "[variants.'..']\n", "e.toml: variants.'..' names a folder"),
        (TWO + "[variants.B]\n", "e.toml: variants.B and variants.b differ in case alone; rename one"),
    ],
)
def test_what_does_not_fit_is_named_with_file_and_variant(folder: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError) as told:
        read(text)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("run.graph = 'conversations'", "e.toml: variants.c: "),
        ("roles.critic = {use = 'own.py:Own', longst = 3}", "'longst'"),
        ("", "e.toml: variants.c makes the same conversations as variants.a; change it or take it out"),
        ("roles.critic.use = 'own.py:Own'", "e.toml: variants.c would not meet the scenarios of variants.a"),
        ("run.graph = 'no_implicit'", "add [strata] to the file, for example with plain = 100"),
    ],
)
def test_what_cannot_be_run_is_noticed_before_anything_is(folder: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError) as told:
        checked(read(f"{TWO}[variants.c]\n{text}\n"))
    assert str(told.value).startswith("e.toml: variants.c")
    assert sentence in str(told.value)
    assert not (folder / "experiments").exists()


def test_a_folder_of_somebody_else_stays_as_it_is(folder: Path) -> None:
    (folder / "experiments").mkdir()
    (folder / "experiments" / "e").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="experiments/e: is not a folder"):
        checked(read(TWO))
    (folder / "there").mkdir()
    (folder / "there" / "thesis.txt").write_text("mine", encoding="utf-8")
    named = f"[experiment]\nout = 'there'\n{TWO}"
    with pytest.raises(InputError, match="there: is not empty and holds no experiment"):
        checked(read(named))
    (folder / "there" / "experiment.json").write_text('{"mine": 1}', encoding="utf-8")
    with pytest.raises(InputError, match=r"experiment\.json: was not written by digit-tc"):
        checked(read(named))
    (folder / "there" / "experiment.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"experiment\.json: cannot be read"):
        checked(read(named))
