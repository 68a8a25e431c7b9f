"""The pictures of the graph show what can happen, and those in the documentation are current."""

from pathlib import Path
from typing import get_args, get_type_hints

from digit_tc.draw import draw
from digit_tc.graphs import conversation

ROOT = Path(__file__).resolve().parents[2]
ROUTERS = {
    "planner": conversation.after_planner,
    "verifier": conversation.after_verifier,
    "assistant": conversation.after_assistant,
    "critic": conversation.after_critic,
}


def test_every_route_that_a_router_may_take_is_in_the_picture() -> None:
    text = draw(conversation.build(), "mermaid")
    for source, router in ROUTERS.items():
        targets = get_args(get_type_hints(router)["return"])
        assert len(targets) >= 2
        for target in targets:
            assert f"    {source} -.-> {target}" in text.splitlines()


def test_the_readme_shows_the_graph_as_it_is() -> None:
    kept = (ROOT / "docs" / "conversation.svg").read_text("utf-8").strip()
    assert kept == draw(conversation.build(), "svg").strip(), "draw it again: digit-tc draw conversation --format svg"
    assert "docs/conversation.svg" in (ROOT / "README.md").read_text("utf-8")
