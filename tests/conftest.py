"""What holds for every test: nothing leaves this machine, and nothing is kept in the cache of who runs it."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest


def _stays_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket in the file system
    host = str(address[0])
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuses every connection that is not to this machine."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, original: Any = original) -> Any:
            if not _stays_here(address):
                raise AssertionError(f"a test tried to reach {address}")
            return original(self, address)

        patch.setattr(socket.socket, name, guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Gives the tests, and the processes that they start, a cache of their own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DIGIT_TC_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()
