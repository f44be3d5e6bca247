"""What operators are shown of a dataset, as text: its state, what became of a vacancy, the quarantine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows import show
from pipeline.escape import escaped

_LONGEST_EXCERPT = 2000
_WIDEST_PLACE = 50


def status(told: Mapping[str, Any]) -> str:
    """The state of a dataset at a glance, from ``pipeline.dataset.status.status``."""
    if told["published_at"] is None:
        lines = [f"{escaped(told['dataset'])}: nothing is published"]
    else:
        lines = [
            f"{escaped(told['dataset'])}: run {told['published_run']}, published"
            f" {told['published_at']:%Y-%m-%d %H:%M} UTC, {told['age_hours']:g} hours ago",
            f"{told['vacancies']} vacancies, {told['present']} of them in some source",
        ]
    codes = ", ".join(f"{count} {code}" for code, count in told["quarantine"].items())
    lines += [f"in quarantine: {codes or 'nothing'}", ""]
    heads = ("run", "command", "status", "started (UTC)", "seen", "new", "rejected", "changes", "why")
    rows = [
        (
            str(run["run"]),
            run["command"],
            run["status"],
            f"{run['started_at']:%Y-%m-%d %H:%M:%S}",
            *(show.line(run[name]) for name in ("seen", "added", "rejected")),
            ", ".join(f"{count} {kind}" for kind, count in (run["changes"] or {}).items()),
            show.line(run["error"] or "; ".join(run["breaches"] or [])),
        )
        for run in told["runs"]
    ]
    return "\n".join([*lines, show.columns(heads, rows, limits=(6, 8, 11, 19, 8, 8, 8, 40, 60))])


def history(told: Mapping[str, Any]) -> str:
    """What became of a vacancy, from ``pipeline.dataset.status.history``."""
    lines = [f"{told['vacancy_id']}  ({told['id_basis']}), revision {told['revision']}"]
    about = [told[name] for name in ("title", "grade", "organization", "duty_station", "requisition_id")]
    lines.append(", ".join(show.line(value) for value in about if value))
    if told["readvertises"]:
        lines.append(f"advertised again; before: {told['readvertises']}")
    lines.append("")
    for change in told["changes"]:
        what = change["kind"] if change["field"] is None else f"{change['field']}: {change['old']} → {change['new']}"
        cause = f"  ({change['cause']})" if change["cause"] != "source" else ""
        lines.append(f"{change['at']:%Y-%m-%d %H:%M}  run {change['run']:<4} {show.line(what)}{cause}")
    lines += ["", "copies, the most trustworthy first:"]
    for source in told["sources"]:
        until = "" if source["last_seen"] is None else f" to {source['last_seen']:%Y-%m-%d}"
        lines.append(
            f"  {escaped(source['source_uri'])}  since {source['first_seen']:%Y-%m-%d}{until}  ({source['rule']})"
        )
    lines += [
        f"  contradicts: {show.line(item['field'])} {show.line(item['value'])} in {escaped(item['source_uri'])}"
        for item in told["conflicts"]
    ]
    for pair in told["likely_the_same"]:
        other = pair["other_vacancy_id"] if pair["vacancy_id"] == told["vacancy_id"] else pair["vacancy_id"]
        lines.append(f"likely the same, for review: {other} ({pair['score']:.2f}; {', '.join(pair['reasons'])})")
    return "\n".join(lines)


def quarantine(entries: Sequence[Mapping[str, Any]]) -> str:
    """Entries of the quarantine in lines."""
    rows = [
        (
            entry["notice_id"][:12],
            entry["code"],
            entry["status"],
            f"{entry['rejected_at']:%Y-%m-%d}",
            _end(escaped(entry["source_uri"]), _WIDEST_PLACE),
            show.line(entry["reason"]),
        )
        for entry in entries
    ]
    return show.columns(
        ("notice", "code", "status", "since", "where", "why"), rows, limits=(12, 16, 7, 10, _WIDEST_PLACE, 60)
    )


def _end(text: str, width: int) -> str:
    """Of a place the end says most."""
    return text if len(text) <= width else "…" + text[1 - width :]


def entry(row: Mapping[str, Any], content: bytes | None) -> str:
    """One entry of the quarantine, and the beginning of what it holds."""
    lines = [f"{name:<15} {escaped(str(value))}" for name, value in row.items() if value not in (None, "")]
    if content is not None:
        shown = content[:_LONGEST_EXCERPT].decode("utf-8", "replace")
        lines += [
            "",
            *("  " + "".join(c if c.isprintable() else "·" for c in line) for line in shown.splitlines()[:20]),
        ]
    return "\n".join(lines)
