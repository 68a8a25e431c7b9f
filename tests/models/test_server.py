"""A server as this process knows it: attempts, waits, places, connections."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from digit_tc.errors import SettingsError
from digit_tc.models.retries import asked_pause, may_pass, wait_before
from digit_tc.models.server import Answer, Patience, Server, Servers

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digit_tc.models.retries._FIRST", 0.01)


@asynccontextmanager
async def listening(handle: Handle) -> AsyncIterator[str]:
    """Runs a server of a few bytes, which need not keep to the protocol."""

    talking: set[asyncio.Task[Any]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talking.add(task)
        with suppress(ConnectionError, EOFError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            await handle(reader, writer)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task in talking:
            if not task.done():
                task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)


async def post(server: Server, timeout: float = 5.0, retries: int = 0) -> Answer:
    return await server.post(f"{server.address}/x", b"{}", {"A": "b"}, Patience(timeout, retries))


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends a byte now and then, so that it never falls silent."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


def test_the_limit_of_an_attempt_is_one_even_where_the_server_drips() -> None:
    async def scene() -> None:
        async with listening(dripping) as address, aclosing(Servers()) as servers:
            server, started = servers.at(address), time.perf_counter()
            with pytest.raises(TimeoutError):
                await post(server, timeout=0.15)
            assert time.perf_counter() - started < 5
            assert (server.traffic.in_flight, server.traffic.pushed) == (0, 1)

    asyncio.run(scene())


def test_who_waits_to_try_again_holds_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digit_tc.models.retries._FIRST", 8.0)
    seen: list[int] = []

    async def once_busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(1)
        writer.write(BUSY if len(seen) == 1 else OK)

    async def scene() -> None:
        async with listening(once_busy) as address, aclosing(Servers(cap=1)) as servers:
            server = servers.at(address)
            first = asyncio.create_task(post(server, retries=1))
            while not server.traffic.pushed:
                await asyncio.sleep(0.01)
            assert (server.traffic.in_flight, len(seen)) == (0, 1)
            assert (await asyncio.wait_for(post(server), 4)).status == 200, "another one goes meanwhile"
            assert (first.done(), len(seen)) == (False, 2)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)

    asyncio.run(scene())


def test_an_attempt_that_is_broken_off_gives_its_place_back() -> None:
    async def scene() -> None:
        async with listening(dripping) as address, aclosing(Servers(cap=1)) as servers:
            server = servers.at(address)
            tasks = [asyncio.create_task(post(server)) for _ in range(3)]
            await asyncio.sleep(0.05)
            assert (server.traffic.in_flight, server.traffic.waiting) == (1, 2)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert (server.traffic.in_flight, server.traffic.waiting, server.traffic.pushed) == (0, 0, 0)

    asyncio.run(scene())


def test_a_line_is_not_counted_as_waiting_for_the_server() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(OK)

    async def scene() -> None:
        async with listening(slow) as address, aclosing(Servers(cap=1)) as servers:
            answers = await asyncio.gather(*(post(servers.at(address), timeout=0.6) for _ in range(6)))
            assert [answer.status for answer in answers] == [200] * 6

    asyncio.run(scene())


def test_one_address_is_one_server_and_connections_follow_the_loop() -> None:
    servers = Servers(cap=8)

    async def fine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)

    async def scene() -> None:
        async with listening(fine) as address, aclosing(servers):
            assert servers.at(address) is servers.at(address)
            assert (await post(servers.at(address))).body == b"{}"
            assert {traffic.limit for traffic in servers.traffic()} == {8}

    asyncio.run(scene())
    asyncio.run(scene())
    assert servers.at("http://127.0.0.1:9", cap=2).traffic.limit == 2


def test_the_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(b"asked")
        writer.write(OK)

    async def scene() -> None:
        async with listening(proxy) as address, aclosing(Servers()) as servers:
            monkeypatch.setenv("http_proxy", address)
            monkeypatch.setenv("no_proxy", "127.0.0.1")
            assert (await post(servers.at("http://elsewhere.invalid"))).status == 200
            assert asked

    asyncio.run(scene())


def test_a_proxy_that_cannot_be_used_is_said_and_its_password_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://me:secret@127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(SettingsError, match=r"list elsewhere\.invalid in NO_PROXY") as caught:
        Servers().at("http://elsewhere.invalid/v1")
    assert "secret" not in str(caught.value)
    assert Servers().at("http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "2"}, 2),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after-ms": "40", "retry-after": "9"}, 0.04),
        ({"retry-after": "86400"}, 120),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "Mon, 01 Jan 1990 00:00:00 GMT"}, 0),
    ],
)
def test_a_server_says_how_long_it_wants_to_be_left_alone(headers: dict[str, str], seconds: float) -> None:
    assert asked_pause(headers) == pytest.approx(seconds)


def test_it_may_say_so_by_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 28 < asked_pause({"retry-after": date}) <= 30


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 529])
def test_what_may_pass_is_asked_again(status: int) -> None:
    assert may_pass(status, {}, b"")
    assert not may_pass(status, {"x-should-retry": "false"}, b"")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 501])
def test_what_does_not_pass_is_not(status: int) -> None:
    assert not may_pass(status, {}, b"")
    assert may_pass(status, {"x-should-retry": "true"}, b"")


def test_a_spent_quota_does_not_pass() -> None:
    assert not may_pass(429, {}, b'{"error": {"code": "insufficient_quota"}}')


def test_waits_grow_and_a_pause_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digit_tc.models.retries._FIRST", 0.5)
    for attempt, most in ((1, 0.5), (2, 1.0), (3, 2.0), (9, 8.0)):
        assert 0.75 * most <= wait_before(attempt) <= most
    assert 7.0 <= wait_before(1, 7.0) < 7.5
