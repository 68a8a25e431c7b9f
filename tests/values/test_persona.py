"""People: drawn by their character, or a user's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from digit_tc.errors import SettingsError
from digit_tc.fingerprint import fingerprint
from digit_tc.phrasing.briefing import manner
from digit_tc.records import BigFive, Persona
from digit_tc.settings import read_settings
from digit_tc.streams import Stream
from digit_tc.tools.catalogue import Catalogue
from digit_tc.values.lexicon import cities
from digit_tc.values.people import read_people
from digit_tc.values.persona import SERVED, WORKING, Personas, PersonaSettings, draw_persona, personas

MANY = [draw_persona(Stream("many", seed)) for seed in range(400)]


def correlation(left: list[float], right: list[float]) -> float:
    """Pearson's."""
    middle = sum(left) / len(left), sum(right) / len(right)
    pairs = [(a - middle[0], b - middle[1]) for a, b in zip(left, right, strict=True)]
    spread = [sum(pair[side] ** 2 for pair in pairs) for side in (0, 1)]
    return float(sum(a * b for a, b in pairs) / (spread[0] * spread[1]) ** 0.5)


def test_people_differ_and_one_stream_gives_one_person() -> None:
    assert draw_persona(Stream("many", 3)) == MANY[3]
    assert {one.language for one in MANY} == {"american", "british", "indian", "plain"}
    assert {one.expertise for one in MANY} == {"novice", "casual", "skilled", "expert"}
    assert {one.role for one in MANY} == set(SERVED)
    assert len({one.style for one in MANY}) > 5


@pytest.mark.parametrize(
    ("trait", "style"),
    [
        ("agreeableness", "politeness"),
        ("extraversion", "verbosity"),
        ("conscientiousness", "formality"),
        ("neuroticism", "hedging"),
    ],
)
def test_how_one_talks_follows_from_ones_character(trait: str, style: str) -> None:
    traits = [getattr(one.traits, trait) for one in MANY]
    assert correlation(traits, [getattr(one, style) for one in MANY]) > 0.5
    assert 0.45 < sum(traits) / len(traits) < 0.55
    assert all(0 <= level <= 1 for level in traits)


def test_an_email_address_is_ones_own_and_a_place_is_whole() -> None:
    for one in MANY:
        assert one.email.startswith(one.first_name.lower()[:2])
        assert cities()[one.city]["country"] == one.country
        assert one.contractions is (one.formality < 0.55 and one.language != "plain")


def test_the_role_is_one_that_fits_the_tools() -> None:
    def roles(*things: str) -> set[str]:
        return {Personas().draw(Stream("p", seed), Stream("w", seed), things).role for seed in range(40)}

    assert roles("project", "task", "member") <= set(WORKING)
    assert roles("hotel", "flight", "task") <= set(SERVED)


def test_weights_decide_and_a_new_one_is_a_novice() -> None:
    people = Personas(PersonaSettings(roles={"new clerk": 1, "boss": 0}, language={"british": 2}))
    drawn = [people.draw(Stream("p", seed), Stream("w", seed)) for seed in range(20)]
    assert {(one.role, one.expertise, one.language) for one in drawn} == {("new clerk", "novice", "british")}


def test_a_record_of_an_older_version_loads() -> None:
    added = {"hedging", "traits", "role", "expertise", "language"}
    old = Persona.model_validate({key: value for key, value in MANY[0].model_dump().items() if key not in added})
    assert old.traits == BigFive()
    assert old.language == "american"


def file(folder: Path, text: str) -> Path:
    path = folder / "people.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_said_of_somebody_stands_and_the_rest_is_drawn(tmp_path: Path) -> None:
    said: list[dict[str, Any]] = [
        {"first_name": "Zoë", "role": "archivist", "traits": {"agreeableness": 1.0}, "formality": 0.9},
        {"city": "Oslo", "language": "indian", "email": "me@example.org"},
    ]
    for text in (json.dumps(said), "\n".join(json.dumps(one) for one in said)):
        settings = PersonaSettings(file=str(file(tmp_path, text)))
        people = personas(settings, "personas.file")
        drawn = [people.draw(Stream("p", seed), Stream("w", seed)) for seed in range(20)]
        zoe = next(one for one in drawn if one.first_name == "Zoë")
        other = next(one for one in drawn if one.city == "Oslo")
        assert (zoe.role, zoe.traits.agreeableness, zoe.formality, zoe.contractions) == ("archivist", 1.0, 0.9, False)
        assert zoe.email.startswith("zo.")
        assert (other.country, other.language, other.email) == ("Norway", "indian", "me@example.org")
        plain = [draw_persona(Stream("p", seed)) for seed in range(20)]
        assert [one.last_name for one in drawn] == [one.last_name for one in plain]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"role": "clerk"}\n{"rle": "clerk"}', "people.jsonl, line 2, rle: nothing of that name is known of people"),
        ('{"politeness": 2}', "line 1, politeness: "),
        ('{"traits": {"openess": 0.2}}', "line 1, traits: has no trait 'openess'; there are openness"),
        ('{"language": "klingon"}', "line 1, language: "),
        ('{"email": "nowhere"}', "line 1, email: "),
        ('{"city": "Atlantis"}', "line 1: the city 'Atlantis' is not among ours; add country and postal_code"),
        ('{"role": "clerk"', "line 1: not valid JSON"),
        ('[{"role": "clerk"}, {"role": ""}]', "people.jsonl: /1, role: "),
        ("7", "line 1: must be an object"),
        ("[7]", "/0: must be an object"),
        ("[", "not valid JSON"),
        ("\n", "has nobody in it"),
        ("[]", "has nobody in it"),
    ],
)
def test_a_person_that_cannot_be_used_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_people(file(tmp_path, text), "personas.file")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_file_stands_beside_the_settings_and_counts_by_its_content(tmp_path: Path) -> None:
    file(tmp_path, '{"role": "clerk"}')
    config = tmp_path / "run.toml"
    config.write_text('[personas]\nfile = "people.jsonl"\nlanguage = {british = 1}\n', encoding="utf-8")
    settings, tools = read_settings(config), Catalogue([])
    first = fingerprint(settings, tools, "conversation")
    assert Path(settings.personas.file) == tmp_path / "people.jsonl"
    assert fingerprint(read_settings(), tools, "conversation") != first
    file(tmp_path, '{"role": "boss"}')
    assert fingerprint(settings, tools, "conversation") != first
    with pytest.raises(SettingsError, match="must have a weight above 0"):
        read_settings(flags={"personas": {"roles": {"clerk": 0}}})
    with pytest.raises(SettingsError, match="did you mean 'roles'"):
        read_settings(flags={"personas": {"role": {"clerk": 1}}})


def test_a_missing_file_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"personas\.file: .*absent.*cannot be read"):
        read_people(tmp_path / "absent.jsonl", "personas.file")


def test_a_model_is_told_of_character_and_english() -> None:
    told = manner(MANY[0].model_copy(update={"traits": BigFive(neuroticism=0.9), "language": "plain", "role": "clerk"}))
    assert told["character"] == "anxious"
    assert told["role"] == "clerk"
    assert told["english"].startswith("plain English")
