"""What a run did, as a row of ``runs`` and as text, Markdown and JSON for people and programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pipeline.dataset.gate import Breach
from pipeline.escape import escaped
from pipeline.personal import mask
from pipeline.source import Reject

_SHOWN_REJECTS = 50
_LONGEST = 60  # of a value in a line
_KINDS = ("added", "changed", "closed", "reopened", "disappeared", "reappeared")


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the inputs of one batch, or of a whole run.

    ``seen`` counts inputs, ``added`` and ``replaced`` notices that were parsed: new ones, and those that an earlier
    parser had read.
    """

    seen: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    rejects: tuple[Reject, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            seen=self.seen + other.seen,
            added=self.added + other.added,
            replaced=self.replaced + other.replaced,
            unchanged=self.unchanged + other.unchanged,
            rejects=self.rejects + other.rejects,
        )


@dataclass(frozen=True, slots=True)
class Example:
    """One of the changes of a run; ``old`` and ``new`` are JSON, without personal data."""

    kind: str
    vacancy_id: str
    title: str | None
    duty_station: str | None
    requisition_id: str | None
    field: str | None
    old: str | None
    new: str | None

    @classmethod
    def of(cls, change: Mapping[str, Any], vacancy: Mapping[str, Any]) -> Example:
        """The example that a row of ``changes`` and the row of its vacancy make."""
        return cls(
            **{name: change[name] for name in ("kind", "vacancy_id", "field")},
            **{name: change[name] and mask(change[name]) for name in ("old", "new")},
            **{name: vacancy[name] for name in ("title", "duty_station", "requisition_id")},
        )

    def text(self) -> str:
        """The change in a line, without its kind."""
        named = [part for part in (self.title or "untitled", self.duty_station, self.requisition_id) if part]
        told = ", ".join(named)
        return told if self.field is None else f"{told}: {self.field} {_short(self.old)} → {_short(self.new)}"


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run; times are UTC, ``fill_rates`` are shares of the dataset's vacancies, by column.

    ``status`` is ``published`` or ``held_back``; ``total`` and ``present`` count the vacancies of the published
    dataset.  ``changes`` counts vacancies by what happened to them, ``examples`` are some of these changes.
    """

    run: int
    run_id: str
    command: str
    status: str
    started_at: datetime
    finished_at: datetime
    inputs: tuple[str, ...]
    tally: Tally
    total: int
    present: int
    parser_version: str
    schema_version: str
    changes: Mapping[str, int] = field(default_factory=dict)
    fill_rates: Mapping[str, float] = field(default_factory=dict)
    breaches: tuple[Breach, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def held_back(self) -> bool:
        """Whether the checks kept the run from being published."""
        return self.status == "held_back"

    def reject_codes(self) -> dict[str, int]:
        """How many inputs were rejected, by code, the most frequent first."""
        return dict(Counter(reject.code for reject in self.tally.rejects).most_common())

    def row(self) -> dict[str, Any]:
        """The row of ``runs``."""
        return {
            "run": self.run,
            "run_id": self.run_id,
            "command": self.command,
            "status": self.status,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "inputs": list(self.inputs),
            "seen": self.tally.seen,
            "added": self.tally.added,
            "replaced": self.tally.replaced,
            "unchanged": self.tally.unchanged,
            "rejected": len(self.tally.rejects),
            "reject_codes": self.reject_codes(),
            "changes": dict(self.changes),
            "total_vacancies": self.total,
            "present_vacancies": self.present,
            "fill_rates": dict(self.fill_rates),
            "breaches": [breach.message for breach in self.breaches],
            "parser_version": self.parser_version,
            "schema_version": self.schema_version,
        }

    def text(self, *, changes: bool = False) -> str:
        """The report in lines; with ``changes`` those that it has examples of."""
        tally = self.tally
        seconds = (self.finished_at - self.started_at).total_seconds()
        return "\n".join(
            (
                f"{tally.seen} notices seen: {tally.added} new, {tally.replaced} read again, {tally.unchanged}"
                f" unchanged, {len(tally.rejects)} rejected; {seconds:.1f} s",
                f"vacancies: {self._changed()}; {self.total} in the dataset, {self.present} of them in some source",
                *(self._told() if changes else ()),
                *(f"rejected as {code}: {count}" for code, count in self.reject_codes().items()),
                *(f"check: {escaped(breach.message)}" for breach in self.breaches),
                *_fill_lines(self.fill_rates),
                *(["held back: latest/ stays as it was"] if self.held_back else []),
            )
        )

    def json(self) -> str:
        """The report as one JSON object."""
        rejects = [
            {"source_uri": reject.uri, "code": reject.code, "stage": reject.stage, "reason": reject.reason}
            for reject in self.tally.rejects
        ]
        examples = [asdict(example) for example in self.examples]
        return json.dumps({**self.row(), "rejects": rejects, "examples": examples}, default=str, ensure_ascii=False)

    def markdown(self) -> str:
        """The report as Markdown."""
        tally = self.tally
        lines = [
            f"Run {self.run} ({self.command}): **{self.status.replace('_', ' ')}**,"
            f" {self.finished_at:%Y-%m-%d %H:%M} UTC",
            "",
            "| notices seen | new | read again | unchanged | rejected | vacancies in all | in some source |",
            "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            f"| {tally.seen} | {tally.added} | {tally.replaced} | {tally.unchanged} | {len(tally.rejects)}"
            f" | {self.total} | {self.present} |",
            "",
            f"Vacancies: {self._changed()}.",
            "",
        ]
        lines += [f"- check: {_escaped(breach.message)}" for breach in self.breaches]
        lines += ["", *(f"- {_escaped(line)}" for line in self._told()), ""]
        if tally.rejects:
            lines += ["| rejected | code | reason |", "| --- | --- | --- |"]
            lines += [
                f"| {_escaped(reject.uri)} | {reject.code} | {_escaped(reject.reason)} |"
                for reject in tally.rejects[:_SHOWN_REJECTS]
            ]
            if len(tally.rejects) > _SHOWN_REJECTS:
                lines.append(f"| and {len(tally.rejects) - _SHOWN_REJECTS} more | | |")
            lines.append("")
        if self.fill_rates:
            lines += ["| column | filled |", "| --- | ---: |"]
            lines += [f"| {name} | {rate:.0%} |" for name, rate in self.fill_rates.items()]
        return "\n".join(lines)

    def _changed(self) -> str:
        told = [f"{self.changes[kind]} {kind}" for kind in _KINDS if self.changes.get(kind)]
        return ", ".join(told) or "nothing changed"

    def _told(self) -> Iterator[str]:
        for kind in _KINDS:
            some = [example for example in self.examples if example.kind == kind]
            yield from (f"{kind}: {escaped(example.text())}" for example in some)
            more = self.changes.get(kind, 0) - len({example.vacancy_id for example in some})
            if some and more > 0:
                yield f"{kind}: and {more} more"


def _short(value: str | None) -> str:
    told = value or "nothing"
    return told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"


def _fill_lines(rates: Mapping[str, float], *, per_line: int = 5) -> list[str]:
    cells = [f"{name} {rate:.0%}" for name, rate in rates.items()]
    lines = [", ".join(cells[start : start + per_line]) for start in range(0, len(cells), per_line)]
    return ["filled: " + lines[0], *("        " + line for line in lines[1:])] if lines else []


def _escaped(text: str) -> str:
    return escaped(" ".join(text.split())).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
