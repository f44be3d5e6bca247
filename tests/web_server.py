"""A web server on this machine that answers as the tests say, and keeps what it was asked; and a clock that is set."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pipeline.web.addresses import Bounds
from pipeline.web.client import Client
from pipeline.web.waiting import Pace

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; with an ``etag`` a request that names it gets 304 and no body.  ``raw`` is sent instead, as it is."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    raw: Callable[[Any], None] | None = None


def html(body: str, **others: Any) -> Reply:
    return Reply(body, headers={"Content-Type": "text/html; charset=utf-8", **others.pop("headers", {})}, **others)


def as_json(value: Any, **others: Any) -> Reply:
    return Reply(json.dumps(value), headers={"Content-Type": "application/json"}, **others)


Answer = Reply | Callable[[Asked], Reply]


@dataclass(slots=True)
class Site:
    """What is served: by path, with or without its query, answers in turn; the last one again and again."""

    port: int = 0
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self.port}"

    def put(self, path: str, *answers: Answer) -> None:
        self.answers[path] = list(answers)

    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [each.path for each in self.asked if each.path != "/robots.txt"]

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        found = self.answers.get(asked.path) or self.answers.get(asked.path.partition("?")[0])
        if not found:
            return Reply(b"nothing here", 404)
        answer = found.pop(0) if len(found) > 1 else found[0]
        reply = answer(asked) if callable(answer) else answer
        if reply.etag is not None and asked.headers.get("If-None-Match") == reply.etag:
            return Reply(status=304, headers={"ETag": reply.etag})
        return reply


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            reply = site.answer(
                Asked(self.command, self.path, {name.title(): value for name, value in self.headers.items()}, body)
            )
            if reply.raw is not None:
                self.close_connection = True
                reply.raw(self)
                return
            content = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.etag is not None:
                self.send_header("ETag", reply.etag)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if reply.status != 304:
                self.wfile.write(content)

        do_GET = do_POST = _do  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@dataclass(slots=True)
class Time:
    """Stands still but for what is slept, and ``step`` seconds each time somebody looks at it."""

    at: float = 1000.0
    step: float = 0.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        self.at += self.step
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def client(site: Site, time: Time | None = None, *, bounds: Bounds | None = None, **others: Any) -> Client:
    """A client that may ask the server, without waiting."""
    time = time or Time()
    return Client(
        bounds=bounds or Bounds(frozenset({HOST}), frozenset({site.port}), private=True),
        pace=Pace(time.clock, time.sleep),
        clock=time.clock,
        **{"delay": 0.0, **others},
    )
