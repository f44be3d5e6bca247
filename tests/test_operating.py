"""docs/operating.md and deploy/: the server is as closed as the page says, the schedule runs, the commands do."""

from __future__ import annotations

import http.server
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic import SecretStr
from test_cli import NOTICE, run
from test_flow import CLERK, RECIPE
from websockets import ConnectionClosed, Subprotocol
from websockets.sync.client import connect

from flows.ingest import FLOW
from flows.running import house_prefect
from pipeline.dataset.disk import locked
from tests.corpora import ROOT
from tests.prefect_server import PAGE, Server, Site, blocks, unit

SECTIONS = re.findall(r"^##+ (.+)$", PAGE, re.MULTILINE)


def test_the_server_is_closed(server: Server) -> None:
    assert server.status("/health") == 200
    guarded = ("/admin/version", "/admin/settings", "/flow_runs/count", "/csrf-token?client=x", "/deployments/none")
    for path in guarded:
        assert server.status(path) == 401
        assert server.status(path, secret="operator:guess") == 401
    assert server.status("/admin/version", secret=server.secret) == 200
    token = server.get("/csrf-token?client=x")["token"]
    forged = {"Prefect-Csrf-Token": "guess", "Prefect-Csrf-Client": "x"}
    for headers, secret, expected in (
        ({}, server.secret, 403),
        (forged, server.secret, 403),
        (forged | {"Prefect-Csrf-Token": token}, None, 401),
        (forged | {"Prefect-Csrf-Token": token}, "operator:guess", 401),
        (forged | {"Prefect-Csrf-Token": token}, server.secret, 200),
    ):
        assert server.status("/flow_runs/filter", body={}, secret=secret, **headers) == expected


@pytest.mark.parametrize(("secret", "answer"), [("guess", None), ("", "auth_success")])
def test_its_sockets_are_closed(server: Server, secret: str, answer: str | None) -> None:
    with connect(f"{server.url.replace('http', 'ws')}/events/out", subprotocols=[Subprotocol("prefect")]) as socket:
        socket.send(json.dumps({"type": "auth", "token": secret or server.secret}))
        if answer is None:
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=20)
        else:
            assert json.loads(socket.recv(timeout=20))["type"] == answer


def test_the_server_is_as_stated(server: Server) -> None:
    settings = server.get("/admin/settings")["server"]
    assert settings["analytics_enabled"] is False
    assert settings["api"]["csrf_protection_enabled"] is True
    assert "*" not in settings["api"]["cors_allowed_origins"]
    assert settings["services"]["db_vacuum"]["retention_period"] in (2592000, 2592000.0, "P30D")
    listening = Path("/proc/net/tcp").read_text().splitlines() + Path("/proc/net/tcp6").read_text().splitlines()
    mine = [line.split()[1] for line in listening if line.split()[1].endswith(f":{server.site.port:04X}")]
    assert {address.split(":")[0] for address in mine if address} == {"0100007F"}
    secret = server.site.home / "etc" / "vacancies" / "secret.env"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(server.secret) > 30


def test_units_are_sound(server: Server, tmp_path: Path) -> None:
    names = ("vacancies-prefect.service", "vacancies-schedule.service")
    for name in names:
        text = server.site.deployed(name)
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert unit(text, "User") == ["vacancies"]
        assert unit(text, "EnvironmentFile") == [
            str(server.site.home / "etc" / "vacancies" / each) for each in ("prefect.env", "secret.env")
        ]
    if shutil.which("systemd-analyze"):
        done = subprocess.run(
            ["systemd-analyze", "verify", *(str(tmp_path / name) for name in names)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert f"systemctl enable --now {' '.join(name.removesuffix('.service') for name in names)}" in PAGE


@dataclass(frozen=True, slots=True)
class Scheduler:
    """A running ``vacancies schedule``, and what its hook was told."""

    server: Server
    process: subprocess.Popen[bytes]
    log: Path
    told: list[dict[str, Any]]

    def until(self, what: Callable[[], Any]) -> Any:
        """Wait for something to be there."""
        deadline = time.monotonic() + 180
        while not (found := what()):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.3)
        return found

    def deployment(self) -> Any:
        """The deployment of the schedule."""
        (found,) = self.until(lambda: self.server.post("/deployments/filter", flows={"name": {"any_": [FLOW]}}))
        return found

    def start(self, **parameters: Any) -> str:
        """Have a run start now; returns its id."""
        found = self.server.post(f"/deployments/{self.deployment()['id']}/create_flow_run", parameters=parameters)
        return str(found["id"])

    def state(self, run_id: str) -> str:
        """The type of the run's state."""
        return str(self.server.get(f"/flow_runs/{run_id}")["state_type"])

    def ended(self, run_id: str) -> str:
        """The name of the state that the run ends in."""
        self.until(lambda: self.state(run_id) in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"))
        return str(self.server.get(f"/flow_runs/{run_id}")["state_name"])

    def children(self) -> list[int]:
        """The processes of its runs."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(after_name[1]) == self.process.pid:
                found.append(int(folder.name))
        return found


@pytest.fixture(scope="module")
def scheduler(server: Server) -> Iterator[Scheduler]:
    """The command of deploy/vacancies-schedule.service; its hook is an address of this process."""
    told: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    home = server.site.home
    (home / "inbox").mkdir()
    (home / "inbox" / "clerk.txt").write_text(CLERK, encoding="utf-8")
    log = home / "schedule.log"
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening, log.open("w") as stream:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        (line,) = unit(server.site.deployed("vacancies-schedule.service"), "ExecStart")
        words = shlex.split(line)
        words[words.index("--on-failure") + 1] = f"http://127.0.0.1:{listening.server_port}/"
        process = subprocess.Popen(
            words,
            stdout=stream,
            stderr=stream,
            env={**server.environment, "PREFECT_RUNNER_POLL_FREQUENCY": "1"},
            cwd=home,
            start_new_session=True,
        )
        try:
            yield Scheduler(server, process, log, told)
        finally:
            listening.shutdown()
            thread.join()
            process.terminate()
            process.wait(60)
        (left,) = server.post("/deployments/filter", flows={"name": {"any_": [FLOW]}})
        assert left["paused"] is False  # what is missed while it is away is made up for


def test_the_schedule(scheduler: Scheduler) -> None:
    deployment = scheduler.deployment()
    schedule = deployment["schedules"][0]
    assert (schedule["active"], deployment["paused"]) == (True, False)
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("0 2 * * *", "Europe/Vienna")
    home = scheduler.server.site.home
    given = {name: deployment["parameters"][name] for name in ("paths", "dataset", "timeout")}
    assert given == {"paths": [str(home / "inbox")], "dataset": str(home / "data"), "timeout": 6}

    (home / "data").mkdir(exist_ok=True)
    with locked(home / "data"):
        first = scheduler.start(wait=600)
        scheduler.until(lambda: scheduler.state(first) == "RUNNING")
        second = scheduler.start(wait=0)
        time.sleep(3)
        assert scheduler.state(second) == "SCHEDULED"  # one run at a time
        for child in scheduler.children():
            os.kill(child, signal.SIGKILL)
        assert scheduler.ended(first) == "Crashed"
        scheduler.until(lambda: scheduler.told)
        assert [(each["event"], each["flow_run"]) for each in scheduler.told] == [("crashed", first)]
        assert scheduler.ended(second) == "Failed"
        scheduler.until(lambda: len(scheduler.told) > 1)  # it ends before it tells
        assert scheduler.told[-1]["event"] == "failed"
        assert f"process {os.getpid()}" in scheduler.told[-1]["message"]
        assert "is writing to this dataset" in scheduler.told[-1]["message"]


def test_the_page(scheduler: Scheduler, prefect: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = prefect.site.home
    told = len(scheduler.told)
    monkeypatch.chdir(home)
    (home / "inbox" / "broken.txt").write_text(RECIPE, encoding="utf-8")
    assert run("ingest", "inbox", "--dataset", "data").exit_code == 3
    executed = []
    for heading in SECTIONS:
        for block in blocks(heading):
            text = prefect.site.here(block)
            if "secret=" in text:  # the server of these tests was set up with it
                continue
            scripts = [text] if "set -a" in text else text.splitlines()
            for script in scripts:
                executed.append(script)
                if re.fullmatch(r"vacancies [^|&;>]+", script.partition(" #")[0]):
                    words = shlex.split(script, comments=True)[1:]
                    result = run(*words)
                    assert result.exit_code == 0 or (result.exit_code == 3 and words[0] != "status"), result.output
                    assert result.stdout
                else:
                    done = subprocess.run(
                        ["bash", "-euo", "pipefail", "-c", script],
                        capture_output=True,
                        text=True,
                        env=prefect.environment,
                        check=False,
                    )
                    assert done.returncode == 0, f"{script}\n{done.stderr}"
    assert len(executed) >= 18
    assert "Transport Clerk" in run("history", _some_id(home / "data"), "--dataset", "data").stdout
    found = prefect.post(
        "/flow_runs/filter", flow_runs={"tags": {"all_": ["vacancies"]}}, sort="EXPECTED_START_TIME_DESC"
    )
    newest = max(
        (each for each in found if each["created_by"] is None or each["auto_scheduled"] is False), key=_created
    )
    assert scheduler.ended(newest["id"]) == "Published with rejects"
    assert len(scheduler.told) == told


def _created(flow_run: dict[str, Any]) -> str:
    return str(flow_run["created"])


def _some_id(dataset: Path) -> str:
    return str(pd.read_parquet(dataset / "latest" / "vacancies.parquet")["vacancy_id"][0])


def test_the_page_is_of_this_program() -> None:
    codes = re.findall(r"^\| (\d) \| (.+?) \|", PAGE, re.MULTILINE)
    assert [int(code) for code, _ in codes] == [0, 3, 4, 1, 2]
    for option in set(re.findall(r"(?<!-)--[a-z][a-z-]+", PAGE)) - {"--host", "--now"}:
        assert any(option in run(*words, "--help").stdout for words in (("ingest",), ("status",), ("schedule",))), (
            option
        )
    for name in re.findall(r"`(PREFECT_\w+|DO_NOT_TRACK)", PAGE):
        assert name in (ROOT / "deploy" / "prefect.env").read_text() or "AUTH_STRING" in name


def test_cron(server: Server, tmp_path: Path) -> None:
    site = Site(tmp_path, 4200)
    text = site.deployed("vacancies.cron")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "technician.txt").write_text(NOTICE, encoding="utf-8")
    (tmp_path / "inbox" / "recipe.txt").write_text(RECIPE, encoding="utf-8")
    lines = [line for line in text.splitlines() if re.match(r"\d", line)]
    nightly, watching = (line.split(None, 6)[6] for line in lines)
    assert all(line.split()[5] == "vacancies" and "%" not in line for line in lines)
    settings = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | settings
    server.copy_records(tmp_path / "prefect")  # else it takes longer to make the tables than to run
    assert _cron(nightly, environment) == (0, "")
    log = (tmp_path / "nightly.log").read_text(encoding="utf-8")
    assert str(tmp_path / "inbox" / "recipe.txt") in log
    assert "2 notices seen: 1 new" in log
    assert "Traceback" not in log
    with sqlite3.connect(tmp_path / "prefect" / "prefect.db") as records:
        assert records.execute("select state_name from flow_run").fetchall() == [("Published with rejects",)]
    assert list(pd.read_parquet(tmp_path / "data" / "latest" / "vacancies.parquet")["title"]) == ["Radio Technician"]
    assert _cron(watching, environment) == (0, "")
    (tmp_path / "data" / "latest").unlink()
    shutil.rmtree(tmp_path / "data" / "snapshots")
    assert _cron(watching, environment)[0] == 1
    (tmp_path / "data").rename(tmp_path / "elsewhere")
    (tmp_path / "data").write_text("a file")
    assert "--dataset" in _cron(nightly, environment)[1]


def _cron(line: str, environment: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"PREFECT_API_URL": "http://127.0.0.1:9/api"}, "prefect server start"),
        ({"PREFECT_API_AUTH_STRING": "operator:guess"}, "PREFECT_API_AUTH_STRING must be its"),
        ({"PREFECT_API_AUTH_STRING": None}, "does not let us in (HTTP 401)"),
        ({"PREFECT_API_URL": None}, "PREFECT_API_URL that says where"),
    ],
)
def test_a_schedule_needs_a_server_that_lets_it_in(
    server: Server, tmp_path: Path, settings: dict[str, str | None], told: str
) -> None:
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    names = {"PREFECT_API_URL": PREFECT_API_URL, "PREFECT_API_AUTH_STRING": PREFECT_API_AUTH_STRING}
    wanted = {"PREFECT_API_URL": server.url, "PREFECT_API_AUTH_STRING": server.secret, **settings}
    given = {names[name]: SecretStr(value) if "AUTH" in name else value for name, value in wanted.items() if value}
    missing = {names[name] for name, value in wanted.items() if value is None}
    with temporary_settings(given, restore_defaults=missing):
        result = run("schedule", str(tmp_path), "--dataset", str(tmp_path / "data"))
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert told in line
    assert "docs/operating.md" in line


def test_an_open_server_is_spoken_of(capsys: pytest.CaptureFixture[str]) -> None:
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    from flows.schedule import check_server

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{listening.server_port}/api"
        with temporary_settings({PREFECT_API_URL: url, PREFECT_API_AUTH_STRING: SecretStr("operator:x")}):
            check_server()
        listening.shutdown()
        thread.join()
    assert "asks nobody for an auth string" in capsys.readouterr().err


def test_prefect_is_imported_with_analytics_off() -> None:
    from prefect.settings import get_current_settings

    assert os.environ["DO_NOT_TRACK"] == "1"
    assert get_current_settings().server.analytics_enabled is False


def test_prefect_without_a_home_lives_beside_the_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", "/dev/null/prefect")
    house_prefect(tmp_path)
    assert os.environ["PREFECT_HOME"] == str(tmp_path / ".prefect")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))
    house_prefect(tmp_path)
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "home")
