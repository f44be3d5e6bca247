"""A Prefect server as docs/operating.md and deploy/ set it up, on a free port and in a folder of its own."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.corpora import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Site:
    """A folder that stands for the machine of docs/operating.md, and the port of its Prefect server."""

    home: Path
    port: int

    def here(self, text: str) -> str:
        """A text with the places of that machine replaced by those in the folder."""
        places = {
            "/opt/vacancy-notices/.venv/bin": BIN,
            "/opt/vacancy-notices": ROOT,
            "/var/lib/vacancies": self.home,
            "/etc": self.home / "etc",
            "4200": self.port,
        }
        for place, mine in places.items():
            text = text.replace(place, str(mine))
        return text

    def deployed(self, name: str) -> str:
        """A file of deploy/, as it would be for this folder."""
        return self.here((ROOT / "deploy" / name).read_text(encoding="utf-8"))

    def environment(self) -> dict[str, str]:
        """What the environment files of the units say, beside what is not Prefect's."""
        found = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        for name in ("prefect.env", "secret.env"):
            lines = (self.home / "etc" / "vacancies" / name).read_text(encoding="utf-8").splitlines()
            found |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        return {**found, "PATH": f"{BIN}:{os.environ['PATH']}"}


def unit(text: str, key: str) -> list[str]:
    """The values of a key in a unit file."""
    return re.findall(rf"^{key}=(.*)$", text.replace("\\\n", " "), re.MULTILINE)


def blocks(heading: str) -> list[str]:
    """The commands of a section of docs/operating.md, block by block."""
    section = re.split(r"^#+ ", PAGE, flags=re.MULTILINE)
    (found,) = [part for part in section if part.startswith(heading + "\n")]
    return re.findall(r"^```console\n(.*?)^```", found, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Server:
    """A running Prefect server, and the environment of those who may talk to it."""

    site: Site
    url: str
    environment: dict[str, str]

    @property
    def secret(self) -> str:
        """The auth string."""
        return self.environment["PREFECT_API_AUTH_STRING"]

    def status(self, path: str, *, secret: str | None = None, body: Any = None, **headers: str) -> int:
        """The HTTP status of a GET, or of a POST where there is a body."""
        if secret is not None:
            headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, {"Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def get(self, path: str) -> Any:
        """What the server answers."""
        return self._ask(path)

    def post(self, path: str, **body: Any) -> Any:
        """What the server answers."""
        token = self._ask("/csrf-token?client=tests")["token"]
        return self._ask(path, json.dumps(body).encode(), {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "tests"})

    def copy_records(self, home: Path) -> None:
        """Make a folder the home of another server, that begins with the tables of this one, empty of runs."""
        home.mkdir(parents=True)
        (found,) = self.site.home.glob("prefect/*.db")
        with sqlite3.connect(found) as mine, sqlite3.connect(home / found.name) as theirs:
            mine.backup(theirs)
            theirs.execute("delete from flow_run")

    def _ask(self, path: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
        basic = base64.b64encode(self.secret.encode()).decode()
        told = {"Content-Type": "application/json", "Authorization": f"Basic {basic}", **(headers or {})}
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}", data, told), timeout=30) as answer:
            return json.load(answer)


@contextmanager
def running(home: Path) -> Iterator[Server]:
    """The server of deploy/vacancies-prefect.service; a bad pin of its parts shows here."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        site = Site(home, probe.getsockname()[1])
    (home / "etc" / "systemd" / "system").mkdir(parents=True)
    (install,) = blocks("Schedule")[:1]
    subprocess.run(["bash", "-euc", site.here(install)], check=True, cwd=home)
    settings = home / "etc" / "vacancies" / "prefect.env"
    settings.write_text(site.here(settings.read_text(encoding="utf-8")), encoding="utf-8")
    environment = site.environment()
    (command,) = unit(site.deployed("vacancies-prefect.service"), "ExecStart")
    log = home / "server.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            command.split(), stdout=stream, stderr=stream, env=environment, cwd=home, start_new_session=True
        )
    try:
        url = environment["PREFECT_API_URL"]
        deadline = time.monotonic() + 180
        while not _answers(f"{url}/health"):
            assert process.poll() is None, "Prefect's server does not start:\n" + log.read_text()[-3000:]
            assert time.monotonic() < deadline, log.read_text()[-3000:]
            time.sleep(0.2)
        yield Server(site, url, environment)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True
