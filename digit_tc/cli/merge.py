"""The verb `merge`: shards into the dataset that one run would have given."""

import sys
from collections.abc import Sequence
from pathlib import Path

from digit_tc.cli.text import counted, outcomes
from digit_tc.engine.merging import merge as merge_shards


def merge(folders: Sequence[Path], out: Path) -> None:
    """Merges shards and prints what came of it.

    Raises:
        OutputError: A shard is missing, unfinished or of another run, or the folder cannot be used.
    """
    tally = merge_shards(folders, out, _told if sys.stderr.isatty() else lambda *_: None)
    print(f"{counted(tally.started)} of {len(folders)} shards in {out}: {outcomes(tally.statuses)}")


def _told(there: int, number: int) -> None:
    print(f"\r{there} of {number}", end="", file=sys.stderr, flush=True)
