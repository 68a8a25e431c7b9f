"""What can be said of one tool, and of what answers it."""

from typing import Any

from pydantic import field_serializer, field_validator, model_validator

from digit_tc.live.address import redacted
from digit_tc.section import Section
from digit_tc.tools.names import singular, words
from digit_tc.world.effects import EffectFields, Precondition


class ToolSettings(Section, EffectFields):
    """What is said of one tool: any field of its effect, and what answers its calls in place of the simulation."""

    function: str = ""
    """`pkg.mod:name` or `file.py:name`, in a file of settings relative to it."""
    fixture: str = ""
    """A file of recorded calls, in a file of settings relative to it."""
    fallback: bool = False
    """Whether the simulation answers what the fixture does not hold; else it is an error result."""
    mcp: str = ""
    """The command line of a stdio server, started in the folder of the file of settings, or an http(s) address."""

    @field_serializer("mcp")
    def _without_secrets(self, mcp: str) -> str:
        return redacted(mcp)

    @field_validator("entity")
    @classmethod
    def _entity_is_a_noun(cls, value: str) -> str:
        parts = words(value)
        return " ".join((*parts[:-1], singular(parts[-1]))) if parts else ""

    @field_validator("preconditions")
    @classmethod
    def _conditions_say_something(cls, value: tuple[Precondition, ...]) -> tuple[Precondition, ...]:
        if any(not (one.needs or one.refuses or one.context) for one in value):
            raise ValueError("must each have what they need, what they refuse, or a context")
        return value

    @model_validator(mode="after")
    def _one_source(self) -> "ToolSettings":
        given = [name for name in ("function", "fixture", "mcp") if name in self.model_fields_set]
        for name in given:
            if not getattr(self, name).strip():
                raise ValueError(f"must not have an empty {name}; say what answers, or take the key out")
        if len(given) > 1:
            raise ValueError(f"must have one source of answers; got {' and '.join(given)}: take all but one out")
        if "fallback" in self.model_fields_set and given != ["fixture"]:
            raise ValueError("must have a fixture where there is a fallback; add fixture, or take fallback out")
        return self

    @property
    def effect(self) -> dict[str, Any]:
        """The fields of the effect that are said."""
        return self.model_dump(include=self.model_fields_set & set(EffectFields.model_fields))

    @property
    def answers(self) -> tuple[str, str]:
        """What answers its calls: the name of the key, and its value without secrets; both empty for the simulation."""
        given = [(name, getattr(self, name)) for name in ("function", "fixture", "mcp") if getattr(self, name)]
        name, value = given[0] if given else ("", "")
        return name, redacted(value) if name == "mcp" else value
