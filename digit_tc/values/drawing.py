"""Drawing a value for a schema leaf by what it means, and for whole schemas leaf by leaf."""

from collections.abc import Callable
from typing import Any

from digit_tc.canonical import digest
from digit_tc.streams import Stream
from digit_tc.tools.fields import ITEM, VALUE, Field, branch
from digit_tc.tools.kinds import FORMATS, NAMES_OF
from digit_tc.tools.meaning import Meaning, judge
from digit_tc.tools.names import words
from digit_tc.tools.prose import choices, example
from digit_tc.tools.schema import type_of, violations
from digit_tc.values.lexicon import lexicon, words_for
from digit_tc.values.numbers import draw_number
from digit_tc.values.patterns import alike, matching
from digit_tc.values.scope import Scope
from digit_tc.values.standing import likely
from digit_tc.values.times import draw_date, draw_datetime, draw_time, draw_weekday

_TRIES = 4
_TITLES = {"event": "event", "meeting": "event", "appointment": "event", "task": "task", "issue": "task",
           "ticket": "task", "reminder": "reminder", "movie": "movie", "book": "book", "song": "song",
           "project": "project", "product": "product", "note": "task", "itinerary": "trip", "trip": "trip"}  # fmt: skip
_TRIPS = ("Weekend in", "A few days in", "Trip to", "Holiday in", "Getaway to")
_OTHERS = {"contact", "doctor", "member", "employee", "payee", "courier", "attendee", "student", "recipient",
           "assignee", "beneficiary", "friend", "invitation", "invite", "teacher", "driver", "person"}  # fmt: skip
"""Things whose name or address is somebody else's than the persona's."""
_DOSES = ("once a day", "twice a day", "every eight hours", "as needed")
_GRADES = ("standard", "basic", "regular", "extended", "classic", "compact", "flexible", "premium")
"""Values that suit most attributes whose meaning is not known."""
_FIRMS = {
    "company",
    "business",
    "merchant",
    "vendor",
    "payee",
    "supplier",
    "employer",
    "contact",
    "client",
    "transaction",
}
_VENUES = {
    "airport", "park", "museum", "theater", "cinema", "station", "school", "university", "college", "library", "gym",
    "zoo", "stadium", "shelter", "garage", "trail", "beach", "mall", "market", "cafe", "bar", "place", "venue", "spa",
}  # fmt: skip
"""Things that are called after somebody, with what they are behind it."""
_JOURNEYS = ("Summer holiday", "Family trip", "City break", "Anniversary getaway", "Team offsite", "Weekend away")
_NOTHING = (None, "any", "none", "all", "default", "unspecified", "unknown", "other")
"""Members of an enum that nobody would ask for."""
_OWN = {"person": "name", "first_name": "first_name", "last_name": "last_name", "email": "email", "phone": "phone"}


def _in_order(schema: dict[str, Any], values: list[Any]) -> list[Any]:
    """Puts members of an enum in the order in which the enum lists them."""
    members = branch(schema).get("enum")
    return sorted(values, key=members.index) if members else values


def draw_leaf(field: Field, means: Meaning, scope: Scope) -> Any:
    """Draws a value that fits the leaf's schema; tries again, then falls back on the schema alone.

    The value fits the type, format, pattern, range and enum; None means that nothing fitting could be drawn.
    """
    meant = means
    for _ in range(_TRIES):
        value = _candidate(field, meant, scope)
        if not violations(field.schema, value):
            scope.drawn.setdefault(means.kind, value)
            return value
        meant = Meaning(FORMATS.get(field.schema.get("format", ""), means.kind), means.entity, means.role)
    return _plain(field.schema, scope)


def draw(schema: dict[str, Any], tool: str, scope: Scope, path: tuple[str, ...] = ()) -> Any:
    """Draws a whole value for a schema without references; optional properties come with a chance of one half."""
    schema = branch(schema)
    kind = type_of(schema)
    if kind == "object" and "properties" in schema:
        needed = schema.get("required", [])
        chosen = [name for name in schema["properties"] if name in needed or scope.stream.chance(0.5)]
        chosen = chosen or [scope.stream.choice(list(schema["properties"]))]
        return {name: draw(schema["properties"][name], tool, scope, (*path, name)) for name in chosen}
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        keys = scope.stream.sample(lexicon()["tags"], max(2, schema.get("minProperties", 0)))
        return {key: draw(schema["additionalProperties"], tool, scope, (*path, VALUE)) for key in keys}
    if kind == "object":
        return {}
    if kind == "array":
        return _draw_list(schema, tool, scope, path)
    field = Field(path, schema, True)
    return draw_leaf(field, judge(field, tool), scope)


def _draw_list(schema: dict[str, Any], tool: str, scope: Scope, path: tuple[str, ...]) -> list[Any]:
    items = schema.get("items")
    if not isinstance(items, dict):
        return []
    low = max(1, int(schema.get("minItems", 1)))
    high = max(low, min(int(schema.get("maxItems", 3)), 3))
    if type_of(branch(items)) == "object":
        high = max(low, min(high, 2))
    count = scope.stream.integer(low, high)
    described = items if items.get("description") else {**items, "description": schema.get("description", "")}
    if type_of(branch(items)) in ("number", "integer"):
        count = max(count, min(4, int(schema.get("maxItems", 4))))
    drawn: list[Any] = []
    seen: set[str] = set()
    for _ in range(count * 4):
        value = draw(described, tool, scope, (*path, ITEM))
        if digest(value) not in seen:
            seen.add(digest(value))
            drawn.append(value)
        if len(drawn) == count:
            break
    return _in_order(items, drawn)


def _candidate(field: Field, means: Meaning, scope: Scope) -> Any:
    schema = field.schema
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        options = [option for option in schema["enum"] if option not in _NOTHING]
        goods = scope.drawn.get("goods")
        if field.key == "category" and goods and goods["category"] in options:
            return goods["category"]
        if field.key == "status" and scope.voice == "argument":
            return likely(options or schema["enum"], scope.stream)
        return scope.stream.choice(options or schema["enum"])
    kind = type_of(schema)
    if kind == "boolean":
        return scope.stream.chance(0.7 if scope.voice == "argument" else 0.8)
    if kind in ("integer", "number"):
        return _identity(schema, scope) if means.kind == "id" else draw_number(schema, means, scope, field.key)
    if kind == "null":
        return None
    return _text(field, means, scope)


def _identity(schema: dict[str, Any], scope: Scope) -> int:
    low = int(schema.get("minimum", 1001))
    return scope.stream.integer(low, int(schema.get("maximum", max(low, 9899))))


def _text(field: Field, means: Meaning, scope: Scope) -> Any:
    schema, described = field.schema, str(field.schema.get("description", ""))
    by_kind = _BY_KIND.get(means.kind)
    if by_kind and means.kind != "id":
        value = by_kind(field, means, scope)
        if "pattern" not in schema or not violations({"pattern": schema["pattern"]}, value):
            return value
    if "pattern" in schema:
        own = means.kind == "postal_code" and scope.voice == "argument"
        return matching(schema["pattern"], Stream("postal", scope.persona.email) if own else scope.stream)
    listed = choices(described)
    if listed and means.kind not in ("content", "message", "person", "email"):
        return scope.stream.choice(listed)
    if by_kind:
        return by_kind(field, means, scope)
    sample = example(described)
    if sample and (means.kind in ("text", "code", "name") and not sample.isalpha()):
        return alike(sample, scope.stream)
    return _from_list(field, means, scope, sample)


def _from_list(field: Field, means: Meaning, scope: Scope, sample: str) -> str:
    kind = means.kind
    about = means.entity.split()[-1] if means.entity else ""
    if kind in ("name", "title"):
        if about in _VENUES and not NAMES_OF.get(about):
            return f"{scope.stream.choice(lexicon()['last_names'])} {about.title()}"
        kind = _TITLES.get(about) or NAMES_OF.get(about) or _named_by_words(field) or "event"
        if kind in _BY_KIND:
            return str(_BY_KIND[kind](field, Meaning(kind, means.entity, means.role), scope))
    if kind == "device" and isinstance(sort := scope.drawn.get("type"), str):
        return f"{scope.stream.choice(words_for('room')).title()} {sort.replace('_', ' ').title()}"
    if kind == "company" and about not in _FIRMS and scope.voice == "result" and about:
        return f"{scope.stream.choice(lexicon()['last_names'])} {about.title()}"
    named = _named_by_words(field)
    if kind == "text":
        kind = named or kind
    described = str(field.schema.get("description", "")).lower()
    told = named or sample or any(word in described for word in ("text", "sentence", "message"))
    if kind == "text" and not told:
        return scope.stream.choice(_GRADES)
    options = words_for(kind) or ([sample] if sample else words_for("text"))
    return scope.stream.choice(options)


def _named_by_words(field: Field) -> str:
    """Returns the kind whose name occurs among the words of a leaf: target_device_label is a device."""
    return next((word for word in reversed(words(field.key)) if words_for(word)), "")


def _id(field: Field, means: Meaning, scope: Scope) -> str:
    shape = scope.shapes.get(means.entity, {})
    if "pattern" in shape and (drawn := matching(shape["pattern"], scope.stream)):
        return drawn
    samples = (example(str(schema.get("description", ""))) for schema in (field.schema, shape))
    for sample in samples:
        if any(letter.isdigit() for letter in sample):
            return alike(sample, scope.stream)
    noun = (means.entity or "item").split()
    letters = (noun[0][:3] if len(noun) == 1 else "".join(word[0] for word in noun)).upper()
    return f"{letters}-{scope.stream.integer(10000, 98999)}"


def _person(field: Field, means: Meaning, scope: Scope) -> str:
    """The persona where a person speaks of themselves; somebody else for attendees, doctors and the like."""
    kind = means.kind
    own = field.key.split("_")[0] in ("user", "customer", "my", "passenger", "guest", "patient", "contact", "first",
                                      "last", "full", "name", "email", "phone", "mobile", "zip", "your")  # fmt: skip
    own = own and not set(means.entity.split()) & _OTHERS
    if scope.voice == "argument" and own and ITEM not in field.path and kind not in scope.drawn:
        return str(getattr(scope.persona, _OWN[kind]))
    if scope.voice == "result" and field.path[-1:] != (ITEM,) and scope.someone:
        first, last = scope.someone
    else:
        first, last = scope.stream.choice(lexicon()["first_names"]), scope.stream.choice(lexicon()["last_names"])
    if kind == "phone":
        return f"+1 {scope.stream.integer(201, 989)} {scope.stream.choice(lexicon()['phone_local'])}"
    if kind == "email":
        return f"{first}.{last}@{scope.stream.choice(lexicon()['email_domains'])}".lower()
    return {"person": f"{first} {last}", "first_name": first, "last_name": last}[kind]


def _city(_field: Field, _means: Meaning, scope: Scope) -> str:
    if scope.voice == "result" or scope.home:
        return str(scope.place["city"])
    others = [city for city in lexicon()["cities"] if city["city"] != scope.drawn.get("city")]
    return str(scope.stream.choice(others)["city"])


def _place_part(key: str) -> Callable[[Field, Meaning, Scope], str]:
    def part(_field: Field, _means: Meaning, scope: Scope) -> str:
        return str(scope.place[key] or scope.place["city"])

    return part


def _airport(_field: Field, _means: Meaning, scope: Scope) -> str:
    codes = [city["airport"] for city in lexicon()["cities"] if city["airport"] != scope.drawn.get("airport")]
    return str(scope.stream.choice(codes))


def _street(_field: Field, _means: Meaning, scope: Scope) -> str:
    if scope.voice == "argument":
        return scope.persona.street
    return f"{scope.stream.integer(2, 190)} {scope.stream.choice(lexicon()['streets'])}"


def _username(_field: Field, _means: Meaning, scope: Scope) -> str:
    if scope.voice == "argument" and "username" not in scope.drawn:
        return f"{scope.persona.first_name.lower()}_{scope.persona.last_name.lower()}"
    return f"{scope.stream.choice(lexicon()['usernames_words'])}{scope.stream.integer(10, 99)}"


def _password(_field: Field, _means: Meaning, scope: Scope) -> str:
    return f"{scope.stream.choice(lexicon()['usernames_words']).capitalize()}{scope.stream.integer(100, 999)}!"


def _file(_field: Field, _means: Meaning, scope: Scope) -> str:
    names = lexicon()
    stems = [stem for stem in names["file_stems"] if not str(scope.drawn.get("file", "")).startswith(stem)]
    return f"{scope.stream.choice(stems)}.{scope.stream.choice(names['file_extensions'])}"


def _category(_field: Field, _means: Meaning, scope: Scope) -> str:
    return str(scope.stream.choice(lexicon()["products"])["category"])


def _of_product(key: str) -> Callable[[Field, Meaning, Scope], str]:
    def part(_field: Field, _means: Meaning, scope: Scope) -> str:
        if "goods" not in scope.drawn:
            fitting = [one for one in lexicon()["products"] if one["category"] == scope.drawn.get("category")]
            scope.drawn["goods"] = scope.stream.choice(fitting or lexicon()["products"])
        return str(scope.drawn["goods"][key])

    return part


def _unit(_field: Field, _means: Meaning, scope: Scope) -> str:
    family = scope.drawn.setdefault("family", scope.stream.choice(("units_length", "units_weight", "units_volume")))
    options = [unit for unit in lexicon()[family] if unit != scope.drawn.get("unit")]
    return str(scope.stream.choice(options))


def _symbol(_field: Field, _means: Meaning, scope: Scope) -> str:
    return str(scope.stream.choice(lexicon()["stock_symbols"])["symbol"])


def _query(means: Meaning, scope: Scope) -> str:
    """Draws what somebody would search this kind of thing for."""
    about = means.entity.split()[-1] if means.entity else ""
    if about in ("product", "item", "article", "good"):
        return str(scope.stream.choice(lexicon()["products"])["name"]).lower()
    if about in ("recipe", "dish", "meal", "menu"):
        return str(scope.stream.choice(lexicon()["dishes"])["name"]).lower()
    kind = next(
        (kind for kind in (_TITLES.get(about), NAMES_OF.get(about), about) if kind and words_for(kind)), "query"
    )
    return scope.stream.choice(words_for(kind)).lower()


def _uuid(_field: Field, _means: Meaning, scope: Scope) -> str:
    raw = digest(scope.stream.integer(0, 2**48))
    return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-a{raw[17:20]}-{raw[20:32]}"


_BY_KIND: dict[str, Callable[[Field, Meaning, Scope], str]] = {
    "id": _id,
    "person": _person, "first_name": _person, "last_name": _person, "email": _person, "phone": _person,
    "username": _username, "password": _password,
    "city": _city, "country": _place_part("country"), "country_code": _place_part("country_code"),
    "state": _place_part("state"), "postal_code": _place_part("postal_code"), "timezone": _place_part("timezone"),
    "street": _street, "airport": _airport, "file": _file,
    "unit_number": lambda _f, _m, scope: f"Apt {scope.stream.integer(2, 48)}",
    "product": _of_product("name"), "category": _category, "brand": _of_product("brand"),
    "dish": lambda _f, _m, scope: str(scope.stream.choice(lexicon()["dishes"])["name"]),
    "unit": _unit, "symbol": _symbol, "uuid": _uuid,
    "dosage": lambda _f, _m, scope: f"{scope.stream.choice((5, 10, 50, 250, 500))} mg, {scope.stream.choice(_DOSES)}",
    "masked": lambda _f, _m, scope: str(scope.stream.integer(1000, 9999)),
    "date": lambda field, means, scope: draw_date(means, scope, field.key),
    "time": lambda _field, means, scope: draw_time(means, scope),
    "datetime": lambda field, means, scope: draw_datetime(means, scope, field.key, field.schema),
    "birthday": lambda field, means, scope: draw_date(means, scope, field.key),
    "query": lambda _f, means, scope: _query(means, scope),
    "trip": lambda _f, _m, scope: f"{scope.stream.choice(_TRIPS)} {scope.drawn['city']}"
    if "city" in scope.drawn
    else scope.stream.choice(_JOURNEYS),
    "weekday": lambda _f, _m, scope: draw_weekday(scope),
    "month": lambda _f, _m, scope: scope.today.strftime("%B"),
}  # fmt: skip


def _plain(schema: dict[str, Any], scope: Scope) -> Any:
    """The last resort: the simplest values that a schema may allow; None where none of them fits."""
    pattern = schema.get("pattern")
    tries: list[Any] = [schema.get("default"), *schema.get("examples", [])]
    if isinstance(pattern, str):
        tries += [matching(pattern, scope.stream) for _ in range(_TRIES)]
    tries += [schema.get("minimum"), schema.get("maximum"), scope.today.isoformat(), "note", 1, 0, True, [], {}]
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    tries += [("note " * (least // 5 + 1))[: int(most) if most is not None else None].strip()]
    return next((value for value in tries if value is not None and not violations(schema, value)), None)
