"""Notices on the web: a polite client, what addresses it may reach, and the systems whose postings it reads."""

from __future__ import annotations

EXTRA = "web"
_NEEDED = frozenset({"defusedxml", "feedparser", "hishel", "httpcore", "httpx", "protego"})


def missing(error: ModuleNotFoundError) -> str | None:
    """One line that says what to install, where the error is that a package of the extra is not there."""
    package = (error.name or "").split(".")[0]
    if package not in _NEEDED:
        return None
    return f"reading the web needs {package}, which is not installed: pip install 'vacancy-notices[{EXTRA}]'"
