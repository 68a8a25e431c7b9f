"""The settings of one chat model."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

KEY_VARIABLE = "OPENAI_API_KEY"
HOSTED = "https://api.openai.com/v1"
PLACEHOLDER_KEY = "none"

Structured = Literal["auto", "json_schema", "json_mode", "tagged"]
"""How answers of a given shape are asked for; `auto` finds out with the first question."""


class ModelSettings(BaseModel):
    """One model and how it is asked; without `base_url` the hosted service is meant."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    model: str = Field(min_length=1)
    base_url: str | None = None
    temperature: float | None = Field(default=None, ge=0)
    """None leaves it to the server."""
    top_p: float | None = Field(default=None, gt=0, le=1)
    seed: int | None = None
    max_tokens: int = Field(default=2048, ge=1)
    """Longest reply, in tokens."""
    timeout: float = Field(default=120.0, gt=0)
    """Longest wait for one attempt, in seconds."""
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

    def shape(self) -> dict[str, Any]:
        """Returns what shapes a reply, for fingerprints: neither the address nor the price nor how long to wait."""
        return self.model_dump(exclude={"base_url", "timeout", "max_retries", "price"})
