"""The flow on a real Prefect server: the dataset, the report, the artifact, the schedule; and no analytics."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_cli import COMMAND, NOTICE

from flows.ingest import FLOW, batches, parameters
from pipeline.report import Report, Tally
from pipeline.source import Reject

TABLES = ("vacancies", "findings", "notices", "rejects", "runs")


@dataclass(frozen=True, slots=True)
class Server:
    """A running Prefect server."""

    url: str
    environment: dict[str, str]

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=20) as answer:
            return json.load(answer)

    def post(self, path: str, **body: Any) -> Any:
        request = urllib.request.Request(
            f"{self.url}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``vacancies`` against this server."""
        return subprocess.run(
            [COMMAND, *arguments], capture_output=True, text=True, env=self.environment, check=False, timeout=300
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Prefect's own server, on a free port and with a database of its own; a bad pin of its parts shows here."""
    home = tmp_path_factory.mktemp("prefect")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    environment = {**os.environ, "PREFECT_HOME": str(home), "PREFECT_API_URL": url}
    log = home / "server.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            stdout=stream,
            stderr=stream,
            env=environment,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 180
        while True:
            try:
                urllib.request.urlopen(f"{url}/health", timeout=5).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail("Prefect's server does not start:\n" + log.read_text()[-3000:])
                time.sleep(0.5)
        yield Server(url, environment)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "technician.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "clerk.txt").write_text(NOTICE.replace("Radio Technician", "Transport Clerk"), encoding="utf-8")
    (folder / "clerk.gold.json").write_text("{}")
    (folder / "copy.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    with (folder / "huge.txt").open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    return folder


def published(dataset: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(dataset / "latest" / f"{name}.parquet")


def test_ingest_twice(server: Server, inbox: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "data"
    first = server.command("ingest", str(inbox), str(inbox / "missing.txt"), "--dataset", str(dataset))
    assert first.returncode == 3, first.stderr
    assert "Traceback" not in first.stderr
    assert "2 new, 0 read again, 1 unchanged, 4 rejected" in first.stdout
    assert "Transport Clerk" in first.stdout
    for name in ("empty.txt", "image.png", "huge.txt", "missing.txt"):
        assert str(inbox / name) in first.stderr

    vacancies = published(dataset, "vacancies")
    assert sorted(vacancies["title"]) == ["Radio Technician", "Transport Clerk"]
    assert set(vacancies["grade"]) == {"G-5"}
    codes = published(dataset, "rejects").set_index("source_uri")["code"]
    assert codes.to_dict() == {
        str(inbox / "empty.txt"): "empty",
        str(inbox / "huge.txt"): "too_large",
        str(inbox / "image.png"): "binary",
        str(inbox / "missing.txt"): "not_found",
    }
    files = {name: (dataset / "latest" / f"{name}.parquet").read_bytes() for name in TABLES if name != "runs"}

    second = server.command("ingest", str(inbox), str(inbox / "missing.txt"), "--dataset", str(dataset))
    assert "0 new, 0 read again, 3 unchanged, 4 rejected" in second.stdout
    assert {name: (dataset / "latest" / f"{name}.parquet").read_bytes() for name in files} == files
    for name in files:
        assert len(list((dataset / "tables" / name / "_delta_log").glob("*.json"))) == 1

    runs = published(dataset, "runs")
    assert list(runs["added"]) == [2, 0]
    assert list(runs["seen"]) == [7, 7]
    assert dict(runs["reject_codes"][0]) == {"empty": 1, "too_large": 1, "binary": 1, "not_found": 1}
    assert dict(runs["fill_rates"][1])["title"] == 1

    flow_runs = server.post("/flow_runs/filter", flows={"name": {"any_": [FLOW]}})
    assert [run["state_type"] for run in flow_runs] == ["COMPLETED", "COMPLETED"]
    artifacts = server.post("/artifacts/filter", artifacts={"key": {"any_": [FLOW]}})
    assert len(artifacts) == 2
    assert any(runs["run_id"][0] in artifact["description"] for artifact in artifacts)
    assert all(str(inbox / "empty.txt") in artifact["data"] for artifact in artifacts)


RETRY = """
import sys
from deltalake.exceptions import CommitFailedError
from flows import ingest

write, calls = ingest.store.write, []

def fail(root, rows):
    calls.append(rows)
    if len(calls) <= 1:
        raise {error}("another writer was faster")
    return write(root, rows)

ingest.store.write = fail
try:
    print(ingest.ingest([sys.argv[1]], sys.argv[2]).tally.added, len(calls))
except Exception as error:
    print(type(error).__name__, len(calls))
"""


@pytest.mark.parametrize(("error", "expected"), [("CommitFailedError", "1 2"), ("ValueError", "ValueError 1")])
def test_only_what_can_pass_is_tried_again(
    server: Server, inbox: Path, tmp_path: Path, error: str, expected: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RETRY.format(error=error), str(inbox / "clerk.txt"), str(tmp_path / "data")],
        capture_output=True,
        text=True,
        env=server.environment,
        check=True,
    )
    assert done.stdout.strip() == expected


def test_analytics_are_off(server: Server) -> None:
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert server.get("/admin/settings")["server"]["analytics_enabled"] is False


def test_prefect_is_imported_with_analytics_off() -> None:
    script = "import flows.ingest, prefect.settings as s; print(s.get_current_settings().server.analytics_enabled)"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "False\n"


def test_schedule_serves_the_flow(server: Server, inbox: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "data"
    arguments = ["schedule", "--cron", "0 2 * * *", "--timezone", "Europe/Skopje", str(inbox / "clerk.txt")]
    log = tmp_path / "schedule.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [COMMAND, *arguments, "--dataset", str(dataset)],
            stdout=stream,
            stderr=stream,
            env=server.environment,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 120
        while not (found := server.post("/deployments/filter", flows={"name": {"any_": [FLOW]}})):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.5)
        (deployment,) = found
        schedule = deployment["schedules"][0]["schedule"]
        assert (schedule["cron"], schedule["timezone"]) == ("0 2 * * *", "Europe/Skopje")
        assert deployment["parameters"]["paths"] == [str(inbox / "clerk.txt")]
        run = server.post(f"/deployments/{deployment['id']}/create_flow_run")
        while (state := server.get(f"/flow_runs/{run['id']}")["state_type"]) != "COMPLETED":
            assert state in ("SCHEDULED", "PENDING", "RUNNING"), log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.5)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
    assert list(published(dataset, "vacancies")["title"]) == ["Transport Clerk"]


def test_a_schedule_needs_a_server(inbox: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path), "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    done = subprocess.run(
        [COMMAND, "schedule", str(inbox), "--dataset", str(tmp_path / "data")],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 1
    assert "prefect server start" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_server_or_a_home(inbox: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PREFECT_HOME": "/dev/null/prefect"}
    environment.pop("PREFECT_API_URL", None)
    with (inbox / "technician.txt").open() as stream:
        done = subprocess.run(
            [COMMAND, "ingest", "-", "--dataset", str(tmp_path / "data")],
            stdin=stream,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert list(published(tmp_path / "data", "vacancies")["source_uri"]) == ["-"]


def test_a_damaged_dataset_is_one_line(inbox: Path, tmp_path: Path, server: Server) -> None:
    log = tmp_path / "data" / "tables" / "notices" / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_text("no JSON\n")
    done = server.command("ingest", str(inbox), "--dataset", str(tmp_path / "data"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert sum(line.startswith("vacancies: ") for line in done.stderr.splitlines()) == 1


def test_batches_are_bounded(tmp_path: Path) -> None:
    files = []
    for number in range(5):
        file = tmp_path / f"{number}.txt"
        with file.open("wb") as stream:
            stream.truncate(30 * 1024 * 1024 if number < 3 else 10)
        files.append(str(file))
    assert [len(batch) for batch in batches(files, 100)] == [2, 3]
    assert [len(batch) for batch in batches([*files, "-", "missing"], 2)] == [2, 2, 2, 1]
    assert list(batches([], 2)) == []


def test_long_lists_of_paths_stay_out_of_the_parameters(tmp_path: Path) -> None:
    few = parameters(["a.txt"], tmp_path, source="board")
    assert few == {"paths": ["a.txt"], "dataset": str(tmp_path), "source": "board"}
    paths = [f"inbox/{number:060}.txt" for number in range(10_000)]
    many = parameters(paths, tmp_path)
    assert len(json.dumps(many)) < 1000
    assert json.loads(Path(many["listed_in"]).read_text()) == paths


def test_reports_escape_what_inputs_are_called() -> None:
    now = pd.Timestamp("2031-05-06", tz="UTC").to_pydatetime()
    reject = Reject("a|b\n<img>.txt", "board", "empty", "source", "empty")
    report = Report("id", now, now, ("x",), Tally(seen=1, rejects=(reject,)), 0, "1", "1.0.0")
    assert "| a\\|b &lt;img>.txt | empty | empty |" in report.markdown()
    assert "rejected as empty: 1" in report.text()
