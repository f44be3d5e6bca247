"""README.md says what is so: its row, its table of columns, its commands and its Python."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pandas
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from flows.cli import app
from pipeline.dataset import runs
from pipeline.dataset.history import Found
from pipeline.dataset.intake import take_in
from pipeline.dataset.observe import Seen
from pipeline.floors import written
from pipeline.source import read
from tests import make_readme
from tests.corpora import ROOT
from tests.make_readme import README, fenced, part

TEXT = README.read_text(encoding="utf-8")
COMMANDS = [shlex.split(line.partition(" #")[0]) for line in fenced(part(TEXT, "commands")).splitlines()]


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the notice of the page, beside one with gold for it."""
    notice = make_readme.notice_of(TEXT)
    for folder in ("inbox", "labelled"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "notice.txt").write_text(notice, encoding="utf-8")
    gold = {"positions": [{"grade": "NPO2"}]}
    (tmp_path / "labelled" / "notice.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    (tmp_path / "floors.toml").write_text(written({"here": {"grade": 0.9}}, header="floors"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "inbox"


def ingested(root: Path) -> None:
    """A dataset of the inbox, made by what a run calls, without Prefect."""
    with runs.started(root, "ingest", ["inbox"]) as run:
        tally, good = take_in(root, list(read(["inbox"])))
        seen = [Seen(each.uri, each.name, each.sha256) for each in good]
        assert not runs.finish(run, Found(seen=seen), tally).held_back


def test_the_notice_gives_the_row(inbox: Path) -> None:
    shown = json.loads(fenced(part(TEXT, "row")))
    done = CliRunner().invoke(app, ["parse", "inbox/notice.txt"])
    row = json.loads(done.stdout)
    for name, value in shown.items():
        if name == "evidence":
            assert value
            assert all(item in row["evidence"] for item in value)
        else:
            assert row[name] == value, name
    left_out = {name for name, value in row.items() if name not in shown and value not in (None, [])}
    assert left_out <= set(make_readme.LEFT_OUT)


def test_the_row_is_up_to_date() -> None:
    assert part(TEXT, "row") == make_readme.shown_row(make_readme.row_of(make_readme.notice_of(TEXT))), "make readme"


def test_the_columns_are_those_of_the_schema() -> None:
    assert part(TEXT, "columns") == make_readme.column_table(), "make readme"


@pytest.mark.parametrize("words", COMMANDS, ids=[" ".join(words) for words in COMMANDS])
def test_the_commands_run(words: list[str], inbox: Path) -> None:
    program, *words = words
    assert program == "vacancies"
    stdin = None
    if "<" in words:
        stdin = Path(words.pop()).read_bytes()
        assert words.pop() == "<"
    if words[0] in ("ingest", "schedule", "reparse"):  # they need a server; that their options exist is seen without
        command = get_command(app).commands[words[0]]  # type: ignore[attr-defined]
        command.make_context(words[0], words[1:])
        return
    if "--dataset" in words:
        ingested(Path("data"))
        if words[0] == "history":
            words[1] = str(pandas.read_parquet("data/latest/vacancies.parquet")["vacancy_id"][0])[: len(words[1])]
    if words[0] == "sources":
        words += ["--sources", str(ROOT / "fixtures" / "sources")]
    done = CliRunner().invoke(app, words, input=stdin)
    assert done.exit_code == 0, done.stderr
    assert done.stdout or words[0] == "export"


def test_every_command_is_shown() -> None:
    assert {words[1] for words in COMMANDS} == set(get_command(app).commands)  # type: ignore[attr-defined]


def test_the_python_runs(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(fenced(part(TEXT, "python")), "README.md", "exec"), {})
    assert "VNMONT01127" in capsys.readouterr().out


def test_the_python_of_extraction_runs(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")
    block = page[page.index("```python") : page.index("```", page.index("```python") + 3) + 3]
    monkeypatch.chdir(inbox)
    exec(compile(fenced(block), "extraction.md", "exec"), {})
    shown = capsys.readouterr().out
    assert "closing_date 'Closing date' 'Friday, 27 March 2026" in shown
    assert "requirements 'Necessary qualifications'" in shown
    assert "requirements required 'Driving licence, category B'" in shown


def test_the_pandas_example(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ingested(Path("data"))
    exec(compile(fenced(part(TEXT, "pandas")), "README.md", "exec"), {})
    assert "Media Development Officer" in capsys.readouterr().out
    listed = set(re.findall(r"^        (\w+\.parquet)/", TEXT, re.MULTILINE))
    assert listed == {path.name for path in Path("data/latest").glob("*.parquet")}
    kept = set(re.findall(r"^      (\w+)/", TEXT, re.MULTILINE))
    assert kept == {"latest", "reports", "snapshots", "tables", "raw"}
    assert {path.name for path in Path("data").iterdir() if path.is_dir()} <= kept


def test_make_targets_and_links_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^    make ([\w-]+)", TEXT, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for page in (README, *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            assert "://" in link or (page.parent / link).exists(), f"{page.name}: {link}"


@pytest.mark.parametrize("page", [README, *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    folders = [
        ROOT,
        *(ROOT / name for name in ("extractors", "extractors/patterns", "pipeline", "tests", "tests/bench")),
    ]
    for path in re.findall(r"`([\w./]+\.(?:py|toml|tsv|md))`", page.read_text(encoding="utf-8")):
        if "FIELD" not in path and path != "floors.toml":
            assert any((folder / path).is_file() for folder in folders), path
