"""What a model is told of a person and of what they want, in words and without the names that programs use."""

from collections.abc import Mapping
from typing import Any

from digit_tc.records import Language, Persona, ToolRecord
from digit_tc.tools.names import spoken
from digit_tc.tools.tool import Tool

_TRAITS = {
    "politeness": ("blunt", "polite"),
    "verbosity": ("brief", "talkative"),
    "formality": ("casual", "formal"),
    "hedging": ("direct", "hesitant"),
}
_CHARACTER = {
    "openness": ("conventional", "curious"),
    "conscientiousness": ("spontaneous", "careful"),
    "extraversion": ("reserved", "outgoing"),
    "agreeableness": ("critical", "kind"),
    "neuroticism": ("calm", "anxious"),
}
"""A trait that is as most people have it goes without a word."""
_ENGLISH: dict[Language, str] = {
    "american": "American English",
    "british": "British English",
    "indian": "Indian English",
    "plain": "plain English in short sentences; it is not their first language",
}


def wish(tool: Tool | ToolRecord, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Returns one goal in words: what the tool is for, and what each argument means."""
    known: Mapping[str, Any] = tool.parameters.get("properties", {})
    details: dict[str, Any] = {}
    for name, value in arguments.items():
        what = str(known.get(name, {}).get("description") or spoken(name))
        details[spoken(name) if what in details else what] = value
    return {"wish": tool.description or spoken(tool.name), "details": details}


def manner(persona: Persona) -> dict[str, Any]:
    """Returns who talks and how; facts such as the address stay out, they are said when a plan has them."""
    words = [word for trait, pair in _TRAITS.items() if (word := _pole(getattr(persona, trait), pair))]
    character = [word for trait, pair in _CHARACTER.items() if (word := _pole(getattr(persona.traits, trait), pair))]
    contractions = "uses contractions" if persona.contractions else "uses no contractions"
    return {
        "name": persona.name,
        "occupation": persona.occupation,
        "city": persona.city,
        "role": persona.role,
        "expertise": persona.expertise,
        "character": ", ".join(character),
        "talks": ", ".join(dict.fromkeys([persona.style, *words, contractions])),
        "english": _ENGLISH[persona.language],
    }


def facts(persona: Persona) -> dict[str, str]:
    """Returns what a person knows of themselves and may be asked for."""
    known = ("name", "email", "phone", "street", "postal_code", "city", "country")
    return {spoken(name): str(getattr(persona, name)) for name in known}


def _pole(level: float, pair: tuple[str, str]) -> str:
    """Returns the word for a level from 0 to 1, or nothing for the middle."""
    return pair[0] if level < 1 / 3 else pair[1] if level > 2 / 3 else ""
