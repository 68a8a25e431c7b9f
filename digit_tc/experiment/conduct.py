"""An experiment is run: one variant after the other, each in the folder of a run of its own."""

from collections.abc import Callable
from contextlib import closing

from digit_tc.engine.crew import Notice, Observer
from digit_tc.engine.job import prepare
from digit_tc.engine.run import run
from digit_tc.errors import OutputError
from digit_tc.experiment.results import Ending, Results
from digit_tc.experiment.variants import Experiment, Variant

Announce = Callable[[Variant, int], None]
"""Is told which variant begins, and its number, counted from 1."""


async def conduct(experiment: Experiment, announce: Announce, observe: Observer, stopping: Notice) -> Ending:
    """Makes what is missing of every variant, and returns whether that was all of it.

    Ctrl-C ends the variant that is being run as it ends a run, and begins no other one.

    Args:
        experiment: One that was checked.
        announce: Is told which variant begins.
        observe: As `digit_tc.engine.run.run` takes it, for each variant.
        stopping: The same.

    Raises:
        InputError: A variant can no longer be used.
        OutputError: A folder cannot be used, or can no longer be written to.
    """
    _begin(experiment)
    for number, variant in enumerate(experiment.variants, start=1):
        announce(variant, number)
        with closing(prepare(experiment.settings(variant))) as job:
            ending, _ = await run(job, experiment.folder(variant), observe, stopping)
        if ending == "interrupted":
            return "interrupted"
    return "finished"


def _begin(experiment: Experiment) -> None:
    """Makes the folder and marks it as that of an experiment."""
    try:
        experiment.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{experiment.out}: cannot be written to: {error.strerror}; choose another --out") from error
    begun = Results(status="running", file=experiment.file.name, baseline=experiment.baseline.name)
    begun.write(experiment.out)
