"""What a folder may cost: when it is spent, nothing more is begun."""

from dataclasses import dataclass

from digit_tc.errors import SettingsError
from digit_tc.models import Models
from digit_tc.settings import RunSettings, Settings


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds of all that was asked for one folder, by this run and those before it; None bounds nothing."""

    cost: float | None = None
    tokens: int | None = None

    @classmethod
    def of(cls, run: RunSettings) -> "Budget":
        """Returns what the settings allow."""
        return cls(run.max_cost, run.max_tokens)

    def spent(self, models: Models) -> str:
        """Returns which bound is reached, in words; nothing while there is something left."""
        total = models.ledger.total()
        if self.tokens is not None and total.tokens >= self.tokens:
            return f"--max-tokens {self.tokens} is reached: {total.tokens} tokens are spent"
        if self.cost is not None and total.cost >= self.cost:
            return f"--max-cost {self.cost:g} is reached: {total.cost:.4f} dollars are spent"
        return ""


def require_prices(settings: Settings, models: Models, role: str) -> None:
    """Refuses a bound on the cost of a model whose price nobody knows.

    Raises:
        SettingsError: There is such a bound, and no price.
    """
    if settings.run.max_cost is not None and models.price(role) is None:
        asked = models.settings(role)
        raise SettingsError(
            f"--max-cost: nobody knows what the model {asked.model or asked.use!r} costs at its server; give price ="
            f" [PROMPT, COMPLETION] in [models.{role}], in dollars for a million tokens, or bound --max-tokens instead"
        )
