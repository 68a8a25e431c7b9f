"""The verb `bench critic`: how much a model notices as critic of what code cannot see."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digit_tc.audit.judging import Figures, Row, measure
from digit_tc.cli.text import counted
from digit_tc.engine.conversation import converse
from digit_tc.engine.job import Job, prepare
from digit_tc.engine.output import ACCEPTED
from digit_tc.errors import InputError, SettingsError
from digit_tc.loading import CRITIC, load_role
from digit_tc.records import Record
from digit_tc.settings import read_settings


@dataclass(frozen=True, slots=True)
class Given:
    """What is judged: records of files, `num` of each at most, or that many made offline from a seed."""

    paths: tuple[Path, ...]
    num: int
    seed: int


def critic(given: Given, config: Path | None, flags: Mapping[str, Any], *, as_json: bool) -> None:
    """Asks a critic about clean turns and about turns with a planted defect, and prints what it noticed.

    Raises:
        InputError: The settings, the model or a file cannot be used.
        ModelError: The model cannot be asked.
    """
    table = {**flags.get("roles", {}).get("critic", {})}
    if others := sorted(flags.get("roles", {}).keys() - {"critic"}):
        raise SettingsError(f"--role {others[0]}: only the critic is measured here; write --role critic=IMPORT")
    flags = {**flags, "roles": {"critic": {"use": CRITIC, **table}}}
    with closing(prepare(read_settings(config, flags))) as job:
        records = list(_read(given) if given.paths else asyncio.run(_made(given)))
        measured = asyncio.run(_measured(job, records))
    print(json.dumps(_row(measured)) if as_json else "\n".join(_lines(measured)))


async def _measured(job: Job, records: list[Record]) -> Figures:
    knobs = dict(job.settings.roles["critic"])
    role = load_role(knobs.pop("use"), knobs)
    judge = getattr(role, "judge", None)
    if judge is None:
        raise SettingsError(
            "--role critic: it has no method `judge(scene, models, prompts)`; name a critic that asks a model"
        )
    prompts = Path(job.settings.run.prompts) if job.settings.run.prompts else None
    try:
        return await measure(records, lambda scene: judge(scene, job.models, prompts))
    finally:
        await job.models.aclose()


async def _made(given: Given) -> list[Record]:
    settings = read_settings(None, {"run": {"num": given.num, "seed": given.seed}})
    with closing(prepare(settings)) as job:
        made = [await converse(job.graph, job.context(at), job.identity(at)) for at in range(given.num)]
    return [record for record in made if record.outcome.status == "accepted"]


def _read(given: Given) -> Iterator[Record]:
    for path in given.paths:
        file = path / ACCEPTED if path.is_dir() else path
        try:
            with file.open("rb") as lines:
                yield from islice((_record(line, f"{file}:{at}") for at, line in enumerate(lines, 1)), given.num)
        except OSError as error:
            raise InputError(f"{file}: cannot be read: {error.strerror}; name a file of records") from error


def _record(line: bytes, place: str) -> Record:
    try:
        record = Record.model_validate_json(line)
    except ValidationError as error:
        raise InputError(f"{place}: is not a conversation record; only records tell who asked for what") from error
    if record.persona is None or not record.turns:
        raise InputError(f"{place}: has no persona or no turn; take it out")
    return record


def _lines(bench: Figures) -> Iterator[str]:
    yield (
        f"{counted(bench.conversations)}, {bench.turns} clean turns; "
        f"false alarms: code {_share(bench.code_alarms, bench.turns)}, "
        f"critic {_share(bench.critic_alarms, bench.turns)}, unknown {_share(bench.critic_unknown, bench.turns)}"
    )
    yield f"  {'defect':<26}{'planted':>9}{'code':>9}{'critic':>9}{'unknown':>9}"
    for name, row in (*bench.rows.items(), ("all", _sum(bench))):
        shares = (_share(number, row.planted) for number in (row.by_code, row.by_critic, row.unknown))
        yield f"  {name:<26}{row.planted:>9}" + "".join(f"{share:>9}" for share in shares)
    yield f"{bench.replies} replies, {bench.prompt_tokens} prompt and {bench.completion_tokens} completion tokens"


def _share(number: int, whole: int) -> str:
    return f"{number / whole:.1%}" if whole else "-"


def _sum(bench: Figures) -> Row:
    rows = bench.rows.values()
    return Row(
        planted=sum(row.planted for row in rows),
        by_code=sum(row.by_code for row in rows),
        by_critic=sum(row.by_critic for row in rows),
        unknown=sum(row.unknown for row in rows),
    )


def _row(bench: Figures) -> dict[str, Any]:
    defects = {
        name: {
            "planted": row.planted,
            "noticed_by_code": row.by_code,
            "noticed_by_critic": row.by_critic,
            "unknown": row.unknown,
        }
        for name, row in bench.rows.items()
    }
    return {
        "conversations": bench.conversations,
        "turns": bench.turns,
        "false_alarms": {"code": bench.code_alarms, "critic": bench.critic_alarms, "unknown": bench.critic_unknown},
        "defects": defects,
        "replies": bench.replies,
        "prompt_tokens": bench.prompt_tokens,
        "completion_tokens": bench.completion_tokens,
    }
