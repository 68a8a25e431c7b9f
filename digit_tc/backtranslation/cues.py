"""The words by which people show which argument a value is meant for."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from digit_tc.extraction.words import FUNCTION_WORDS, parts, stem, vocabulary

_GENERIC = vocabulary("id date time number value type code list info detail string text data new")

_NEAR: tuple[str, ...] = (
    "guest person passenger attendee party seat capacity traveler traveller adult size us head",
    "price cost fee budget amount spend rate charge worth pay dollar expensive cheap",
    "rating star rated review score",
    "quantity unit portion copy piece item count of",
    "city town location place in near around",
    "country nation in",
    "called named titled title name label call entitled under i'm am",
    "query search look looking find keyword term",
    "date day on",
    "birth born birthday",
    "duration minute long hour lasting last",
    "bag luggage suitcase baggage",
    "message say saying tell text write reading",
    "note memo comment saying remark reference",
    "content write text body saying containing",
    "comment saying review feedback wrote",
    "description describe about detail saying",
    "reason because since complaint problem",
    "due deadline by",
    "path folder directory dir",
    "file document",
    "zip postal postcode zipcode code",
    "street address live road",
    "phone mobile number reach call telephone",
    "email mail address write",
    "account login",
    "company work employer at firm",
    "brightness bright dim percent",
    "temperature degree warm cool",
    "night stay",
    "first given",
    "last surname family",
    "tag label tagged",
    "estimate effort hour",
    "tip gratuity",
    "pattern keyword word search occurrence containing grep",
    "precision decimal place accuracy",
    "sender from by",
    "line row last first",
    "user username",
    "attendee invite with guest",
    "assignee assign to",
    "weight kg kilo pound weighing",
    "height tall cm",
    "event meeting appointment",
    "owner belong",
    "recipient receiver tell message write ask contact",
    "restaurant place bistro cafe table eat",
    "hotel stay",
)

_VERBS: tuple[str, ...] = (
    "update change modify edit adjust move set",
    "cancel call drop scrap",
    "create make set open new start add draft",
    "search find look browse need",
    "list show which go see overview",
    "get look pull check detail see show open",
    "book reserve hold",
    "delete remove erase drop",
    "send write forward message mail",
    "pay settle cover",
    "track follow locate",
    "transfer send move wire pay",
    "schedule plan run arrange",
    "assign give hand",
    "cat display show print read",
    "mv move rename put",
    "cp copy duplicate",
    "rate give score review",
    "echo write jot put",
    "find search look locate",
    "add put attach append sum plus",
    "order buy purchase checkout",
    "return back refund",
    "post tweet publish",
)

_ROLES: Mapping[str, tuple[str, str]] = {
    "start": (
        "start begin from since after check_in checkin arrival arrive earliest open pickup departure depart outbound"
        " leave first",
        "from start begin since after between arriv check in leav starting earliest depart outbound open <start>",
    ),
    "end": (
        "end until to before check_out checkout return finish latest close due expiry expiration last through",
        "to until till end finish through back return out checkout latest before - by <end>",
    ),
    "origin": (
        "origin source from departure sender old base current payer original",
        "from leav out depart origin sourc start of instead <start> <number>",
    ),
    "goal": (
        "destination dest target to into arrival new",
        "to into toward towards onto destin arriv bound head renam many <end>",
    ),
    "receiver": (
        "recipient receiver payee beneficiary",
        "to for tell messag writ",
    ),
    "birth": (
        "birth birthday born dob",
        "born birth birthday dob",
    ),
    "top": (
        "max maximum limit upper most ceiling highest cap budget",
        "under below most maximum max up than mor less within over limit cap budget exceed ceil cheaper until <end>"
        " highest tops <top>",
    ),
    "bottom": (
        "min minimum lower least lowest floor",
        "least minimum min abov over better mor up or higher from lowest rated <start> <bottom>",
    ),
}
_TOP = ("under", "below", "most", "maximum", "max", "less", "within", "up", "exceed", "cheaper", "limit")
_BOTTOM = ("least", "minimum", "min", "abov", "over", "mor", "better", "higher", "plus")
_DENIED = ("noth", "not", "no", "don't", "can't", "won't", "never", "without")


def _table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in _NEAR:
        stems = {stem(word) for word in line.split()}
        for one in stems - _SMALL:
            table.setdefault(one, set()).update(stems - {one})
    return {key: frozenset(value) for key, value in table.items()}


_SMALL = vocabulary("in on of at by to with last first new under i'm am")
_SYNONYMS: Mapping[str, frozenset[str]] = _table()
_ACTIONS: Mapping[str, frozenset[str]] = {
    stem(line.split()[0]): frozenset(stem(word) for word in line.split()[1:]) for line in _VERBS
}
_LAST = {"from": "origin", "to": "goal", "into": "goal"}
_ROLE_STEMS = {
    role: (frozenset(names.split()) | {stem(n) for n in names.split()}, frozenset(said.split()))
    for role, (names, said) in _ROLES.items()
}


def roles(name: str, description: str, kind: str) -> frozenset[str]:
    """Returns which sides of a range, a journey or a bound an argument is about."""
    said = parts(name)
    keys = {*said, *(f"{a}_{b}" for a, b in pairwise(said))}
    found = {role for role, (names, _) in _ROLE_STEMS.items() if keys & names}
    lowered = f" {description.lower()} "
    found |= {_LAST[word] for word in lowered.rstrip(" .").split(" ")[-1:] if not found and word in _LAST}
    if not found and ("highest" in lowered or "at most" in lowered or "maximum" in lowered):
        found.add("top")
    if not found and ("lowest" in lowered or "at least" in lowered or "minimum" in lowered):
        found.add("bottom")
    allowed = {
        "number": {"top", "bottom", "start", "end"},
        "text": {"origin", "goal", "receiver"},
        "pattern": {"origin", "goal", "receiver"},
    }
    moments = ("date", "time", "datetime")
    return frozenset(
        found
        & (allowed.get(kind) or ({"start", "end", "birth"} if kind in moments else {"origin", "goal", "receiver"}))
    )


def cues(
    path: Iterable[str], schema: Mapping[str, Any], tool: tuple[str, str], sides: frozenset[str]
) -> dict[str, float]:
    """Returns the stems that speak for an argument, with weights."""
    keys = [key for key in path if key != "*"]
    found: dict[str, float] = {}
    _add(found, content(tool[1]), 0.25)
    acts = [stem(part) for part in parts(tool[0])]
    for act in acts:
        _add(found, _ACTIONS.get(act, ()), 0.6)
    _add(found, acts, 0.9)
    for key in keys[:-1]:
        _add(found, (stem(part) for part in parts(key)), 1.0)
    _add(found, content(str(schema.get("description") or "")), 0.8)
    own = [stem(part) for part in parts(keys[-1])] if keys else []
    for one in own:
        _add(found, _SYNONYMS.get(one, ()), 1.3)
    for side in sorted(sides):
        _add(found, _ROLE_STEMS[side][1], 2.5)
    for part, one in zip(parts(keys[-1]) if keys else [], own, strict=True):
        _add(found, (one,), _weight(part))
    return found


def _weight(part: str) -> float:
    if part == "name":
        return 2.0
    return 1.0 if part in _GENERIC else 3.0


def content(text: str) -> list[str]:
    """Returns the stems of the words of a description that carry content."""
    return [stem(part) for part in parts(text[:400]) if part not in FUNCTION_WORDS and len(part) > 2]


def bound(context: Mapping[str, float]) -> dict[str, float]:
    """Returns which bound the words around a number speak of."""
    top = max((context.get(word, 0.0) for word in _TOP), default=0.0)
    bottom = max((context.get(word, 0.0) for word in _BOTTOM), default=0.0)
    if top == bottom:
        return {}
    denied = any(word in context for word in _DENIED)
    return {"<top>": 1.0} if (top > bottom) != denied else {"<bottom>": 1.0}


def synonyms(one: str) -> frozenset[str]:
    """Returns the stems that people say instead of a stem."""
    return _SYNONYMS.get(one, frozenset())


def _add(found: dict[str, float], stems: Iterable[str], weight: float) -> None:
    for one in stems:
        if weight > found.get(one, 0.0):
            found[one] = weight
