"""Connections: made to the very address that was looked at, never to a name that may lead elsewhere a moment later.

Names are resolved here, each answer is judged (``public_addresses``), and the socket is opened to that answer. This
happens for every connection, so for every redirect too; there is no moment between the check and its use. Connections
that a request with ``ALLOW_PRIVATE`` may use are kept apart from all others: none of those is ever reused by another.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from time import monotonic
from zlib import crc32

import httpcore
import httpx

from services.common.errors import TransientError
from services.common.public_addresses import why_not

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a name and a port to IP addresses, the best first."""
MOST_ADDRESSES = 6
"""Addresses of one name that are tried."""
EACH_SECONDS = 5.0
"""For an address that does not answer, while there is another to try."""
SETS = 32
"""Sets of connections; with 100 idle ones, three or four are looked at for a request."""
ALLOW_PRIVATE = "allow_private"
"""The extension of an httpx request that says whether it may go to a private address."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system orders them.

    Raises:
        httpcore.ConnectError: it has none.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class AddressRefused(TransientError):  # noqa: N818 - named for what happened
    """Nothing may be asked at the address; the sentence says why. A name can lead elsewhere the next time."""


class CheckedConnections(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that may be asked, and to no others."""

    # the methods' parameters are httpcore's

    def __init__(self, *, allow_private: bool, permission: str, resolve: Resolve = resolve) -> None:
        self._allow_private = allow_private
        self._permission = permission
        self._resolve = resolve
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            AddressRefused: none of its addresses may be asked.
            httpcore.ConnectError: it has no address, or none of them can be connected to.
            httpcore.ConnectTimeout: none of them answers in time.
        """
        until = monotonic() + (60.0 if timeout is None else timeout)
        try:
            async with asyncio.timeout(until - monotonic()):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no address for {host} in time") from error
        allowed = self._allowed(host, addresses)[:MOST_ADDRESSES]
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for number, address in enumerate(allowed, start=1):
            left = max(until - monotonic(), 0.1)
            try:
                return await self._sockets.connect_tcp(
                    address,
                    port,
                    left if number == len(allowed) else min(left, EACH_SECONDS),
                    local_address,
                    socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Never.

        Raises:
            AddressRefused: always.
        """
        raise AddressRefused(f"{path} is a socket of this machine, which is never asked.")

    async def sleep(self, seconds: float) -> None:
        """What httpcore waits with."""
        await asyncio.sleep(seconds)

    def _allowed(self, host: str, addresses: Sequence[str]) -> list[str]:
        judged = [(address, why_not(address, allow_private=self._allow_private)) for address in addresses]
        if judged and all(reason for _, reason in judged):
            address, reason = judged[0]
            at = f"{host} is {reason}" if host == address else f"{host} is at {address}, {reason}"
            private = why_not(address, allow_private=True) is None
            hint = self._permission if private else "it is never asked"
            raise AddressRefused(f"{at}: {hint}.")
        return [address for address, reason in judged if reason is None]


class CheckedTransport(httpx.AsyncBaseTransport):
    """httpx's transport, with connections for the public internet and others for those allowed anywhere.

    The hosts share ``SETS`` sets of connections: httpcore looks at every connection of a set, and at the socket of each
    idle one, for every request, and a fetcher has connections to many hosts. ``limits`` holds for each set.
    ``permission`` says in a refusal how a private address could be allowed.
    """

    def __init__(self, limits: httpx.Limits, permission: str, resolve: Resolve = resolve) -> None:
        context = httpx.create_ssl_context(trust_env=False)

        def sets(*, allow_private: bool) -> list[_Pooled]:
            connections = CheckedConnections(allow_private=allow_private, permission=permission, resolve=resolve)
            return [_Pooled(connections, limits, context) for _ in range(SETS)]

        self._public = sets(allow_private=False)
        self._anywhere = sets(allow_private=True)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over the connections that it may use: the public ones, unless it says otherwise."""
        allowed = self._anywhere if request.extensions.get(ALLOW_PRIVATE) is True else self._public
        return await allowed[crc32(request.url.raw_host) % SETS].handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        for pooled in (*self._public, *self._anywhere):
            await pooled.aclose()


class _Pooled(httpx.AsyncHTTPTransport):
    """httpx's own transport, which has no parameter for how connections are opened; httpcore has."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend, limits: httpx.Limits, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False, limits=limits)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=backend,
        )
