"""The verb `simulate`: a simulated backend that answers JSON lines."""

import json
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn, cast, get_args

from digit_tc.backend import Answer, Backend
from digit_tc.cli.writing import write
from digit_tc.engine.job import read_tools
from digit_tc.errors import InputError
from digit_tc.export.trace import error_value
from digit_tc.overrides import load_standins, overridden
from digit_tc.records import CallError
from digit_tc.settings import read_settings
from digit_tc.world.simulation import UnknownIds


def simulate(
    config: Path | None, flags: Mapping[str, Any], *, state: Path | None, trace: Path | None, unknown_ids: UnknownIds
) -> None:
    """Answers each call on standard input with one line before it reads the next.

    Raises:
        InputError: The settings, the tools or the state cannot be used.
        OutputError: The trace cannot be written.
    """
    held = _state(state) if state else None
    settings = read_settings(config, flags)
    catalogue = overridden(read_tools(settings.run.tools, settings.tools_folder), settings)
    standins = load_standins(catalogue, settings)
    backend = Backend(catalogue, seed=settings.run.seed, state=held, unknown_ids=unknown_ids, standins=standins)
    with closing(backend):
        _serve(backend, trace)


def _serve(backend: Backend, trace: Path | None) -> None:
    if trace:
        _keep(backend, trace)  # a file that cannot be written is said before the first call
    try:
        for line in sys.stdin.buffer:
            if line.strip():
                answer = _answer(backend, line)
                row = {"id": answer.id or None, "result": answer.result, "is_error": answer.is_error}
                print(json.dumps(row, ensure_ascii=True), flush=True)
    finally:
        if trace:
            _keep(backend, trace)


def unknown(value: str) -> UnknownIds:
    """Reads the value of --unknown-ids.

    Raises:
        InputError: It is neither of the two.
    """
    for known in get_args(UnknownIds):
        if value == known:
            return cast("UnknownIds", known)
    raise InputError(f"--unknown-ids must be create or reject; got {value!r}")


def _keep(backend: Backend, trace: Path) -> None:
    write(trace, [json.dumps(backend.trace().row(), ensure_ascii=False) + "\n"])


def _answer(backend: Backend, line: bytes) -> Answer:
    try:
        call = json.loads(line.decode(), parse_constant=_no_json)
    except (ValueError, RecursionError) as error:
        return _broken(f"the line is not JSON: {error}")
    if not isinstance(call, dict):
        return _broken('the line must be an object {"id", "name", "arguments"}')
    identity = call.get("id")
    if not isinstance(identity, str) or not identity:
        return _broken("id must be a text that is not empty")
    name, arguments = call.get("name"), call.get("arguments", {})
    if not isinstance(name, str) or not isinstance(arguments, dict):
        return _broken("name must be a text and arguments an object", identity)
    try:
        json.dumps(call, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return _broken("a text holds half of a surrogate pair", identity)
    return backend.call(name, arguments, identity)


def _broken(message: str, identity: str = "") -> Answer:
    return Answer(identity, error_value(CallError(code="bad_request", message=message)), is_error=True)


def _no_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _state(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_json)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not JSON: {error}; --state takes one JSON value") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}; name a JSON file after --state") from error
