"""Other processes that read notices and take containers apart, so that one that hangs or dies costs one input.

A worker starts once and keeps the parser.  An input that takes longer than it may is rejected as ``timeout``, one that
needs more memory as ``memory``, one that ends the process as ``crashed``; the worker is replaced, and the run goes on.
With ``VACANCIES_DEBUG`` set everything happens in this process, so that an error can be seen where it occurs.
"""

from __future__ import annotations

import atexit
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from multiprocessing.connection import Connection
from socket import socketpair
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.formats import containers
from pipeline.formats.columns import Mapping
from pipeline.formats.kinds import Kind
from pipeline.formats.member import Members, Refused
from pipeline.limits import LIMITS, MB, Limits, Rejected
from pipeline.source import Reject, Source

if TYPE_CHECKING:
    from pipeline.parse import ParsedNotice

_PATIENCE = 4  # times the seconds that a notice may take, if the process did not get them
_START = 180.0  # seconds that a worker may take to load the parser
_SIGNALS = {each.value: each.name for each in signal.Signals}


class Worker:
    """A process that answers one request after another; it starts with the first one.

    ``parser`` says whether it loads the parser, which taking containers apart does not need.
    """

    def __init__(self, *, limits: Limits = LIMITS, parser: bool = True) -> None:
        self.limits = limits
        self.parser = parser
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        self._lock = threading.Lock()

    def parse(self, source: Source) -> ParsedNotice | Reject:
        """The parsed notice, or the reject that says why there is none."""
        with self._lock:
            try:
                outcome: ParsedNotice | Reject = self._ask(("parse", source), stage="parse")
            except Rejected as error:
                return source.reject(error)
            if isinstance(outcome, Reject) and outcome.code == "memory":
                self.close()  # what it holds is not worth keeping
            return outcome

    def expand(
        self,
        stream: BinaryIO,
        kind: Kind,
        *,
        size: int,
        name: str = "",
        mapping: Mapping | None = None,
        declared: str | None = None,
    ) -> Members:
        """The members of a container, as ``containers.expand`` gives them."""
        path = getattr(stream, "name", None)
        given = path if isinstance(path, (str, os.PathLike)) else stream.read()
        with self._lock:
            ended = False
            message: Any = (
                "expand",
                given,
                kind,
                {"size": size, "name": name, "mapping": mapping, "declared": declared},
            )
            try:
                while True:
                    try:
                        told = self._ask(message, stage="source")
                    except Rejected as error:
                        told = Refused("", error)
                        ended = True
                    if told is None:
                        ended = True
                        return
                    yield told
                    if ended:
                        return
                    message = "next"
            finally:
                if not ended:
                    self.close()  # it is in the middle of something

    def close(self) -> None:
        """End the process; the next request starts another."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.wait()

    def _ask(self, message: Any, *, stage: str) -> Any:
        """Send a request and wait for its answer; raises Rejected where there is none."""
        try:
            connection = self._started()
            began, used = time.monotonic(), self._used()
            connection.send(message)
            wait = self.limits.seconds
            while not connection.poll(wait):
                spent = self._used() - used
                if spent >= self.limits.seconds or time.monotonic() - began >= _PATIENCE * self.limits.seconds:
                    self.close()
                    raise Rejected("timeout", stage, f"not read within {self.limits.seconds:g} seconds")
                wait = max(0.1, self.limits.seconds - spent)  # the machine has other things to do
            return connection.recv()
        except (EOFError, ConnectionError):
            raise Rejected("crashed", stage, f"the process that read it ended: {self._ending()}") from None
        except BaseException:  # an interrupt, too: its late answer must not be taken for the next one's
            self.close()
            raise

    def _used(self) -> float:
        """Seconds of computing that the process has taken; 0 where the system does not tell."""
        if self._process is None:
            return 0.0
        try:
            with open(f"/proc/{self._process.pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, IndexError):
            return 0.0

    def _started(self) -> Connection[Any, Any]:
        if self._connection is not None:
            return self._connection
        ours, theirs = socketpair()
        debug = os.environ.get("VACANCIES_DEBUG")
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from pipeline.workers import serve; serve()", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if debug else subprocess.DEVNULL,
                start_new_session=True,  # an interrupt from the keyboard is this process's affair
            )
        self._connection = Connection(ours.detach())
        self._connection.send((self.parser, self.limits))
        try:
            ready = self._connection.poll(_START) and self._connection.recv()
        except (EOFError, ConnectionError):
            ready = False
        if not ready:
            ending = self._ending()
            raise RuntimeError(f"the process that reads notices does not start: {ending}; see VACANCIES_DEBUG=1")
        return self._connection

    def _ending(self) -> str:
        """How the process ended, for people."""
        process = self._process
        code = None
        if process is not None:
            try:
                code = process.wait(5)
            except subprocess.TimeoutExpired:
                code = None
        self.close()
        return _SIGNALS.get(-code, f"signal {-code}") if code is not None and code < 0 else f"exit code {code}"


_parsing = Worker()
_expanding = Worker(parser=False)


@atexit.register
def close() -> None:
    """End the workers of this process."""
    _parsing.close()
    _expanding.close()


def parse_or_reject(source: Source) -> ParsedNotice | Reject:
    """The parsed notice, or the reject that says why there is none; read by a worker."""
    return _in_process(source) if os.environ.get("VACANCIES_DEBUG") else _parsing.parse(source)


def expand(
    stream: BinaryIO,
    kind: Kind,
    *,
    size: int,
    name: str = "",
    mapping: Mapping | None = None,
    declared: str | None = None,
) -> Members:
    """The members of a container, taken apart by a worker; an expander for ``pipeline.source.read``."""
    apart = containers.expand if os.environ.get("VACANCIES_DEBUG") else _expanding.expand
    return apart(stream, kind, size=size, name=name, mapping=mapping, declared=declared)


def parse_all(sources: Iterable[Source | Reject], *, workers: int = 1) -> Iterator[ParsedNotice | Reject]:
    """Parse each source, in order; rejects pass through.  One notice alone is read by this process."""
    waiting = iter(sources)
    first = list(islice(waiting, 2))
    if len(first) < 2:
        yield from (each if isinstance(each, Reject) else _in_process(each) for each in first)
    elif workers < 2:
        yield from (each if isinstance(each, Reject) else parse_or_reject(each) for each in chain(first, waiting))
    else:
        yield from _side_by_side(chain(first, waiting), workers)


def _side_by_side(sources: Iterable[Source | Reject], count: int) -> Iterator[ParsedNotice | Reject]:
    """Outcomes in the order of the sources, of which a few more than there are workers are held."""
    idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    crew = [Worker() for _ in range(count)]
    for worker in crew:
        idle.put(worker)

    def work(source: Source | Reject) -> ParsedNotice | Reject:
        if isinstance(source, Reject):
            return source
        worker = idle.get()
        try:
            return worker.parse(source)
        finally:
            idle.put(worker)

    ahead: deque[Future[ParsedNotice | Reject]] = deque()
    try:
        with ThreadPoolExecutor(count) as threads:
            for source in sources:
                ahead.append(threads.submit(work, source))
                if len(ahead) > 2 * count:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
    finally:
        for worker in crew:
            worker.close()


def _in_process(source: Source) -> ParsedNotice | Reject:
    from pipeline.batch import parse_or_reject as parse_here

    return parse_here(source)


def serve() -> None:
    """What a worker does: it answers until the other side is gone."""
    connection: Connection[Any, Any] = Connection(int(sys.argv[-1]))
    try:
        parser, limits = connection.recv()
        if parser:
            from pipeline.source import from_bytes

            _in_process(from_bytes(b"Vacancy notice\nJob title: Cook\nClosing date: 5 May 2026\nGrade: G-2\n"))
        _limit_memory(limits)
        connection.send(True)
        while True:
            message = connection.recv()
            # should the other side be killed while this one hangs, nobody else would end it
            signal.setitimer(signal.ITIMER_REAL, _PATIENCE * limits.seconds + 10)
            if message[0] == "parse":
                connection.send(_in_process(message[1]))
            else:
                _serve_members(connection, message[1:], limits)
            signal.setitimer(signal.ITIMER_REAL, 0)
    except (EOFError, ConnectionError):
        pass
    finally:
        os._exit(0)  # nothing here is worth an orderly end


def _serve_members(connection: Connection[Any, Any], request: Any, limits: Limits) -> None:
    """Give a member for each request, then None."""
    import io

    given, kind, options = request
    try:
        with io.BytesIO(given) if isinstance(given, bytes) else open(given, "rb") as stream:
            for member in containers.expand(stream, kind, limits=limits, **options):
                connection.send(member)
                signal.setitimer(signal.ITIMER_REAL, 0)
                connection.recv()
                signal.setitimer(signal.ITIMER_REAL, _PATIENCE * limits.seconds + 10)
        connection.send(None)
    except MemoryError:
        reason = f"needs more than {limits.memory // MB} MB to be read"
        connection.send(Refused("", Rejected("memory", "source", reason)))
        connection.recv()
        os._exit(0)


def _limit_memory(limits: Limits) -> None:
    """Allow so much more address space than is taken now, and no dumps of the process."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with open("/proc/self/statm") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + limits.memory, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError):  # other systems than Linux: time is limited, memory is not
        return
