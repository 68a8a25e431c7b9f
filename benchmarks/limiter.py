"""What a server that fails a fifth of its calls whatever its load costs in useful answers, beside one that never does.

    python benchmarks/limiter.py [--rounds N] [--seconds S] [--workers N] [--latency S] [--client openai|fast]

The server runs in a process of its own and answers after a fixed time; one in five calls it answers with 429 and
Retry-After, with 500, too late, with half a body, or with a reset connection, drawn by chance. The same workers ask
both in turn, round by round, each time with a limit that knows nothing yet: the first third of each run is given to it
to find out and told apart. What the healthy share allows is four fifths of what the healthy server gave in that round.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager

from aiohttp import web
from langchain_core.messages import HumanMessage, SystemMessage

from digit_tc.errors import ModelError
from digit_tc.models import Models, ModelSettings

SHARE = 0.2
ANSWER = {
    "id": "x",
    "object": "chat.completion",
    "created": 0,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "It is done."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
}
QUESTION = [SystemMessage("You are a user. " * 40), HumanMessage("Ask for it. " * 40)]


async def serve(latency: float) -> None:
    """Answers at `/healthy` and `/failing` until its standard input ends; prints its port first."""
    body = json.dumps(ANSWER).encode()
    chance = random.Random(0)  # noqa: S311 - it says which call fails

    async def answer(request: web.Request) -> web.StreamResponse:
        await request.read()
        if request.path.startswith("/failing") and chance.random() < SHARE:
            return await fail(request, chance.randrange(5))
        await asyncio.sleep(latency)
        return web.Response(body=body, content_type="application/json")

    async def fail(request: web.Request, way: int) -> web.StreamResponse:
        if way == 0:
            return web.json_response({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "1"})
        if way == 1:
            return web.json_response({"error": {"message": "no"}}, status=500)
        await asyncio.sleep({2: 60.0, 3: latency / 2, 4: 0.0}[way])
        response = web.StreamResponse(headers={"Content-Length": str(len(body)), "Content-Type": "application/json"})
        if way == 3:
            await response.prepare(request)
            await response.write(body[: len(body) // 2])
        if request.transport is not None:  # whoever gave up waiting has closed it
            request.transport.abort()
        return response

    app = web.Application()
    app.router.add_post("/{way}/v1/chat/completions", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    os._exit(0)  # what still waits is of no interest


@contextmanager
def served(latency: float) -> Iterator[int]:
    """Runs the server; yields its port."""
    command = [sys.executable, __file__, "--serve", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - itself
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


async def asked(address: str, chosen: argparse.Namespace) -> tuple[float, float, int]:
    """Returns the useful answers per second in the first third and in the rest, and the limit in the end."""
    settings = ModelSettings(
        model="m", base_url=address, client=chosen.client, timeout=3 * chosen.latency, max_retries=4
    )
    counts = [0, 0]
    started = time.monotonic()
    turn, end = started + chosen.seconds / 3, started + chosen.seconds

    async def work(models: Models) -> None:
        while (now := time.monotonic()) < end:
            try:
                await models.ask("user", QUESTION)
            except ModelError:
                continue
            now = time.monotonic()
            if now < end:
                counts[now >= turn] += 1

    async with aclosing(Models(default=settings, concurrency=chosen.workers)) as models:
        async with asyncio.TaskGroup() as group:
            for _ in range(chosen.workers):
                group.create_task(work(models))
        (traffic,) = models.traffic()
    return counts[0] / (turn - started), counts[1] / (end - turn), traffic.limit


def main() -> None:
    """Prints a line for each round, then the median, the least and the greatest ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    parser.add_argument("--seconds", type=float, default=45.0, help="seconds of each run (45)")
    parser.add_argument("--workers", type=int, default=256, help="who asks at once (256)")
    parser.add_argument("--latency", type=float, default=1.0, help="seconds that an answer takes (1)")
    parser.add_argument("--client", default="fast", help="openai or fast (fast)")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve is not None:
        asyncio.run(serve(chosen.serve))
        return
    ratios: list[tuple[float, float]] = []
    print(f"{'round':>5}{'healthy/s':>11}{'failing/s':>11}{'of its share':>14}{'while learning':>16}{'limit':>7}")
    with served(chosen.latency) as port:
        for number in range(1, chosen.rounds + 1):
            well = asyncio.run(asked(f"http://127.0.0.1:{port}/healthy/v1", chosen))
            ill = asyncio.run(asked(f"http://127.0.0.1:{port}/failing/v1", chosen))
            learning, learnt = (ill[at] / well[at] / (1 - SHARE) for at in range(2))
            ratios.append((learnt, learning))
            print(f"{number:5}{well[1]:11.1f}{ill[1]:11.1f}{learnt:14.2f}{learning:16.2f}{ill[2]:7}", flush=True)
    for name, found in zip(("of its share", "while learning"), zip(*ratios, strict=True), strict=True):
        print(f"{name}: median {statistics.median(found):.2f}, least {min(found):.2f}, greatest {max(found):.2f}")


if __name__ == "__main__":
    main()
