"""Telling somebody that a run has failed or was held back: a command that is run, or an address that is posted to."""

from __future__ import annotations

import json
import logging
import shlex
import subprocess
import urllib.request
from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State

_TIMEOUT = 30
_LOGGER = logging.getLogger("prefect.flow_runs")


def notify(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Prefect's hook for flow runs that failed or crashed."""
    target = (flow_run.parameters or {}).get("on_failure")
    if target is not None:
        told = {"status": "failed", "flow_run": str(flow_run.id), "state": state.name, "error": state.message}
        tell(str(target), json.dumps(told))


def tell(target: str, message: str) -> None:
    """Give a message in JSON to a command (on its standard input) or to an http address (as the body of a POST).

    That nobody could be told is logged and does not change how the run ended.
    """
    try:
        if target.startswith(("http://", "https://")):
            request = urllib.request.Request(target, message.encode(), {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=_TIMEOUT):
                pass
        else:
            subprocess.run(shlex.split(target), input=message.encode(), timeout=_TIMEOUT, check=True)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        _LOGGER.error("nobody was told of the failure: %s: %s", target, error)
