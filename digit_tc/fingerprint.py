"""What shapes the content of a run, and the digest of it.

Two runs with one fingerprint give the same conversations. So it covers neither how many there are, nor where they
go, how they are shared out, how many run at once or which address a model is served at.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from digit_tc.canonical import canonical, digest
from digit_tc.importing import source_of
from digit_tc.records import SCHEMA_VERSION
from digit_tc.sampling.settings import SamplingSettings
from digit_tc.settings import Settings
from digit_tc.strata import Stratum
from digit_tc.tool_settings import ToolSettings
from digit_tc.tools.catalogue import Catalogue
from digit_tc.values.persona import PersonaSettings

_SOURCE = re.compile(r"(.+\.py:[^@]+)@[0-9a-f]{16}")


def shape(
    settings: Settings,
    catalogue: Catalogue,
    graph_spec: str,
    quotas: Mapping[Stratum, float] | None = None,
    prompts: Iterable[Path] = (),
) -> dict[str, Any]:
    """Returns everything that shapes content, as JSON; the manifest shows it, so that two runs can be compared.

    Args:
        settings: What is to be made.
        catalogue: The tools.
        graph_spec: The graph, as it is named.
        quotas: Percent of the conversations by stratum; as the settings say where nothing is given.
        prompts: Files of prompts beside ours, which roles of one's own read.
    """
    shares = (settings.strata or {}) if quotas is None else quotas
    return {
        "schema_version": SCHEMA_VERSION,
        "seed": settings.run.seed,
        "turns": settings.run.turns,
        "graph": source_of(graph_spec, default="build"),
        "role_set": settings.run.roles,
        "roles": {role: _role(knobs) for role, knobs in sorted(settings.roles.items())},
        "models": {role: model.shape() for role, model in sorted(settings.models.items())},
        "sampling": _sampling(settings.sampling),
        "candidates": [settings.run.candidates, settings.run.best_of],
        "plan": settings.plan.model_dump(mode="json"),
        "personas": _personas(settings.personas),
        "strata": {name: share for name, share in sorted(shares.items()) if share},
        "catalogue": settings.catalogue.model_dump(mode="json"),
        "tools": catalogue.fingerprint,
        "said": {_known(catalogue, name): _tool(tool) for name, tool in sorted(settings.tools.items())},
        "prompts": _prompts(settings.run.prompts, prompts),
    }


def fingerprint(settings: Settings, catalogue: Catalogue, graph_spec: str) -> str:
    """Returns the SHA-256 of the shape, as 64 hexadecimal digits."""
    return digest(shape(settings, catalogue, graph_spec))


def changes(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the settings in which a shape differs from another one, with the values that it has; None for unset."""
    left, right = dict(_leaves(ours)), dict(_leaves(theirs))
    return {key: left.get(key) for key in sorted({*left, *right}) if left.get(key) != right.get(key)}


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Names every setting in which two shapes differ, with both values."""
    left, right = dict(_leaves(ours)), dict(_leaves(theirs))
    keys = [*left, *(key for key in right if key not in left)]
    said = [_difference(key, left.get(key), right.get(key)) for key in keys if left.get(key) != right.get(key)]
    return list(dict.fromkeys(said))  # one file may hold the graph and its roles


def _difference(key: str, ours: Any, theirs: Any) -> str:
    here, there = (_SOURCE.fullmatch(value) if isinstance(value, str) else None for value in (ours, theirs))
    if here and there and here[1] == there[1]:
        return f"the source of {here[1].rpartition(':')[0]} changed"
    return f"{key} {_short(theirs)} there, {_short(ours)} here"


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _short(value: Any) -> str:
    text = "unset" if value is None else canonical(value)
    return text if len(text) <= 20 else f"{text[:12]}…"


def _role(knobs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _knob(name, value) for name, value in sorted(knobs.items())}


def _knob(name: str, value: Any) -> Any:
    """A knob as it is; code counts as such, and a prompt in a file by its name and content."""
    if name == "use":
        return source_of(str(value))
    if name.endswith("prompt") and str(value).endswith(".md") and Path(value).is_file():
        return f"{Path(value).name}@{hashlib.sha256(Path(value).read_bytes()).hexdigest()[:16]}"
    return value


def _sampling(sampling: SamplingSettings) -> dict[str, Any]:
    """The mix as it is asked for; of that and the tools follows what of the default mix is left out."""
    return {
        "size": sampling.size,
        "mix": {source_of(name): weight for name, weight in sampling.weights.items()},
        "given": sampling.chosen,
        "knobs": {source_of(name): knobs for name, knobs in sorted(sampling.knobs.items())},
    }


def _known(catalogue: Catalogue, name: str) -> str:
    tool = catalogue.find(name)
    return tool.name if tool else name


def _tool(tool: ToolSettings) -> dict[str, Any]:
    """What is said of a tool: a function counts as code does, a fixture by its content, a live tool by its server.

    What a server answers cannot be known before; its address is all that tells it from another.
    """
    said = tool.model_dump(mode="json", exclude_unset=True)
    if tool.function:
        said["function"] = source_of(tool.function)
    if tool.fixture:
        path = Path(tool.fixture)
        content = path.read_bytes() if path.is_file() else b""
        said["fixture"] = hashlib.sha256(content).hexdigest()[:16]
    return said


def _personas(said: PersonaSettings) -> dict[str, Any]:
    """The weights in the order in which they are drawn from, and the people by the content of their file."""
    tables = {name: list(said.model_dump(include={name})[name].items()) for name in ("roles", "expertise", "language")}
    return tables | {"file": hashlib.sha256(Path(said.file).read_bytes()).hexdigest()[:16] if said.file else ""}


def _prompts(own: str, named: Iterable[Path]) -> str:
    """The text of every prompt; one of the user's own counts in place of ours, or of one that a role names."""
    folder = resources.files(import_module("digit_tc.prompts"))
    files = {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".md")}
    files |= {path.name: path.read_text(encoding="utf-8") for path in named}
    if own:
        files |= {path.name: path.read_text(encoding="utf-8") for path in sorted(Path(own).glob("*.md"))}
    return digest(files)
