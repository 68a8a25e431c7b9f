"""Who asks: a seeded person with facts about themselves, a character, a role, and a way of talking that follows.

The Big Five are drawn first; how a person talks follows from them by the rules in `_style`, which are those findings on
personality and language that Mairesse and Walker collect ("PERSONAGE: Personality generation for dialogue", ACL 2007):
extraverts say more and less formally, agreeable people are polite, conscientious ones careful with form, and who is
anxious or new to a thing speaks with reserve.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from digit_tc.records import BigFive, Expertise, Language, Persona
from digit_tc.section import Section
from digit_tc.streams import Stream
from digit_tc.values.lexicon import cities, lexicon
from digit_tc.values.people import Person, read_people

SERVED: Mapping[str, float] = {
    "customer": 6,
    "regular customer": 2,
    "new customer": 2,
    "assistant of a customer": 1,
    "clerk": 1,
}
"""What people are to those whom they write to where they are served, with weights."""
WORKING: Mapping[str, float] = {
    "team member": 4,
    "manager": 2,
    "team lead": 2,
    "coordinator": 1,
    "analyst": 1,
    "trainee": 1,
}
"""What they are where they work with others."""
EXPERTISE: Mapping[Expertise, float] = {"novice": 2, "casual": 4, "skilled": 3, "expert": 1}
LANGUAGES: Mapping[Language, float] = {"american": 5, "british": 2.5, "indian": 1, "plain": 1.5}
_WORK = {"project", "task", "sprint", "ticket", "issue", "milestone", "repository", "branch", "commit", "deployment",
         "server", "pipeline", "file", "folder", "directory", "document", "employee", "workspace"}  # fmt: skip
"""Things with which people work; tools for more than half of which are such are those of a workplace."""
_STARTING = ("new", "trainee")
_SPREAD = 0.25
"""How far style strays from what the traits say, to either side."""
_CAREFUL = {"novice": 0.2, "casual": 0.05, "skilled": -0.1, "expert": -0.2}


_Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class PersonaSettings(Section):
    """Who the people of a run are: drawn by weights, which need not come to one, or taken from a file.

    An empty table stands for the weights of this module; a name that a table leaves out is never drawn.
    """

    file: str = ""
    """People of one's own, in a file of settings relative to it: JSON, or one on each line."""
    roles: dict[str, _Weight] = Field(default_factory=dict)
    expertise: dict[Expertise, _Weight] = Field(default_factory=dict)
    language: dict[Language, _Weight] = Field(default_factory=dict)

    @field_validator("roles", "expertise", "language")
    @classmethod
    def _something_weighs(cls, value: dict[str, float]) -> dict[str, float]:
        if value and not sum(value.values()):
            raise ValueError("must have a weight above 0; take the table out to use our own")
        return value


@dataclass(frozen=True)
class Personas:
    """Where the people of a run come from; what `people` leave out is drawn by the weights."""

    settings: PersonaSettings = field(default_factory=PersonaSettings)
    people: tuple[Person, ...] = ()

    def draw(self, stream: Stream, chosen: Stream, things: Collection[str] = ()) -> Persona:
        """Draws a person.

        Args:
            stream: Draws what nobody said; what is said of somebody shifts no other draw.
            chosen: Draws who of `people` it is.
            things: What each tool at hand is for, of which the role depends.
        """
        said = chosen.choice(self.people) if self.people else Person()
        working = 2 * sum(thing in _WORK for thing in things) > len(things)
        roles = self.settings.roles or (WORKING if working else SERVED)
        return Persona(**self._facts(stream, said), **self._character(stream, said, roles))

    def _facts(self, stream: Stream, said: Person) -> dict[str, Any]:
        """Returns what a person states about themselves; a city of ours brings its country and post code along."""
        words = lexicon()
        first, last = stream.choice(words["first_names"]), stream.choice(words["last_names"])
        drawn = stream.choice(words["cities"])
        city = cities().get(said.city or drawn["city"], drawn)
        local, area = stream.choice(words["phone_local"]).replace("-", ""), stream.integer(201, 989)
        first, last = said.first_name or first, said.last_name or last
        facts = {
            "first_name": first,
            "last_name": last,
            "email": f"{_plain(first)}.{_plain(last)}@{stream.choice(words['email_domains'])}",
            "phone": f"{city['dial']}{area}{local}",
            "occupation": stream.choice(words["personas"]["occupations"]),
            "city": city["city"],
            "country": city["country"],
            "street": f"{stream.integer(3, 180)} {stream.choice(words['streets'])}",
            "postal_code": str(city["postal_code"]),
        }
        return facts | {name: value for name in facts if (value := getattr(said, name)) is not None}

    def _character(self, stream: Stream, said: Person, roles: Mapping[str, float]) -> dict[str, Any]:
        weights = self.settings
        traits = {name: _trait(stream) for name in BigFive.model_fields} | said.traits
        role = stream.weighted([*roles.items()])
        expertise = stream.weighted([*(weights.expertise or EXPERTISE).items()])
        language = stream.weighted([*(weights.language or LANGUAGES).items()])
        role, language = said.role or role, said.language or language
        new = role.split()[0] in _STARTING and not weights.expertise
        expertise = said.expertise or ("novice" if new else expertise)
        style = _style(traits, expertise, language, stream)
        style |= {name: value for name in style if (value := getattr(said, name)) is not None}
        return {
            "traits": BigFive(**traits),
            "role": role,
            "expertise": expertise,
            "language": language,
            "style": said.style or _nearest(style),
            **style,
        }


def personas(settings: PersonaSettings, named: str) -> Personas:
    """Reads the file of people, where there is one; `named` is how messages name the setting.

    Raises:
        SettingsError: The file cannot be used.
    """
    return Personas(settings, read_people(Path(settings.file), named) if settings.file else ())


def draw_persona(stream: Stream) -> Persona:
    """Draws a person where nothing was said of people."""
    return Personas().draw(stream, stream)


def _trait(stream: Stream) -> float:
    """Draws a trait: the mean of three even draws, which lies near a half with a standard deviation of a sixth."""
    return round(sum(stream.unit() for _ in range(3)) / 3, 3)


def _style(traits: Mapping[str, float], expertise: Expertise, language: Language, stream: Stream) -> dict[str, Any]:
    """Returns how somebody talks: weighted deviations of the traits from their middle, and a draw for all the rest."""
    openness, careful, outgoing, kind, anxious = (traits[name] - 0.5 for name in BigFive.model_fields)
    formality = _level(1.4 * careful - 0.9 * openness - 0.6 * outgoing, stream)
    return {
        "politeness": _level(1.5 * kind + 0.5 * careful, stream, middle=0.55),
        "verbosity": _level(1.5 * outgoing + 0.5 * openness, stream),
        "formality": formality,
        "hedging": _level(1.2 * anxious - 0.5 * outgoing + _CAREFUL[expertise], stream, middle=0.4),
        "contractions": formality < 0.55 and language != "plain",
    }


def _level(shift: float, stream: Stream, *, middle: float = 0.5) -> float:
    noise = _SPREAD * (2 * stream.unit() - 1)
    return round(min(1.0, max(0.0, middle + shift + noise)), 3)


def _nearest(style: Mapping[str, Any]) -> str:
    """Returns the word for a way of talking: that of the described style which is nearest to it."""
    named = lexicon()["personas"]["styles"]
    compared = ("politeness", "verbosity", "formality", "contractions")
    return str(min(named, key=lambda one: sum(abs(one[name] - style[name]) for name in compared))["name"])


def _plain(name: str) -> str:
    """Returns a name as it stands in an address."""
    return "".join(sign for sign in name.lower() if sign.isascii() and sign.isalnum()) or "me"
