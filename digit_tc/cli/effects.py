"""What `tools show --effects` prints: what each tool does to the world, how sure that is, and why."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from digit_tc.settings import Settings
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.world.effects import Effect, Precondition, effect_of

SURE = 0.6
"""The confidence below which an effect deserves a look."""


def effect_rows(catalogue: Catalogue, settings: Settings) -> list[dict[str, Any]]:
    """Returns every effect in full as JSON, with the name of its tool and what answers it."""
    flow, answers = Dataflow(catalogue), _answers(catalogue, settings)
    return [
        {"name": name, **effect_of(flow[name]).model_dump(mode="json"), "answered_by": answers.get(name, "simulation")}
        for name in catalogue.names
    ]


def effect_lines(catalogue: Catalogue, settings: Settings) -> Iterator[str]:
    """Yields the effects for people: a block per tool, and a last line that counts them."""
    flow, answers = Dataflow(catalogue), _answers(catalogue, settings)
    effects = {name: effect_of(flow[name]) for name in catalogue.names}
    for name, effect in effects.items():
        alias = catalogue[name].alias
        yield name + (f"  (in the file: {alias})" if alias else "")
        for label, text in _facts(effect):
            yield f"  {label:<14}{text}"
        yield f"  {'answered by':<14}{answers.get(name, 'the simulation')}"
        yield from _mend(name, effect)
        yield ""
    yield _count(list(effects.values()))


def _facts(effect: Effect) -> Iterator[tuple[str, str]]:
    """Yields what there is to say of an effect; what does not apply is left out."""
    removes = ", and removes it" if effect.removes else ""
    yield "kind", f"{effect.kind}, {'writes' if effect.writes else 'changes nothing'}{removes}"
    yield "entity", effect.entity or "none"
    said = {
        "id argument": effect.id_argument,
        "id in result": effect.id_result,
        "list in result": effect.list_result,
        "filters": ", ".join(effect.filters),
        "sets": ", ".join(_setting(name, attribute) for name, attribute in effect.sets.items()),
        "needs": "; ".join(_condition(one, effect.entity) for one in effect.preconditions),
        "enters": ", ".join(_entry(context, name) for context, name in effect.enters.items()),
    }
    yield from ((label, text) for label, text in said.items() if text)
    yield "takes", f"{effect.seconds} second{'' if effect.seconds == 1 else 's'} on the simulated clock"
    yield "confidence", f"{effect.confidence:.2f}: {effect.reason}"


def _condition(condition: Precondition, entity: str) -> str:
    if condition.context:
        return f"a {condition.context} is known, else {condition.code}"
    of = f"the {condition.attribute} of the {entity or 'thing'}"
    must = [f"is {' or '.join(condition.needs)}"] if condition.needs else []
    must += [f"is not {' or '.join(condition.refuses)}"] if condition.refuses else []
    return f"{of} {' and '.join(must) or 'is anything'}, else {condition.code}"


def _setting(argument: str, attribute: str) -> str:
    return argument if argument == attribute else f"{attribute} from {argument}"


def _entry(context: str, argument: str) -> str:
    return f"{context} from {argument}" if argument else f"no {context} from then on"


def _mend(name: str, effect: Effect) -> Iterator[str]:
    if effect.kind == "unknown":
        yield f'  its kind is not known, so a call changes nothing: say it in [tools.{name}], as kind = "update"'
    elif effect.confidence < SURE:
        yield f"  this is little more than a guess: see that it is right, or say it in [tools.{name}]"


def _count(effects: list[Effect]) -> str:
    kinds = Counter(effect.kind for effect in effects)
    counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    unsure = sum(effect.confidence < SURE for effect in effects if effect.kind != "unknown")
    return (
        f"{len(effects)} tool{'' if len(effects) == 1 else 's'}: {counted};"
        f" {kinds['unknown']} of unknown kind, {unsure} more below a confidence of {SURE}"
    )


def _answers(catalogue: Catalogue, settings: Settings) -> Mapping[str, str]:
    found = {key: table.answers for key, table in settings.tools.items()}
    tools = {key: catalogue.find(key) for key in found}
    return {tool.name: " ".join(found[key]) for key, tool in tools.items() if tool and found[key][0]}
