"""What the arguments of a search ask for, and results that answer it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from digit_tc.streams import Stream
from digit_tc.tools.fields import ITEM, Field, branch
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.names import action_word, spoken, words
from digit_tc.tools.schema import type_of, violations
from digit_tc.values.lexicon import words_for
from digit_tc.values.scope import Scope
from digit_tc.world.completeness import Lists, groups, signature
from digit_tc.world.condition import Condition, Entry
from digit_tc.world.fold import World
from digit_tc.world.subject import attribute

_BOUND_WORDS = {
    "max",
    "min",
    "maximum",
    "minimum",
    "limit",
    "budget",
    "at",
    "least",
    "most",
    "under",
    "over",
    "from",
    "to",
}
_ACKNOWLEDGEMENTS = {"result", "message", "confirmation", "terminal_output", "output", "response"}
_THINGS = ("file", "folder", "path", "id", "device", "room")
_IRREGULAR = {"send": "sent", "set": "set", "make": "made", "pay": "paid", "put": "put", "write": "written",
              "mv": "moved",
              "cp": "copied", "rm": "removed", "rmdir": "removed", "buy": "bought", "run": "run", "mkdir": "created",
              "touch": "created", "echo": "written", "begin": "begun", "find": "found", "cd": "opened", "get": "got",
              "submit": "submitted", "cancel": "cancelled", "give": "given", "show": "shown", "see": "seen",
              "take": "taken", "sign": "signed", "swap": "swapped", "log": "logged", "stop": "stopped", "tag": "tagged",
              "drop": "dropped", "transfer": "transferred", "rent": "rented", "tell": "told", "freeze": "frozen",
              "go": "gone", "withdraw": "withdrawn", "spend": "spent", "ship": "shipped", "step": "stepped",
              "refer": "referred", "read": "read", "bring": "brought", "keep": "kept"}  # fmt: skip
_SOUGHT = ("query", "keyword")
"""Kinds of arguments that look for words anywhere in a thing."""
_NAMED = ("product", "name", "title", "task", "event", "dish")


class Filters:
    """The arguments of one call, seen as conditions on what it lists."""

    def __init__(self, tool: Understood, arguments: dict[str, Any]) -> None:
        self._tool = tool
        self._means = {
            field.key: tool.means[field.path] for field in tool.inputs if field.path and field.path[0] in arguments
        }
        said = tool.tool.effect.get("filters", arguments)
        self._arguments = {
            key: value
            for key, value in arguments.items()
            if key in said or self._means.get(key, Meaning("")).kind == "limit"
        }
        self._conditions = {
            key: value
            for key, value in self._arguments.items()
            if self._means.get(key, Meaning("")).kind != "limit" and not _open(value)
        }

    def wanted(self, stream: Stream, schema: dict[str, Any]) -> int:
        """Returns how many entries a list shows: two to four, within what was asked for and the schema allows."""
        count = stream.integer(2, 4)
        for key, means in self._means.items():
            asked = self._arguments.get(key)
            if means.kind == "limit" and isinstance(asked, int) and not isinstance(asked, bool):
                count = min(count, max(1, asked))
        count = max(count, int(schema.get("minItems", 0)))
        return min(count, int(schema.get("maxItems", count)))

    def most(self, schema: dict[str, Any]) -> int | None:
        """Returns how many entries were asked for or the schema allows at most, or None for any number."""
        bounds = [value for key, value in self._arguments.items() if self._means.get(key, Meaning("")).kind == "limit"]
        bounds = [max(1, value) for value in bounds if isinstance(value, int) and not isinstance(value, bool)]
        return min([*bounds, int(schema["maxItems"])]) if "maxItems" in schema else min(bounds, default=None)

    def conditions(self) -> dict[str, Any]:
        """Returns the arguments that say which entries a list shows, without those that say how many."""
        return self._conditions

    def shown(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Returns the arguments that every entry repeats under its own property of the same name."""
        return {
            key: value
            for key, value in self._arguments.items()
            if key in properties and not violations(branch(properties[key]), value)
        }

    def hidden(self, told: dict[str, Any]) -> dict[str, Any]:
        """Returns the arguments that entries do not repeat, remembered so that another search does not find them."""
        if self._tool.action not in ("search", "read"):
            return {}
        return {
            f"~{key}": value
            for key, value in self._arguments.items()
            if key not in told and self._bound(key) is None and self._means.get(key, Meaning("")).kind != "limit"
        }

    def matching(self, world: World, kind: str, properties: dict[str, Any]) -> list[str]:
        """Returns the ids of the live entities of a type that every condition lets through, oldest first."""
        left: Iterable[Entry] = world["entities"].get(kind, {}).items()
        for condition in self._on(kind, properties):
            left = condition.among(left)
        return [identity for identity, entity in left if entity["status"] == "live"]

    def _on(self, kind: str, properties: dict[str, Any]) -> list[Condition]:
        """Returns the conditions on things of a kind that are shown with these properties."""
        return [self._condition(key, kind, properties)(value) for key, value in self._conditions.items()]

    def _condition(self, name: str, kind: str, properties: dict[str, Any]) -> Callable[[Any], Condition]:
        """Returns what makes the condition of an argument of this name from its value."""
        bound, seeks = self._bound(name), self._seeks(name)
        return partial(Condition, attribute(name, kind), f"~{name}", name in properties, bound, seeks)

    def overlooked(self, known: Mapping[str, Any], kind: str, properties: dict[str, Any], lists: Lists) -> bool:
        """Says whether a thing of which so much is known should have been in a list of everything that was shown."""
        facts = {name: {"value": value} for name, value in known.items()}
        for names, listed in groups(lists, kind):
            if self.exact(names, known):
                values = (known.get(attribute(name, kind), known.get(f"~{name}")) for name in names)
                if signature(values) in listed:
                    return True
                continue
            making = {name: self._condition(name, kind, properties) for name in names}
            for filters in listed.values():
                if all(making[name](value).lets(facts) for name, value in filters.items()):
                    return True
        return False

    def exact(self, names: list[str], known: Mapping[str, Any]) -> bool:
        """Says whether filters of these names let a thing through by equal values alone: no bounds, no words sought."""
        return all(self._bound(name) is None and (f"~{name}" in known or not self._seeks(name)) for name in names)

    def _seeks(self, name: str) -> bool:
        means = self._means.get(name) or self._tool.means.get((name,))
        return means is None or means.kind in _SOUGHT

    def _bound(self, key: str) -> tuple[str, str] | None:
        """Returns the side and the attribute that an argument such as max_price bounds, or None."""
        means = self._means.get(key) or self._tool.means.get((key,))
        if means is None or means.role not in ("min", "max"):
            return None
        rest = [word for word in words(key) if word not in _BOUND_WORDS]
        return means.role, "_".join(rest) or "price"

    def narrowed(self, items: dict[str, Any]) -> dict[str, Any]:
        """Returns the schema of the entries with the asked bounds put in."""
        properties = dict(items["properties"])
        for key, value in self._arguments.items():
            bound = self._bound(key)
            if bound is None or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            for name, part in items["properties"].items():
                if type_of(part) in ("number", "integer") and bound[1].split("_")[-1] in words(name):
                    word = "maximum" if bound[0] == "max" else "minimum"
                    tight = min if bound[0] == "max" else max
                    properties[name] = {**branch(part), word: tight(value, branch(part).get(word, value))}
        return {**items, "properties": properties}

    def worded(self, field: Field, means: Meaning, scope: Scope) -> str | None:
        """Returns what the arguments settle about a text or date of the result, or None."""
        if ITEM in field.path and means.kind == "date":
            return self._day_between(scope)
        if ITEM in field.path and means.kind in _NAMED:
            return self._called(means, scope)
        if ITEM in field.path and means.kind in ("file", "folder"):
            return self._filed(scope)
        if ITEM not in field.path and type_of(field.schema) == "string" and "enum" not in field.schema:
            if field.key in _ACKNOWLEDGEMENTS or (not field.key and means.kind == "result"):
                return self.acknowledgement()
            if field.key == "status":
                return past_participle(self._tool.tool.name) if self._tool.action not in ("read", "search") else None
        return None

    def _day_between(self, scope: Scope) -> str | None:
        ends = {means.role: self._arguments.get(key) for key, means in self._means.items() if means.kind == "date"}
        if not ends or len(ends) > 2 or "" in ends:
            return None
        try:
            first = date.fromisoformat(str(ends.get("start") or ends["end"]))
            last = date.fromisoformat(str(ends.get("end") or scope.today.isoformat()))
        except (ValueError, KeyError):
            return None  # not a plain date: nothing is settled
        return (first + timedelta(days=scope.stream.integer(0, max(0, (last - first).days)))).isoformat()

    def _filed(self, scope: Scope) -> str | None:
        """Returns a file of the name that was searched for, as it is or in some folder."""
        asked = [
            str(self._arguments[key])
            for key, means in self._means.items()
            if means.kind in ("file", "name") and self._tool.action == "search"
        ]
        if not asked:
            return None
        return scope.stream.choice((asked[0], f"{scope.stream.choice(words_for('folder'))}/{asked[0]}"))

    def _called(self, means: Meaning, scope: Scope) -> str | None:
        asked = [
            self._arguments[key]
            for key, judged in self._means.items()
            if judged.kind in ("query", "keyword") and isinstance(self._arguments.get(key), str)
        ]
        if not asked:
            return None
        head = scope.stream.choice(words_for("company")).split()[0]
        tail = scope.stream.choice(("", "", " Plus", " Classic", " Select"))
        name = str(asked[0])
        return f"{head} {name.title()}{tail}" if means.kind == "product" else f"{name[:1].upper()}{name[1:]}{tail}"

    def acknowledgement(self) -> str:
        """Returns what a tool says when it has done its work."""
        done = past_participle(self._tool.tool.name) if self._tool.action_known else "done"
        named = {means.role: str(self._arguments[key]) for key, means in self._means.items() if means.kind in _THINGS}
        if "from" in named and "to" in named:
            return f"'{named['from']}' {done} to '{named['to']}'"
        if named:
            return f"'{next(iter(named.values()))}' {done}"
        return f"{(self._tool.entity or spoken(self._tool.tool.name)).capitalize()} {done}"


def _open(value: Any) -> bool:
    """Says whether the value of a filter lets everything through."""
    return value is None or (isinstance(value, str) and value.strip().lower() in ("", "*", "all", "any", "none"))


def past_participle(tool: str, worded: str = "") -> str:
    """Returns the past participle of a verb phrase, by default of the verb in a tool's name."""
    at = action_word(tool)
    verb, _, rest = (worded or (words(tool)[at] if at >= 0 else "process")).partition(" ")
    return f"{_participle(verb)} {rest}".strip()


def _participle(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "ed"
