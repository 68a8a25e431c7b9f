"""A conversation made anew from one of its steps on: under another seed, with another role or another model."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, aclosing, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digit_tc.canonical import digest
from digit_tc.engine import manifest
from digit_tc.engine.checkpoints import Checkpoints, copied
from digit_tc.engine.conversation import Identity, converse
from digit_tc.engine.history import Step, history, right_after
from digit_tc.engine.job import Job, prepare
from digit_tc.errors import OutputError
from digit_tc.fingerprint import changes, differences
from digit_tc.models.replies import NAME as REPLIES
from digit_tc.models.replies import Replies
from digit_tc.records import Fork, Record
from digit_tc.settings import Settings, relaid
from digit_tc.world.moments import moments


@dataclass(frozen=True)
class Forking:
    """What a fork needs of the run that it branches off."""

    run: Job
    """As the conversation was made."""
    rest: Job
    """As the rest of it is to be made."""
    folder: Path
    seed: int | None = None
    """Another seed for all that is drawn in the rest, and that models are asked with; None for the same one."""


@contextmanager
def forking(folder: Path, flags: Mapping[str, Any], seed: int | None = None) -> Iterator[Forking]:
    """Makes the run of a folder ready again, and the same under another seed and other flags.

    Args:
        folder: The output folder of a run.
        flags: Tables of settings that the rest is to be made under.
        seed: Another seed for the rest.

    Raises:
        InputError: There is no run, it is of another configuration by now, or the flags do not fit it.
    """
    saved = manifest.read(folder)
    if saved is None:
        raise OutputError(f"{folder}: holds no run; name the output folder of `digit-tc generate`")
    with ExitStack() as stack:
        run = stack.enter_context(closing(prepare(relaid(saved["settings"], {}))))
        if run.fingerprint != saved["fingerprint"]:
            changed = "; ".join(differences(run.shape, saved["shape"])) or "this version of digit-tc makes other ones"
            raise OutputError(
                f"{folder}: was made under another configuration ({changed}); generate it anew to fork it"
            )
        settings = _reseeded(relaid(saved["settings"], flags), seed)
        rest = run if settings == run.settings else stack.enter_context(closing(prepare(settings)))
        if rest.replies is None and rest.asks_models:
            rest.models.remember(stack.enter_context(closing(Replies(folder / REPLIES, late=True))))
        yield Forking(run, rest, folder, seed)


def _reseeded(settings: Settings, seed: int | None) -> Settings:
    """Returns the settings with another seed of the models; what an import string makes may know none."""
    models = {
        name: model if seed is None or model.use else model.model_copy(update={"seed": seed})
        for name, model in settings.models.items()
    }
    return settings.model_copy(update={"models": models})


async def fork(forking: Forking, record: Record, call: int) -> Record:
    """Makes the rest of a conversation anew and returns the record of the whole; the folder stays as it is.

    Without a seed and without other settings the rest is what it was.

    Args:
        forking: The run.
        record: The conversation.
        call: The number of the call after which it branches off; 0 for the plan of its first turn.

    Raises:
        OutputError: There is no checkpoint of that.
    """
    with closing(copied(forking.folder, record.id)) as saver:
        step = await _step(saver, record, call)
        graph = forking.rest.graph.copy({"checkpointer": saver})
        context = replace(forking.run.context(record.index), models=forking.rest.models)
        if forking.seed is not None:
            context = replace(context, streams=context.streams.under("fork", forking.seed))
        identity = Identity(
            id=digest("fork", record.id, call, forking.seed, forking.rest.fingerprint)[:32],
            index=record.index,
            seed=record.seed,
            graph=record.graph,
        )
        async with aclosing(forking.rest.models):
            made = await converse(graph, context, identity, branch=step.config)
    # What the conversation is to show was settled before its first step, whatever roles of others do to the mix.
    changed = changes({**forking.rest.shape, "strata": forking.run.shape["strata"]}, forking.run.shape)
    return made.model_copy(update={"fork": Fork(id=record.id, call=call, seed=forking.seed, changed=changed)})


async def _step(saver: Checkpoints, record: Record, call: int) -> Step:
    found = right_after(await history(saver, record), moments(record), call)
    if found is None:
        raise OutputError(
            f"conversation {record.id} has no checkpoint of call {call}: it was made in part without --checkpoint step"
        )
    return found
