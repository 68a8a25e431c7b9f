"""What a tool does, as a person would ask for it: a verb and its object, without the tool's name."""

import re
from dataclasses import dataclass

from digit_tc.streams import Stream
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import action_word, plural, singular, with_article, words

VERBS: dict[str, tuple[str, ...]] = {
    "get": ("check", "look up", "pull up", "show me", "bring up", "look at", "have a look at"),
    "fetch": ("get", "pull up", "bring up"), "retrieve": ("get", "pull up", "bring up"),
    "show": ("show me", "pull up", "bring up"), "view": ("look at", "show me"),
    "check": ("check", "have a look at", "look at"), "track": ("track", "keep track of", "follow"), "read": ("read",),
    "describe": ("describe",), "lookup": ("look up",), "search": ("find", "look for", "search for", "hunt for"),
    "find": ("find", "look for", "hunt for"),
    "list": ("list", "show me", "give me", "go through", "run through", "look through", "pull up"),
    "browse": ("browse", "look through"), "query": ("look up",), "filter": ("narrow down",),
    "create": ("create", "make", "put together"), "add": ("add",), "book": ("book", "reserve"), "make": ("make",),
    "place": ("place", "put in"), "schedule": ("schedule", "set up", "arrange"), "register": ("register", "sign up"),
    "post": ("post",), "submit": ("submit", "send in"), "reserve": ("reserve", "book"), "open": ("open",),
    "start": ("start",), "send": ("send", "send out", "send off"), "order": ("order",), "write": ("write",),
    "rent": ("rent",), "update": ("update", "change", "adjust", "edit"), "modify": ("change", "update", "adjust"),
    "change": ("change", "switch"), "edit": ("edit", "change"), "set": ("set",), "rename": ("rename",),
    "reschedule": ("reschedule", "move"), "move": ("move",), "assign": ("assign",), "mark": ("mark",),
    "adjust": ("adjust",), "pay": ("pay", "settle", "take care of"), "complete": ("complete", "finish"),
    "approve": ("approve",), "resolve": ("resolve",), "close": ("close",), "transfer": ("transfer", "move", "send"),
    "freeze": ("freeze",), "activate": ("activate",), "renew": ("renew",), "refill": ("refill",),
    "request": ("request", "ask for"), "return": ("return", "send back"), "exchange": ("exchange", "swap"),
    "refund": ("refund",), "rate": ("rate",), "review": ("review",), "cancel": ("cancel", "call off"),
    "delete": ("delete", "get rid of"), "remove": ("remove", "take off"), "clear": ("clear",), "archive": ("archive",),
    "turn": ("turn",), "lock": ("lock",), "unlock": ("unlock",), "run": ("run",), "activate_scene": ("activate",),
    "invite": ("invite",), "share": ("share",), "calculate": ("calculate", "work out"),
    "compute": ("compute", "work out"), "convert": ("convert",), "estimate": ("estimate",), "translate": ("translate",),
    "generate": ("generate",), "dismiss": ("dismiss",), "upload": ("upload",), "download": ("download",),
    "play": ("play",), "buy": ("buy",), "apply": ("apply",), "confirm": ("confirm",), "trigger": ("trigger",),
    "tag": ("tag",), "copy": ("copy",), "sort": ("sort",), "report": ("report",), "message": ("message",),
    "contact": ("contact",), "issue": ("issue",), "log": ("log",), "save": ("save",), "pause": ("pause",),
    "resume": ("resume",), "stop": ("stop",), "enable": ("enable",), "disable": ("disable",), "adopt": ("adopt",),
    "recommend": ("recommend",), "suggest": ("suggest",),
}  # fmt: skip
_PREFIX = re.compile(r"^.*?\btool description:\s*", re.IGNORECASE | re.DOTALL)
_TAIL = re.compile(
    r"\s(?:from (?:the|a|an|one loc|current)|by its|by their|using|based on|given|that|which|with(?! one)|in the system"
    r"|for (?:the|a|an)|of any|in (?:the|current)|at (?:the|current)|if|when|or|as|via|between (?!and)|under specific"
    r"|line by line|to a specified|(?<!lines, words), )\b.*$",
    re.IGNORECASE,
)
_SPEAKER = ("user", "customer", "my", "own")
_SMALL = {"by", "for", "of", "to", "from", "in", "on", "with", "at", "into"}
_SET_UP = {
    "event",
    "reminder",
    "meeting",
    "schedule",
    "scene",
    "project",
    "account",
    "appointment",
    "sprint",
    "itinerary",
}
_UNCOUNTED = {"details", "status", "information", "info", "availability", "history", "weather", "balance", "inventory",
              "news", "money", "funds", "stock", "progress", "traffic", "access", "data", "feedback"}  # fmt: skip


@dataclass(frozen=True)
class Goal:
    """A verb and its object: "book" and "a hotel". `noun` is the bare noun, `tail` what follows it ("to the cart")."""

    verb: str
    noun: str
    article: str
    tail: str = ""

    @property
    def phrase(self) -> str:
        """The whole as an imperative."""
        return " ".join(part for part in (self.verb, self.article, self.noun, self.tail) if part)


def goal(tool: Understood, stream: Stream, *, known: bool) -> Goal:
    """Words what a call of the tool does.

    Args:
        tool: The tool.
        stream: Chooses among verbs of one meaning.
        known: Whether the thing acted upon is settled already: the booking, rather than a booking.
    """
    at = action_word(tool.tool.name)
    parts = words(tool.tool.name)
    verb = parts[at] if at >= 0 else ""
    if any(fix.code == "name-from-path" for fix in tool.tool.fixes) and tool.tool.description:
        return _described(tool)  # the name is made of a path; nobody chose its words
    if len(parts) == at + 1 and at > 0 and verb in VERBS and not tool.tool.description:
        return Goal(VERBS[verb][0], *_object(tool, [singular(part) for part in parts[:at]], known=known))
    if verb not in VERBS or (at > 0 and len(parts) > at + 1) or len(parts) == at + 1:
        return _described(tool)
    rest = list(parts[at + 1 :])
    cut = next((place for place, word in enumerate(rest) if word in _SMALL), len(rest))
    nouns, tail = rest[:cut], rest[cut:]
    if not nouns:
        return _described(tool)
    spoken = stream.choice((*VERBS[verb], "set up") if nouns[-1] in _SET_UP and verb == "create" else VERBS[verb])
    return Goal(spoken, *_object(tool, nouns, known=known), _tail(tail))


def _object(tool: Understood, nouns: list[str], *, known: bool) -> tuple[str, str]:
    nouns = [noun for noun in nouns if noun != "all"]
    if nouns[-1:] == ["id"]:
        return " ".join(nouns), "my" if nouns[0] in (*_SPEAKER, "account", "member") else "the"
    last = nouns[-1] if nouns else "list"
    if len(nouns) > 1 and nouns[0] in _SPEAKER and known:
        return " ".join(nouns[1:]), "my"
    noun = " ".join(nouns)
    if tool.action == "search" and last not in _UNCOUNTED:
        return plural(noun) if singular(last) == last else noun, ""
    if last in _UNCOUNTED or (singular(last) != last and not known):
        return noun, "the" if known or last in _UNCOUNTED else ""
    if known:
        return noun, "the"
    article, _, bare = with_article(noun).partition(" ")
    return bare, article


def _tail(rest: list[str]) -> str:
    if not rest or rest[0] in ("by", "with"):
        return ""
    return f"{rest[0]} the {' '.join(rest[1:])}" if len(rest) > 1 else ""


def _described(tool: Understood) -> Goal:
    """Words a tool by the first clause of its description, where its name is not a plain verb and noun."""
    printable = "".join(char if char.isprintable() else " " for char in tool.tool.description)
    text = _PREFIX.sub("", printable).strip()
    sentence = re.split(r"[.;:(\n]", text, maxsplit=1)[0].strip()
    clause = _TAIL.sub("", sentence)
    clause = clause if len(clause.split()) > 1 else sentence
    if not clause:
        return Goal("use", " ".join(words(tool.tool.name)), "the")
    first, _, rest = clause.partition(" ")
    return Goal(_imperative(first.lower()), rest[:80].strip(), "")


def _imperative(word: str) -> str:
    if word in ("this", "a", "an", "the"):
        return f"get {word}"
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("shes", "ches", "sses")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us")) and word[:-1] not in ("proces", "acces"):
        word = word[:-1]
    return {
        "return": "give me",
        "retrieve": "get",
        "fetch": "get",
        "authenticate": "sign in",
        "display": "show me",
    }.get(word, word)
