"""Back-translation of requests that the user role writes: what was dropped or altered is noticed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from digit_tc.backtranslation.comparison import Mismatch, compare
from digit_tc.backtranslation.order import goal_order
from digit_tc.backtranslation.recovery import recover
from digit_tc.phrasing.request import Request
from digit_tc.planning.hiding import Hiding
from digit_tc.planning.past import Past
from digit_tc.planning.references import literals, put, schema_path
from digit_tc.planning.target import PlanTarget
from digit_tc.planning.turn import TurnPlan
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample, sample_names
from digit_tc.tools.schema import violations
from digit_tc.values.drawing import draw_leaf
from digit_tc.values.persona import draw_persona
from digit_tc.values.scope import Scope
from digit_tc.world.fold import EMPTY

TODAY = date(2025, 3, 5)
PLANS = 20


def mismatches(text: str, plan: list[PlannedCall], flow: Dataflow) -> list[Mismatch]:
    tools = [flow[call["tool"]].tool for call in plan]
    return compare(plan, tools, recover(text, [], tools, TODAY))


def faithful() -> Iterator[tuple[str, list[PlannedCall], Dataflow, bool]]:
    """Yields requests with their plans, and whether the request gives its plan back."""
    for name in sample_names():
        flow = Dataflow(read_sample(name))
        for seed in range(PLANS):
            persona = draw_persona(Stream("who", seed))
            hiding = Hiding(flow, 0.6, 0.5)
            maker = TurnPlan(flow, flow.names, Past((), EMPTY, 0), persona, TODAY, PlanTarget(), hiding)
            plan = maker.draw(Stream(name, seed))
            text = Request(flow, plan, [], persona, TODAY, Stream("says", name, seed)).text()
            yield text, plan, flow, not mismatches(text, plan, flow)


def altered(plan: list[PlannedCall], flow: Dataflow, seed: int) -> Iterator[tuple[str, list[PlannedCall]]]:
    """Yields the plan once for each literal, with another value in its place: the text then says the wrong one."""
    for at, call in enumerate(plan):
        tool = flow[call["tool"]]
        for pointer, value in literals(call):
            leaf = next((field for field in tool.inputs if field.path == schema_path(pointer)), None)
            if leaf is None or isinstance(value, bool):
                continue
            other = another(leaf, tool.means[leaf.path], value, seed)
            if other is None:
                continue
            arguments = copied(call["arguments"])
            put(arguments, pointer, other)
            changed = PlannedCall(**{**call, "arguments": arguments})
            yield f"{call['tool']}{pointer}: {value!r} -> {other!r}", [*plan[:at], changed, *plan[at + 1 :]]


def another(leaf: Any, means: Any, value: Any, seed: int) -> Any:
    """Draws a different value of the same kind, or None where there is none."""
    for attempt in range(8):
        scope = Scope(draw_persona(Stream("else", attempt)), TODAY, Stream("other", seed, attempt))
        drawn = draw_leaf(leaf, means, scope)
        if drawn != value and drawn != leaf.schema.get("default") and not violations(leaf.schema, drawn):
            return drawn
    return None


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def test_most_requests_give_their_plan_back_at_the_first_try() -> None:
    seen = list(faithful())
    assert len(seen) == PLANS * len(sample_names())
    assert sum(passed for *_, passed in seen) / len(seen) >= 0.7


def test_a_value_that_is_not_the_one_said_is_noticed() -> None:
    planted, missed = 0, list[str]()
    for seed, (text, plan, flow, passed) in enumerate(faithful()):
        if not passed:
            continue
        for what, changed in altered(plan, flow, seed):
            planted += 1
            if not mismatches(text, changed, flow):
                missed.append(f"{what} in {text}")
    assert planted >= 300
    assert 1 - len(missed) / planted >= 0.95, missed


def test_what_is_wanted_is_said_before_what_tells_which_things_are_meant() -> None:
    below, tested = 0, 0
    for text, plan, flow, passed in faithful():
        tools = [flow[call["tool"]].tool for call in plan]
        tau = goal_order(plan, tools, recover(text, [], tools, TODAY))
        hides = any(call["implicit"] for call in plan)
        assert tau is None or (-1 <= tau <= 1 and hides)
        if passed and tau is not None:
            tested += 1
            below += tau < 0
    assert tested > 20
    assert below / tested > 0.95


def test_a_request_that_begins_with_the_background_fails_the_order_test() -> None:
    flow = Dataflow(read_sample("travel"))
    search = PlannedCall(
        id="$1", tool="search_hotels", arguments={"city": "Lyon"}, references={}, implicit=True, group=0
    )  # fmt: skip
    book = PlannedCall(
        id="$2",
        tool="book_hotel",
        arguments={"guest": {"name": "Ana Silva"}},
        references={"/hotel_id": {"call": "$1", "path": ["hotels", 0, "hotel_id"]}},
        implicit=False,
        group=1,
    )
    tools = [flow[call["tool"]].tool for call in (search, book)]

    def tau(text: str) -> float | None:
        return goal_order([search, book], tools, recover(text, [], tools, TODAY))

    assert tau("Book a room for Ana Silva. It is about the first hotel in Lyon.") == -1
    assert tau("In the first hotel in Lyon, book a room for Ana Silva.") == 1
    assert tau("Book a room in the first hotel.") is None


def test_a_value_that_serves_goal_and_look_up_alike_says_nothing_of_their_order() -> None:
    flow = Dataflow(read_sample("travel"))
    search = PlannedCall(
        id="$1", tool="search_hotels", arguments={"city": "Lyon"}, references={}, implicit=True, group=0
    )  # fmt: skip
    flights = PlannedCall(
        id="$2", tool="search_flights", arguments={"destination_city": "Lyon"}, references={}, implicit=False, group=1
    )
    tools = [flow[call["tool"]].tool for call in (search, flights)]
    recovery = recover("Find flights to Lyon.", [], tools, TODAY)
    assert goal_order([search, flights], tools, recovery) is None
