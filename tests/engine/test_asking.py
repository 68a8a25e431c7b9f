"""A run that asks models: what is kept makes a rerun free, what is asked is counted, bounds on it stop cleanly."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digit_tc.engine.crew import Ending
from digit_tc.engine.job import prepare
from digit_tc.engine.run import run
from digit_tc.errors import LoadingError, SettingsError
from digit_tc.settings import read_settings
from digit_tc.testing.server import Rule, Served, serve

KEY = "sk-a-key-that-nobody-may-see-0123456789"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serve(temper="echo-user") as served:
        yield served


def go(out: Path, model: Mapping[str, Any], *, retries: int = 6, **settings: Any) -> Ending:
    flags = {
        "plan": {"retries": retries},
        "run": {"num": 4, "turns": "1-2", **settings},
        "models": {"default": dict(model)},
        "roles": {"user": {"use": "digit_tc.nodes.user:LLMUser"}},
    }
    with closing(prepare(read_settings(flags=flags))) as job:
        return asyncio.run(run(job, out))[0]


def contents(folder: Path) -> bytes:
    return (folder / "conversations.jsonl").read_bytes() + b"\0" + (folder / "rejected.jsonl").read_bytes()


def usage(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))["usage"]
    return found


def test_with_what_was_kept_a_rerun_is_free_and_the_same(
    server: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = {"model": "m", "base_url": server.base_url}
    before = len(server.requests())
    assert go(tmp_path / "first", model, concurrency=1) == "finished"
    asked = len(server.requests()) - before
    kept = tmp_path / "first" / "replies.sqlite"
    assert asked > 0
    assert kept.is_file()
    assert not [*(tmp_path / "first").glob("*-wal")], "what was written ahead is in the databases"

    assert go(tmp_path / "second", model, replies=str(kept), concurrency=8) == "finished"
    assert len(server.requests()) - before == asked
    assert contents(tmp_path / "second") == contents(tmp_path / "first")
    assert not (tmp_path / "second" / "replies.sqlite").exists()

    monkeypatch.delenv("OPENAI_API_KEY")
    assert go(tmp_path / "third", {"model": "m"}, replay=str(kept)) == "finished"
    assert contents(tmp_path / "third") == contents(tmp_path / "first")

    first, second = (usage(tmp_path / name)["roles"]["user"] for name in ("first", "second"))
    assert (first["calls"], first["requests"], first["known"]) == (asked, asked, 0)
    assert (second["calls"], second["prompt_tokens"], second["known"]) == (0, 0, asked)
    assert first["prompt_tokens"] > first["completion_tokens"] > 0
    assert 0 < first["repeated_characters"] < first["prompt_characters"]
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes(), path


def test_a_replay_that_lacks_a_reply_says_so_in_the_record(server: Served, tmp_path: Path) -> None:
    model = {"model": "m", "base_url": server.base_url}
    go(tmp_path / "first", model, num=1)
    go(tmp_path / "other", model, num=1, seed=5, replay=str(tmp_path / "first" / "replies.sqlite"))
    (line,) = (tmp_path / "other" / "rejected.jsonl").read_text("utf-8").splitlines()
    assert "holds no reply to a question of role 'user'" in json.loads(line)["outcome"]["reason"]


def test_a_bound_on_tokens_stops_cleanly_and_more_goes_on(server: Served, tmp_path: Path) -> None:
    model = {"model": "m", "base_url": server.base_url}
    go(tmp_path / "whole", model, num=6)
    whole = usage(tmp_path / "whole")["total"]
    go(tmp_path / "one", model, num=1)
    bound = sum(usage(tmp_path / "one")["total"][kind] for kind in ("prompt_tokens", "completion_tokens"))
    assert go(tmp_path / "part", model, num=6, max_tokens=bound, concurrency=1) == "spent"
    assert json.loads((tmp_path / "part" / "manifest.json").read_text("utf-8"))["status"] == "spent"
    part = usage(tmp_path / "part")["total"]
    assert bound <= part["prompt_tokens"] + part["completion_tokens"] < bound * 2.5
    assert go(tmp_path / "part", model, num=6, max_tokens=bound) == "spent", "what the folder has cost counts on"
    assert go(tmp_path / "part", model, num=6) == "finished"
    assert contents(tmp_path / "part") == contents(tmp_path / "whole")
    assert usage(tmp_path / "part")["total"]["calls"] == whole["calls"], "both runs together"


def test_a_bound_on_cost_needs_a_price(server: Served, tmp_path: Path) -> None:
    model = {"model": "gpt-4o-mini", "base_url": server.base_url}
    with pytest.raises(SettingsError, match="nobody knows what the model 'gpt-4o-mini' costs at its server"):
        go(tmp_path / "none", model, max_cost=1)
    assert go(tmp_path / "priced", model | {"price": [2.0, 8.0]}, max_cost=1e-9, concurrency=1) == "spent"
    found = usage(tmp_path / "priced")["total"]
    assert found["cost"] == pytest.approx((2 * found["prompt_tokens"] + 8 * found["completion_tokens"]) / 1e6, abs=1e-6)


def test_failures_are_counted_by_their_kind(tmp_path: Path) -> None:
    rules = [Rule(requests=(1,), status=429, retry_after=0.01), Rule(requests=(2,), status=500), Rule(reply=" ")]
    with serve(rules) as server:
        model = {"model": "m", "base_url": server.base_url, "max_retries": 0}
        go(tmp_path / "out", model, num=3, concurrency=1, retries=1)
    found = usage(tmp_path / "out")
    empty = 4 * (1 + 1) ** 2  # nothing is asked for four times, then with the reason, then anew
    assert found["roles"]["user"]["failures"] == {"HTTP 429": 1, "HTTP 500": 1, "empty": empty}
    assert (found["total"]["calls"], found["per_accepted"]) == (2 + empty, {})
    text = (tmp_path / "out" / "rejected.jsonl").read_text("utf-8")
    assert len(text.splitlines()) == 3
    assert "Traceback" not in text


def test_a_failure_repeats_until_it_is_made_again_in_its_folder(tmp_path: Path) -> None:
    rules = [Rule(requests=(1, 2, 3, 4), finish_reason="length", reply="I need")]
    with serve(rules, temper="echo-user") as server:
        model = {"model": "m", "base_url": server.base_url}
        go(tmp_path / "first", model, num=1)
        kept = str(tmp_path / "first" / "replies.sqlite")
        assert b'"status":"failed"' in contents(tmp_path / "first")
        go(tmp_path / "second", model, num=1, replies=kept)
        assert contents(tmp_path / "second") == contents(tmp_path / "first")
        assert len(server.requests()) == 4
        go(tmp_path / "first", model, num=1)
    assert b'"status":"failed"' not in contents(tmp_path / "first")
    assert (tmp_path / "first" / "conversations.jsonl").stat().st_size > 0


def test_a_failing_server_costs_conversations_and_nothing_secret(tmp_path: Path) -> None:
    with serve(temper="failing") as server:
        go(tmp_path / "out", {"model": "m", "base_url": server.base_url, "max_retries": 0}, num=12)
    found = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    counts, failures = found["counts"], found["usage"]["total"]["failures"]
    assert counts["accepted"] + counts["rejected"] + counts["failed"] == counts["started"] == 12
    assert counts["accepted"] > 0 < counts["failed"]
    assert len(failures) > 2
    assert failures.keys() & {"HTTP 429", "HTTP 500", "HTTP 503"}  # which of them is up to the words of the prompts
    for path in (tmp_path / "out").iterdir():
        assert KEY.encode() not in path.read_bytes()
        assert b"Traceback" not in path.read_bytes()


def test_prompts_of_ones_own_replace_ours_and_count(server: Served, tmp_path: Path) -> None:
    own = tmp_path / "prompts"
    own.mkdir()
    model = {"model": "m", "base_url": server.base_url}
    with pytest.raises(LoadingError, match="there are no prompts"):
        go(tmp_path / "out", model, prompts=str(own))
    (own / "user.md").write_text("Speak as a pirate.\n---\n<values>\n{{ values | json }}\n</values>", "utf-8")
    before = len(server.requests())
    go(tmp_path / "out", model, num=1, prompts=str(own))
    asked = server.requests()[before:]
    assert {body["messages"][0]["content"] for body in asked} == {"Speak as a pirate."}

    def fingerprint(**settings: Any) -> str:
        with closing(prepare(read_settings(flags={"run": settings}))) as job:
            return job.fingerprint

    with_own = fingerprint(prompts=str(own))
    assert with_own != fingerprint()
    (own / "user.md").write_text("Speak as a sailor.", "utf-8")
    assert fingerprint(prompts=str(own)) != with_own
    (own / "usr.md").write_text("x", "utf-8")
    with pytest.raises(LoadingError, match=r"usr\.md: no role reads a prompt of this name; .*did you mean user"):
        fingerprint(prompts=str(own))


def test_files_in_a_file_of_settings_stand_beside_it(tmp_path: Path) -> None:
    config = tmp_path / "run.toml"
    config.write_text('[run]\nprompts = "mine"\nreplies = "kept.sqlite"\n', "utf-8")
    run = read_settings(config).run
    assert (run.prompts, run.replies) == (str(tmp_path / "mine"), str(tmp_path / "kept.sqlite"))
    assert read_settings(config, {"run": {"prompts": "here"}}).run.prompts == "here"
    with pytest.raises(SettingsError, match="cannot be combined"):
        read_settings(config, {"run": {"replay": "x"}})
