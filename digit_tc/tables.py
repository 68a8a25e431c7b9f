"""Tables of settings as TOML has them: read from a file, and laid over one another."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digit_tc.errors import SettingsError


def read_toml(path: Path) -> dict[str, Any]:
    """Returns what a TOML file says.

    Raises:
        SettingsError: It cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}; correct it there") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 text; save it as UTF-8") from error
    except FileNotFoundError as error:
        raise SettingsError(f"{path}: there is no such file; correct the path") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}; name a TOML file") from error


def laid_over(table: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a table with another one laid over it, key by key; a mix or a model gives way as a whole."""
    return _merged(_without_the_other(dict(table), over), over)


def _without_the_other(table: dict[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the table without what a flag replaces: the mix of samplers, the default model of another source."""
    if "mix" in flags.get("sampling", {}):
        table = {**table, "sampling": {key: one for key, one in table.get("sampling", {}).items() if key != "mix"}}
    given = flags.get("models", {}).get("default", {})
    # A name of a model may also go with an import string.
    replaced = ("model", "base_url", "use") if "local" in given else ("local",) if "model" in given else ()
    models = table.get("models", {})
    kept = {key: value for key, value in models.get("default", {}).items() if key not in replaced}
    return {**table, "models": {**models, "default": kept}} if "default" in models else table


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
    return merged
