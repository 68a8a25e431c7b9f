"""Flags that stand for whole tables of the settings."""

import tomllib
from collections.abc import Iterable
from typing import Any

from digit_tc.errors import SettingsError


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


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text  # a bare word is a string: nobody writes --role 'user.prompt="terse"'
