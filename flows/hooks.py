"""Telling somebody that a run failed, crashed or was held back: a command is run, or an address posted to.

What they are told is one JSON object: ``event`` (``failed``, ``crashed`` or ``held_back``), ``flow``, ``flow_run``
(Prefect's id), ``dataset``, ``message`` for people, and ``report``, the run's report where there is one.
"""

from __future__ import annotations

import json
import logging
import shlex
import subprocess
import urllib.request
from typing import Any

from prefect import Flow, runtime
from prefect.client.schemas.objects import FlowRun, State

from pipeline.dataset.report import Report
from pipeline.escape import escaped

_TIMEOUT = 30
_LOGGER = logging.getLogger("prefect.flow_runs")


def ended_badly(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Prefect's hook for flow runs that failed or crashed."""
    given = flow_run.parameters or {}
    if given.get("on_failure") is not None and not given.get("dry_run"):
        told = {
            "event": "crashed" if state.is_crashed() else "failed",
            "flow": flow.name,
            "flow_run": str(flow_run.id),
            "dataset": given.get("dataset"),
            "message": escaped((state.message or state.name or "")[:2000]),
            "report": None,
        }
        tell(str(given["on_failure"]), told)


def held_back(target: str, dataset: str, report: Report) -> None:
    """Tell of a run that its checks held back."""
    held = [breach.message for breach in report.breaches if breach.severity == "hold"]
    told = {
        "event": "held_back",
        "flow": runtime.flow_run.flow_name,
        "flow_run": runtime.flow_run.id,
        "dataset": dataset,
        "message": escaped(f"run {report.run} was held back: {' '.join(held)}"),
        "report": json.loads(report.json()),
    }
    tell(target, told)


def tell(target: str, told: dict[str, Any]) -> None:
    """Give this to a command (as JSON on its standard input) or to an http address (as the body of a POST).

    That nobody could be told is logged and does not change how the run ended.
    """
    message = json.dumps(told, ensure_ascii=False).encode()
    try:
        if target.startswith(("http://", "https://")):
            request = urllib.request.Request(target, message, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=_TIMEOUT):
                pass
        else:
            subprocess.run(shlex.split(target), input=message, timeout=_TIMEOUT, check=True)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        _LOGGER.error("nobody was told that the run %s: %s: %s", told["event"], target, error)
