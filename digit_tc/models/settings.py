"""The settings of one chat model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, field_validator, model_validator

from digit_tc.importing import source_of
from digit_tc.models.local import identity_of
from digit_tc.section import Section

KEY_VARIABLE = "OPENAI_API_KEY"
HOSTED = "https://api.openai.com/v1"
PLACEHOLDER_KEY = "none"

Structured = Literal["auto", "json_schema", "json_mode", "tagged"]
"""How answers of a given shape are asked for; `auto` finds out with the first question."""

Client = Literal["openai", "fast"]
"""What asks a server: the official client of the protocol, or one that costs less."""

_SLOW = 600.0
_ARGUMENTS = frozenset(
    {"model", "base_url", "temperature", "top_p", "seed", "max_tokens", "timeout", "max_retries", "extra_body"}
)
_WAYS = {"base_url", "client", "timeout", "max_retries", "price", "use", "local"}
"""What leads to a model, and shapes none of its replies."""


class ModelSettings(Section):
    """One model and how it is asked: one of a server, one that an import string makes, or one of a file of weights.

    Without `base_url` a server is the hosted service.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    model: str = ""
    """Its name at the server; with `use` an argument of what makes it."""
    base_url: str | None = None
    use: str = ""
    """`pkg.mod:name` or `file.py:name`: a LangChain chat model, or what makes one."""
    client: Client = "openai"
    """What asks the server; it shapes no reply."""
    local: str = ""
    """A GGUF file, which a llama.cpp server in this process serves."""
    temperature: float | None = Field(default=None, ge=0)
    """None leaves it to the server."""
    top_p: float | None = Field(default=None, gt=0, le=1)
    seed: int | None = None
    max_tokens: int = Field(default=2048, ge=1)
    """Longest reply, in tokens."""
    timeout: float = Field(default=120.0, gt=0)
    """Longest wait for one attempt, in seconds; 600 for a model of a file where nothing is said."""
    max_retries: int = Field(default=2, ge=0, le=10)
    """Further attempts after an error that may pass."""
    structured: Structured = "auto"
    """The form in which answers of a given shape are asked for."""
    logprobs: bool = False
    """Whether log-probabilities are asked for: of several replies that pass the checks, the most probable is taken."""
    price: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]] | None = None
    """US dollars for a million prompt and a million completion tokens; None looks the model up in a list."""
    extra_body: dict[str, Any] = Field(default_factory=dict)
    """Further keys of the request, for servers that know more."""

    @field_validator("base_url")
    @classmethod
    def _address_only(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("give a web address such as http://127.0.0.1:8000/v1")
        if parts.username or parts.password or parts.query:
            raise ValueError(f"give the bare address; a key belongs into the environment variable {KEY_VARIABLE}")
        return value.rstrip("/")

    @model_validator(mode="before")
    @classmethod
    def _slow_here(cls, table: Any) -> Any:
        """Waits longer for a model on this machine: its questions stand in line for a few processors."""
        if isinstance(table, Mapping) and table.get("local"):
            return {"timeout": _SLOW, **table}
        return table

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in ("model", "use", "local") if getattr(self, name)]
        if not given:
            raise ValueError("must name a model: give model = NAME, use = IMPORT or local = FILE.gguf")
        if self.local and (len(given) > 1 or self.base_url):
            other = next((name for name in given if name != "local"), "base_url")
            raise ValueError(f"must name one model; got local and {other}: take one out")
        if self.use and "client" in self.model_fields_set:
            raise ValueError("must not name a client with use: such a model is one; take client out")
        if self.use and self.logprobs:
            raise ValueError("must not ask for logprobs with use: such a model tells none; take logprobs out")
        return self

    @property
    def arguments(self) -> dict[str, Any]:
        """What is said of the model besides its import string: what makes it is given that."""
        return self.model_dump(include=self.model_fields_set & _ARGUMENTS, exclude_none=True)

    def shape(self) -> dict[str, Any]:
        """Returns what shapes a reply, for fingerprints: not what leads there, what it costs, and how long to wait.

        The source of an import string counts in its place, and the weights in the place of their file.

        Raises:
            SettingsError: The file of weights cannot be read.
        """
        said = self.model_dump(exclude=_WAYS)
        if self.use:
            said["use"] = source_of(self.use)
        if self.local:
            said["model"] = identity_of(Path(self.local))
        return said
