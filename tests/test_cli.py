"""The command: data on standard output, messages on standard error, exit codes, and never a traceback."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from flows.cli import app
from schemas.vacancy import Vacancy

COMMAND = Path(sys.executable).with_name("vacancies")

NOTICE = """Vacancy Announcement

Job Title: Radio Technician
Grade: G-5
Vacancy number: VN/2031/118
Duty Station: Skopje
Closing Date: 14 March 2031
Type of contract: Fixed-term

Duties
• repairs the radio sets of the field offices
• keeps the log of the equipment

Required qualifications
• Bachelor's degree in electronics
• Three years of experience with radio equipment
• Fluency in English
"""


def leaves(group: Any, *words: str) -> Iterator[tuple[str, ...]]:
    """The words of every command below a group."""
    for name, command in group.commands.items():
        yield from leaves(command, *words, name) if hasattr(command, "commands") else [(*words, name)]


LEAVES = list(leaves(get_command(app)))


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    file = tmp_path / "technician.txt"
    file.write_text(NOTICE, encoding="utf-8")
    return file


@pytest.fixture
def bad_inputs(tmp_path: Path) -> dict[str, str]:
    """Inputs that are no notices, with the code that each is rejected with."""
    folder = tmp_path / "bad"
    folder.mkdir()
    contents = {
        "empty.txt": (b"", "empty"),
        "blank.txt": (b"\n \n", "empty"),
        "noise.bin": (random.Random(7).randbytes(20_000), "binary"),
        "image.png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(300), "binary"),
        "recipe.txt": (b"Peel the onions, fry them in butter and add the stock.\nServe it hot.\n", "no_vacancy"),
    }
    codes = {}
    for name, (content, code) in contents.items():
        (folder / name).write_bytes(content)
        codes[str(folder / name)] = code
    with (folder / "huge.txt").open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    codes[str(folder / "huge.txt")] = "too_large"
    codes[str(folder / "missing.txt")] = "not_found"
    if os.geteuid() != 0:
        (folder / "secret.txt").write_text("Cook")
        (folder / "secret.txt").chmod(0)
        codes[str(folder / "secret.txt")] = "unreadable"
    return codes


def test_jsonl_has_the_fields_of_the_record(notice: Path) -> None:
    result = run("parse", str(notice))
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    record = json.loads(line)
    assert list(record) == list(Vacancy.model_fields)
    assert record["source_uri"] == str(notice)
    assert record["grade"] == "G-5"
    assert record["closing_date"] == "2031-03-14"
    for evidence in record["evidence"]:
        assert NOTICE[evidence["start"] : evidence["end"]] == evidence["quote"]
    Vacancy.model_validate(record)


def test_salaries_are_numbers(notice: Path) -> None:
    notice.write_text(NOTICE + "\nSalary: EUR 2,150.50 per month, gross\n", encoding="utf-8")
    salary = json.loads(run("parse", str(notice)).stdout)["salary"]
    assert (salary["min"], salary["max"]) == (2150.5, 2150.5)
    assert Decimal(str(salary["min"])) == Decimal("2150.50")


def test_formats(notice: Path) -> None:
    (record,) = json.loads(run("parse", "--format", "json", str(notice)).stdout)
    assert record["requisition_id"] == "VN/2031/118"
    table = run("parse", "-f", "table", str(notice)).stdout.splitlines()
    assert [line.split()[0] for line in table[::2]] == ["closes", "2031-03-14"]
    assert "G-5" in table[2]
    assert "Skopje" in table[2]


def test_standard_input(notice: Path) -> None:
    result = run("parse", "--source", "board", "-", stdin=notice.read_bytes())
    record = json.loads(result.stdout)
    assert (record["source"], record["source_uri"], record["grade"]) == ("board", "-", "G-5")


def test_bad_inputs_are_named_and_the_others_go_on(notice: Path, bad_inputs: dict[str, str]) -> None:
    result = run("parse", *bad_inputs, str(notice))
    assert result.exit_code == 3
    assert json.loads(result.stdout)["grade"] == "G-5"
    messages = result.stderr.splitlines()
    assert len(messages) == len(bad_inputs)
    for message, (path, code) in zip(messages, bad_inputs.items(), strict=True):
        assert re.fullmatch(rf"{re.escape(path)}: .{{5,}} \({code}\)", message)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("parse",),
        ("parse", "--format", "xml", "a.txt"),
        ("ingest", "a.txt", "--rows", "many"),
        ("ingest", "a.txt", "--dataset", "/dev/null/data"),
        ("ingest", "a.txt", "--encoding", "klingon"),
        ("ingest", "a.txt", "--accept", "luck"),
        ("ingest", "a.txt", "--expectations", "/nowhere.toml"),
        ("ingest", "a.txt", "--timeout", "0"),
        ("ingest", "a.txt", "--wait", "-1"),
        ("reparse", "--dataset", "/nowhere"),
        ("status", "--dataset", "/nowhere"),
        ("history", "123456", "--dataset", "/nowhere"),
        ("export", "--dataset", "/nowhere"),
        ("export", "--as-of", "last week", "-o", "a.csv", "--dataset", "/"),
        ("quarantine", "list", "--dataset", "/nowhere"),
        ("quarantine", "drop"),
        ("schedule", "-", "--cron", "0 2 * * *"),
        ("schedule", "inbox", "--cron", "at two"),
        ("schedule", "inbox", "--timezone", "Mars/Olympus"),
        ("repair", "--jsonl", "--explain", "-"),
        ("evaluate", "/nowhere"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr + result.stdout
    assert "Traceback" not in result.stderr


def test_explain_quotes_the_source(notice: Path) -> None:
    result = run("explain", str(notice))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    at = lines.index(next(line for line in lines if re.match(r"grade +G-5$", line)))
    start = NOTICE.index("G-5")
    assert re.match(rf" +“G-5”  {start}–{start + 3}  grade\.\w+  \d\.\d\d$", lines[at + 1])
    assert "salary" in result.stdout.split("not stated:", 1)[1]


def test_explain_says_states_positions_and_warnings(tmp_path: Path) -> None:
    text = (
        "The observation mission is looking for:\n\n- Legal Analyst – 2 positions\n- Driver – 1 position\n\n"
        "Grade: No grade\nSalary: in accordance with the established rates of the mission\nDuty station: Skopje\n"
        "Closing date: 14 March 2031\nColour of the gate: green\n"
    )
    file = tmp_path / "list.txt"
    file.write_text(text, encoding="utf-8")
    first, second = run("explain", str(file)).stdout.split("\n\n" + str(file))
    assert first.startswith(f"{file}, position 1 of 2\n")
    assert second.startswith(", position 2 of 2\n")
    for part, title, count in ((first, "Legal Analyst", "2"), (second, "Driver", "1")):
        at = text.index(title)
        assert re.search(rf"^title +{title}\n +“{title}”  {at}–{at + len(title)}  title\.\w+  \d\.\d\d$", part, re.M)
        assert re.search(rf"^posts +{count}$", part, re.M)
        assert re.search(r"^grade +\(none: .+\)\n +“No grade”", part, re.M)
        assert re.search(r"^salary +\(by reference: .+\)\n +“[^”]+”", part, re.M)
        assert re.search(r"^not stated: .*requisition_id", part, re.M)
        assert "warning: label not known: 'Colour of the gate'" in part


def test_explain_puts_clauses_beside_their_quotes(notice: Path) -> None:
    notice.write_text(NOTICE + "\nSalary: EUR 2,150 to 2,400 per month, gross\n", encoding="utf-8")
    shown = run("explain", str(notice)).stdout
    assert re.search(r"\[education, required\] (Bachelor's degree in electronics)\n +“\1”", shown)
    assert re.search(r"^languages +English \(en\), required", shown, re.M)
    assert re.search(r"^salary +EUR 2,150 to 2,400 a month, gross$", shown, re.M)


def test_explain_of_a_bad_input(tmp_path: Path) -> None:
    result = run("explain", str(tmp_path / "missing.txt"))
    assert (result.exit_code, result.stdout) == (3, "")
    assert "no such file" in result.stderr


def test_repair(tmp_path: Path) -> None:
    file = tmp_path / "broken.txt"
    file.write_text("The Officeâ€™s mandate", encoding="utf-8")
    assert run("repair", str(file)).stdout == "The Office’s mandate"
    assert run("repair", stdin=file.read_bytes()).stdout == "The Office’s mandate"
    assert "10-13" in run("repair", "--explain", str(file)).stdout
    line = json.dumps({"text": file.read_text(encoding="utf-8")}).encode()
    done = json.loads(run("repair", "--jsonl", "-", stdin=line + b"\n").stdout)
    assert (done["text"], done["edits"][0]["start"]) == ("The Office’s mandate", 10)
    lost = "the “rulesâ€\ufffd and â€œbbâ€?".encode()
    assert run("repair", stdin=lost).stdout == "the “rules” and “bb”"
    assert run("repair", "--no-restore-lost", stdin=lost).stdout == "the “rules\ufffd and “bb\ufffd"


def test_repair_of_bad_inputs(bad_inputs: dict[str, str]) -> None:
    for path, code in bad_inputs.items():
        if code != "no_vacancy":
            result = run("repair", path)
            assert (result.exit_code, result.stdout) == (3, "")
            assert f"({code})" in result.stderr
    result = run("repair", "--jsonl", "-", stdin=b'{"text": 7}\n')
    assert result.exit_code == 3
    assert "line 1" in result.stderr
    result = run("repair", "--jsonl", "/nowhere.jsonl")
    assert (result.exit_code, result.stderr) == (3, "/nowhere.jsonl: no such file or directory\n")


def test_evaluate(notice: Path) -> None:
    gold = {"positions": [{"grade": "G-5", "closing_date": "2031-03-15", "salary": None}]}
    notice.with_suffix(".gold.json").write_text(json.dumps(gold), encoding="utf-8")
    result = run("evaluate", str(notice.parent))
    assert result.exit_code == 0
    assert any(line.split()[0] == "grade" for line in result.stdout.splitlines() if line.strip())
    assert run("evaluate", "--json", str(notice.parent)).exit_code == 0
    json.loads(run("evaluate", "--json", str(notice.parent)).stdout)


def test_evaluate_against_floors(notice: Path) -> None:
    gold = {"positions": [{"grade": "G-5", "closing_date": "2031-03-15"}]}
    notice.with_suffix(".gold.json").write_text(json.dumps(gold), encoding="utf-8")
    floors = notice.with_name("floors.toml")
    floors.write_text("[kept]\ngrade = 1.0\n[fallen]\ngrade = 1.0\nclosing_date = 0.9\n", encoding="utf-8")
    result = run("evaluate", "--floors", f"{floors}#kept", str(notice.parent))
    assert (result.exit_code, result.stderr) == (0, "")
    result = run("evaluate", "--floors", f"{floors}#fallen", str(notice.parent))
    assert (result.exit_code, result.stderr) == (1, "closing_date: F1 0.000 is below its floor 0.900\n")
    assert "micro F1" in result.stdout


def test_floors_that_are_not_there(notice: Path) -> None:
    floors = notice.with_name("floors.toml")
    for content, word in (("", "no such file"), ("[a]\n", "no table 'b'"), ("[a", "floors.toml")):
        if content:
            floors.write_text(content, encoding="utf-8")
        result = run("evaluate", "--floors", f"{floors}#b", str(notice.parent))
        assert result.exit_code == 2
        assert word in " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.stderr).split())


@pytest.mark.parametrize("words", LEAVES, ids=[" ".join(words) for words in LEAVES])
def test_help_has_examples(words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert f"vacancies {' '.join(words)}" in " ".join(result.stdout.split()).split("Examples:", 1)[1]
    assert not re.search(r"\.\.\.\S*[}\]]|<str>", result.stdout.split("Options:")[0].split("Arguments:")[0])


def test_help_fits_and_is_in_order() -> None:
    shown = run("--help").stdout
    listed = [line.split()[0] for line in shown.partition("Commands:")[2].splitlines() if line.startswith("  ")]
    assert listed[:10] == "parse explain repair ingest schedule reparse status history export evaluate".split()
    assert "quarantine" in listed
    assert "..." not in shown.partition("Commands:")[2]


def test_standard_input_is_offered_where_it_is_read() -> None:
    assert "- for standard input" in run("ingest", "--help").stdout
    assert "standard input" not in run("schedule", "--help").stdout


def test_help_imports_little() -> None:
    script = "import sys; from flows.cli import app; app(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules = done.stdout.splitlines()[-1].split()
    heads = {name.partition(".")[0] for name in modules}
    assert not heads & set("prefect pydantic pandas pyarrow deltalake spacy numpy dateparser babel schemas".split())
    assert len(modules) < 400


NASTY = "\x1b[2J\x1b]0;owned\x07\r\u202etxt.a\n\x9b31m"
SHOWN = r"\x1b[2J\x1b]0;owned\x07\r\u202etxt.a\n\x9b31m"


def test_names_give_terminals_no_commands(tmp_path: Path) -> None:
    file = tmp_path / f"{NASTY}.txt"
    for result in (
        run("parse", str(file)),
        run("explain", str(file)),
        run("repair", str(file)),
        run("parse", "--encoding", NASTY, "-"),
        run("status", "--dataset", str(file)),
        run("evaluate", str(file)),
        run("evaluate", str(tmp_path), "--floors", f"{file}#x"),
    ):
        told = result.stdout + result.stderr
        assert result.exit_code in (2, 3)
        assert not set(told) & {"\x1b", "\x07", "\r", "\u202e", "\x9b"}
        assert SHOWN[:12] in told.replace("\\\\", "\\")
    assert run("parse", str(file)).stderr == f"{tmp_path}/{SHOWN}.txt: no such file or folder (not_found)\n"


def test_texts_give_terminals_no_commands(notice: Path) -> None:
    text = NOTICE.replace("Radio Technician", "Radio \x9b31mTechnician \x1b[31m")
    notice.write_text(text.replace("Skopje", "Sk\u202eopje"), encoding="utf-8")
    for arguments in (
        ("explain", str(notice)),
        ("parse", "-f", "table", str(notice)),
        ("repair", "--explain", str(notice)),
    ):
        told = run(*arguments).stdout
        assert not set(told) & {"\x1b", "\x9b", "\u202e"}, arguments


def test_the_installed_command(notice: Path, bad_inputs: dict[str, str]) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [COMMAND, "parse", *bad_inputs, str(notice)], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 3
    assert json.loads(done.stdout)["grade"] == "G-5"
    assert b"Traceback" not in done.stderr


def test_a_progress_bar_on_a_terminal(notice: Path, bad_inputs: dict[str, str]) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen([COMMAND, "parse", *bad_inputs, str(notice)], stdout=subprocess.PIPE, stderr=theirs) as done:
        os.close(theirs)
        seen = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while part := os.read(ours, 4096):
                seen += part
        assert done.stdout is not None
        assert json.loads(done.stdout.read())["grade"] == "G-5"
    os.close(ours)
    assert b"parsing" in seen
    assert b"100%" in seen
    for path, code in bad_inputs.items():
        assert re.search(rf"\r\x1b\[K{re.escape(path)}: [^\r\n]+ \({code}\)\r\n".encode(), seen)


def test_a_defect_is_one_line(notice: Path) -> None:
    script = "import pipeline.decode, flows.cli; pipeline.decode.decode = None; flows.cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "repair", str(notice)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("vacancies: TypeError: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_stops_is_no_failure_to_talk_about(notice: Path) -> None:
    folder = notice.parent / "many"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.txt").write_text(NOTICE + str(number), encoding="utf-8")
    done = subprocess.run(
        f"{COMMAND} parse {folder} | head -n 1", shell=True, capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["grade"] == "G-5"
    assert done.stderr == ""
