"""Model servers as this process knows them: shared connections, and for each address its gate and its retries."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from digit_tc.errors import SettingsError
from digit_tc.models.gate import Gate
from digit_tc.models.retries import asked_pause, is_push_back, may_pass, wait_before
from digit_tc.models.window import Verdict

if TYPE_CHECKING:
    import aiohttp

_NAMES = 300
"""Seconds for which the address behind a name is remembered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Their names may be asked for in any case."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for, and how often it is asked for again."""

    timeout: float = 120.0
    """Seconds for one whole attempt, to the last byte."""
    max_retries: int = 2
    """Further attempts after an error that may pass."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What goes on between this process and one server."""

    address: str
    in_flight: int
    waiting: int
    limit: int
    """Requests that may run at once, as far as has been found out."""
    pushed: int
    """Requests so far that were pushed back: 408, 425, 429, 5xx, no answer."""


def _unheard() -> None:
    pass


class Server:
    """One server. All who ask it share its gate, whatever model or role they ask for.

    Args:
        address: Its base address.
        session: What gives the connections of the running loop.
        cap: Requests at once at most; None for as many as there are.

    Raises:
        SettingsError: The environment names a proxy that cannot be used.
    """

    def __init__(self, address: str, session: "Callable[[], aiohttp.ClientSession]", cap: int | None = None) -> None:
        self.address = address
        self._session = session
        self._gate = Gate(cap)
        self._proxy = _proxy(address)

    @property
    def traffic(self) -> Traffic:
        """What goes on there now."""
        limit = self._gate.limit
        return Traffic(self.address, limit.in_flight, self._gate.waiting, limit.value, limit.pushed)

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        patience: Patience,
        sent: Callable[[], None] = _unheard,
    ) -> Answer:
        """Posts a body and returns the answer to the last attempt; whoever waits to try again holds no place.

        Args:
            url: Where to; of this server.
            body: What is sent.
            headers: What is sent with it.
            patience: How long is waited, and how often it is tried again.
            sent: Is told of each request that goes out.

        Raises:
            TimeoutError: The last attempt took too long.
            ConnectionError: In the last attempt there was no connection, or it broke off.
        """
        pause = 0.0
        for attempt in range(patience.max_retries + 1):
            if attempt:
                await asyncio.sleep(wait_before(attempt, pause))
            pause, last = 0.0, attempt == patience.max_retries
            try:
                answer = await self._attempt(url, body, headers, patience.timeout, sent)
            except (TimeoutError, ConnectionError):
                if last:
                    raise
            else:
                if last or answer.status < 400 or not may_pass(answer.status, answer.headers, answer.body):
                    return answer
                pause = asked_pause(answer.headers)
        raise AssertionError("no attempt was made")

    async def _attempt(
        self, url: str, body: bytes, headers: Mapping[str, str], timeout: float, sent: Callable[[], None]
    ) -> Answer:
        place = await self._gate.enter()
        verdict: Verdict | None = None
        pause = 0.0
        try:
            sent()
            async with asyncio.timeout(timeout):
                answer = await self._exchanged(url, body, headers)
            verdict = _verdict(answer)
            pause = asked_pause(answer.headers) if answer.status == 429 else 0.0
        except (TimeoutError, ConnectionError):
            verdict = "pushed"
            raise
        else:
            return answer
        finally:
            self._gate.leave(place, verdict, pause)

    async def _exchanged(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        import aiohttp  # noqa: PLC0415 - only for runs with a model

        try:
            async with self._session().post(url, data=body, headers=headers, proxy=self._proxy) as response:
                return Answer(response.status, response.headers, await response.read())
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError) as error:
            # Its words may hold what was sent.
            raise ConnectionError(f"no answer from {self.address} ({type(error).__name__})") from None


class Servers:
    """The servers of one program, one for each address, over one set of connections for each event loop.

    Args:
        cap: Requests at once at most, to each server; None for as many as there are.
    """

    def __init__(self, cap: int | None = None) -> None:
        self._cap = cap
        self._servers: dict[str, Server] = {}
        self._open: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def at(self, address: str, cap: int | None = None) -> Server:
        """Returns the server at a base address, the same one each time.

        Args:
            address: Such as `http://127.0.0.1:8000/v1`.
            cap: Requests at once at most, where it takes fewer than others.
        """
        if address not in self._servers:
            caps = [each for each in (cap, self._cap) if each is not None]
            self._servers[address] = Server(address, self._session, min(caps, default=None))
        return self._servers[address]

    def traffic(self) -> Iterator[Traffic]:
        """Yields what goes on at each server."""
        return (server.traffic for server in self._servers.values())

    async def aclose(self) -> None:
        """Closes the connections; a later request opens new ones. What was found out of the servers stays."""
        session, self._open, self._loop = self._open, None, None
        if session is not None:
            await session.close()

    def _session(self) -> "aiohttp.ClientSession":
        import aiohttp  # noqa: PLC0415 - only for runs with a model

        loop = asyncio.get_running_loop()
        if self._open is None or self._loop is not loop:
            self._open = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=_NAMES),  # it is the gate that bounds
                timeout=aiohttp.ClientTimeout(total=None),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            self._loop = loop
        return self._open


def _verdict(answer: Answer) -> Verdict:
    if answer.status < 400:
        return "good"
    return "pushed" if is_push_back(answer.status, answer.body) else "other"


def _proxy(address: str) -> str | None:
    """Returns the proxy that the environment names for an address, looked up once.

    Raises:
        SettingsError: It is of a kind that nobody speaks here.
    """
    parts = urlsplit(address)
    proxies = getproxies()
    if not proxies or proxy_bypass(parts.netloc):
        return None
    found = proxies.get(parts.scheme) or proxies.get("all")
    if found and urlsplit(found).scheme not in ("http", "https"):
        raise SettingsError(
            f"the environment names a proxy for {parts.scheme}:// that is none of HTTP; name one that is,"
            f" or list {parts.hostname} in NO_PROXY"
        )
    return found
