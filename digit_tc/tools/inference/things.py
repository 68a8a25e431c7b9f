"""What things usually have: the attributes that a tool shows of a thing of which nothing better is known."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

_TYPES = ("number", "integer", "boolean")


def usual_attributes(noun: str) -> dict[str, dict[str, Any]]:
    """Returns the usual attributes of a thing with their schemas, by name; empty where the noun is not known.

    A noun phrase that is not known as a whole counts as its last word.
    """
    known = _things()
    text = known.get(noun) or known.get(noun.rsplit(maxsplit=1)[-1] if noun else "", "")
    return dict(_attribute(word) for word in text.split())


@lru_cache(maxsize=1)
def _things() -> dict[str, str]:
    found: dict[str, str] = json.loads(files("digit_tc.tools.inference").joinpath("things.json").read_text("utf-8"))
    return found


def _attribute(word: str) -> tuple[str, dict[str, Any]]:
    """Reads `price:number`, `status:open|closed`, `items[]` or a plain name, which is text."""
    name, _, kind = word.partition(":")
    if kind in _TYPES:
        return name, {"type": kind}
    if kind:
        return name, {"type": "string", "enum": kind.split("|")}
    if name.endswith("[]"):
        return name[:-2], {"type": "array", "items": {"type": "string"}}
    return name, {"type": "string"}
