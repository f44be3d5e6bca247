"""What several test modules start once: a Prefect server."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from tests.prefect_server import Server, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Prefect server, secured as docs/operating.md says."""
    with running(tmp_path_factory.mktemp("site")) as found:
        yield found
        if "prefect.logging.handlers" in sys.modules:
            from prefect.logging.handlers import APILogWorker

            APILogWorker.drain_all(timeout=10)


@pytest.fixture
def prefect(server: Server) -> Iterator[Server]:
    """The same server, which flows of this process report to."""
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    import flows.ingest  # noqa: F401  (logging is set up on the present standard error, not on one that a test closes)

    with temporary_settings({PREFECT_API_URL: server.url, PREFECT_API_AUTH_STRING: SecretStr(server.secret)}):
        yield server
