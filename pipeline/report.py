"""What a run of the ingestion did, as a row of ``runs`` and as text for people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.source import Reject

_SHOWN_REJECTS = 50


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the inputs of one batch, or of a whole run.

    ``seen`` counts inputs, ``positions`` the positions in the notices added or replaced.
    """

    seen: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    positions: int = 0
    rejects: tuple[Reject, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            seen=self.seen + other.seen,
            added=self.added + other.added,
            replaced=self.replaced + other.replaced,
            unchanged=self.unchanged + other.unchanged,
            positions=self.positions + other.positions,
            rejects=self.rejects + other.rejects,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run; times are UTC, ``fill_rates`` are shares of the dataset's positions, by column."""

    run_id: str
    started_at: datetime
    finished_at: datetime
    inputs: tuple[str, ...]
    tally: Tally
    total_positions: int
    parser_version: str
    schema_version: str
    fill_rates: dict[str, float] = field(default_factory=dict)

    def reject_codes(self) -> dict[str, int]:
        """How many inputs were rejected, by code, the most frequent first."""
        return dict(Counter(reject.code for reject in self.tally.rejects).most_common())

    def row(self) -> dict[str, Any]:
        """The row of ``runs``."""
        return {
            "run_id": self.run_id,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "inputs": list(self.inputs),
            "seen": self.tally.seen,
            "added": self.tally.added,
            "replaced": self.tally.replaced,
            "unchanged": self.tally.unchanged,
            "rejected": len(self.tally.rejects),
            "reject_codes": self.reject_codes(),
            "positions": self.tally.positions,
            "total_positions": self.total_positions,
            "fill_rates": self.fill_rates,
            "parser_version": self.parser_version,
            "schema_version": self.schema_version,
        }

    def text(self) -> str:
        """The report in lines."""
        tally = self.tally
        seconds = (self.finished_at - self.started_at).total_seconds()
        return "\n".join(
            (
                f"{tally.seen} notices seen: {tally.added} new, {tally.replaced} read again, {tally.unchanged}"
                f" unchanged, {len(tally.rejects)} rejected; {seconds:.1f} s",
                f"{tally.positions} positions written; {self.total_positions} in the dataset",
                *(f"rejected as {code}: {count}" for code, count in self.reject_codes().items()),
                *_fill_lines(self.fill_rates),
            )
        )

    def markdown(self) -> str:
        """The report as Markdown."""
        tally = self.tally
        lines = [
            "| notices seen | new | read again | unchanged | rejected | positions written | positions in all |",
            "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            f"| {tally.seen} | {tally.added} | {tally.replaced} | {tally.unchanged} | {len(tally.rejects)}"
            f" | {tally.positions} | {self.total_positions} |",
            "",
        ]
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


def _fill_lines(rates: dict[str, float], *, per_line: int = 5) -> list[str]:
    cells = [f"{name} {rate:.0%}" for name, rate in rates.items()]
    lines = [", ".join(cells[start : start + per_line]) for start in range(0, len(cells), per_line)]
    return ["filled: " + lines[0], *("        " + line for line in lines[1:])] if lines else []


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
