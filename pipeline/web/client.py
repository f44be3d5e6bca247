"""Asking the web: politely, within limits, and never twice for what has not changed.

One request at a time.  What was read before is asked for with ``If-None-Match`` and ``If-Modified-Since`` (hishel keeps
it, RFC 9111), so that an unchanged page costs a 304.  Redirects are followed here, because each of their targets is
checked like any address.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from hishel import CacheOptions, SqliteStorage
from hishel.httpx import CacheTransport

from pipeline.limits import LIMITS, Rejected
from pipeline.web import network, waiting
from pipeline.web.addresses import Bounds, checked, host_of
from pipeline.web.bodies import body
from pipeline.web.robots import TOKEN, Robots

CONTACT = "VACANCIES_CONTACT"  # environment variable: the address of whoever runs this
REDIRECTS = 5
TRIES = 4
IN_VAIN = 3  # addresses of a host that fail, one after another, before it is left alone
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_LED_ON = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_KEPT_FOR = 60 * 24 * 3600.0  # seconds
_KEPT_BYTES = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that a connection, one step of an answer, and a whole request may take."""

    connect: float = 10.0
    read: float = 20.0
    whole: float = 60.0


@dataclass(frozen=True, slots=True)
class Page:
    """An answer with status 200.

    ``address`` is where it came from in the end, ``charset`` what the server says of its encoding, ``unchanged``
    whether the server said that it is as it was when it was last read.
    """

    address: str
    raw: bytes
    media_type: str
    charset: str | None
    unchanged: bool
    fetched_at: datetime


@dataclass(slots=True)
class Asked:
    """What a run has cost the servers."""

    requests: int = 0
    unchanged: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    raw: bytes
    unchanged: bool


@dataclass(slots=True)
class Client:
    """Asks the hosts of one source; ``bounds`` says which these are, ``delay`` the seconds between two requests.

    ``cache`` is the file that keeps what was read.  Use it as a context manager.
    """

    bounds: Bounds
    cache: Path | None = None
    contact: str | None = None
    delay: float = 1.0
    most_requests: int = 5000
    times: Times = field(default_factory=Times)
    pace: waiting.Pace = field(default_factory=waiting.Pace)
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = waiting.now
    resolve: network.Resolve = network.resolve
    asked: Asked = field(default_factory=Asked)
    robots: Robots = field(init=False)
    _deadline: network.Deadline = field(init=False)
    _transport: httpx.BaseTransport = field(init=False)
    _headers: dict[str, str] = field(init=False)
    _failed: Counter[str] = field(default_factory=Counter)
    _left_alone: dict[str, Rejected] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.robots = Robots(self._robots_txt)
        self._deadline = network.Deadline(self.clock)
        backend = network.Backend(self._deadline, private=self.bounds.private, resolve=self.resolve)
        transport: httpx.BaseTransport = network.Transport(backend)
        if self.cache is not None:
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            kept = SqliteStorage(database_path=self.cache, default_ttl=_KEPT_FOR, max_size=_KEPT_BYTES)
            transport = CacheTransport(transport, storage=kept, rfc=CacheOptions(shared=False))
        self._transport = transport
        self._headers = {"User-Agent": agent(self.contact), "Accept-Encoding": "gzip, deflate"}

    def __enter__(self) -> Client:
        self._open.enter_context(self._transport)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def get(self, address: str, *, accept: str = "*/*", limit: int = LIMITS.raw) -> Page:
        """Read an address; raises Rejected."""
        return self._read("GET", address, {"Accept": accept}, None, limit)

    def post(self, address: str, payload: Any, *, headers: Mapping[str, str] | None = None) -> Page:
        """Ask with a JSON object; raises Rejected."""
        told = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
        return self._read("POST", address, told, json.dumps(payload).encode(), LIMITS.raw)

    def _read(self, method: str, address: str, headers: Mapping[str, str], content: bytes | None, limit: int) -> Page:
        address, answer = self._follow(method, address, headers, content, limit, obey=True)
        if answer.status in _GONE:
            raise Rejected("gone", "fetch", f"the server answers {answer.status}: there is nothing (any more)")
        if answer.status != 200:
            raise Rejected("http_error", "fetch", f"the server answers {answer.status}")
        told = Message()
        told["Content-Type"] = answer.headers.get("Content-Type", "")
        charset = told.get_param("charset")
        return Page(
            address=address,
            raw=answer.raw,
            media_type=told.get_content_type(),
            charset=charset if isinstance(charset, str) and charset else None,
            unchanged=answer.unchanged,
            fetched_at=self.now(),
        )

    def _robots_txt(self, address: str) -> tuple[int, bytes]:
        answer = self._follow("GET", address, {"Accept": "text/plain"}, None, LIMITS.raw, obey=False)[1]
        return answer.status, answer.raw

    def _follow(
        self, method: str, address: str, headers: Mapping[str, str], content: bytes | None, limit: int, *, obey: bool
    ) -> tuple[str, _Answer]:
        """The answer at the end of the redirects, and its address."""
        address = checked(address, self.bounds)
        passed = {address}
        while True:
            answer = self._insist(method, address, headers, content, limit, obey=obey)
            target = answer.headers.get("Location")
            if answer.status not in _LED_ON or target is None:
                return address, answer
            if content is not None and answer.status not in (307, 308):
                method, content = "GET", None
            address = checked(target, self.bounds, base=address)
            if address in passed:
                raise Rejected("redirect_loop", "fetch", "the server leads back to where we came from")
            if len(passed) > REDIRECTS:
                raise Rejected("too_many_redirects", "fetch", f"the server leads on more than {REDIRECTS} times")
            passed.add(address)

    def _insist(
        self, method: str, address: str, headers: Mapping[str, str], content: bytes | None, limit: int, *, obey: bool
    ) -> _Answer:
        """One address, asked again where that may help and as late as the server wants; raises Rejected."""
        host = host_of(address)
        if host in self._left_alone:
            raise self._left_alone[host]
        delay = self.delay
        if obey:
            rules = self.robots.of(address)
            rules.check(address)
            delay = max(delay, rules.delay)
        for tries in range(1, TRIES + 1):
            self.pace.wait(host, delay)
            answer: _Answer | None = None
            try:
                answer = self._send(method, address, headers, content, limit)
                failed: Exception | None = None
            except network.ERRORS as error:
                failed = error
            finally:
                self.pace.done(host)
            if answer is not None and answer.status not in _AGAIN:
                self._failed[host] = 0
                return answer
            wanted = waiting.retry_after(answer.headers.get("Retry-After"), self.now()) if answer is not None else None
            if wanted is not None and wanted > waiting.LONGEST_WAIT:
                later = f"{host} asks to come again in {wanted:.0f} seconds, which is after this run"
                raise self._leave_alone(host, "asked_to_wait", later)
            if tries < TRIES:
                self.pace.pause(wanted if wanted is not None else waiting.backoff(tries))
        self._failed[host] += 1
        if self._failed[host] >= IN_VAIN:
            self._leave_alone(host, "unreachable", f"{host} failed {IN_VAIN} times in a row, and is left alone")
        if answer is not None:
            return answer
        assert failed is not None
        raise network.failure(failed) from failed

    def _leave_alone(self, host: str, code: str, reason: str) -> Rejected:
        """Ask this host no more in this run."""
        self._left_alone[host] = Rejected(code, "fetch", reason)
        return self._left_alone[host]

    def _send(
        self, method: str, address: str, headers: Mapping[str, str], content: bytes | None, limit: int
    ) -> _Answer:
        if self.asked.requests >= self.most_requests:
            raise Rejected("too_many", "fetch", f"more than {self.most_requests} requests in one run")
        self.asked.requests += 1
        self._deadline.set(self.times.whole)
        asking = {**self._headers, **headers, **({"Cache-Control": "no-cache"} if method == "GET" else {})}
        step = httpx.Timeout(self.times.read, connect=self.times.connect).as_dict()
        request = httpx.Request(method, address, headers=asking, content=content, extensions={"timeout": step})
        answer = self._transport.handle_request(request)  # no httpx.Client: it reads redirects, and keeps cookies
        try:
            raw = body(answer.iter_raw(), encoding=answer.headers.get("Content-Encoding"), limit=limit)
        finally:
            answer.close()
        unchanged = bool(answer.extensions.get("caching", {}).get("from_cache"))
        self.asked.unchanged += unchanged
        self.asked.bytes += len(raw)
        return _Answer(answer.status_code, answer.headers, raw, unchanged)


def agent(contact: str | None) -> str:
    """How we introduce ourselves: what we are, and where to complain."""
    contact = contact or os.environ.get(CONTACT) or None
    name = f"{TOKEN}/{version('vacancy-notices')}"
    return f"{name} (+{contact})" if contact else f"{name} (no contact given)"


def check_contact(contact: str | None) -> None:
    """Raises ValueError where the contact cannot stand in a header."""
    if contact is not None and (not contact.isascii() or not contact.isprintable() or not _is_contact(contact)):
        raise ValueError(f"{contact!r} is neither an http(s) address nor a mailto: one")


def _is_contact(contact: str) -> bool:
    return urlsplit(contact).scheme in ("http", "https", "mailto")
