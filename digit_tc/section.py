"""The base of every table of the settings, and what a yes or no must not be taken for."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidatorFunctionWrapHandler, field_validator


class Section(BaseModel):
    """A table of the settings: frozen; unknown keys are refused, and `true` where a number is wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="wrap")
    @classmethod
    def _true_is_no_number(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        made = handler(value)
        if problem := taken_for_number(value, made):
            raise ValueError(problem)
        return made


def taken_for_number(given: Any, made: Any) -> str:
    """Says what should have been given where pydantic made a number of true or false; empty where it did not."""
    if isinstance(given, bool) and isinstance(made, int | float) and not isinstance(made, bool):
        kind = "a whole number" if isinstance(made, int) else "a number"
        return f"must be {kind}; got {str(given).lower()}"
    if isinstance(given, Mapping) and isinstance(made, Mapping) and len(given) == len(made):
        return next(filter(None, map(taken_for_number, given.values(), made.values())), "")
    if isinstance(given, list | tuple) and isinstance(made, list | tuple) and len(given) == len(made):
        return next(filter(None, map(taken_for_number, given, made)), "")
    return ""
