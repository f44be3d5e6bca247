"""``vacancies sources``: list, check and run, with a site on this machine and a dataset."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from pipeline.web import missing
from tests.corpora import ROOT
from tests.prefect_server import Server
from tests.web_server import HOST, Reply, Site, html, serving

TITLES = {1: "Archivist", 2: "Driver", 3: "Press Officer", 4: "Radio Technician"}


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as each:
        yield each


def page(number: int, *, closes: str = "30 May 2031") -> Reply:
    return html(
        f"<main><h1>{TITLES[number]}</h1><p>Vacancy number: VN/2031/{number:03}</p><p>Organization: OSCE</p>"
        f"<p>Closing date: {closes}</p><p>Duty station: Skopje</p><h2>Duties</h2><ul><li>does the work of the post"
        "</li></ul><h2>Qualifications</h2><ul><li>Fluency in English</li></ul></main>",
        etag=f'"{number} {closes}"',
    )


def publish(site: Site, *numbers: int) -> None:
    addresses = "".join(f"<url><loc>{site.base}/jobs/{number}</loc></url>" for number in numbers)
    site.put("/sitemap.xml", Reply(f"<urlset>{addresses}</urlset>", etag=f'"{numbers}"'))
    for number in TITLES:
        site.put(f"/jobs/{number}", page(number) if number in numbers else Reply("", 404))


def describe(folder: Path, site: Site, name: str = "board", **others: Any) -> Path:
    told = {"kind": "sitemap", "address": f"{site.base}/sitemap.xml", "organization": "OSCE", **others}
    lines = [f'name = "{name}"', "allow_private = true", "delay = 0"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    file = folder / f"{name}.toml"
    file.write_text("\n".join(lines))
    return file


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["sources", *map(str, arguments)])


def run(folder: Path, data: Path, name: str = "board", *arguments: str) -> dict[str, Any]:
    result = command("run", name, "--sources", folder, "--dataset", data, "--json", *arguments)
    assert result.exit_code in (0, 3), result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def present(data: Path) -> list[str]:
    vacancies = pd.read_parquet(data / "latest" / "vacancies.parquet")
    return sorted(vacancies[vacancies["last_seen"].isna()]["title"])


def test_run_twice_and_then_less(prefect: Server, site: Site, tmp_path: Path) -> None:
    data = tmp_path / "data"
    describe(tmp_path, site)
    publish(site, 1, 2, 3)
    first = run(tmp_path, data)
    assert (first["seen"], first["added"], first["changes"]["added"]) == (3, 3, 3)
    assert present(data) == ["Archivist", "Driver", "Press Officer"]
    vacancies = pd.read_parquet(data / "latest" / "vacancies.parquet")
    assert set(vacancies["source"]) == {"board"}
    assert sorted(vacancies["source_uri"]) == [f"{site.base}/jobs/{number}" for number in (1, 2, 3)]

    asked = len(site.asked)
    second = run(tmp_path, data)
    assert (second["seen"], second["unchanged"], second["added"], second["changes"]) == (3, 3, 0, {})
    again = site.asked[asked:]
    assert len(again) == 5
    assert all("If-None-Match" in each.headers for each in again if each.path != "/robots.txt")

    publish(site, 1, 3, 4)
    site.put("/jobs/3", page(3, closes="15 June 2031"))
    third = run(tmp_path, data)
    assert (third["added"], third["unchanged"]) == (2, 1)
    assert third["changes"] == {"added": 1, "changed": 1, "disappeared": 1}
    assert present(data) == ["Archivist", "Press Officer", "Radio Technician"]
    assert third["rejected"] == 0


def test_what_cannot_be_read_is_not_gone(prefect: Server, site: Site, tmp_path: Path) -> None:
    data = tmp_path / "data"
    describe(tmp_path, site)
    publish(site, 1, 2, 3)
    run(tmp_path, data)
    site.put("/jobs/2", Reply("", 403))
    told = run(tmp_path, data)
    assert told["reject_codes"] == {"http_error": 1}
    site.put("/sitemap.xml", Reply("", 403))
    told = run(tmp_path, data)
    assert told["reject_codes"] == {"http_error": 1}
    assert told["changes"] == {}
    assert present(data) == ["Archivist", "Driver", "Press Officer"]


def test_pages_with_tokens_are_the_same(prefect: Server, site: Site, tmp_path: Path) -> None:
    """Not what only a program sees, unless it is data about the vacancy."""
    data = tmp_path / "data"
    describe(tmp_path, site)
    publish(site, 1)
    body = str(page(1).body)
    kinds = ("<script>token = 1</script>", "<script>token = 2</script>", "<!-- 3 -->")
    linked = '<script type="application/ld+json">{"validThrough": "2031-06-15"}</script>'
    site.put("/jobs/1", *(html(body + extra) for extra in (*kinds, linked)))
    assert [run(tmp_path, data)["added"] for _ in range(4)] == [1, 0, 0, 1]
    assert present(data) == ["Archivist"]


def test_two_sources_at_one_host(prefect: Server, site: Site, tmp_path: Path) -> None:
    """What one source does not list is not gone from the other."""
    data = tmp_path / "data"
    publish(site, 1, 2)
    addresses = [f"{site.base}/jobs/3"]
    site.put("/jobs/3", page(3))
    describe(tmp_path, site)
    file = describe(tmp_path, site, "pages", kind="addresses")
    file.write_text(f"{file.read_text()}\n[options]\naddresses = {json.dumps(addresses)}\n")
    run(tmp_path, data)
    assert run(tmp_path, data, "pages")["changes"] == {"added": 1}
    assert run(tmp_path, data)["changes"] == {}
    assert present(data) == ["Archivist", "Driver", "Press Officer"]
    sightings = pd.read_parquet(data / "latest" / "sightings.parquet")
    assert dict(sightings["source"].value_counts()) == {"board": 2, "pages": 1}


def test_dry_run_writes_nothing(prefect: Server, site: Site, tmp_path: Path) -> None:
    data = tmp_path / "data"
    describe(tmp_path, site)
    publish(site, 1)
    result = command("run", "board", "--sources", tmp_path, "--dataset", data, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "added: Archivist" in result.stdout
    assert not data.exists()


def test_check(site: Site, tmp_path: Path) -> None:
    describe(tmp_path, site)
    publish(site, 1, 2, 3)
    site.put("/robots.txt", Reply("User-agent: *\nCrawl-delay: 0.01\n"))
    result = command("check", "board", "--sources", tmp_path, "--contact", "https://example.org/me")
    assert result.exit_code == 0, result.output
    assert "robots.txt: lets us read" in result.stdout
    assert "3 postings, complete" in result.stdout
    assert "title: Archivist" in result.stdout
    assert "closing_date: 2031-05-30" in result.stdout
    assert site.paths() == ["/sitemap.xml", "/jobs/1"]
    assert {each.headers["User-Agent"].partition("(")[2] for each in site.asked} == {"+https://example.org/me)"}
    told = json.loads(command("check", tmp_path / "board.toml", "--json").stdout)
    assert (told["listed"], told["first"]["title"], told["rejects"]) == (3, "Archivist", [])


def test_check_of_a_site_that_does_not_want_us(site: Site, tmp_path: Path) -> None:
    describe(tmp_path, site)
    publish(site, 1)
    site.put("/robots.txt", Reply("User-agent: *\nDisallow: /\n"))
    result = command("check", "board", "--sources", tmp_path)
    assert result.exit_code == 1
    assert "robots.txt does not let us read it" in result.stdout
    assert "(robots_disallow)" in result.stderr
    assert site.paths() == []


def test_check_of_a_page_that_is_no_notice(site: Site, tmp_path: Path) -> None:
    describe(tmp_path, site)
    publish(site, 1)
    site.put("/jobs/1", html("<p>Please sign in to see this page.</p>"))
    result = command("check", "board", "--sources", tmp_path)
    assert result.exit_code == 1
    assert "(no_vacancy)" in result.stderr


def test_list(tmp_path: Path, site: Site) -> None:
    describe(tmp_path, site, schedule="0 5 * * *")
    told = command("list", "--sources", tmp_path).stdout
    assert "board" in told
    assert "sitemap" in told
    assert [row["name"] for row in json.loads(command("list", "--sources", tmp_path, "--json").stdout)] == ["board"]
    (tmp_path / "bad.toml").write_text('name = "bad"')
    result = command("list", "--sources", tmp_path)
    assert result.exit_code == 1
    assert f"{tmp_path / 'bad.toml'}: kind: Field required" in result.stderr


def test_shipped_sources_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert "un-careers" in command("list").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "nobody", "--sources", "."), "no source is called nobody"),
        (("check", "nobody", "--sources", "nowhere"), "nowhere is no folder"),
        (("check", "missing.toml"), "no such file"),
        (("check", "board", "--sources", ".", "--contact", "me"), "neither an http(s) address"),
    ],
)
def test_wrong_usage(
    arguments: tuple[str, ...], message: str, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    describe(tmp_path, site)
    result = command(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", " ").split())


def test_what_to_install() -> None:
    told = missing(ModuleNotFoundError("No module named 'hishel'", name="hishel.httpx"))
    assert told == "reading the web needs hishel, which is not installed: pip install 'vacancy-notices[web]'"
    assert missing(ModuleNotFoundError("No module named 'pandas'", name="pandas")) is None


def test_hosts_of_a_run() -> None:
    from pipeline.web.arrival import inputs
    from pipeline.web.sources import WebSource

    told = inputs(WebSource(name="a", kind="feed", address=f"http://{HOST}/rss", allow_private=True))
    assert told == ["a", f"https://{HOST}", f"http://{HOST}"]
