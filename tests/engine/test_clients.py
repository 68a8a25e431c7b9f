"""What asks a server makes no difference to what comes of it, and no conversation is lost whatever the server does."""

import asyncio
import json
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import pytest

from digit_tc.engine.job import prepare
from digit_tc.engine.run import run
from digit_tc.models.server import Traffic
from digit_tc.models.settings import Client
from digit_tc.settings import read_settings
from digit_tc.testing.server import Served, serve

WITS = ("digit_tc.testing.actors:act", "digit_tc.testing.judges:verifier", "digit_tc.testing.judges:critic")


def made(out: Path, server: Served, client: Client, **settings: Any) -> tuple[dict[str, Any], tuple[Traffic, ...]]:
    """Returns the manifest of a run, and what the server was left with."""
    flags = {
        "run": {"num": 4, "turns": "1-2", "roles": "hybrid", **settings},
        "models": {"default": {"model": "m", "base_url": server.base_url, "client": client}},
    }
    with closing(prepare(read_settings(flags=flags))) as job:
        asyncio.run(run(job, out))
        return json.loads((out / "manifest.json").read_text("utf-8")), job.models.traffic()


def test_both_clients_give_the_same_bytes(tmp_path: Path) -> None:
    fingerprints = set()
    with serve(temper="well-behaved", wits=WITS) as server:
        for client in get_args(Client):
            manifest, _ = made(tmp_path / client, server, client)
            fingerprints.add(manifest["fingerprint"])
    for name in ("conversations.jsonl", "rejected.jsonl"):
        assert (tmp_path / "openai" / name).read_bytes() == (tmp_path / "fast" / name).read_bytes()
    assert (tmp_path / "fast" / "conversations.jsonl").stat().st_size > 0
    assert len(fingerprints) == 1, "a run may go on with another client"


@pytest.mark.parametrize("client", get_args(Client))
def test_every_conversation_ends_accounted_for_when_calls_fail_in_many_ways(
    tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digit_tc.models.retries._FIRST", 0.01)
    monkeypatch.setattr("digit_tc.engine.policies._PAUSE", 0.01)
    with serve(temper="failing", wits=WITS) as server:
        manifest, traffic = made(tmp_path / "out", server, client, num=4, turns="1")
        requests = len(server.requests())
    counts = manifest["counts"]
    assert counts["accepted"] + counts["rejected"] + counts["failed"] == counts["started"] == 4
    assert counts["accepted"] > 0
    assert manifest["usage"]["total"]["requests"] == requests, "each attempt is counted"
    ((in_flight, waiting, pushed),) = [(one.in_flight, one.waiting, one.pushed) for one in traffic]
    assert (in_flight, waiting) == (0, 0)
    assert pushed > 1
