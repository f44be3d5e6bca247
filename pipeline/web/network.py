"""Connections to exactly the numeric addresses that were checked, and no byte after a request's time is up.

A host's name is resolved once, for the connection; the name still goes into the ``Host`` header and into the TLS
handshake, so that the certificate is checked against it.  Proxies of the environment are not used: they would resolve
names again.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from pipeline.limits import Rejected
from pipeline.web.addresses import IPAddress, is_public, refused

Resolve = Callable[[str, int], list[str]]
Clock = Callable[[], float]


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of a host, in the system's order of preference; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(slots=True)
class Deadline:
    """When the request at work must have ended, in seconds of the clock."""

    clock: Clock
    at: float = float("inf")

    def set(self, seconds: float) -> None:
        """The request that begins now may take so long."""
        self.at = self.clock() + seconds

    def left(self, timeout: float | None) -> float | None:
        """The seconds that one step may take; raises httpcore.ReadTimeout where none are left."""
        if self.at == float("inf"):
            return timeout
        remaining = self.at - self.clock()
        if remaining <= 0:
            raise httpcore.ReadTimeout("the time for the whole request is up")
        return remaining if timeout is None else min(timeout, remaining)


class Stream(httpcore.NetworkStream):
    """A connection whose every step keeps the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Connects to public addresses only, unless ``private``."""

    def __init__(self, deadline: Deadline, *, private: bool, resolve: Resolve = resolve) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._private = private
        self._resolve = resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception | None = None
        for address in self._numeric(host, port):
            try:
                left = self._deadline.left(timeout)
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
                return Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError(f"{host} has no address")

    def _numeric(self, host: str, port: int) -> list[str]:
        """All addresses of the host; where one of them is not public, none is asked."""
        try:
            found = [_address(each) for each in self._resolve(host, port)]
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
        hidden = [each for each in found if not is_public(each)]
        if hidden and not self._private:
            raise refused(f"{host} leads to {hidden[0]}, which is not a public address")
        return [str(each) for each in found]

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise refused("sockets of this machine are not asked")

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def _address(text: str) -> IPAddress:
    return ipaddress.ip_address(text.partition("%")[0])


class Transport(httpx.BaseTransport):
    """HTTP/1.1 over such connections, one at a time and host; errors are those of httpcore."""

    def __init__(self, backend: Backend, *, ssl_context: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(),
            max_connections=4,
            max_keepalive_connections=4,
            keepalive_expiry=20,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(asked)
        return httpx.Response(
            status_code=answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def failure(error: Exception) -> Rejected:
    """What a failed connection is called in ``rejects``."""
    if isinstance(error, Rejected):
        return error
    told = str(error).strip() or type(error).__name__
    if isinstance(error, httpcore.TimeoutException | httpx.TimeoutException):
        return Rejected("timeout", "fetch", f"no whole answer in time: {told}")
    if isinstance(error, httpcore.ConnectError | httpcore.ReadError | httpcore.WriteError | OSError):
        return Rejected("unreachable", "fetch", f"the connection failed: {told}")
    return Rejected("broken_reply", "fetch", f"the answer is no whole HTTP: {told}")


ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpx.TransportError,
    httpx.InvalidURL,
    httpx.StreamError,
    OSError,
)
