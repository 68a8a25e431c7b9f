"""Which sampler draws for which conversation, and what is refused before anything is generated."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli import run as command
from digit_tc.cli.flags import sampler_flags
from digit_tc.engine.conversation import converse
from digit_tc.engine.job import Job, prepare
from digit_tc.engine.mixing import load_mix
from digit_tc.errors import InputError, LoadingError, SamplingError, SettingsError
from digit_tc.fingerprint import fingerprint
from digit_tc.records import Record
from digit_tc.sampling.mix import Mix, Sampling
from digit_tc.sampling.sampler import Wanted, WorkingSet
from digit_tc.sampling.settings import DEFAULT_MIX, SAMPLERS
from digit_tc.settings import read_settings
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow

OWN = '''
from dataclasses import dataclass
from digit_tc.sampling.sampler import WorkingSet

@dataclass(frozen=True)
class First:
    """The first tools there are."""

    skip: int = 0

    def __call__(self, flow, wanted):
        return WorkingSet(flow.names[self.skip : self.skip + wanted.size])

def strange(flow, wanted):
    return WorkingSet(["nobody"])

def broken(flow, wanted):
    return flow.nothing

def greedy(flow):
    return WorkingSet(flow.names)

NUMBER = 3
'''


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "own.py"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


def mixed(flow: Dataflow, **sampling: Any) -> Mix:
    return load_mix(read_settings(flags={"sampling": sampling}), flow)


def test_the_default_mix_has_every_sampler_and_meets_its_weights(samples: Dataflow) -> None:
    mix = mixed(samples)
    assert set(mix.samplers) == set(SAMPLERS) == set(DEFAULT_MIX)
    assert mix.left_out == {}
    met = Counter(mix.of(index, 5).name for index in range(200))
    assert {name: met[name] / 2 for name in SAMPLERS} == pytest.approx(dict(DEFAULT_MIX), abs=2)


def test_every_conversation_knows_how_many_were_drawn_as_it(samples: Dataflow) -> None:
    mix, met = mixed(samples), Counter[str]()
    for index in range(150):
        one = mix.of(index, 1)
        assert one.number == met[one.name]
        met[one.name] += 1


def test_the_order_of_a_mix_does_not_count(samples: Dataflow) -> None:
    one, other = mixed(samples, mix={"chain": 1, "random": 2}), mixed(samples, mix={"random": 2, "chain": 1})
    assert [one.of(index, 0) for index in range(30)] == [other.of(index, 0) for index in range(30)]


def test_the_default_mix_leaves_out_what_the_tools_cannot_serve(unchainable: Dataflow) -> None:
    mix = mixed(unchainable)
    assert {"chain", "fan-in", "fan-out", "dag", "namespace", "near-names"} <= set(mix.left_out)
    assert mix.left_out["chain"].startswith("the sampler chain needs 3 tools in a row")
    assert {"neighbour", "random", "balanced", "power-law"} <= set(mix.samplers) == set(mix.weights)
    assert {mix.of(index, 0).name for index in range(100)} == set(mix.weights)


def test_what_is_asked_for_and_cannot_be_served_is_refused(unchainable: Dataflow, samples: Dataflow) -> None:
    with pytest.raises(SettingsError, match=r"^--sampler: the sampler chain needs 3 tools in a row.*; take it out"):
        mixed(unchainable, mix={"chain": 1, "random": 1})
    with pytest.raises(SettingsError, match="the sampler chain needs room for 3 tools, and the size leaves room for 2"):
        mixed(samples, size="2-9", mix={"chain": 1})
    with pytest.raises(SettingsError, match="the sampler chain needs 4 tools in a row"):
        mixed(unchainable, knobs={"chain": {"length": 4}})


@pytest.mark.parametrize(
    ("sampling", "said"),
    [
        ({"size": "9-3"}, r"--size must not end before it starts; got '9-3', write 3-9"),
        ({"size": "0-3"}, r"--size must start at 1 or more"),
        ({"size": "many"}, r"--size must be MIN-MAX, for example 8-15; got 'many'"),
        ({"mix": {"chian": 1}}, r"--sampler must name samplers, and 'chian' is none; did you mean 'chain'\?"),
        ({"mix": {"zzz": 1}}, r"there are neighbour, .*, and one of your own is given as module:Name"),
        ({"mix": {"chain": 0}}, r"--sampler must have a weight above 0"),
        ({"mix": {"chain": -1}}, r"--sampler must be at least 0; got -1"),
        ({"sise": "3"}, r"sampling\.sise is not a known key; did you mean 'size'\?"),
        ({"mix": {"random": 1}, "knobs": {"chain": {"length": 2}}}, r"give chain a weight in it"),
    ],
)
def test_settings_out_of_place_are_refused(sampling: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_settings(flags={"sampling": sampling})


def test_a_file_names_its_place_and_a_flag_takes_the_place_of_its_mix(tmp_path: Path, unchainable: Dataflow) -> None:
    config = tmp_path / "run.toml"
    config.write_text("[sampling]\nsize = 4\n[sampling.mix]\nchain = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"run\.toml: sampling\.mix: the sampler chain needs"):
        load_mix(read_settings(config), unchainable)
    settings = read_settings(config, {"sampling": {"mix": sampler_flags(["random", "balanced=2"])}})
    assert settings.sampling.weights == {"balanced": 2, "random": 1}
    assert settings.sampling.sizes == (4, 4)
    config.write_text("[sampling.mix]\nchian = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"run\.toml: sampling\.mix must name samplers"):
        read_settings(config)
    with pytest.raises(SettingsError, match="--sampler must be NAME or NAME=WEIGHT"):
        sampler_flags(["chain=much"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("strange", "drew 'nobody', which is no tool of the catalogue"),
        ("broken", "failed at its first draw: AttributeError: .*; mend it there"),
        ("greedy", "it must take exactly two arguments, flow and wanted"),
        ("NUMBER", "it needs `def __call__"),
        ("Nowhere", "has no 'Nowhere'"),
    ],
)
def test_a_sampler_of_ones_own_that_is_none_is_refused(samples: Dataflow, own: str, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        mixed(samples, mix={f"{own}:{name}": 1})


def test_knobs_are_checked(samples: Dataflow) -> None:
    with pytest.raises(LoadingError, match="has no knob 'lenght'; did you mean length"):
        mixed(samples, mix={"chain": 1}, knobs={"chain": {"lenght": 4}})
    with pytest.raises(LoadingError, match="cannot take its knobs: length must be from 2 to 8"):
        mixed(samples, mix={"chain": 1}, knobs={"chain": {"length": 40}})


def test_the_fingerprint_covers_sampling(samples: Dataflow, own: str) -> None:
    def of(**sampling: Any) -> str:
        return fingerprint(read_settings(flags={"sampling": sampling}), samples.catalogue, "conversation")

    mine = f"{own}:First"
    different = [
        of(),
        of(size="8-14"),
        of(mix={"chain": 1}),
        of(mix={"chain": 2, "random": 1}),
        of(mix={"chain": 1}, knobs={"chain": {"length": 4}}),
        of(mix={mine: 1}),
    ]
    assert len(set(different)) == len(different)
    assert of(mix={"chain": 1, "random": 0}) == of(mix={"chain": 1})
    Path(own).write_text(OWN + "\n# another\n", encoding="utf-8")
    assert of(mix={mine: 1}) != different[-1]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """Two samplers: one of one's own with a knob, and one that offers what must not be called."""
    path = tmp_path_factory.mktemp("own") / "own.py"
    path.write_text(OWN, encoding="utf-8")
    mine = f"{path}:First"
    knobs = {mine: {"skip": 2}, "distractors": {"share": 0.6}}
    sampling = {"size": "6-9", "mix": {mine: 1, "distractors": 2}, "knobs": knobs}
    made = prepare(read_settings(flags={"run": {"turns": "1-2"}, "sampling": sampling}))
    yield made
    made.close()


@pytest.fixture(scope="module")
def records(job: Job) -> list[Record]:
    async def all_of_them() -> list[Record]:
        return [await converse(job.graph, job.context(index), job.identity(index)) for index in range(9)]

    return asyncio.run(all_of_them())


def test_a_record_says_what_drew_its_tools(job: Job, records: list[Record]) -> None:
    assert [record.sampler for record in records] == [job.mix.of(index, 0).name for index in range(9)]
    firsts = [record for record in records if record.sampler.endswith("own.py:First")]
    assert firsts
    for record in firsts:
        assert [tool.name for tool in record.tools] == job.dataflow.names[2 : 2 + len(record.tools)]
        assert record.distractors == ()
    assert all(6 <= len(record.tools) <= 9 for record in records)


def test_what_distracts_is_offered_and_never_called(records: list[Record]) -> None:
    offering = [record for record in records if record.sampler == "distractors"]
    assert len(offering) >= 5
    for record in offering:
        assert record.outcome.status == "accepted"
        assert record.distractors
        assert set(record.distractors) < {tool.name for tool in record.tools}
        called = {call.name for turn in record.turns for step in turn.steps for call in step.calls}
        assert called or record.stratum in ("irrelevant", "missing_tool")
        assert not called & set(record.distractors)


def test_a_sampler_that_finds_nothing_ends_its_conversation_alone(job: Job) -> None:
    def picky(flow: Dataflow, wanted: Wanted) -> WorkingSet:
        raise SamplingError("needs what is not there", found=flow.names[:2])

    with pytest.raises(SamplingError, match="the sampler picky needs what is not there") as caught:
        Sampling("picky", picky).draw(job.dataflow, Stream("draw"))
    assert caught.value.found == tuple(job.dataflow.names[:2])


def test_the_command_takes_samplers_and_the_manifest_says_which_ran(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    asked = ["generate", "--num", "2", "--turns", "1", "--size", "5", "--out", out]
    assert command([*asked, "--sampler", "chain", "--sampler", "dag=3"]) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sampling"] == {"mix": {"chain": 1.0, "dag": 3.0}, "left_out": {}}
    assert manifest["settings"]["sampling"]["size"] == "5-5"
    assert command([*asked, "--sampler", "chian"]) == 2
    assert "--sampler must name samplers" in capsys.readouterr().err
