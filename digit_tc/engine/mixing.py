"""The mix of samplers that settings ask for, as far as a catalogue can serve it."""

from digit_tc.errors import LoadingError, SamplingError, SettingsError, placed
from digit_tc.loading import load_sampler
from digit_tc.sampling.mix import Mix, Sampling
from digit_tc.sampling.sampler import Sampler
from digit_tc.sampling.settings import SAMPLERS
from digit_tc.settings import Settings
from digit_tc.tools.dataflow import Dataflow


def load_mix(settings: Settings, flow: Dataflow) -> Mix:
    """Loads the samplers and lets each draw once: what the default mix has and the tools cannot serve is left out.

    Raises:
        LoadingError: A sampler cannot be loaded, or breaks.
        SettingsError: The tools cannot serve a sampler that was asked for.
    """
    asked, seed = settings.sampling, settings.run.seed
    samplers: dict[str, Sampler] = {}
    left_out: dict[str, str] = {}
    for name in asked.weights:
        with placed(settings.place("sampling", "knobs" if name in asked.knobs else "mix", name)):
            sampler = load_sampler(SAMPLERS.get(name, name), asked.knobs.get(name, {}))
        try:
            Sampling(name, sampler, asked.sizes, seed=seed).rehearse(flow)
        except SamplingError as error:
            if asked.chosen or name in asked.knobs:
                place = settings.place("sampling", "mix")
                raise SettingsError(f"{place}: {error}; take it out of the mix or bring tools that have it") from error
            left_out[name] = str(error)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            place = settings.place("sampling", "mix", name)
            raise LoadingError(f"{place}: the sampler failed at its first draw: {said}; mend it there") from error
        else:
            samplers[name] = sampler
    if not samplers:
        raise SettingsError(f"no tools can be drawn: {next(iter(left_out.values()))}; name other tools")
    weights = {name: asked.weights[name] for name in samplers}
    return Mix(samplers, weights, asked.sizes, left_out)
