"""What one run is asked to do: one model, read from one TOML file, overridden by flags.

::

    [run]           tools, num, turns, seed, out, graph, roles, concurrency, shard, until_accepted, prompts, replies,
                    replay, candidates, best_of, max_cost, max_tokens, processes, log_format, checkpoint
    [models.ROLE]   the chat model of one role: `model`, one of a server, `use`, an import string, or `local`, a file of
                    weights; [models.default] is that of every role without its own
    [roles.ROLE]    `use`, an import string that takes the role's place, and any knob of the role
    [sampling]      `size`, how many tools a conversation has at hand, `mix`, the weights of the samplers that draw
                    them, and `knobs` of samplers
    [plan]          bounds of what is planned
    [personas]      who the people are: weights, or `file`, a file of people of one's own
    [strata]        percent of the conversations that show something else than a task that goes well, by stratum
    [catalogue]     what is changed of the tools in the records
    [tools.NAME]    what a tool does, over what is inferred, and what answers it: `function`, `fixture` or `mcp`
"""

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    PrivateAttr,
    ValidationError,
    field_serializer,
    field_validator,
)
from pydantic_core import ErrorDetails

from digit_tc.errors import SettingsError
from digit_tc.live.address import is_server, redacted
from digit_tc.models import ModelSettings
from digit_tc.perturbation import CatalogueSettings
from digit_tc.planning.settings import RETRIES, PlanSettings
from digit_tc.ranges import as_range, bounds, stride
from digit_tc.sampling.settings import SamplingSettings
from digit_tc.section import Section
from digit_tc.strata import Stratum
from digit_tc.tables import laid_over, read_toml
from digit_tc.tool_settings import ToolSettings
from digit_tc.values.persona import PersonaSettings
from digit_tc.world.effects import Precondition

Place = Callable[[tuple[str, ...]], str]
_BARE_KEY = re.compile(r"[\w-]+")
"""Keys of TOML that need no quotes."""


class RunSettings(Section):
    """What to make, where to put it, and how much at once."""

    tools: tuple[str, ...] = ()
    """Tool files, folders, MCP servers, in a file of settings relative to it; empty means the packaged samples."""
    num: int = Field(default=20, ge=1)
    turns: str = "2-4"
    """Shortest and longest conversation in turns, as MIN-MAX, or one number for both."""
    seed: int = Field(default=0, ge=0)
    out: str = ""
    """Output folder; empty means a folder under `runs/` that the fingerprint names."""
    graph: str = "conversation"
    roles: Literal["offline", "llm", "hybrid"] = "offline"
    concurrency: int = Field(default=16, ge=1, le=4096)
    processes: int = Field(default=1, ge=1, le=256)
    """How many processes make them; `concurrency` is that of all together."""
    shard: str = ""
    """`I/N`: only every N-th scenario, I counting from 1; empty means all."""
    until_accepted: int | None = Field(default=None, ge=1)
    prompts: str = ""
    """Folder with prompts of one's own, in a file of settings relative to it; each replaces ours of the same name."""
    replies: str = ""
    """File of kept replies, in a file of settings relative to it; empty means `replies.sqlite` in the output folder."""
    replay: str = ""
    """File of kept replies that is all there is: no server is asked."""
    candidates: int = Field(default=4, ge=1, le=64)
    """Replies to one question at most, those behind the first only when code turns it down."""
    best_of: int = Field(default=0, ge=0, le=64)
    """Replies to every question, of which code takes the best; 0 asks on demand."""
    max_cost: float | None = Field(default=None, gt=0)
    """US dollars that the whole folder may cost."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Prompt and completion tokens that the whole folder may cost."""
    checkpoint: Literal["none", "step"] = "none"
    """Whether the state of every conversation is kept after each step, to look at and to fork from."""
    log_format: Literal["text", "json"] = "text"
    """How a run tells of itself on standard error."""

    @field_serializer("tools")
    def _without_secrets(self, tools: tuple[str, ...]) -> list[str]:
        return [redacted(tool) for tool in tools]

    @field_validator("turns", mode="before")
    @classmethod
    def _turns_are_a_range(cls, value: Any) -> str:
        return as_range(value, "2-4")

    @field_validator("shard")
    @classmethod
    def _shard_is_a_part(cls, value: str) -> str:
        part, slash, whole = value.partition("/")
        if value and not (slash and part.isdecimal() and whole.isdecimal() and 1 <= int(part) <= int(whole)):
            raise ValueError(f"must be I/N with I from 1 to N, for example 1/4; got {value!r}")
        return f"{int(part)}/{int(whole)}" if value else ""

    @property
    def turn_range(self) -> tuple[int, int]:
        """Fewest and most turns of a conversation."""
        return bounds(self.turns)

    @property
    def shard_part(self) -> tuple[int, int]:
        """Remainder and divisor of the scenario indices that belong to this shard."""
        return stride(self.shard)


class Settings(Section):
    """Everything that a run can be told."""

    run: RunSettings = RunSettings()
    models: dict[str, ModelSettings] = Field(default_factory=dict)
    roles: dict[str, dict[str, Any]] = Field(default_factory=dict)
    sampling: SamplingSettings = SamplingSettings()
    plan: PlanSettings = PlanSettings()
    personas: PersonaSettings = PersonaSettings()
    strata: dict[Stratum, Annotated[float, Field(ge=0, le=100)]] | None = None
    """Percent of the conversations, by stratum; what is left is plain. None means the default mix."""
    catalogue: CatalogueSettings = CatalogueSettings()
    tools: dict[str, ToolSettings] = Field(default_factory=dict)
    """By the name of the tool, as it is here or as it is in its file."""
    _file: Path | None = PrivateAttr(default=None)
    _tools_folder: Path | None = PrivateAttr(default=None)
    _flags: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @field_validator("strata")
    @classmethod
    def _no_more_than_all(cls, value: dict[Stratum, float] | None) -> dict[Stratum, float] | None:
        if value is not None and sum(value.values()) > 100:
            raise ValueError(f"must not come to more than 100 percent; got {sum(value.values()):g}")
        return value

    @property
    def retries(self) -> int:
        """How often a role may be sent back in a turn."""
        return RETRIES[self.run.roles] if self.plan.retries is None else self.plan.retries

    @property
    def file(self) -> Path | None:
        """The file that the settings were read from; what they name stands relative to it."""
        return self._file

    @property
    def tools_folder(self) -> Path | None:
        """Where the MCP servers among `run.tools` are started; None for the current folder, as for those of a flag."""
        return self._tools_folder

    @field_serializer("tools")
    def _only_what_is_said(self, tools: dict[str, ToolSettings]) -> dict[str, Any]:
        return {name: tool.model_dump(mode="json", exclude_unset=True) for name, tool in tools.items()}

    def place(self, *keys: str) -> str:
        """Returns how messages name a key: by the flag that set it, else with its file."""
        if _holds(self._flags, keys):
            return _flag(keys)
        name = ".".join(key if _BARE_KEY.fullmatch(key) else f'"{key}"' for key in keys)
        return f"{self._file}: {name}" if self._file else name


def read_settings(config: Path | None = None, flags: Mapping[str, Any] | None = None) -> Settings:
    """Reads the configuration file, if any, and lays the flags over it.

    Args:
        config: A TOML file.
        flags: Tables as in the file; each value given here wins over the file's.

    Raises:
        SettingsError: The file cannot be read, or a value is out of place; the message names the key or the flag.
    """
    return settled(read_toml(config) if config else {}, config, flags or {})


def settled(
    table: dict[str, Any], config: Path | None, flags: Mapping[str, Any], within: tuple[str, ...] = ()
) -> Settings:
    """Returns the settings of a table that was read from a file, with flags laid over it.

    Args:
        table: What was read; it is taken over.
        config: The file; what the table names stands relative to it.
        flags: As `read_settings` takes them.
        within: The keys under which the table stands in the file, for messages.

    Raises:
        SettingsError: A value is out of place; the message names the key or the flag.
    """
    said = _validated(table, lambda where: f"{config}: {'.'.join((*within, *where))}")
    beside = config.parent if config and "tools" not in flags.get("run", {}) else None
    if config:
        if beside and said.run.tools:
            table["run"]["tools"] = [_tools_beside(config, path) for path in said.run.tools]
        _find_beside(config, table, said)
    merged = laid_over(table, flags)
    if "base_url" in flags.get("models", {}).get("default", {}) and "model" not in merged["models"]["default"]:
        raise SettingsError("--base-url needs a model to ask there; add --model NAME")
    settings = _validated(merged, _flag)
    settings._file, settings._tools_folder, settings._flags = config, beside, flags
    return _compatible(settings)


def relaid(table: Mapping[str, Any], flags: Mapping[str, Any]) -> Settings:
    """Returns the settings of a table that was saved as JSON, with flags laid over it.

    Raises:
        SettingsError: A value is out of place.
    """
    # What was never said shall not count as said: some settings tell the one from the other.
    said = _validated(dict(table), ".".join).model_dump(mode="json", exclude_defaults=True)
    return _compatible(_validated(laid_over(said, flags), _flag))


def _compatible(settings: Settings) -> Settings:
    if settings.run.shard and settings.run.until_accepted:
        raise SettingsError("--until-accepted and --shard cannot be combined; a shard is a part of --num scenarios")
    if settings.run.processes > 1 and any(model.local for model in settings.models.values()):
        raise SettingsError(
            "--processes and --local-model cannot be combined; the model takes all processors by itself"
        )
    if settings.run.replies and settings.run.replay:
        raise SettingsError("--replies and --replay cannot be combined; a replay keeps nothing")
    return settings


def _tools_beside(config: Path, path: str) -> str:
    if is_server(path):
        return path
    found = config.parent / path
    if not path or not found.exists():
        raise SettingsError(f"{config}: run.tools: there is no {found}; paths there start from the folder of that file")
    return str(found)


def _find_beside(config: Path, table: dict[str, Any], said: Settings) -> None:
    """Has a table name every file but tools as it is found from here."""
    table.setdefault("run", {}).update(_files_beside(config, said.run))
    for name, tool in said.tools.items():
        table["tools"][name] |= _answers_beside(config, tool)
    for role, model in said.models.items():
        table["models"][role] |= _model_beside(config, model)
    for role, knobs in said.roles.items():
        table["roles"][role] |= _code_beside(config, "use", str(knobs.get("use", "")))
    if "sampling" in table:
        table["sampling"] |= _samplers_beside(config, said.sampling)
    if said.personas.file:
        table["personas"]["file"] = str(config.parent / said.personas.file)


def _files_beside(config: Path, run: RunSettings) -> dict[str, str]:
    """Returns the other files and folders of the run, where it names some, as they are found from here."""
    named = {key: getattr(run, key) for key in ("prompts", "replies", "replay")}
    beside = {key: str(config.parent / path) for key, path in named.items() if path}
    whole = run.graph.endswith(".py")
    return beside | ({"graph": str(config.parent / run.graph)} if whole else _code_beside(config, "graph", run.graph))


def _samplers_beside(config: Path, sampling: SamplingSettings) -> dict[str, Any]:
    """Returns the tables of samplers whose names are import strings that name files, as they are found from here."""
    tables: dict[str, Mapping[str, Any]] = {"mix": sampling.mix if sampling.chosen else {}, "knobs": sampling.knobs}
    return {
        key: {_code_beside(config, "name", name).get("name", name): value for name, value in table.items()}
        for key, table in tables.items()
        if table
    }


def _model_beside(config: Path, model: ModelSettings) -> dict[str, str]:
    """Returns the file that a chat model comes from, where one does, as it is found from here."""
    if model.local:
        return {"local": str(config.parent / model.local)}
    return _code_beside(config, "use", model.use)


def _code_beside(config: Path, key: str, spec: str) -> dict[str, str]:
    """Returns an import string under its key, where it names a file, as it is found from here."""
    file, colon, name = spec.rpartition(":")
    return {key: f"{config.parent / file}:{name}"} if colon and file.endswith(".py") else {}


def _answers_beside(config: Path, tool: ToolSettings) -> dict[str, str]:
    """Returns the file that answers a tool, where one does, as it is found from here."""
    if tool.fixture:
        return {"fixture": str(config.parent / tool.fixture)}
    return _code_beside(config, "function", tool.function)


def _holds(table: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    """Says whether a table has a value under the keys, or one that stands for what they lead to."""
    for key in keys:
        if not isinstance(table, Mapping):
            return True
        if key not in table:
            return False
        table = table[key]
    return True


def _validated(table: dict[str, Any], place: Place) -> Settings:
    try:
        return Settings.model_validate(table)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = tuple(str(part) for part in detail["loc"] if part != "[key]")
        raise SettingsError(f"{place(where)} {_complaint(detail, where)}") from error


def _flag(where: tuple[str, ...]) -> str:
    if where[0] == "models" and where[1:2] in ((), ("default",)):
        return model_flag(where[2] if len(where) > 2 else "model")
    if where[0] == "sampling" and len(where) > 1 and where[1] in ("mix", "size"):
        return "--sampler" if where[1] == "mix" else "--size"
    if where[0] == "roles" and len(where) > 1:
        return f"--role {'.'.join(where[1:3])}"
    return f"--{where[1].replace('_', '-')}" if where[0] == "run" and len(where) > 1 else ".".join(where)


def model_flag(key: str) -> str:
    """Returns the flag that sets a key of the default model."""
    return "--local-model" if key == "local" else f"--{key.replace('_', '-')}"


_COMPLAINTS = {
    "greater_than_equal": "must be at least {ge:g}; got {input!r}",
    "less_than_equal": "must be at most {le:g}; got {input!r}",
    "int_parsing": "must be a whole number; got {input!r}",
    "int_type": "must be a whole number; got {input!r}",
    "int_from_float": "must be a whole number; got {input!r}",
    "missing": "is missing",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "tuple_type": "must be a list in brackets",
    "list_type": "must be a list in brackets",
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "literal_error": "must be {expected}; got {input!r}",
}


def _complaint(detail: ErrorDetails, where: tuple[str, ...]) -> str:
    if detail["type"] == "extra_forbidden":
        return f"is not a known key{_nearest(where)}"
    if detail["type"] == "value_error":
        reason = str(detail["ctx"]["error"])
        return reason if reason.startswith("must ") else f"cannot be used: {reason}"
    if detail["type"] in _COMPLAINTS:
        return _COMPLAINTS[detail["type"]].format(**detail.get("ctx", {}), input=detail["input"])
    message = detail["msg"]
    # A model's settings may hold what is secret, and so may an address.
    got = "" if where[0] == "models" else f"; got {redacted(repr(detail['input']))}"
    return f"does not fit: {message[0].lower()}{message[1:]}{got}"


def _nearest(where: tuple[str, ...]) -> str:
    known = list(_model_at(where[:-1]).model_fields)
    close = difflib.get_close_matches(where[-1], known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known here are {', '.join(known)}"


def _model_at(where: tuple[str, ...]) -> type[BaseModel]:
    tables: dict[str, type[BaseModel]] = {
        "run": RunSettings, "models": ModelSettings, "plan": PlanSettings, "sampling": SamplingSettings,
        "personas": PersonaSettings, "catalogue": CatalogueSettings,
        "tools": Precondition if "preconditions" in where else ToolSettings,
    }  # fmt: skip
    return tables.get(where[0], Settings) if where else Settings
