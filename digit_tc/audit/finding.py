"""What an audit says: findings, how often each check could be applied, and what it cannot say."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Hit:
    """One thing that a check found wrong with a call; `pointer` leads into the step of the trace."""

    code: str
    pointer: str
    evidence: str


class Finding(BaseModel):
    """One thing that is wrong with a conversation."""

    model_config = ConfigDict(frozen=True)

    code: str
    severity: Severity
    step: int
    """Index in the steps of the trace."""
    pointer: str
    """JSON pointer into that step."""
    evidence: str


class Audit(BaseModel):
    """What the audit of one conversation says."""

    model_config = ConfigDict(frozen=True)

    id: str
    findings: tuple[Finding, ...]
    applied: dict[str, int]
    """For each check, at how many calls there was something to compare."""
    unknown: tuple[str, ...]
    """Checks that this conversation gives nothing to decide by."""

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)

    def row(self) -> dict[str, Any]:
        """Returns the audit as JSON."""
        return self.model_dump(mode="json")
