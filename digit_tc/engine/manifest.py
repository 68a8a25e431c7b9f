"""The manifest: what was run and what came of it, in one file that is always whole."""

import json
import os
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic_core import to_json

import digit_tc
from digit_tc.engine.job import Job
from digit_tc.engine.tally import Tally
from digit_tc.errors import OutputError
from digit_tc.models.usage import Ledger
from digit_tc.statistics.figures import Figures
from digit_tc.tools.catalogue import Catalogue

NAME = "manifest.json"
PARTIAL = "manifest.json.tmp"
PROGRAM = "digit-tc"


def compose(
    job: Job, tally: Tally, status: str, measurements: dict[str, float], figures: Figures | None = None
) -> dict[str, Any]:
    """Returns the manifest of a run; only `measurements` and `usage` depend on the clock and on what was kept.

    `figures` are those of the accepted conversations, once there will be no more of them.
    """
    return {
        "program": PROGRAM,
        "status": status,
        "fingerprint": job.fingerprint,
        "shape": job.shape,
        "settings": job.settings.model_dump(mode="json"),
        "sampling": {"mix": dict(job.mix.weights), "left_out": dict(job.mix.left_out)},
        **tally.as_json(),
        "statistics": figures.model_dump(mode="json") if figures else {},
        "versions": {
            "digit-tc": digit_tc.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("langgraph", "langchain-core", "pydantic")},
        },
        "measurements": measurements,
        "usage": usage_of(job.models.ledger, tally.accepted),
    }


def usage_of(ledger: Ledger, accepted: int) -> dict[str, Any]:
    """Returns what asking models came to: by role, in all, and for each accepted conversation."""
    total = ledger.total()
    each = {
        name: round(getattr(total, name) / accepted, 6)
        for name in ("calls", "prompt_tokens", "completion_tokens", "cost", "seconds")
    } if accepted else {}  # fmt: skip
    return {"roles": ledger.as_json(), "total": total.as_json(), "per_accepted": each}


def write(folder: Path, manifest: dict[str, Any], catalogue: Catalogue) -> None:
    """Replaces the manifest, with the list of the tools, in one go: a reader never meets half of one.

    Raises:
        OutputError: It cannot be written.
    """
    partial = folder / PARTIAL
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.write(_text(manifest, catalogue))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(folder / NAME)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written to: {error.strerror}; run again to go on") from error


def _text(manifest: dict[str, Any], catalogue: Catalogue) -> str:
    rest = json.dumps(manifest, ensure_ascii=False, indent=2)
    return f'{rest.removesuffix("}").rstrip()},\n  "tools": [\n    {_tools(catalogue)}\n  ]\n}}\n'


@lru_cache(maxsize=1)
def _tools(catalogue: Catalogue) -> str:
    """Renders the list of the tools, each on one line, as there may be very many."""
    return ",\n    ".join(
        to_json(
            {
                "name": head.name,
                "dialect": head.dialect,
                "file": head.file,
                "pointer": head.pointer,
                "fixes": head.fixes,
            }
        ).decode()
        for head in catalogue.heads
    )


def read(folder: Path) -> dict[str, Any] | None:
    """Returns the manifest of a folder, or None where there is none.

    Raises:
        OutputError: There is a manifest.json that this program did not write.
    """
    path = folder / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise OutputError(f"{path}: cannot be read as a manifest; choose another --out") from error
    if not isinstance(found, dict) or found.get("program") != PROGRAM:
        raise OutputError(f"{path}: was not written by digit-tc; choose another --out")
    return found
