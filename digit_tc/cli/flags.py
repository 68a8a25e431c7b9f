"""Flags that stand for whole tables of the settings."""

import tomllib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from digit_tc.errors import SettingsError
from digit_tc.settings import model_flag

if TYPE_CHECKING:
    from digit_tc.engine.job import Job


def role_flags(values: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Turns `--role NAME=IMPORT` and `--role NAME.KNOB=VALUE` into the `[roles.NAME]` tables.

    Raises:
        SettingsError: A value has neither form.
    """
    tables: dict[str, dict[str, Any]] = {}
    for text in values:
        target, equals, value = text.partition("=")
        role, dot, knob = target.partition(".")
        if not (equals and role and value and (knob or not dot)):
            raise SettingsError(f"--role must be NAME=IMPORT or NAME.KNOB=VALUE; got {text!r}")
        tables.setdefault(role, {})[knob or "use"] = _toml_value(value) if knob else value
    return tables


def sampler_flags(values: Iterable[str]) -> dict[str, float]:
    """Turns `--sampler NAME` and `--sampler NAME=WEIGHT` into the table `[sampling.mix]`.

    Raises:
        SettingsError: A weight is no number.
    """
    mix: dict[str, float] = {}
    for text in values:
        name, equals, weight = text.partition("=")
        try:
            mix[name] = float(weight) if equals else 1.0
        except ValueError:
            raise SettingsError(f"--sampler must be NAME or NAME=WEIGHT, for example chain=2; got {text!r}") from None
    return mix


def refuse_unused(job: "Job", flags: Mapping[str, Any], instead: str) -> None:
    """Sees to it that somebody asks the model that flags name; `instead` is what to add where nobody does.

    Raises:
        SettingsError: No role asks a model.
    """
    unused = next(iter(flags.get("models", {}).get("default", {})), None)
    if unused and not job.asks_models:
        raise SettingsError(f"{model_flag(unused)} is not used by --roles {job.settings.run.roles}; add {instead}")


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text  # a bare word is a string: nobody writes --role 'user.prompt="terse"'
