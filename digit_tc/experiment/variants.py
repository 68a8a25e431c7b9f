"""An experiment as its file has it: ordinary settings, and variants that are laid over them.

::

    [experiment]     `baseline`, the variant that the others are compared with (the first where none is named), and
                     `out`, the folder (`experiments/` and the name of the file where none is named)
    [variants.NAME]  tables as in a file of settings, each laid over those of the file
"""

import copy
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digit_tc.engine import manifest
from digit_tc.engine.job import prepare
from digit_tc.errors import InputError, OutputError, SettingsError
from digit_tc.experiment.results import require_experiment
from digit_tc.fingerprint import differences
from digit_tc.importing import nearest
from digit_tc.models.replies import NAME as REPLIES
from digit_tc.settings import Settings, settled
from digit_tc.tables import laid_over, read_toml

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OWN = ("baseline", "out")
_SHARED = ("num", "seed", "out", "shard", "until_accepted", "replies", "replay", "log_format")
"""What holds for all variants or for none: they would not meet the same scenarios, or not go to the same place."""
_UNUSED = {
    "out": "give out under [experiment]",
    "shard": "take it out, as scenarios are compared one by one",
    "until_accepted": "give num, as all variants meet the same scenarios",
}


@dataclass(frozen=True)
class Variant:
    """One variant; what was found out of it when it was checked is empty before."""

    name: str
    settings: Settings
    shape: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    asks_models: bool = False


@dataclass(frozen=True)
class Experiment:
    """Variants, the first of which is the baseline, and the folder that they go to."""

    file: Path
    out: Path
    variants: tuple[Variant, ...]

    @property
    def baseline(self) -> Variant:
        """The variant that the others are compared with."""
        return self.variants[0]

    def folder(self, variant: Variant) -> Path:
        """Returns the folder of a variant, which is that of a run."""
        return self.out / variant.name

    def settings(self, variant: Variant) -> Settings:
        """Returns what a variant is run with: replies of models are kept for all variants together."""
        run = variant.settings.run
        if run.replies or run.replay or not variant.asks_models:
            return variant.settings
        shared = run.model_copy(update={"replies": str(self.out / REPLIES)})
        return variant.settings.model_copy(update={"run": shared})


def read_experiment(file: Path, flags: Mapping[str, Any] | None = None, out: Path | None = None) -> Experiment:
    """Reads the file of an experiment.

    Args:
        file: A TOML file.
        flags: Tables that win over the file and over every variant.
        out: The folder, where it is not the one that the file names.

    Raises:
        SettingsError: The file cannot be read, or a value is out of place; the message names the variant and the key.
    """
    table = read_toml(file)
    said = _table(table.pop("experiment", {}), f"{file}: experiment")
    variants = _table(table.pop("variants", {}), f"{file}: variants")
    for key in said:
        if key not in _OWN:
            raise SettingsError(f"{file}: experiment.{key} is not a known key; known here are {', '.join(_OWN)}")
        if not isinstance(said[key], str):
            raise SettingsError(f"{file}: experiment.{key} must be text in quotes; got {said[key]!r}")
    if len(variants) < 2:
        raise SettingsError(f"{file}: variants: there must be at least two to compare; add tables [variants.NAME]")
    settled(copy.deepcopy(table), file, {})
    for key, mend in _UNUSED.items():
        if key in table.get("run", {}):
            raise SettingsError(f"{file}: run.{key} cannot be used in an experiment; {mend}")
    _check_names(file, list(variants))
    first = said.get("baseline", next(iter(variants)))
    if first not in variants:
        close = nearest(first, list(variants)) or f"; there are {', '.join(variants)}"
        raise SettingsError(f"{file}: experiment.baseline {first!r} is no variant{close}")
    return Experiment(
        file=file,
        out=out or Path(said.get("out") or Path("experiments") / file.stem),
        variants=tuple(
            Variant(name, _settings(file, table, name, variants[name], flags or {}))
            for name in sorted(variants, key=lambda name: name != first)
        ),
    )


def checked(experiment: Experiment) -> Experiment:
    """Returns an experiment whose variants can be run, each with its fingerprint; nothing is written.

    Raises:
        InputError: A variant cannot be used, is like another one, or has changed since its folder was made; or the
            folder of the experiment is somebody else's.
    """
    require_experiment(experiment.out)
    variants = tuple(_checked(experiment.file, variant) for variant in experiment.variants)
    met: dict[str, str] = {}
    for variant in variants:
        place = f"{experiment.file}: variants.{variant.name}"
        if variant.fingerprint in met:
            raise SettingsError(
                f"{place} makes the same conversations as variants.{met[variant.fingerprint]}; change it or take it out"
            )
        met[variant.fingerprint] = variant.name
        _require_strata(place, variant, variants[0])
        _require_same(experiment, variant)
    return Experiment(experiment.file, experiment.out, variants)


def _checked(file: Path, variant: Variant) -> Variant:
    try:
        with closing(prepare(variant.settings)) as job:
            return Variant(variant.name, variant.settings, job.shape, job.fingerprint, job.asks_models)
    except InputError as error:
        raise SettingsError(f"{file}: variants.{variant.name}: {str(error).removeprefix(f'{file}: ')}") from error


def _require_strata(place: str, variant: Variant, baseline: Variant) -> None:
    """Refuses a variant that would meet other scenarios although nobody has asked for that.

    The default mix of strata is for the graph `conversation` with roles of this package alone.
    """
    said = variant.settings.strata is not None or baseline.settings.strata is not None
    if not said and variant.shape["strata"] != baseline.shape["strata"]:
        raise SettingsError(
            f"{place} would not meet the scenarios of variants.{baseline.name}: graphs and roles of one's own, and the"
            " graphs without a part of the method, are given no strata but those that are asked for; add [strata] to"
            " the file, for example with plain = 100"
        )


def _require_same(experiment: Experiment, variant: Variant) -> None:
    """Refuses a variant whose folder holds another run, before any of the others is gone on with."""
    folder = experiment.folder(variant)
    found = manifest.read(folder)
    if found is None or found.get("fingerprint") == variant.fingerprint:
        return
    there = found.get("shape")
    changed = differences(variant.shape, there) if isinstance(there, dict) else []
    raise OutputError(
        f"{experiment.file}: variants.{variant.name} is not what {folder} was made with"
        f" ({'; '.join(changed) or 'its manifest says no more'}); change it back, give it another name, or choose"
        " another folder with --out"
    )


def _settings(file: Path, table: dict[str, Any], name: str, variant: Any, flags: Mapping[str, Any]) -> Settings:
    place = f"{file}: variants.{name}"
    for key, value in _table(variant, place).items():
        _table(value, f"{place}.{key}")
    for role, model in variant.get("models", {}).items():
        _table(model, f"{place}.models.{role}")
    for key in _SHARED:
        if key in variant.get("run", {}):
            raise SettingsError(f"{place}.run.{key} cannot differ between variants; give it for all, or take it out")
    merged = laid_over(copy.deepcopy(table), copy.deepcopy(variant))
    return settled(merged, file, flags, within=("variants", name))


def _table(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"{place} must be a table; got {value!r}")
    return value


def _check_names(file: Path, names: list[str]) -> None:
    """Sees to it that each name can be that of a folder, everywhere."""
    met: dict[str, str] = {}
    for name in names:
        if not _NAME.fullmatch(name):
            raise SettingsError(
                f"{file}: variants.{name!r} names a folder: up to 64 letters, digits, - and _, and no sign in front"
            )
        if other := met.get(name.lower()):
            raise SettingsError(f"{file}: variants.{name} and variants.{other} differ in case alone; rename one")
        met[name.lower()] = name
