"""What a run would ask of models: a few of its conversations are played against a server of our own that behaves well.

The prompts are those of the run, so their number and length are too; replies are about as long as sensible ones.
Nothing is sent anywhere and nothing is written. How long a server takes nobody knows beforehand: `seconds` holds for
one that answers as `PACE` says.
"""

import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass

from digit_tc.engine.conversation import converse
from digit_tc.engine.crew import PATIENCE
from digit_tc.engine.job import prepare
from digit_tc.models.prices import price_of
from digit_tc.models.reply import Said
from digit_tc.models.usage import Spending
from digit_tc.settings import Settings

_SAMPLE = 8
"""Conversations that are played."""
PACE = (0.5, 2000.0, 40.0)
"""Of a server, for one question among others: seconds before it begins, prompt tokens that it reads in a second,
completion tokens that it writes in a second."""
_WITS = (
    "digit_tc.testing.actors:act",
    "digit_tc.testing.forwards:act",
    "digit_tc.testing.judges:verifier",
    "digit_tc.testing.judges:critic",
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run would come to."""

    started: int
    """Conversations that the run would begin."""
    played: int
    """Conversations that were played to find out."""
    accepted: int
    """Those of them that were accepted."""
    roles: Mapping[str, Spending]
    """What the played ones asked of each role."""
    costs: Mapping[str, float]
    """US dollars that the played ones would have cost, for the roles whose model has a known price."""
    concurrency: int
    own: float
    """Seconds that playing them took here, with the server of our own."""

    def of(self, figure: float) -> float:
        """Returns a figure of the played conversations as it would be for the whole run."""
        return figure * self.started / self.played

    @property
    def seconds(self) -> float:
        """How long the whole run would take: waiting for models, or where none is asked, working here."""
        if not self.roles:
            return self.of(self.own)
        begin, read, write = PACE
        waited = sum(
            one.calls * begin + one.prompt_tokens / read + one.completion_tokens / write for one in self.roles.values()
        )
        return self.of(waited) / min(self.concurrency, self.started)


async def estimate(settings: Settings) -> Estimate:
    """Plays the first conversations of a run and returns what the whole of it would come to.

    Raises:
        InputError: The settings cannot be used.
    """
    from digit_tc.testing.server import serve  # noqa: PLC0415 - a process of its own, only here

    with ExitStack() as stack:
        server = stack.enter_context(serve(temper="well-behaved", wits=_WITS))
        job = stack.enter_context(closing(prepare(_redirected(settings, server.base_url))))
        indices = _indices(settings)
        records, began = [], time.perf_counter()
        for index in indices[:_SAMPLE]:
            records.append(await converse(job.graph, job.context(index), job.identity(index)))
        own = time.perf_counter() - began
        await job.models.aclose()
        roles = dict(job.models.ledger.roles)
    accepted = sum(record.outcome.status == "accepted" for record in records)
    return Estimate(
        started=_started(settings, len(indices), accepted / len(records)),
        played=len(records),
        accepted=accepted,
        roles=roles,
        costs={role: cost for role, spent in roles.items() if (cost := _cost(settings, role, spent)) is not None},
        concurrency=settings.run.concurrency,
        own=own,
    )


def _redirected(settings: Settings, address: str) -> Settings:
    """Returns the settings with our own server in the place of every other, and without files of replies."""
    ours = {"base_url": address, "use": "", "local": ""}
    models = {
        role: model.model_copy(update={**ours, "model": model.model or "any"})
        for role, model in settings.models.items()
    }
    run = settings.run.model_copy(update={"replies": "", "replay": "", "max_cost": None})
    return settings.model_copy(update={"models": models, "run": run})


def _indices(settings: Settings) -> range:
    remainder, divisor = settings.run.shard_part
    return range(remainder, settings.run.until_accepted or settings.run.num, divisor)


def _started(settings: Settings, asked: int, share: float) -> int:
    """Returns how many conversations begin until enough are accepted, or as many as were asked for."""
    wanted = settings.run.until_accepted
    if wanted is None:
        return asked
    return min(round(wanted / share), wanted * PATIENCE) if share else wanted * PATIENCE


def _cost(settings: Settings, role: str, spent: Spending) -> float | None:
    model = settings.models.get(role, settings.models.get("default"))
    price = price_of(model) if model else None
    if price is None:
        return None
    return price(Said(text="", prompt_tokens=spent.prompt_tokens, completion_tokens=spent.completion_tokens))
