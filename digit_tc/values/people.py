"""People of a user's own: a file of descriptions, each of which may leave things to be drawn."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from digit_tc.errors import SettingsError
from digit_tc.records import BigFive, Expertise, Language
from digit_tc.values.lexicon import cities

_Text = Annotated[str, Field(min_length=1, max_length=200)]
_Level = Annotated[float, Field(ge=0, le=1)]


class Person(BaseModel):
    """What is said of a person, by the names of `Persona`; None is drawn. `traits` may name some of the five."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_name: _Text | None = None
    last_name: _Text | None = None
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    phone: Annotated[str, Field(pattern=r"^\+?\d[\d ()-]{5,}$")] | None = None
    occupation: _Text | None = None
    city: _Text | None = None
    country: _Text | None = None
    street: _Text | None = None
    postal_code: _Text | None = None
    style: _Text | None = None
    politeness: _Level | None = None
    verbosity: _Level | None = None
    contractions: bool | None = None
    formality: _Level | None = None
    hedging: _Level | None = None
    traits: dict[str, _Level] = Field(default_factory=dict)
    role: _Text | None = None
    expertise: Expertise | None = None
    language: Language | None = None

    @field_validator("traits")
    @classmethod
    def _five(cls, value: dict[str, float]) -> dict[str, float]:
        if unknown := next((name for name in value if name not in BigFive.model_fields), None):
            raise ValueError(f"has no trait {unknown!r}; there are {', '.join(BigFive.model_fields)}")
        return value

    @model_validator(mode="after")
    def _place_is_whole(self) -> "Person":
        """A city that we know nothing of brings no country and no post code along."""
        if self.city and self.city not in cities() and not (self.country and self.postal_code):
            raise ValueError(f"the city {self.city!r} is not among ours; add country and postal_code")
        return self


def read_people(path: Path, named: str) -> tuple[Person, ...]:
    """Reads a JSON array of people, or one person on each line.

    Args:
        path: The file.
        named: How messages name the setting that leads to it.

    Raises:
        SettingsError: The file cannot be read, or a person cannot be used; the message has the file, the line or the
            place in the array, and the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{named}: {path} cannot be read: {error.strerror}; name a file of people") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 text; save it as UTF-8") from error
    people = tuple(_person(where, entry) for where, entry in _entries(path, text))
    if not people:
        raise SettingsError(f"{path}: has nobody in it; add a person, or take {named} out")
    return people


def _entries(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    """Yields what should be people, each with its place."""
    if text.lstrip().startswith("["):
        for at, entry in enumerate(_json(str(path), text)):
            yield f"{path}: /{at}", entry
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            where = f"{path}, line {number}"
            yield where, _json(where, line)


def _json(where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = f", line {error.lineno}" if "\n" in text.strip() else ""
        raise SettingsError(f"{where}{at}: not valid JSON: {error.msg} at column {error.colno}; mend it") from error


def _person(where: str, entry: Any) -> Person:
    if not isinstance(entry, dict):
        raise SettingsError(f'{where}: must be an object such as {{"role": "clerk"}}; got {json.dumps(entry)[:40]}')
    try:
        return Person.model_validate(entry)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in detail["loc"])
        told = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "extra_forbidden":
            told = f"nothing of that name is known of people; there are {', '.join(Person.model_fields)}"
        raise SettingsError(f"{where}{f', {key}' if key else ''}: {told}") from error
