"""The manifest: what was run and what came of it, in one file that is always whole."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic_core import to_json

import digit_tc
from digit_tc.engine.job import Job
from digit_tc.engine.tally import Tally
from digit_tc.errors import OutputError
from digit_tc.models.usage import Ledger
from digit_tc.ranges import stride
from digit_tc.statistics.figures import Figures
from digit_tc.tools.catalogue import Catalogue

NAME = "manifest.json"
PARTIAL = "manifest.json.tmp"
PROGRAM = "digit-tc"


@dataclass(frozen=True)
class Rest:
    """What only a run that has ended knows."""

    measurements: Mapping[str, float] = field(default_factory=dict)
    """What depends on the clock."""
    figures: Figures | None = None
    """Those of the accepted conversations, once there will be no more of them."""


@dataclass(frozen=True)
class Manifest:
    """What a manifest says that stays the same from the beginning of a run to its end."""

    head: Mapping[str, Any]
    """Program, fingerprint, shape, settings, sampling, versions."""
    tools: str
    """The list of the tools, one on each line."""

    @property
    def fingerprint(self) -> str:
        """The digest of what shapes the content."""
        return str(self.head["fingerprint"])

    @property
    def shape(self) -> dict[str, Any]:
        """What shapes the content."""
        found: dict[str, Any] = self.head["shape"]
        return found

    @property
    def part(self) -> str:
        """Which shard of a run this is, as I/N; empty for a whole one."""
        return str(self.head["settings"]["run"]["shard"])

    @property
    def stride(self) -> tuple[int, int]:
        """The first scenario, and the step from each to the next."""
        return stride(self.part)

    def write(
        self,
        folder: Path,
        status: str,
        tally: Tally | None = None,
        usage: Mapping[str, Any] | None = None,
        rest: Rest | None = None,
    ) -> None:
        """Replaces the manifest of a folder in one go: a reader never meets half of one.

        Args:
            folder: Where it is.
            status: How the run stands.
            tally: What it has come to.
            usage: What asking models has come to, as `usage_of` says it.
            rest: What only a run that has ended knows.

        Raises:
            OutputError: It cannot be written.
        """
        rest, partial = rest or Rest(), folder / PARTIAL
        whole = {
            "program": PROGRAM,
            "status": status,
            **self.head,
            **(tally or Tally()).as_json(),
            "statistics": rest.figures.model_dump(mode="json") if rest.figures else {},
            "measurements": dict(rest.measurements),
            "usage": dict(usage or {}),
        }
        text = json.dumps(whole, ensure_ascii=False, indent=2).removesuffix("}").rstrip()
        try:
            with partial.open("w", encoding="utf-8") as file:
                file.write(f'{text},\n  "tools": [\n    {self.tools}\n  ]\n}}\n')
                file.flush()
                os.fsync(file.fileno())
            partial.replace(folder / NAME)
        except OSError as error:
            raise OutputError(f"{folder}: cannot be written to: {error.strerror}; run again to go on") from error


def manifest_of(job: Job) -> Manifest:
    """Returns the manifest of a job."""
    head = {
        "fingerprint": job.fingerprint,
        "shape": job.shape,
        "settings": job.settings.model_dump(mode="json"),
        "sampling": {"mix": dict(job.mix.weights), "left_out": dict(job.mix.left_out)},
        "versions": {
            "digit-tc": digit_tc.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("langgraph", "langchain-core", "pydantic")},
        },
    }
    return Manifest(head, _tools(job.catalogue))


def manifest_from(saved: Mapping[str, Any], shard: str) -> Manifest:
    """Returns the manifest of a run from that of another part of it.

    Args:
        saved: What `read` has returned.
        shard: Which part of the run the other is: as I/N, or empty for the whole.
    """
    run = {**saved["settings"]["run"], "shard": shard, "out": ""}
    head = {name: saved[name] for name in ("fingerprint", "shape", "settings", "sampling", "versions")}
    head["settings"] = {**head["settings"], "run": run}
    return Manifest(head, ",\n    ".join(to_json(tool).decode() for tool in saved["tools"]))


def usage_of(ledger: Ledger, accepted: int) -> dict[str, Any]:
    """Returns what asking models came to: by role, in all, and for each accepted conversation."""
    total = ledger.total()
    each = {
        name: round(getattr(total, name) / accepted, 6)
        for name in ("calls", "prompt_tokens", "completion_tokens", "cost", "seconds")
    } if accepted else {}  # fmt: skip
    return {"roles": ledger.as_json(), "total": total.as_json(), "per_accepted": each}


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
