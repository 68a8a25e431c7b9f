"""Canonical JSON and the identities derived from it.

Identities are SHA-256 of canonical JSON, never the built-in `hash()`, so that they are equal in every process.
"""

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> str:
    """Renders a JSON value with sorted keys and no blanks; whole floats are written as integers, so 25.0 equals 25."""
    text = _ENCODER.encode(value)
    return _ENCODER.encode(_plain(value)) if ".0" in text else text  # a whole float is written with ".0"


def digest(*parts: Any) -> str:
    """Returns the SHA-256 of the canonical JSON of the parts, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(list(parts)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
