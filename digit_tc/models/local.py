"""A model on this machine: a llama.cpp server in this process, for one file of weights in the format GGUF.

It listens on the loopback device at a free port and answers to nobody without its key, which is drawn when it starts
and is never written anywhere. It needs the extra `local`.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digit_tc.errors import SettingsError

SLOTS = 2
"""Questions that a server works at at once; further ones wait in line."""
CONTEXT = 8192
"""Tokens of a question with its reply, where the model can read as many."""

_MAGIC = b"GGUF"
_MIB = 1 << 20
_SAMPLES = 16
"""Places between the ends of a file that are looked at."""
_SAMPLED = 1 << 16
"""Bytes that are read at each of them."""
_WAIT_POLICY = "OMP_WAIT_POLICY"


def identity_of(path: Path) -> str:
    """Returns what tells a file of weights from others: its name, and a digest of some of its content.

    The digest covers the size, the first and the last MiB, and 64 KiB at sixteen places between, so that it takes
    milliseconds for a file of any size.

    Raises:
        SettingsError: The file cannot be read, or is none of weights.
    """
    found = hashlib.sha256()
    for part in _parts(path):
        found.update(part)
    return f"{path.name}@{found.hexdigest()[:16]}"


def _parts(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            head = file.read(_MIB)
            if not head.startswith(_MAGIC):
                raise SettingsError(f"{path}: is not a GGUF file; name one after --local-model")
            size = file.seek(0, os.SEEK_END)
            yield size.to_bytes(8)
            yield head
            for at in range(1, _SAMPLES + 1):
                file.seek(size * at // (_SAMPLES + 1))
                yield file.read(_SAMPLED)
            file.seek(max(0, size - _MIB))
            yield file.read(_MIB)
    except FileNotFoundError as error:
        raise SettingsError(f"{path}: there is no such file; name a GGUF file after --local-model") from error
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read: {error.strerror}; name a GGUF file after --local-model"
        ) from error


class LocalServer:
    """A server that has loaded its model; close it after use.

    Args:
        path: The file of weights.

    Raises:
        SettingsError: The file is none, the extra `local` is not installed, or llama.cpp cannot load the file.
    """

    def __init__(self, path: Path) -> None:
        self.name = identity_of(path)
        """What the model is called there."""
        self.key = secrets.token_urlsafe(32)
        self._server: Any = _started(path, self.name, self.key)
        self.base_url = f"{self._server.listening_address}/v1"

    def close(self) -> None:
        """Stops the server; what it is still at is broken off."""
        self._server = None  # it stops when nothing refers to it any more


def _started(path: Path, name: str, key: str) -> Any:
    threads = max(1, (os.cpu_count() or 1) // 2)  # others have work too, this program among them
    if threads > 1:
        os.environ.setdefault(_WAIT_POLICY, "passive")  # waiting threads would spin
    try:
        import xllamacpp  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsError(
            f"--local-model needs the extra local ({error}); install it: pip install 'digit-tc[local]'"
        ) from error
    asked = xllamacpp.CommonParams()
    asked.model.path = str(path)
    asked.model_alias = {name}
    asked.hostnames = ["127.0.0.1"]
    asked.port = 0
    asked.api_keys = [key]
    asked.n_parallel = SLOTS
    asked.n_ctx = SLOTS * CONTEXT
    asked.cpuparams.n_threads = asked.cpuparams_batch.n_threads = threads
    asked.use_jinja = True
    asked.ui = False
    asked.verbosity = 0
    try:
        return xllamacpp.Server(asked)
    except Exception as error:
        raise SettingsError(
            f"{path}: llama.cpp cannot load it ({type(error).__name__}): the file may be cut off, of a kind that the"
            " installed xllamacpp does not know, or larger than the memory; name another"
        ) from error
