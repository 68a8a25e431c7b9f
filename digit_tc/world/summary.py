"""The world in words: what a person sees and what prompts read, inside a fixed token limit."""

from typing import Any

from digit_tc.world.fold import World

LIMIT = 400
"""Tokens, counted as a quarter of the UTF-8 bytes, rounded up."""
_ATTRIBUTES = 5


def tokens(text: str) -> int:
    """Counts tokens as ceil(UTF-8 bytes / 4)."""
    return -(-len(text.encode()) // 4)


def summarise(world: World, limit: int = LIMIT) -> str:
    """Renders one line per entity, those changed last first; what does not fit is counted in the last line."""
    lines = [
        _line(kind, identity, entity) for kind, found in world["entities"].items() for identity, entity in found.items()
    ]
    ranked = [text for _, text in sorted(lines, key=lambda line: line[0], reverse=True)]
    kept: list[str] = []
    for text in ranked:
        if tokens("\n".join([*kept, text, _rest(len(ranked))])) > limit:
            break
        kept.append(text)
    left = len(ranked) - len(kept)
    return "\n".join([*kept, _rest(left)] if left else kept)


def _rest(count: int) -> str:
    return f"({count} more not shown)"


def _line(kind: str, identity: str, entity: dict[str, Any]) -> tuple[tuple[int, int, str], str]:
    facts = {name: fact for name, fact in entity["attrs"].items() if not name.startswith("~")}
    shown = [f"{name}={_brief(fact['value'])}" for name, fact in list(facts.items())[:_ATTRIBUTES]]
    state = " (deleted)" if entity["status"] == "deleted" else ""
    touched = max((_order(fact["event_id"]) for fact in facts.values()), default=_order(entity["created_by"]))
    return (*touched, identity), f"{kind} {identity}{state}: {', '.join(shown) or 'known'}"


def _order(event_id: str) -> tuple[int, int]:
    step, index = event_id.split(".")[:2]
    return int(step), int(index)


def _brief(value: Any) -> str:
    text = f"{len(value)} items" if isinstance(value, list) else str(value)
    return text if len(text) <= 40 else text[:37] + "..."
