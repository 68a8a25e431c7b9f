"""Shards of a run brought together into the folder that one run would have left."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

from digit_tc.engine import checkpoints, manifest, store
from digit_tc.engine.manifest import Rest, manifest_from, usage_of
from digit_tc.engine.output import FILES, Folder, claimed
from digit_tc.engine.standing import Goal
from digit_tc.engine.store import Ended, Store
from digit_tc.engine.tally import Tally
from digit_tc.errors import OutputError
from digit_tc.fingerprint import differences
from digit_tc.models.usage import Ledger
from digit_tc.ranges import stride


@dataclass(frozen=True)
class Shard:
    """A finished part of a run."""

    path: Path
    saved: Mapping[str, Any]
    """Its manifest."""

    @property
    def part(self) -> tuple[int, int]:
        """Which of how many it is, counted from 1."""
        first, whole = stride(str(self.saved["settings"]["run"]["shard"]))
        return first + 1, whole

    @property
    def number(self) -> int:
        """Conversations that the whole run was asked for."""
        return int(self.saved["settings"]["run"]["num"])


def merge(paths: Sequence[Path], out: Path, observe: Callable[[int, int], None] = lambda *_: None) -> Tally:
    """Copies the conversations of all shards, in scenario order, and their checkpoints; broken off, it goes on.

    Args:
        paths: The folders of all shards of one run, in any order.
        out: The folder of the whole, which need not exist.
        observe: Is told now and then how many of how many are there.

    Returns:
        The counts of the whole.

    Raises:
        OutputError: A shard is missing, unfinished or of another run, or the folder cannot be used.
    """
    shards = _ordered([_shard(path) for path in paths])
    whole = manifest_from(shards[0].saved, shard="")
    with ExitStack() as stack:
        folder = stack.enter_context(claimed(out, whole))
        sources = [_Lines(shard, stack) for shard in shards]
        ledger, number = Ledger(), shards[0].number
        for source in sources:
            ledger.add(source.store.about("usage", {}))
        folder.store.note(goal=asdict(Goal(number)), began=0.0, usage=ledger.as_json())
        _copy(folder, sources, number, observe)
        checkpoints.gather((shard.path for shard in shards), out)
        rest = Rest(_sums(shard.saved["measurements"] for shard in shards), folder.figures())
        whole.write(out, "finished", folder.tally, usage_of(ledger, folder.tally.accepted), rest)
        return folder.tally


def _copy(folder: Folder, sources: Sequence["_Lines"], number: int, observe: Callable[[int, int], None]) -> None:
    for index in range(folder.turn, number):
        folder.end(sources[index % len(sources)].of(index))
        if index % 500 == 0:
            observe(index, number)


class _Lines:
    """The lines of one shard."""

    def __init__(self, shard: Shard, stack: ExitStack) -> None:
        self._path = shard.path
        self.store: Store = stack.enter_context(store.reading(shard.path / store.NAME))
        self._files: dict[str, BufferedReader] = {
            name: stack.enter_context((shard.path / name).open("rb")) for name in FILES
        }

    def of(self, index: int) -> Ended:
        """Returns a scenario as it was saved."""
        found = self.store.written(index)
        if found is None:
            raise OutputError(f"{self._path}: scenario {index} is missing; run the shard to its end first")
        spot, facts, retryable, seconds = found
        file = self._files[spot.file]
        file.seek(spot.place)
        line = file.read(spot.size)
        if not line.endswith(b"\n"):
            raise OutputError(f"{self._path / spot.file}: was changed by someone; put it back as it was")
        return Ended(facts, line, retryable, seconds)


def _shard(path: Path) -> Shard:
    found = manifest.read(path) if path.is_dir() else None
    if found is None:
        raise OutputError(f"{path}: holds no run; name the output folders of `digit-tc generate --shard I/N`")
    if found["status"] != "finished":
        raise OutputError(f"{path}: the run in it is not finished; run the same command again, then merge")
    return Shard(path, found)


def _ordered(shards: Sequence[Shard]) -> list[Shard]:
    """Returns the shards in their order, each once and none missing."""
    first = shards[0]
    for other in shards[1:]:
        _require_same(first, other)
    by_part: dict[int, Shard] = {}
    for shard in shards:
        part = shard.part[0]
        if part in by_part:
            raise OutputError(f"{shard.path}: is shard {part} as {by_part[part].path} is; name each shard once")
        by_part[part] = shard
    missing = [str(part) for part in range(1, first.part[1] + 1) if part not in by_part]
    if missing:
        raise OutputError(f"of {first.part[1]} shards these are missing: {', '.join(missing)}; name their folders too")
    return [by_part[part] for part in sorted(by_part)]


def _require_same(first: Shard, other: Shard) -> None:
    if other.saved["fingerprint"] != first.saved["fingerprint"]:
        changed = "; ".join(differences(other.saved["shape"], first.saved["shape"]))
        raise OutputError(f"{other.path}: is of another run than {first.path} ({changed}); name shards of one run")
    if (other.part[1], other.number) != (first.part[1], first.number):
        there, here = (f"one of {one.part[1]} shards of {one.number}" for one in (first, other))
        raise OutputError(f"{other.path}: is {here} conversations, and {first.path} is {there}; name shards of one run")


def _sums(measured: Iterator[Mapping[str, float]]) -> dict[str, float]:
    """Returns the seconds of all shards together; how fast one of them was says nothing of the whole."""
    return {"seconds": round(sum(one.get("seconds", 0.0) for one in measured), 3)}
