"""Where the report of a run goes: to DATASET/reports as JSON and Markdown, to Prefect as an artifact, to a hook.

A run that is published or held back has had its effect when its report is delivered; what cannot be delivered is
logged and changes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.states import Completed

from flows.hooks import held_back
from pipeline.dataset.disk import write
from pipeline.dataset.report import Report

FOLDER = "reports"
KEPT = 30  # runs


def deliver(root: Path, report: Report, *, key: str, on_failure: str | None) -> Report:
    """Keep the report, show it in Prefect under ``key``, and tell ``on_failure`` of a run that was held back.

    Returns what the flow is to return: the report, in a state that says how the run ended.
    """
    try:
        keep(root, report)
    except OSError as error:
        get_run_logger().warning("the report of run %d was not kept: %s", report.run, error)
    try:
        create_markdown_artifact(report.markdown(), key=key, description=f"Run {report.run}, {report.run_id}")
    except Exception as error:  # the server is away, or does not want so long a report
        get_run_logger().warning("Prefect has no artifact of run %d: %s", report.run, error)
    if report.held_back and on_failure is not None:
        held_back(on_failure, str(root), report)
    name = "Held back" if report.held_back else "Published with rejects" if report.tally.rejects else "Published"
    return cast(Report, Completed(name=name, message=report.text().splitlines()[1], data=report))


def keep(root: Path, report: Report) -> None:
    """Write DATASET/reports/RUN.json and RUN.md; those of the last KEPT runs stay."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    write(folder / f"{report.run:06d}.json", (report.json() + "\n").encode())
    write(folder / f"{report.run:06d}.md", (report.markdown() + "\n").encode())
    for suffix in (".json", ".md"):
        for old in sorted(folder.glob(f"[0-9]*{suffix}"))[:-KEPT]:
            old.unlink(missing_ok=True)
