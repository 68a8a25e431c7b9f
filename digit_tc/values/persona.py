"""Who asks: a seeded person with an address, an occupation and a way of talking."""

from digit_tc.records import Persona
from digit_tc.streams import Stream
from digit_tc.values.lexicon import lexicon


def draw_persona(stream: Stream) -> Persona:
    """Draws a person."""
    words = lexicon()
    first, last = stream.choice(words["first_names"]), stream.choice(words["last_names"])
    city = stream.choice(words["cities"])
    style = stream.choice(words["personas"]["styles"])
    local = stream.choice(words["phone_local"]).replace("-", "")
    return Persona(
        first_name=first,
        last_name=last,
        email=f"{first}.{last}@{stream.choice(words['email_domains'])}".lower(),
        phone=f"{city['dial']}{stream.integer(201, 989)}{local}",
        occupation=stream.choice(words["personas"]["occupations"]),
        city=city["city"],
        country=city["country"],
        street=f"{stream.integer(3, 180)} {stream.choice(words['streets'])}",
        postal_code=str(city["postal_code"]),
        style=style["name"],
        politeness=style["politeness"],
        verbosity=style["verbosity"],
        contractions=style["contractions"],
        formality=style["formality"],
    )
