"""What is saved: one canonical record per conversation, from which every export is generated."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from digit_tc.strata import StopReason, Stratum, TurnKind

SCHEMA_VERSION = 1

Severity = Literal["error", "warning", "info"]
Status = Literal["pass", "fail", "unknown"]


class Saved(BaseModel):
    """Base of everything that is written: frozen, and no unknown keys when read back."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Expertise = Literal["novice", "casual", "skilled", "expert"]
Language = Literal["american", "british", "indian", "plain"]


class BigFive(Saved):
    """The five factors of personality, each from 0 to 1; 0.5 is what most people are near."""

    openness: float = Field(default=0.5, ge=0, le=1)
    conscientiousness: float = Field(default=0.5, ge=0, le=1)
    extraversion: float = Field(default=0.5, ge=0, le=1)
    agreeableness: float = Field(default=0.5, ge=0, le=1)
    neuroticism: float = Field(default=0.5, ge=0, le=1)


class Persona(Saved):
    """Who asks: the facts that a person states about themselves, who they are here, and how they talk.

    What has a default is missing in records of older versions.
    """

    first_name: str
    last_name: str
    email: str
    phone: str
    occupation: str
    city: str
    country: str
    street: str
    postal_code: str
    style: str
    politeness: float
    verbosity: float
    contractions: bool
    formality: float
    hedging: float = 0.5
    """How much is said with reserve ("I was wondering whether"), from 0 to 1, as the other traits of style."""
    traits: BigFive = BigFive()
    role: str = "customer"
    """What they are to those whom they write to."""
    expertise: Expertise = "casual"
    """How well they know what they ask for."""
    language: Language = "american"
    """Which English they write: that of a country, or plain English that is not their first language."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class RunContext(Saved):
    """What holds for a whole conversation: the simulated date (YYYY-MM-DD) and a policy or system text, if any."""

    date: str
    text: str


class Fix(Saved):
    """One repair made while a tool was read: rule code, JSON pointer into the original, old and new value.

    The pointer leads into the object as it stood in the file; that of an OpenAPI tool from the top of the document.
    """

    code: str
    pointer: str
    old: JsonValue
    new: JsonValue


class Inferred(Saved):
    """One inference where a specification says nothing: the rule, and the JSON pointer to it in the tool as saved."""

    rule: str
    pointer: str


class ToolRecord(Saved):
    """One tool as the conversation saw it, with what was mended and what was inferred."""

    name: str
    description: str
    parameters: dict[str, Any]
    output_schema: dict[str, Any] | None
    annotations: dict[str, Any]
    fixes: tuple[Fix, ...] = ()
    inferred: tuple[Inferred, ...] = ()
    effect: dict[str, JsonValue] | None = None
    """What was inferred or said of its effect, without what is empty; None in records of older versions."""
    made_of: str = ""
    """The tool that a distractor was made of; empty for a tool of the catalogue."""


class Origin(Saved):
    """Where one argument value came from; `pointer` leads into this record where there is a place to point at."""

    kind: Literal["user", "result", "default", "enum", "context"]
    pointer: str = ""


class CallError(Saved):
    """The error result of a call, as the assistant saw it."""

    code: str
    message: str


class Call(Saved):
    """One tool call; `provenance` maps the JSON pointer of each argument leaf to its origin."""

    id: str
    name: str
    arguments: dict[str, Any]
    provenance: dict[str, Origin]
    result: JsonValue = None
    error: CallError | None = None
    implicit: bool = False
    """Whether the request does not speak of it."""
    hideable: bool = False
    """Whether the request could do without speaking of it: a look-up that another call depends on."""
    fault: bool = False
    blocked: bool = False
    """Whether it was stopped before the tool saw it; the error says why."""
    train: bool = True


class Step(Saved):
    """A group of calls that one assistant message makes together."""

    calls: tuple[Call, ...]


class Branch(Saved):
    """A call that the user wanted under a condition: what the look-up had to show, and what it shows."""

    call: str
    """Id of the look-up."""
    pointer: str
    """Where in its result the value stands."""
    wanted: JsonValue
    shown: JsonValue
    tool: str
    """The tool of the call that depends on it."""
    taken: bool
    """Whether that call was made."""


class Missing(Saved):
    """A required argument that the user left out: its tool, its JSON pointer, and what it is called in words."""

    tool: str
    pointer: str
    label: str


class Turn(Saved):
    """What the user said, what was called, what the assistant answered."""

    user: str
    steps: tuple[Step, ...]
    assistant: str
    branches: tuple[Branch, ...] = ()
    kind: TurnKind = "task"
    stop: StopReason | None = None
    """Why the user ends the conversation, in a turn of the kind `closing`."""
    missing: Missing | None = None
    """What the assistant has to ask for, in a turn of the kind `question`."""
    tools_added: tuple[str, ...] = ()
    """Tools that are at hand from this turn on and were not before."""


class WorldRecord(Saved):
    """The simulated world: its final state, the event log that folds to it, and the summary after each step."""

    state: dict[str, Any]
    events: tuple[dict[str, Any], ...]
    summaries: tuple[str, ...]


class Verdict(Saved):
    """The outcome of one check; anything but `pass` on an error-severity check blocks acceptance."""

    check: str
    status: Status
    severity: Severity
    evidence: str = ""
    turn: int | None = None
    call_id: str | None = None
    pointer: str = ""
    source: str = "code"


class Usage(Saved):
    """Model calls and tokens of the replies that were used, for one role."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Outcome(Saved):
    """How the conversation ended; `reason` is empty only when accepted."""

    status: Literal["accepted", "rejected", "failed"]
    reason: str = ""
    code: str = ""
    retryable: bool = False


class Changed(Saved):
    """What was changed of the tools of a conversation, so that it can be undone."""

    names: dict[str, str]
    """The names before, by those that stand in the record."""
    descriptions: dict[str, dict[str, str]]
    """The descriptions that were removed, by the tool's name in the record and by their JSON pointer into the tool."""


class Fork(Saved):
    """From where a conversation branched off another one."""

    id: str
    """That of the other one."""
    call: int
    """How many of its calls are the same."""
    seed: int | None
    """The seed under which the rest was made; None for that of the other one."""
    changed: dict[str, JsonValue]
    """The settings under which the rest was made, as far as they are others; None for those that were taken out."""


class Record(Saved):
    """One conversation, the only thing that is saved; exports are generated from it."""

    id: str
    schema_version: int = SCHEMA_VERSION
    index: int
    seed: int
    graph: str
    path: tuple[str, ...] = ()
    """The nodes of the graph in the order in which they ran, those of a subgraph as `outer:inner`; `__end__` is the
    last where none of them failed. Empty in records of older versions."""
    stratum: Stratum = "plain"
    """What the conversation shows."""
    perturbation: Changed | None = None
    """What was changed of the tools; None where they are as they were read."""
    sampler: str = ""
    """What drew the tools; empty in records of older versions."""
    context: RunContext
    tools: tuple[ToolRecord, ...]
    distractors: tuple[str, ...] = ()
    """Names of those tools that are offered and must not be called."""
    persona: Persona | None
    turns: tuple[Turn, ...]
    world: WorldRecord
    verdicts: tuple[Verdict, ...]
    usage: dict[str, Usage] = Field(default_factory=dict)
    fork: Fork | None = None
    """What it branched off; None where it was made from its beginning."""
    outcome: Outcome
