"""A Python function answers in place of the simulation, behind the same contract."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digit_tc.backend import Backend
from digit_tc.errors import LoadingError
from digit_tc.world.fold import attributes, status

from .conftest import RAW

Make = Callable[..., Backend]


def code(backend: Backend, name: str, **arguments: Any) -> str:
    """The code of the error that a call gives."""
    answer = backend.call(name, arguments)
    assert answer.is_error, answer
    return str(answer.result["error"]["code"])


def order(order_id: str) -> dict[str, Any]:
    return {"order_id": order_id, "status": "shipped", "total": 12}


def test_it_answers_and_the_simulated_tools_agree_with_it(backend: Make) -> None:
    held = backend({"get_order": order})
    assert held.call("get_order", {"order_id": "A-1"}).result == order("A-1")
    assert held.call("track.order", {"order_id": "A-1"}).result == order("A-1")
    assert code(held, "cancel_order", order_id="A-1") == "precondition_failed"
    assert [event.get("answered_by") for event in held.events] == ["function", None, None]


def test_what_it_lists_exists_for_the_others(backend: Make) -> None:
    held = backend(
        {"list_orders": lambda limit=2: {"orders": [order(f"A-{at}") for at in range(limit)], "more": False}}
    )
    assert len(held.call("list_orders", {}).result["orders"]) == 2
    assert held.call("get_order", {"order_id": "A-1"}).result == order("A-1")
    assert attributes(held.world, "order", "A-0")["total"] == 12


def test_what_it_makes_exists_and_what_it_deletes_is_gone(backend: Make) -> None:
    held = backend(
        {"create_order": lambda **_: {"order_id": "N-7", "status": "pending"}, "delete_order": lambda **_: {}}
    )
    held.call("create_order", {"total": 31.5})
    assert held.call("get_order", {"order_id": "N-7"}).result == {"order_id": "N-7", "status": "pending", "total": 31.5}
    held.call("delete_order", {"order_id": "N-7"})
    assert status(held.world, "order", "N-7") == "deleted"
    assert code(held, "get_order", order_id="N-7") == "not_found"


def test_a_write_of_it_ends_what_reads_held(backend: Make) -> None:
    held = backend({"update_order": lambda order_id, status="pending": {**order(order_id), "status": status}})
    held.call("get_order", {"order_id": "A-1"})
    held.call("update_order", {"order_id": "A-1", "status": "cancelled"})
    assert held.call("get_order", {"order_id": "A-1"}).result["status"] == "cancelled"
    assert held.events[-2]["writes"]


def test_checks_come_before_it_is_asked(backend: Make) -> None:
    asked: list[str] = []

    def get_order(order_id: str) -> Any:
        asked.append(order_id)
        return order(order_id)

    def place_bid() -> Any:
        asked.append("bid")

    held = backend({"get_order": get_order, "place_bid": place_bid})
    assert code(held, "get_order", order_id=7) == "invalid_arguments"
    held.call("logout", {})
    assert code(held, "place_bid") == "not_authenticated"
    faulty = backend({"get_order": get_order}, faults=1.0)
    assert code(faulty, "get_order", order_id="A-1") not in ("tool_error", "invalid_result")
    assert asked == []


def test_a_thing_that_only_it_knows_is_not_refused_beforehand(backend: Make) -> None:
    held = backend({"get_order": order}, unknown_ids="reject")
    assert code(held, "track.order", order_id="A-1") == "not_found"
    held = backend({"get_order": order}, unknown_ids="reject")
    assert not held.call("get_order", {"order_id": "A-1"}).is_error


def test_what_it_raises_is_an_error_result_that_stays(backend: Make) -> None:
    def fails(order_id: str) -> None:
        raise RuntimeError("the database\nis away")

    held = backend({"get_order": fails})
    answer = held.call("get_order", {"order_id": "A-1"})
    assert answer.result == {"error": {"code": "tool_error", "message": "the database is away"}}
    assert held.events[0]["answered_by"] == "function"
    assert held.world["entities"] == {}


@pytest.mark.parametrize(
    ("result", "word"),
    [
        ({"order_id": "A-1"}, "required property"),
        ({**order("A-1"), "status": "lost"}, "#/status"),
        (None, "null"),
        ({**order("A-1"), "total": float("nan")}, "not JSON"),
        ({"order_id": {1, 2}}, "not JSON"),
        ({**order("A-1"), "order_id": "\ud800"}, "not JSON"),
    ],
)
def test_what_does_not_fit_is_not_passed_off_as_fitting(backend: Make, result: Any, word: str) -> None:
    held = backend({"get_order": lambda **_: result})
    answer = held.call("get_order", {"order_id": "A-1"})
    assert answer.result["error"]["code"] == "invalid_result"
    assert word in answer.result["error"]["message"]
    assert held.world["entities"] == {}


def test_it_may_be_async_and_sees_the_world(backend: Make) -> None:
    seen: list[Any] = []

    async def get_order(order_id: str, world: dict[str, Any]) -> Any:
        await asyncio.sleep(0)
        seen.append(world["entities"])
        world["entities"]["order"] = "spoiled"
        return order(order_id)

    held = backend({"get_order": get_order})
    held.call("get_order", {"order_id": "A-1"})
    held.call("get_order", {"order_id": "A-2"})
    assert list(held.world["entities"]["order"]) == ["A-1", "A-2"], "it was given a copy"
    assert len(seen) == 2


def test_an_async_function_can_be_called_from_a_running_loop(backend: Make) -> None:
    async def get_order(order_id: str) -> Any:
        await asyncio.sleep(0)
        return order(order_id)

    held = backend({"get_order": get_order})

    async def within() -> Any:
        return held.call("get_order", {"order_id": "A-1"}).result

    assert asyncio.run(within()) == order("A-1")
    held.close()
    assert not [each for each in threading.enumerate() if "_serve" in each.name]


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda: None, "no parameter 'order_id'"),
        (lambda order_id, extra: [order_id, extra], "cannot do without 'extra'"),
        (lambda order_id, /: order_id, "by position only"),
    ],
)
def test_a_function_that_cannot_take_the_arguments_is_refused_at_once(backend: Make, function: Any, word: str) -> None:
    with pytest.raises(LoadingError, match=word):
        backend({"get_order": function})


def test_a_stand_in_for_no_tool_is_refused(backend: Make) -> None:
    with pytest.raises(LoadingError, match="no tool 'get_ordr'"):
        backend({"get_ordr": order})


def test_the_name_in_the_file_of_the_tool_is_known_too(backend: Make) -> None:
    held = backend({"track.order": order})
    assert held.call("track_order", {"order_id": "A-1"}).result == order("A-1")


def test_a_fork_goes_on_with_the_same_functions(backend: Make) -> None:
    held = backend({"get_order": order})
    held.call("get_order", {"order_id": "A-1"})
    assert held.fork(0).call("get_order", {"order_id": "A-9"}).result == order("A-9")


def test_a_run_can_be_broken_off_while_a_function_never_returns(tmp_path: Path) -> None:
    (tmp_path / "orders.json").write_text(json.dumps([RAW[0]]), encoding="utf-8")
    text = "import pathlib, time\ndef stuck(order_id):\n    pathlib.Path('stuck').touch()\n    time.sleep(1000)\n"
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    settings = "[run]\ntools = ['orders.json']\nturns = 1\nnum = 8\n[tools.get_order]\nfunction = 'mine.py:stuck'\n"
    (tmp_path / "run.toml").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-m", "digit_tc", "generate", "--config", "run.toml", "--out", "out"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _until((tmp_path / "stuck").exists)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        assert any("stopping: waiting for" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
    finally:
        process.kill()
        process.communicate()


def _until(there: Callable[[], bool]) -> None:
    for _ in range(300):
        if there():
            return
        time.sleep(0.1)
    raise AssertionError("nothing was called")
