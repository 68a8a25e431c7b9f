"""How people ask: by their character and their English, in many frames."""

from datetime import date
from typing import Any

import pytest

from digit_tc.phrasing import frames, sentences
from digit_tc.phrasing.manner import Manner, spelt
from digit_tc.phrasing.spoken import said_date
from digit_tc.phrasing.variants import variant
from digit_tc.streams import Stream
from digit_tc.values.persona import draw_persona

TODAY = date(2025, 3, 5)
SOMEBODY = draw_persona(Stream("somebody"))


def texts(count: int = 60, *, later: bool = False, **traits: Any) -> list[str]:
    persona = SOMEBODY.model_copy(update=traits)
    clauses = [["book a hotel", "the class is economy"], ["show me my trips"]]
    return [Manner(persona, Stream("m", seed), later=later).whole(clauses) for seed in range(count)]


def share(found: list[str], *words: str) -> float:
    return sum(any(word in text.lower() for word in words) for text in found) / len(found)


def test_a_template_stands_for_all_its_wordings_and_leaves_values_alone() -> None:
    drawn = {variant("[could|would] you [please |]{g}", Stream("v", seed), g="see [a|b]") for seed in range(40)}
    assert drawn == {f"{first} you {second}see [a|b]" for first in ("could", "would") for second in ("please ", "")}


def test_every_template_is_whole() -> None:
    names = [name for name in vars(frames) if name.isupper() and name != "SPELLINGS"]
    tables = [getattr(frames, name) for name in names]
    flat = [
        one for table in tables for group in (table.values() if isinstance(table, dict) else (table,)) for one in group
    ]
    own = [sentences.SENTENCES, sentences.TAILS, sentences.OWN, sentences.OWN_TAILS]
    flat += [one for table in own for group in table.values() for one in group]
    assert len(flat) > 200
    filled = dict.fromkeys(("g", "link", "ask", "who", "v", "n", "be"), "x")
    for template in flat:
        said = variant(template, Stream("whole", template), **filled)
        assert not set("[]|{}") & set(said), template


def test_the_polite_are_polite_and_the_hesitant_hesitate() -> None:
    polite, blunt = texts(politeness=1.0, hedging=0.0), texts(politeness=0.0, hedging=0.0)
    assert share(polite, "please", "thank", "grateful", "appreciate", "kind") > share(blunt, "please", "thank") + 0.2
    reserved = ("wonder", "maybe", "perhaps", "i think", "i guess", "hoping", "if i may", "might", "sure")
    assert share(texts(200, hedging=1.0), *reserved) > share(texts(200, hedging=0.0), *reserved) + 0.1


def test_the_talkative_digress_and_contractions_are_ones_own() -> None:
    def length(found: list[str]) -> float:
        return sum(len(text.split()) for text in found) / len(found)

    assert length(texts(verbosity=1.0)) > length(texts(verbosity=0.0)) + 1
    assert share(texts(contractions=True), "i'd", "i'm", "that's", "let's") > 0.1
    assert share(texts(contractions=False), "i'd like", "i'm ", "that's") < 0.1


def test_a_contraction_shortens_whole_words_and_nothing_quoted() -> None:
    persona = SOMEBODY.model_copy(update={"contractions": True, "verbosity": 0.0, "politeness": 0.0})
    clauses = [['note "it is fine"', "the reason for my visit is rest", "it is urgent"]]
    found = Manner(persona, Stream("short"), later=True).whole(clauses)
    assert '"it is fine"' in found
    assert "my visit is rest" in found
    assert "It's urgent" in found


@pytest.mark.parametrize("language", ["american", "british", "indian", "plain"])
def test_each_english_has_frames_of_its_own(language: str) -> None:
    others = {text for name in frames.OWN if name != language for text in texts(language=name)}
    assert len(set(texts(language=language)) - others) > 20


def test_spelling_and_the_order_of_dates_go_with_the_english() -> None:
    british = SOMEBODY.model_copy(update={"language": "british"})
    assert spelt("the color of your organization", british) == "the colour of your organisation"
    assert spelt("the color", SOMEBODY.model_copy(update={"language": "american"})) == "the color"
    stream = Stream("dates")
    assert {said_date("2025-08-04", TODAY, stream, "day") for _ in range(90)} == {
        "4 August", "the 4th of August", "4 Aug", "2025-08-04",
    }  # fmt: skip
    assert all("August 4" in one or "Aug 4" in one or one[:4] == "2025" for one in (
        said_date("2025-08-04", TODAY, stream, "month") for _ in range(90)
    ))  # fmt: skip


def test_frames_are_seldom_shared() -> None:
    found = texts(200, later=True)
    assert len(set(found)) > 0.95 * len(found)
