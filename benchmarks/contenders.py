"""The clients that `benchmarks/engine.py` measures, each run alone in a process.

    python benchmarks/contenders.py NAME --address URL [--num N] [--bodies FILE] [--in-flight N] [--folder DIR]

Those that are no engine ask what the engine asked, the requests of a file, so many at once. The last line on standard
output is JSON: calls, seconds and CPU seconds from the first request that counts to the end; imports and a small run
that warms up stand before.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Ask = Callable[[dict[str, Any]], Awaitable[Any]]

MODEL = "m"
_WARMING = 8
"""Requests, or conversations, that are made before anything counts."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a contender is to do."""

    address: str
    num: int
    bodies: Path
    in_flight: int
    folder: Path


async def played(bodies: list[dict[str, Any]], in_flight: int, ask: Ask) -> None:
    """Asks everything, so many at once."""
    left = iter(bodies)

    async def work() -> None:
        for body in left:
            await ask(body)

    await asyncio.gather(*(work() for _ in range(in_flight)))


async def _measured(task: Task, ask: Ask) -> dict[str, float]:
    bodies = json.loads(task.bodies.read_bytes())
    await played(bodies[:_WARMING], _WARMING, ask)
    began, spent = time.perf_counter(), time.process_time()
    await played(bodies, task.in_flight, ask)
    return {
        "calls": len(bodies),
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - spent,
    }


async def bare(task: Task) -> dict[str, float]:
    """AsyncOpenAI over its own transport."""
    import openai  # noqa: PLC0415 - only what the contender needs is loaded

    async with openai.AsyncOpenAI(base_url=task.address, api_key="none") as client:
        return await _measured(task, lambda body: client.chat.completions.create(**body))


async def bare_aiohttp(task: Task) -> dict[str, float]:
    """AsyncOpenAI over aiohttp."""
    import openai  # noqa: PLC0415

    transport = openai.DefaultAioHttpClient()
    async with openai.AsyncOpenAI(base_url=task.address, api_key="none", http_client=transport) as client:
        return await _measured(task, lambda body: client.chat.completions.create(**body))


async def chat(task: Task) -> dict[str, float]:
    """ChatOpenAI over its own transport."""
    from langchain_openai import ChatOpenAI  # noqa: PLC0415
    from pydantic import SecretStr  # noqa: PLC0415

    model = ChatOpenAI(model=MODEL, base_url=task.address, api_key=SecretStr("none"), use_responses_api=False)

    async def ask(body: dict[str, Any]) -> Any:
        further = {"extra_body": {key: body[key] for key in ("response_format", "tools") if key in body}}
        messages = [{**message, "content": message["content"] or ""} for message in body["messages"]]
        return await model.ainvoke(messages, **further)

    return await _measured(task, ask)


def _settings(task: Task, folder: str, num: int, **further: Any) -> Any:
    from digit_tc.settings import read_settings  # noqa: PLC0415

    client = {"client": further.pop("client")} if "client" in further else {}
    run = {
        "num": num,
        "roles": "llm",
        "out": str(task.folder / folder),
        "concurrency": task.in_flight,
        **further,
    }
    return read_settings(
        flags={"run": run, "models": {"default": {"model": MODEL, "base_url": task.address, **client}}}
    )


async def _engine(task: Task, **further: Any) -> dict[str, float]:
    """Measures the engine with model-driven roles; a reply that is asked for and one that was kept count alike."""
    from digit_tc.engine.collector import calm_collector  # noqa: PLC0415
    from digit_tc.engine.job import prepare  # noqa: PLC0415
    from digit_tc.engine.run import run  # noqa: PLC0415

    with closing(prepare(_settings(task, "warm", _WARMING, **further))) as job:
        await run(job, task.folder / "warm")
    with closing(prepare(_settings(task, "out", task.num, **further))) as job:
        began, spent = time.perf_counter(), time.process_time()
        with calm_collector():
            _, tally = await run(job, task.folder / "out")
        seconds, cpu = time.perf_counter() - began, time.process_time() - spent
        asked = job.models.ledger.total()
    calls = asked.requests + asked.known
    return {"calls": calls, "seconds": seconds, "cpu": cpu, "accepted": tally.accepted, "started": tally.started}


async def engine(task: Task) -> dict[str, float]:
    """The engine with its default client."""
    return await _engine(task)


async def engine_fast(task: Task) -> dict[str, float]:
    """The engine with `client = "fast"`."""
    return await _engine(task, client="fast")


async def recorded(task: Task) -> dict[str, float]:
    """The engine, whose replies are kept for `nodes`."""
    return await _engine(task, replies=str(task.folder.parent / "replies.sqlite"))


async def nodes(task: Task) -> dict[str, float]:
    """The engine on kept replies: graph, nodes and record, and no client at all."""
    return await _engine(task, replay=str(task.folder.parent / "replies.sqlite"))


CONTENDERS = {
    each.__name__.replace("_", "-"): each for each in (bare, bare_aiohttp, chat, engine, engine_fast, recorded, nodes)
}


def main() -> None:
    """Runs one contender and prints what it came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("--address", required=True, help="address of the server, with /v1")
    parser.add_argument("--num", type=int, default=256, help="conversations (256)")
    parser.add_argument("--bodies", type=Path, default=Path("bodies.json"), help="a JSON list of request bodies")
    parser.add_argument("--in-flight", type=int, default=256, help="requests, or conversations, at once (256)")
    parser.add_argument("--folder", type=Path, default=Path("out"), help="where engines write")
    parser.add_argument("--profile", type=Path, help="where cProfile writes what it saw; times mean nothing then")
    chosen = parser.parse_args()
    task = Task(chosen.address, chosen.num, chosen.bodies, chosen.in_flight, chosen.folder)
    contender = CONTENDERS[chosen.name]
    if chosen.profile is None:
        print(json.dumps(asyncio.run(contender(task))))
        return
    import cProfile  # noqa: PLC0415

    with cProfile.Profile() as seen:
        json.dump(asyncio.run(contender(task)), sys.stdout)
    seen.dump_stats(chosen.profile)


if __name__ == "__main__":
    main()
