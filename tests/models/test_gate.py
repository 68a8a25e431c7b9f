"""Requests pass the gate of a server in their order, and no place is ever lost."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from digit_tc.models.gate import Gate, Place


async def settled() -> None:
    """Lets everything happen that can."""
    for _ in range(5):
        await asyncio.sleep(0)


def play(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 5))


def test_who_came_first_goes_first() -> None:
    async def scene() -> None:
        gate, order = Gate(cap=2), list[int]()

        async def one(at: int) -> None:
            place = await gate.enter()
            order.append(at)
            await asyncio.sleep(0)
            gate.leave(place, "good")

        async with asyncio.TaskGroup() as group:
            for at in range(20):
                group.create_task(one(at))
        assert order == list(range(20))
        assert (gate.limit.in_flight, gate.waiting) == (0, 0)

    play(scene())


def test_no_more_are_let_through_than_the_limit_says() -> None:
    async def scene() -> None:
        gate = Gate(cap=3)
        tasks = [asyncio.create_task(gate.enter()) for _ in range(5)]
        await settled()
        assert [task.done() for task in tasks] == [True] * 3 + [False] * 2
        assert (gate.limit.in_flight, gate.waiting) == (3, 2)
        gate.leave(tasks[1].result(), "good")
        await settled()
        assert [task.done() for task in tasks] == [True] * 4 + [False]
        for task in tasks[:4]:
            if task is not tasks[1]:
                gate.leave(task.result(), "good")
        await settled()
        gate.leave(tasks[4].result(), "good")

    play(scene())


def test_who_gives_up_in_line_takes_no_place() -> None:
    async def scene() -> None:
        gate = Gate(cap=1)
        held = await gate.enter()
        first, second = (asyncio.create_task(gate.enter()) for _ in range(2))
        await settled()
        first.cancel()
        await settled()
        assert gate.waiting == 1
        gate.leave(held, "good")
        gate.leave(await second, "good")
        assert (gate.limit.in_flight, gate.waiting) == (0, 0)

    play(scene())


def test_who_gives_up_at_the_moment_of_its_turn_passes_the_place_on() -> None:
    async def scene() -> None:
        gate = Gate(cap=1)
        held = await gate.enter()
        first, second = (asyncio.create_task(gate.enter()) for _ in range(2))
        await settled()
        gate.leave(held, "good")  # the turn of the first has come; it does not know yet
        first.cancel()
        place = await second
        with pytest.raises(asyncio.CancelledError):
            await first
        assert gate.limit.in_flight == 1
        gate.leave(place, "good")
        assert gate.limit.in_flight == 0

    play(scene())


def test_nobody_passes_while_the_server_wants_to_be_left_alone_and_all_do_afterwards() -> None:
    async def scene() -> None:
        gate = Gate(cap=4)
        held = await gate.enter()
        gate.leave(held, "pushed", pause=0.05)
        tasks = [asyncio.create_task(gate.enter()) for _ in range(3)]
        await asyncio.sleep(0.02)
        assert not any(task.done() for task in tasks)
        places: list[Place] = await asyncio.wait_for(asyncio.gather(*tasks), 1)
        for place in places:
            gate.leave(place, "good")

    play(scene())


def test_one_gate_serves_one_loop_after_the_other() -> None:
    gate = Gate(cap=1)

    async def scene() -> None:
        async def one() -> None:
            gate.leave(await gate.enter(), "good")

        await asyncio.gather(*(one() for _ in range(4)))

    play(scene())
    play(scene())
