"""Runs through the command, on a real Prefect server: what each exit code stands for, and what is left behind."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars
import pytest
from test_cli import NASTY, NOTICE, SHOWN, run
from typer.testing import Result

from flows.inputs import batches, given, listed, parameters
from flows.reporting import KEPT, keep
from pipeline.dataset.disk import locked
from pipeline.dataset.report import Example, Report, Tally
from pipeline.source import Reject, Rejected
from tests.prefect_server import Server

CLERK = NOTICE.replace("Radio Technician", "Transport Clerk").replace("/118", "/119")
RECIPE = "Peel the onions, fry them in butter and add the stock.\nServe it hot.\n"
STRICT = """
[[check]]
name = "known_organization"
kind = "required"
fields = ["organization"]
limit = 0
severity = "hold"
why = "These notices name none."
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "technician.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "clerk.txt").write_text(CLERK, encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    file = tmp_path / "strict.toml"
    file.write_text(STRICT, encoding="utf-8")
    return file


def ingest(inbox: Path, data: Path, *arguments: str, stdin: bytes | None = None) -> Result:
    return run("ingest", *arguments, str(inbox), "--dataset", str(data), stdin=stdin)


def report(result: Result) -> Any:
    return json.loads(result.stdout)


def published(data: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(data / "latest" / f"{name}.parquet")


def files(folder: Path) -> Mapping[str, tuple[int, int]]:
    """Length and time of every file but the lock's."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}


def test_published_and_unchanged(prefect: Server, inbox: Path, data: Path) -> None:
    first = ingest(inbox, data)
    assert first.exit_code == 0, first.output
    assert "2 notices seen: 2 new, 0 read again, 0 unchanged, 0 rejected" in first.stdout
    assert "Transport Clerk" in first.stdout
    folder = data / "latest" / "vacancies.parquet"
    titles = ["Radio Technician", "Transport Clerk"]
    assert sorted(pd.read_parquet(folder)["title"]) == titles
    assert sorted(polars.read_parquet(folder)["title"]) == titles
    rows = duckdb.sql(f"select title from '{folder}/*.parquet' order by title").fetchall()
    assert [title for (title,) in rows] == titles

    before = (folder / "").resolve(), files(data / "latest" / "vacancies.parquet")
    second = ingest(inbox, data, "--json")
    assert (second.exit_code, report(second)["status"]) == (0, "published")
    told = report(second)
    assert told == json.loads((data / "reports" / "000002.json").read_text())
    assert (told["seen"], told["unchanged"], told["added"], told["changes"]) == (2, 2, 0, {})
    assert [size for size, _ in files(data / "latest" / "vacancies.parquet").values()] == [
        size for size, _ in before[1].values()
    ]
    assert list(published(data, "runs")["run"]) == [1, 2]


def test_personal_data_are_published_where_they_are_asked_for(prefect: Server, inbox: Path, data: Path) -> None:
    (inbox / "clerk.txt").write_text(CLERK + "\nQuestions: besa.hoxha@osce.example.org, tel. 044 123 456\n")
    assert ingest(inbox, data, "--personal").exit_code == 0
    assert published(data, "notices")["source_text"].str.contains("besa.hoxha@osce.example.org, tel. 044 123 456").any()
    assert ingest(inbox, data, "--no-personal").exit_code == 0
    assert published(data, "notices")["source_text"].str.contains("██████████@osce.example.org, tel. ███ ███ ███").any()


def test_published_with_rejects(prefect: Server, inbox: Path, data: Path) -> None:
    (inbox / f"{NASTY}.txt").write_bytes(b"")
    (inbox / "recipe.txt").write_text(RECIPE)
    result = ingest(inbox, data, "--source", "board", "--copied")
    assert result.exit_code == 3
    assert "rejected as empty: 1" in result.stdout
    assert set(published(data, "vacancies")["source"]) == {"board"}
    assert published(data, "sightings")["copied"].all()

    shown = run("quarantine", "list", "--dataset", str(data)).stdout
    assert SHOWN[:8] in shown
    assert "\x1b" not in shown
    entries = json.loads(run("quarantine", "list", "--json", "--dataset", str(data)).stdout)
    assert sorted(entry["code"] for entry in entries) == ["empty", "no_vacancy"]
    one = run("quarantine", "show", str(inbox / "recipe.txt"), "--dataset", str(data)).stdout
    assert "Peel the onions" in one
    assert "no_vacancy" in one
    assert run("quarantine", "show", "nothing", "--dataset", str(data)).exit_code == 2
    assert run("quarantine", "replay", str(inbox / f"{NASTY}.txt"), "--dataset", str(data)).exit_code == 2

    again = run("quarantine", "replay", "--json", str(inbox / "recipe.txt"), "--dataset", str(data))
    assert (again.exit_code, report(again)["rejected"]) == (3, 1)
    dropped = run("quarantine", "drop", os.path.relpath(inbox / "recipe.txt"), "--dataset", str(data))
    assert dropped.exit_code == 0, dropped.output
    listed_now = json.loads(run("quarantine", "list", "--json", "--dataset", str(data)).stdout)
    assert [entry["code"] for entry in listed_now] == ["empty"]
    every = json.loads(run("quarantine", "list", "--all", "--json", "--dataset", str(data)).stdout)
    assert {entry["status"] for entry in every} == {"open", "dropped"}


def test_a_replay_brings_a_notice_in(prefect: Server, inbox: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    defect = Rejected("internal_error", "defect", "a defect in the parser")
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.dataset.intake.parse_or_reject", lambda source: source.reject(defect))
        assert ingest(inbox, data).exit_code == 3
    assert set(published(data, "rejects")["code"]) == {"internal_error"}
    for file in inbox.iterdir():
        file.unlink()
    result = run("quarantine", "replay", "--dataset", str(data))
    assert result.exit_code == 0, result.output
    assert sorted(published(data, "vacancies")["title"]) == ["Radio Technician", "Transport Clerk"]
    assert run("quarantine", "list", "--json", "--dataset", str(data)).stdout.strip() == "[]"


def test_standard_input(prefect: Server, data: Path) -> None:
    result = run("ingest", "-", "--dataset", str(data), stdin=NOTICE.encode())
    assert result.exit_code == 0, result.output
    assert [source["source_uri"] for source in published(data, "vacancies")["sources"][0]] == ["-"]


def test_held_back_and_accepted(prefect: Server, inbox: Path, data: Path, strict: Path) -> None:
    assert ingest(inbox, data).exit_code == 0
    before = os.readlink(data / "latest")
    (inbox / "cook.txt").write_text(NOTICE.replace("Radio Technician", "Cook").replace("/118", "/120"))
    held = ingest(inbox, data, "--expectations", str(strict))
    assert held.exit_code == 4
    assert "check: known_organization:organization: 1 of 1 values are missing" in held.stdout
    assert "added: Cook, Skopje, VN/2031/120" in held.stdout
    assert "latest/ stays as it was" in held.stdout
    assert os.readlink(data / "latest") == before

    told = json.loads((data / "reports" / "000002.json").read_text())
    assert (told["run"], told["status"]) == (2, "held_back")
    assert [example["title"] for example in told["examples"]] == ["Cook"]
    page = (data / "reports" / "000002.md").read_text()
    assert "**held back**" in page
    assert "- added: Cook, Skopje, VN/2031/120" in page
    artifacts = prefect.post("/artifacts/filter", artifacts={"key": {"any_": ["ingest-vacancies"]}})
    assert page.strip() in [artifact["data"].strip() for artifact in artifacts]
    assert "Held back" in {each["state_name"] for each in prefect.post("/flow_runs/filter")}

    status = json.loads(run("status", "--json", "--dataset", str(data)).stdout)
    assert [each["status"] for each in status["runs"]] == ["held_back", "published"]
    assert status["published_run"] == 1

    wrong = ingest(inbox, data, "--expectations", str(strict), "--accept", "known_organisation")
    assert wrong.exit_code == 2
    accepted = ingest(inbox, data, "--expectations", str(strict), "--accept", "known_organization:organization")
    assert accepted.exit_code == 0
    assert "Cook" in set(published(data, "vacancies")["title"])


def test_a_dry_run_shows_the_difference_and_writes_nothing(prefect: Server, inbox: Path, data: Path) -> None:
    nowhere = data / "not" / "there"
    first = ingest(inbox, nowhere, "--dry-run")
    assert first.exit_code == 0, first.output
    assert "added: Radio Technician, Skopje, VN/2031/118" in first.stdout
    assert not data.exists()

    assert ingest(inbox, data).exit_code == 0
    (inbox / "technician.txt").write_text(NOTICE.replace("14 March", "21 March"), encoding="utf-8")
    (inbox / "clerk.txt").unlink()
    (inbox / "cook.txt").write_text(NOTICE.replace("Radio Technician", "Cook").replace("/118", "/120"))
    (inbox / "empty.txt").write_bytes(b"")
    before = files(data)
    result = ingest(inbox, data, "--dry-run")
    assert result.exit_code == 3
    assert "added: Cook, Skopje, VN/2031/120" in result.stdout
    assert 'changed: Radio Technician, Skopje, VN/2031/118: closing_date "2031-03-14" → "2031-03-21"' in result.stdout
    assert "disappeared: Transport Clerk, Skopje, VN/2031/119" in result.stdout
    assert "vacancies: 1 added, 1 changed, 1 disappeared; 3 in the dataset, 2 of them in some source" in result.stdout
    assert result.stderr.splitlines()[-1] == "dry run: nothing was written"
    assert files(data) == before
    told = report(ingest(inbox, data, "--dry-run", "--json"))
    assert {(each["kind"], each["title"], each["field"]) for each in told["examples"]} == {
        ("added", "Cook", None),
        ("changed", "Radio Technician", "closing_date"),
        ("disappeared", "Transport Clerk", None),
    }
    assert files(data) == before


def test_history_status_and_export(prefect: Server, inbox: Path, data: Path, tmp_path: Path) -> None:
    assert run("status", "--dataset", str(inbox), "--max-age", "26").exit_code == 1
    assert ingest(inbox, data).exit_code == 0
    between = pd.Timestamp.now("UTC").isoformat()
    (inbox / "technician.txt").write_text(NOTICE.replace("14 March", "21 March"), encoding="utf-8")
    assert ingest(inbox, data, "--rows", "1").exit_code == 0
    rows = published(data, "vacancies").set_index("title")
    wanted = rows.loc["Radio Technician", "vacancy_id"]
    told = run("history", wanted[:8], "--dataset", str(data)).stdout
    assert 'closing_date: "2031-03-14" → "2031-03-21"' in told
    assert str(inbox / "technician.txt") in told
    changes = json.loads(run("history", wanted, "--json", "--dataset", str(data)).stdout)["changes"]
    assert [change["kind"] for change in changes] == ["added", "changed"]
    assert run("history", "ffffff", "--dataset", str(data)).exit_code == 2

    for suffix, option, day in ((".csv", (), 21), (".jsonl", (), 21), (".parquet", ("--as-of", between), 14)):
        file = tmp_path / f"out{suffix}"
        assert run("export", "-o", str(file), *option, "--dataset", str(data)).exit_code == 0
        read: Any = {".csv": pd.read_csv, ".jsonl": lambda path: pd.read_json(path, lines=True)}
        found = read.get(suffix, pd.read_parquet)(file).set_index("vacancy_id")["closing_date"]
        assert str(found[wanted])[:10] == f"2031-03-{day}"
    assert run("export", "-o", "a.xls", "--dataset", str(data)).exit_code == 2
    assert run("export", "-o", str(tmp_path / "no" / "a.csv"), "--dataset", str(data)).exit_code == 2

    assert run("status", "--dataset", str(data), "--max-age", "26").exit_code == 0
    stale = run("status", "--dataset", str(data), "--max-age", "0", "--json")
    assert stale.exit_code == 1
    assert json.loads(stale.stdout)["vacancies"] == 2
    assert "nothing was published in the last 0 hours" in stale.stderr


def test_reparse_reads_the_stored_bytes(
    prefect: Server, inbox: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ingest(inbox, data).exit_code == 0
    for file in inbox.iterdir():
        file.unlink()
    for module in list(sys.modules.values()):
        if hasattr(module, "PARSER_VERSION"):
            monkeypatch.setattr(module, "PARSER_VERSION", "99.0.0+later")
    result = run("reparse", "--json", "--dataset", str(data))
    assert result.exit_code == 0, result.output
    assert (report(result)["replaced"], report(result)["command"]) == (2, "reparse")
    assert set(published(data, "notices")["parser_version"]) == {"99.0.0+later"}
    assert report(run("reparse", "--json", "--dataset", str(data)))["replaced"] == 0


def test_another_run_at_work(prefect: Server, inbox: Path, data: Path) -> None:
    assert ingest(inbox, data).exit_code == 0
    release = threading.Event()
    taken = threading.Event()

    def hold() -> None:
        with locked(data):
            taken.set()
            release.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    taken.wait(10)
    busy = ingest(inbox, data, "--wait", "0")
    assert busy.exit_code == 1
    assert busy.stderr.splitlines()[-1].startswith(f"vacancies: {data}: process {os.getpid()}, since 20")
    assert "try again" in busy.stderr
    threading.Timer(1, release.set).start()
    assert ingest(inbox, data, "--wait", "60").exit_code == 0
    other.join()
    assert list(published(data, "runs")["status"]) == ["published", "published"]


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address on this machine, and what was posted to it."""
    told: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/hook", told
        listening.shutdown()
        thread.join()


def test_who_is_told(
    prefect: Server, inbox: Path, data: Path, strict: Path, webhook: tuple[str, list[dict[str, Any]]]
) -> None:
    url, told = webhook
    assert ingest(inbox, data, "--on-failure", url).exit_code == 0
    assert told == []
    (inbox / "cook.txt").write_text(NOTICE.replace("Radio Technician", "Cook").replace("/118", "/120"))
    assert ingest(inbox, data, "--on-failure", url, "--expectations", str(strict)).exit_code == 4
    (held,) = told
    assert (held["event"], held["dataset"], held["report"]["run"]) == ("held_back", str(data), 2)
    assert "1 of 1 values are missing" in held["message"]
    assert prefect.get(f"/flow_runs/{held['flow_run']}")["state_name"] == "Held back"

    file = inbox.parent / "told.json"
    with locked(data):
        failed = ingest(inbox, data, "--wait", "0", "--on-failure", f"cp /dev/stdin '{file}'")
    assert failed.exit_code == 1
    failure = json.loads(file.read_text())
    assert (failure["event"], failure["report"]) == ("failed", None)
    assert "is writing to this dataset" in failure["message"]
    assert prefect.get(f"/flow_runs/{failure['flow_run']}")["state_name"] == "Failed"
    deaf = ingest(inbox, data, "--on-failure", "/nowhere/command", "--expectations", str(strict))
    assert deaf.exit_code == 4


def test_a_run_that_takes_too_long(
    prefect: Server, inbox: Path, data: Path, webhook: tuple[str, list[dict[str, Any]]]
) -> None:
    url, told = webhook
    assert ingest(inbox, data).exit_code == 0
    os.mkfifo(inbox / "pipe")
    result = run("ingest", str(inbox / "pipe"), "--dataset", str(data), "--timeout", "0.001", "--on-failure", url)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("vacancies: the run took longer than 0.001 hours")
    assert [each["event"] for each in told] == ["failed"]
    assert prefect.get(f"/flow_runs/{told[0]['flow_run']}")["state_name"] == "TimedOut"
    status = json.loads(run("status", "--json", "--dataset", str(data)).stdout)
    assert [each["status"] for each in status["runs"]] == ["failed", "published"]
    assert "took longer" in status["runs"][0]["error"]
    assert ingest(inbox, data).exit_code == 0


DEAF = """
import hashlib, sys
from flows import limits
limits.GRACE = 0.5
with limits.at_most(0.2 / 3600):
    hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)  # no signal is seen before it ends
"""


def test_what_does_not_react_is_ended() -> None:
    done = subprocess.run([sys.executable, "-c", DEAF], capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 1
    assert "Timeout" in done.stderr


@pytest.mark.parametrize(("error", "code", "calls"), [("CommitFailedError", 0, 2), ("ValueError", 1, 1)])
def test_only_what_can_pass_is_tried_again(
    prefect: Server, inbox: Path, data: Path, monkeypatch: pytest.MonkeyPatch, error: str, code: int, calls: int
) -> None:
    from deltalake.exceptions import CommitFailedError

    import flows.ingest

    raised = {"CommitFailedError": CommitFailedError, "ValueError": ValueError}[error]
    take_in, called = flows.ingest.take_in, []

    def fail(*arguments: Any) -> Any:
        called.append(arguments)
        if len(called) == 1:
            raise raised("another writer was faster")
        return take_in(*arguments)

    monkeypatch.setattr(flows.ingest, "take_in", fail)
    result = ingest(inbox, data)
    assert len(called) == calls
    assert result.exit_code == code
    if code:
        assert isinstance(result.exception, ValueError)
    else:
        assert len(published(data, "vacancies")) == 2


def test_what_cannot_go_on_is_one_line(prefect: Server, inbox: Path, data: Path) -> None:
    assert ingest(inbox, data).exit_code == 0
    manifest = data / "latest" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema_version": "99.0.0"}))
    for result in (
        ingest(inbox, data),
        run("reparse", "--dataset", str(data)),
        run("export", "-o", "a.csv", "--dataset", str(data)),
    ):
        assert result.exit_code == 1
        assert result.stderr.splitlines()[-1].startswith(f"vacancies: {data}: ")
        assert "99.0.0" in result.stderr.splitlines()[-1]
        assert "Traceback" not in result.stderr


def test_reports_are_bounded(tmp_path: Path) -> None:
    for number in range(1, KEPT + 4):
        keep(tmp_path, made(number))
    kept = sorted(path.name for path in (tmp_path / "reports").iterdir())
    assert len(kept) == 2 * KEPT
    assert kept[0] == "000004.json"
    assert json.loads((tmp_path / "reports" / "000033.json").read_text())["run"] == 33


def made(number: int = 1, *, rejects: tuple[Reject, ...] = (), examples: tuple[Example, ...] = ()) -> Report:
    now = pd.Timestamp("2031-05-06", tz="UTC").to_pydatetime()
    return Report(
        run=number,
        run_id="id",
        command="ingest",
        status="published",
        started_at=now,
        finished_at=now,
        inputs=("x",),
        tally=Tally(seen=1, rejects=rejects),
        total=3,
        present=2,
        parser_version="1",
        schema_version="2.0.0",
        changes={"added": 12} if examples else {},
        examples=examples,
    )


def test_reports_escape_what_inputs_are_called() -> None:
    reject = Reject("a|b\n<img>\x1b.txt", "board", "empty", "source", "empty")
    example = Example("added", "id", "Cook\x1b[2J | <b>", "Skopje", None, None, None, None)
    told = made(rejects=(reject,), examples=(example,))
    assert "| a\\|b &lt;img>\\\\x1b.txt | empty | empty |" in told.markdown()
    assert "- added: Cook\\\\x1b[2J \\| &lt;b>, Skopje" in told.markdown()
    assert "added: Cook\\x1b[2J | <b>, Skopje\nadded: and 11 more" in told.text(changes=True)
    assert "rejected as empty: 1" in told.text()


def test_batches_are_bounded(tmp_path: Path) -> None:
    names = []
    for number in range(5):
        file = tmp_path / f"{number}.txt"
        with file.open("wb") as stream:
            stream.truncate(30 * 1024 * 1024 if number < 3 else 10)
        names.append(str(file))
    assert [len(batch) for batch in batches(names, 100)] == [2, 3]
    assert [len(batch) for batch in batches([*names, "-", "missing"], 2)] == [2, 2, 2, 1]
    assert list(batches([], 2)) == []


def test_long_lists_stay_out_of_the_parameters(tmp_path: Path) -> None:
    few = parameters(["a.txt", "-"], Path("data"), folder=tmp_path, source="board")
    assert few == {"paths": [os.path.abspath("a.txt"), "-"], "dataset": os.path.abspath("data"), "source": "board"}
    names = [f"inbox/{number:060}\udcff.txt" for number in range(10_000)]
    many = listed("paths", names, tmp_path)
    assert len(json.dumps(many)) < 1000
    assert given(many["paths"], many["listed_in"]) == names
    assert given(["a"], None) == ["a"]
