"""Plans: valid, connected, and about things that belong together."""

from datetime import date
from typing import Any

import pytest

from digit_tc.errors import PlanError
from digit_tc.planning.graph import substantial
from digit_tc.planning.hiding import Hiding
from digit_tc.planning.lineage import Lineage, agree
from digit_tc.planning.past import Done, Past
from digit_tc.planning.references import leaves, put
from digit_tc.planning.sense import sense
from digit_tc.planning.target import PlanTarget
from digit_tc.planning.turn import TurnPlan
from digit_tc.state import EffectOp, Event, PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample, sample_names
from digit_tc.tools.schema import violations
from digit_tc.tools.tool import Source, Tool
from digit_tc.values.persona import draw_persona
from digit_tc.world.fold import EMPTY, fold

TODAY = date(2025, 3, 5)
PERSONA = draw_persona(Stream("somebody"))
NOTHING = Past((), EMPTY, 0)


def hidden(flow: Dataflow, **target: Any) -> tuple[PlanTarget, Hiding]:
    return PlanTarget(**target), Hiding(flow, 0.6, 0.5)


def plans(name: str, count: int = 60, past: Past = NOTHING) -> list[list[PlannedCall]]:
    flow = Dataflow(read_sample(name))
    maker = TurnPlan(flow, flow.names, past, PERSONA, TODAY, *hidden(flow))
    return [maker.draw(Stream(name, seed)) for seed in range(count)]


@pytest.mark.parametrize("name", sample_names())
def test_plans_are_valid_and_refer_only_backwards(name: str) -> None:
    catalogue = read_sample(name)
    for plan in plans(name):
        assert 1 <= len(plan) <= 4
        assert [call["id"] for call in plan] == [f"${at}" for at in range(1, len(plan) + 1)]
        for at, call in enumerate(plan):
            earlier = {other["id"] for other in plan[:at]}
            assert {reference["call"] for reference in call["references"].values()} <= earlier
            missing = {name for name in catalogue[call["tool"]].required if name not in call["arguments"]}
            assert missing <= {pointer.split("/")[1] for pointer in call["references"]}


@pytest.mark.parametrize("name", sample_names())
def test_literal_arguments_fit_their_schemas(name: str) -> None:
    catalogue = read_sample(name)
    for plan in plans(name):
        for call in plan:
            schema = catalogue[call["tool"]].parameters
            literal = {
                key: value
                for key, value in call["arguments"].items()
                if not any(pointer.split("/")[1] == key for pointer in call["references"])
            }
            loose = {**schema, "required": []}
            assert violations(loose, literal) == []


@pytest.mark.parametrize("name", sample_names())
def test_most_plans_are_connected_chains(name: str) -> None:
    several = [plan for plan in plans(name) if any(call["references"] for call in plan)]
    assert len(several) / 60 >= 0.6


def test_what_stays_unspoken_is_a_look_up_that_is_needed() -> None:
    for name in sample_names():
        flow = Dataflow(read_sample(name))
        for plan in plans(name):
            needed = {reference["call"] for call in plan for reference in call["references"].values()}
            for call in plan:
                if call["implicit"]:
                    assert call["id"] in needed
                    assert flow[call["tool"]].action in ("search", "read")


def test_calls_of_one_group_need_nothing_from_one_another() -> None:
    for name in sample_names():
        for plan in plans(name):
            groups = {call["id"]: call["group"] for call in plan}
            for call in plan:
                sources = [groups[reference["call"]] for reference in call["references"].values()]
                assert all(group < call["group"] for group in sources)


def test_nothing_is_undone_in_the_turn_that_does_it() -> None:
    flow = Dataflow(read_sample("travel"))
    assert sense(flow["book_flight"], flow["cancel_flight_booking"]) == 0
    assert sense(flow["create_itinerary"], flow["get_itinerary"]) == 0
    assert sense(flow["search_flights"], flow["book_flight"]) > 1
    for plan in plans("travel", 120):
        names = [call["tool"] for call in plan]
        assert not {"book_flight", "cancel_flight_booking"} <= set(names)


def past_of(done: list[Done], *effects: EffectOp) -> Past:
    world = fold(EMPTY, Event(event_id="0.0", step=0, index=0, turn=0, kind="call", effect=list(effects)))
    return Past(tuple(done), world, len(done))


def test_two_ids_of_one_call_come_from_one_parent() -> None:
    flow = Dataflow(read_sample("projects"))
    first = Done("$1", "list_tasks", {"project_id": "PJ-1"}, {"tasks": [{"task_id": "TK-1"}]})
    other = Done("$2", "list_project_members", {"project_id": "PJ-2"}, {"members": [{"member_id": "MB-1"}]})
    own = Done("$3", "list_project_members", {"project_id": "PJ-1"}, {"members": [{"member_id": "MB-2"}]})
    lineage = Lineage(flow, past_of([first, other, own]))
    task = lineage.of(Reference(call="$1", path=["tasks", 0, "task_id"]), "task")
    strange = lineage.of(Reference(call="$2", path=["members", 0, "member_id"]), "member")
    near = lineage.of(Reference(call="$3", path=["members", 0, "member_id"]), "member")
    assert agree(task, near)
    assert not agree(task, strange)
    for seed in range(40):
        maker = TurnPlan(flow, flow.names, past_of([first, other]), PERSONA, TODAY, *hidden(flow, max_calls=2))
        for call in maker.draw(Stream("parents", seed)):
            paths = {reference["call"] for reference in call["references"].values()}
            assert not {"$1", "$2"} <= paths


def test_a_cancelled_thing_is_not_acted_upon_again() -> None:
    booked = Done("$1", "book_flight", {"flight_id": "FL-1"}, {"flight_booking_id": "FB-1", "status": "confirmed"})
    gone = EffectOp(type="flight booking", id="FB-1", set={"status": "cancelled"}, status="live")
    for plan in plans("travel", 60, past_of([booked], gone)):
        for call in plan:
            for reference in call["references"].values():
                assert reference != Reference(call="$1", path=["flight_booking_id"])


def test_a_call_is_not_made_twice() -> None:
    done = [Done("$1", "list_accounts", {}, {"accounts": []})]
    for plan in plans("banking", 80, past_of(done)):
        for call in plan:
            assert call["tool"] != "list_accounts" or call["arguments"]


def test_a_tool_whose_argument_allows_no_value_gives_no_plan() -> None:
    impossible: dict[str, Any] = {"type": "string", "pattern": "^a$", "minLength": 3}
    tool = Tool(
        name="do_it",
        parameters={"type": "object", "properties": {"x": impossible}, "required": ["x"]},
        source=Source(dialect="flat"),
    )
    flow = Dataflow(Catalogue([tool]))
    with pytest.raises(PlanError, match="'x' of do_it"):
        TurnPlan(flow, ["do_it"], NOTHING, PERSONA, TODAY, *hidden(flow)).draw(Stream("no"))


def test_an_argument_of_any_type_can_be_planned() -> None:
    parameters: dict[str, Any] = {"type": "object", "properties": {"value": {}}, "required": ["value"]}
    flow = Dataflow(Catalogue([Tool(name="store_it", parameters=parameters, source=Source(dialect="flat"))]))
    plan = TurnPlan(flow, ["store_it"], NOTHING, PERSONA, TODAY, *hidden(flow)).draw(Stream("any"))
    assert plan[0]["arguments"]["value"] is not None


def test_a_reference_into_a_list_leaves_room_for_its_siblings() -> None:
    arguments: dict[str, Any] = {"lines": [{"product_id": None, "quantity": 2}]}
    put(arguments, "/lines/0/product_id", "PR-1")
    assert dict(leaves(arguments)) == {"/lines/0/product_id": "PR-1", "/lines/0/quantity": 2}


def test_a_look_up_of_one_entry_of_a_list_is_planned_for_the_next_as_well() -> None:
    found = [plan for name in ("shop", "travel", "smart_home") for plan in plans(name, 150)]
    pairs = [plan for plan in found if len({call["tool"] for call in plan}) < len(plan)]
    assert pairs
    for plan in pairs:
        first, second = sorted(
            (call for call in plan if sum(one["tool"] == call["tool"] for one in plan) > 1), key=lambda one: one["id"]
        )
        (one,), (other,) = first["references"].values(), second["references"].values()
        assert one["call"] == other["call"]
        assert (first["arguments"], first["group"]) == (second["arguments"], second["group"])
        assert {part for part in one["path"] if isinstance(part, int)} == {0}
        assert {part for part in other["path"] if isinstance(part, int)} == {1}


def maker_of(name: str) -> TurnPlan:
    flow = Dataflow(read_sample(name))
    return TurnPlan(flow, flow.names, NOTHING, PERSONA, TODAY, *hidden(flow))


def test_plans_are_played_through_one_after_the_other_until_one_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[list[PlannedCall]] = []

    def third(_: TurnPlan, calls: list[PlannedCall]) -> bool:
        played.append(calls)
        return len(played) == 3

    monkeypatch.setattr(TurnPlan, "succeeds", third)
    maker = maker_of("travel")
    plan = maker.draw(Stream("several"))
    assert [call["arguments"] for call in plan] == [call["arguments"] for call in played[2]]
    drafts = maker.drafts(Stream("several"))
    assert played == [next(drafts).calls for _ in range(3)]


def test_where_every_plan_fails_the_best_one_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TurnPlan, "succeeds", lambda *_: False)
    maker = maker_of("shop")
    plan, best = maker.draw(Stream("none")), next(maker.drafts(Stream("none"))).calls
    assert [call["arguments"] for call in plan] == [call["arguments"] for call in best]


def test_drafts_without_substance_come_behind_the_others_and_before_single_calls() -> None:
    drafts = [[draft.calls for draft in maker_of("shop").drafts(Stream("bare", seed))] for seed in range(10)]
    assert any(not substantial(calls) for several in drafts for calls in several)
    for several in drafts:
        bare = [at for at, calls in enumerate(several) if not substantial(calls)]
        behind = several[bare[0] :] if bare else []
        assert all(len(calls) == 1 for calls in behind if substantial(calls))
