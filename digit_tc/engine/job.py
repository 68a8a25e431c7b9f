"""A run made ready: its tools read, its dataflow found, its graph compiled, once for all conversations."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from digit_tc.candidates import Candidates
from digit_tc.canonical import digest
from digit_tc.context import Context, Limits
from digit_tc.engine.budget import require_prices
from digit_tc.engine.conversation import Identity
from digit_tc.engine.mixing import load_mix
from digit_tc.engine.policies import guarded
from digit_tc.errors import LoadingError, SettingsError, placed
from digit_tc.fingerprint import shape
from digit_tc.importing import nearest
from digit_tc.loading import (
    ROLE_NAMES,
    ROLE_SETS,
    Builder,
    build_graph,
    load_graph,
    load_role,
    make_role,
    own_prompts,
    own_roles,
    prompt_files,
    require_roles,
    takes,
)
from digit_tc.models import Models
from digit_tc.models.replies import Replies
from digit_tc.node import Node
from digit_tc.overrides import load_standins, overridden
from digit_tc.sampling.mix import Mix
from digit_tc.settings import Settings
from digit_tc.standins.standin import StandIn
from digit_tc.strata import DEFAULT_MIX, Stratum, stratum_of
from digit_tc.streams import Streams
from digit_tc.tools.cache import cached
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.inference.completion import completed
from digit_tc.tools.reading import read_files
from digit_tc.tools.samples import sample_catalogue
from digit_tc.tools.sources import files_alone, read_sources
from digit_tc.values.persona import Personas, personas

_STILL = 900.0
"""Seconds that a role may think without asking anybody."""


@dataclass(frozen=True)
class Job:
    """Everything that the conversations of one run share."""

    settings: Settings
    catalogue: Catalogue
    dataflow: Dataflow
    models: Models
    graph: CompiledStateGraph[Any, Any, Any, Any]
    shape: dict[str, Any]
    fingerprint: str
    mix: Mix
    """The samplers that draw the tools of the conversations."""
    standins: Mapping[str, StandIn]
    """What answers in place of the simulation, by the name of the tool."""
    asks_models: bool
    """Whether some role asks a model, or may: what others wrote is not looked into."""
    quotas: Mapping[Stratum, float] = field(default_factory=dict)
    """Percent of the conversations by stratum; what they leave is plain."""
    replies: Replies | None = None
    """The file of kept replies that the settings name."""
    personas: Personas = field(default_factory=Personas)
    """Where the people come from."""

    @cached_property
    def elsewhere(self) -> Dataflow:
        """Tools of many fields, among which something is found that the tools of a conversation are not for."""
        return Dataflow(completed(sample_catalogue()))

    def close(self) -> None:
        """Lets go of what the stand-ins, the file of replies and the models on this machine hold."""
        self.models.close()
        for standin in self.standins.values():
            standin.close()
        if self.replies is not None:
            self.replies.close()

    def identity(self, index: int) -> Identity:
        """Returns who a scenario is; its id covers the configuration, so that two configurations never share one."""
        seed = self.settings.run.seed
        return Identity(
            id=digest(self.fingerprint, index, seed)[:32], index=index, seed=seed, graph=self.settings.run.graph
        )

    def context(self, index: int) -> Context:
        """Returns what the nodes of one conversation may use.

        The streams know the seed and the index but not the configuration: variants of a run meet the same scenarios.
        """
        plan, (low, high) = self.settings.plan, self.settings.run.turn_range
        stratum = stratum_of(index, self.settings.run.seed, self.quotas)
        return Context(
            catalogue=self.catalogue,
            dataflow=self.dataflow,
            streams=Streams(self.settings.run.seed, index, "conversation"),
            models=self.models,
            standins=self.standins,
            sampling=self.mix.of(index, self.settings.run.seed),
            stratum=stratum,
            insists=self.settings.strata is not None,
            elsewhere=self.elsewhere if stratum == "irrelevant" else None,
            distractors=self.settings.catalogue.distractors,
            perturbation=self.settings.catalogue.perturbation,
            personas=self.personas,
            prompts=Path(self.settings.run.prompts) if self.settings.run.prompts else None,
            plans=plan.target,
            candidates=Candidates(most=self.settings.run.candidates, best_of=self.settings.run.best_of),
            limits=Limits(
                min_turns=low,
                max_turns=high,
                retries=self.settings.retries,
            ),
        )


def read_tools(sources: tuple[str, ...], folder: Path | None = None) -> Catalogue:
    """Reads tool files, folders and live MCP servers, or the packaged samples; what they leave out is inferred.

    Args:
        sources: What is to be read, as `read_sources` understands it; the samples when empty.
        folder: Where stdio servers are started; the current folder where none is given.

    Raises:
        CatalogueError: A source cannot be read as tools.
        SettingsError: A source is empty, or a server cannot be reached.
    """
    if not sources:
        return completed(sample_catalogue())
    files = files_alone(sources)
    if files is None:
        return completed(read_sources(sources, folder))
    return cached(files, lambda given: completed(read_files(given)))


def prepare(settings: Settings, catalogue: Catalogue | None = None) -> Job:
    """Reads tools, loads graph and roles, compiles, connects to live tools. Close the job after use.

    Args:
        settings: What is to be made.
        catalogue: The tools, where they are not those that the settings name.

    Raises:
        InputError: Tools, graph, roles or models cannot be used.
    """
    if catalogue is not None and settings.run.tools:
        raise SettingsError(f"{settings.place('run', 'tools')} is set, and a catalogue is given; take one out")
    found = read_tools(settings.run.tools, settings.tools_folder) if catalogue is None else catalogue
    catalogue = overridden(found, settings)
    builder = load_graph(settings.run.graph)
    roles = roles_of(builder, settings)
    own_prompts(settings.run.prompts, _everyone(builder, roles))
    with ExitStack() as stack:
        models = Models(settings.models, default=settings.models.get("default"), concurrency=settings.run.concurrency)
        stack.callback(models.close)
        people = personas(settings.personas, settings.place("personas", "file"))
        dataflow = Dataflow(catalogue)
        mix = load_mix(settings, dataflow)
        quotas = _quotas(settings, builder, roles)
        outline = shape(settings, catalogue, settings.run.graph, quotas, prompt_files(_everyone(builder, roles)))
        _check_models(models, builder, roles, settings)
        graph = guarded(build_graph(builder, roles, settings.run.graph), _patience(models, _everyone(builder, roles)))
        replies = _replies(settings)
        if replies is not None:
            models.remember(replies)
        job = Job(
            settings=settings,
            catalogue=catalogue,
            dataflow=dataflow,
            models=models,
            graph=graph.compile(),
            shape=outline,
            fingerprint=digest(outline),
            mix=mix,
            standins=load_standins(catalogue, settings),
            asks_models=_asks_models(builder, roles),
            quotas=quotas,
            replies=replies,
            personas=people,
        )
        stack.pop_all()  # from here on it is the job that is closed
    return job


def _quotas(settings: Settings, builder: Builder, roles: Mapping[str, Node]) -> Mapping[Stratum, float]:
    """Returns the shares of the strata; roles and graphs of others act on none, unless it is asked for."""
    if settings.strata is not None:
        return settings.strata
    modules = {type(role).__module__.rpartition(".")[0] for role in roles.values()}
    ours = builder.__module__ == "digit_tc.graphs.conversation" and modules <= {"digit_tc.nodes"}
    return DEFAULT_MIX if ours else {}


def _patience(models: Models, roles: Iterable[Any]) -> float:
    """Returns how long a role may show no sign of work, in seconds: longer than any model may take for an answer."""
    named = {getattr(role, "model", None) for role in roles}
    return _STILL + max((models.patience(name) for name in named if isinstance(name, str)), default=0.0)


def _check_models(models: Models, builder: Builder, roles: Mapping[str, Node], settings: Settings) -> None:
    """Says what is missing of a key, a model or a price once, before any work; and which table nobody reads."""
    everyone = _everyone(builder, roles)
    read = {"default", *ROLE_NAMES, *(str(getattr(role, "model", "")) for role in everyone)}
    for table in settings.models if _all_ours(builder, everyone) else ():
        if table not in read:
            close = nearest(table, sorted(read))
            raise SettingsError(f"{settings.place('models', table)}: no role asks a model of this name{close}")
    for role in everyone:
        name = getattr(role, "model", None)
        if isinstance(name, str):
            models.settings(name)
            if not settings.run.replay:
                models.chat(name)
            require_prices(settings, models, name)


def _replies(settings: Settings) -> Replies | None:
    named = settings.run.replay or settings.run.replies
    return Replies(Path(named), replay=bool(settings.run.replay)) if named else None


def _asks_models(builder: Builder, roles: Mapping[str, Node]) -> bool:
    everyone = _everyone(builder, roles)
    return not _all_ours(builder, everyone) or any(hasattr(role, "model") for role in everyone)


def _everyone(builder: Builder, roles: Mapping[str, Node]) -> list[Any]:
    """Returns the roles that are chosen, and those that a graph has by itself in the other places."""
    return list({**own_roles(builder), **roles}.values())


def _all_ours(builder: Builder, everyone: Iterable[Any]) -> bool:
    """Says whether graph and roles are of this package: what others wrote is not looked into."""
    ours = builder.__module__.startswith("digit_tc.graphs.")
    return ours and all(type(role).__module__.startswith("digit_tc.nodes.") for role in everyone)


def roles_of(builder: Builder, settings: Settings) -> dict[str, Node]:
    """Returns the roles that take the place of a graph's own, as the settings choose them.

    Raises:
        InputError: The graph has no such role, or it cannot be loaded.
    """
    known = ROLE_SETS.get(settings.run.roles)
    if known is None:
        raise SettingsError(f"--roles {settings.run.roles} is not available; there are {', '.join(ROLE_SETS)}")
    for role in settings.roles:
        with placed(settings.place("roles", role)):
            require_roles(builder, [role], settings.run.graph)
    chosen = {role: {"use": use} for role, use in known.items() if takes(builder, role)}
    for role, knobs in settings.roles.items():
        chosen[role] = {**({} if "use" in knobs else chosen.get(role, {})), **knobs}
    return {role: _role(builder, role, dict(knobs), settings) for role, knobs in chosen.items()}


def _role(builder: Builder, role: str, knobs: dict[str, Any], settings: Settings) -> Node:
    spec = knobs.pop("use", None)
    if spec is not None and not isinstance(spec, str):
        where = settings.place("roles", role, "use")
        raise SettingsError(f"{where} must be an import string such as my_package.roles:MyRole; got {spec!r}")
    with placed(settings.place("roles", role) if role in settings.roles else f"the role {role}"):
        if spec:
            return load_role(spec, knobs)
        own = own_roles(builder).get(role)  # knobs alone mean the one that the graph has by itself
        if own is None:
            raise LoadingError("there are knobs, but the graph has no role of its own there; name one by use = IMPORT")
        return make_role(f"the graph's own {type(own).__qualname__}", own, knobs)
