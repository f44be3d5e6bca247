"""Records against gold labels: precision, recall and counts per field, and the precision of each rule.

A corpus folder holds ``NAME.txt`` (or ``.html``) beside ``NAME.gold.json``: ``{"positions": [{field: value}]}``.
A field left out of the gold is not judged; null says that the notice does not state it.  A wrong value counts twice,
as missing and as made up; a value where the gold is null is made up.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.batch import parse_all
from pipeline.source import GOLD_SUFFIX, Reject, read

_FOLDED = frozenset({"title", "mission", "organization", "department", "start_text"})
_UNORDERED = frozenset({"nationality_required", "nationality_excluded"})
_PLACES = re.compile(r"[/,;]| or ")
_MARKS = re.compile(r"[\W_]+")
_CENT, _TWENTIETH = 0.005, 0.05


@dataclass(slots=True)
class Counts:
    """Right, made up, missing, and rightly null values of one field."""

    right: int = 0
    made_up: int = 0
    missing: int = 0
    rightly_null: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the values given that are right; None where none was given."""
        given = self.right + self.made_up
        return self.right / given if given else None

    @property
    def recall(self) -> float | None:
        """Share of the values in the gold that were found; None where the gold has none."""
        due = self.right + self.missing
        return self.right / due if due else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        due = 2 * self.right + self.made_up + self.missing
        return 2 * self.right / due if due else None


@dataclass(frozen=True, slots=True)
class Miss:
    """A field that does not agree with the gold."""

    notice: str
    position: int
    field: str
    gold: Any
    got: Any


@dataclass(slots=True)
class Report:
    """The counts of an evaluation; ``digest`` is SHA-256 over the notices and their gold."""

    fields: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    notices: int = 0
    misses: list[Miss] = field(default_factory=list)
    rules: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    digest: str = ""

    @property
    def f1(self) -> float:
        """Micro F1 over all fields."""
        right = sum(c.right for c in self.fields.values())
        wrong = sum(c.made_up + c.missing for c in self.fields.values())
        return 2 * right / (2 * right + wrong) if right else 0.0

    def table(self) -> str:
        """The counts for a person."""
        rows = [f"{'field':24}{'precision':>10}{'recall':>8}{'right':>7}{'made up':>9}{'missing':>9}{'null':>6}"]
        for name, c in sorted(self.fields.items()):
            rows.append(
                f"{name:24}{_share(c.precision):>10}{_share(c.recall):>8}{c.right:7}{c.made_up:9}"
                f"{c.missing:9}{c.rightly_null:6}"
            )
        values = sum(c.right + c.missing for c in self.fields.values())
        rows.append(f"micro F1 {self.f1:.4f} on {self.notices} notices, {values} values")
        return "\n".join(rows)

    def json(self) -> dict[str, Any]:
        """The counts for a program."""
        return {
            "micro_f1": self.f1,
            "notices": self.notices,
            "digest": self.digest,
            "fields": {
                name: {
                    "precision": c.precision,
                    "recall": c.recall,
                    "f1": c.f1,
                    "right": c.right,
                    "made_up": c.made_up,
                    "missing": c.missing,
                    "rightly_null": c.rightly_null,
                }
                for name, c in sorted(self.fields.items())
            },
        }


@dataclass(frozen=True, slots=True)
class Labelled:
    """A notice with its gold: the files that hold it (raw, then gold) and what each position should be."""

    name: str
    raw: tuple[Path, ...]
    label: Path
    positions: tuple[dict[str, Any], ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """All its files, for the digest."""
        return (*self.raw, self.label)


def labelled(folders: Iterable[Path]) -> Iterator[Labelled]:
    """The notices of the folders that have gold, in the order of their names."""
    for folder in folders:
        if not folder.is_dir():
            raise NotADirectoryError(f"{folder} is not a folder of notices with {GOLD_SUFFIX} labels")
        for label in sorted(folder.glob(f"*{GOLD_SUFFIX}")):
            name = label.name.removesuffix(GOLD_SUFFIX)
            raw = tuple(sorted(path for path in folder.glob(f"{name}.*") if path != label))
            yield Labelled(name, raw, label, tuple(json.loads(label.read_text(encoding="utf-8"))["positions"]))


def digest(notices: Iterable[Labelled]) -> str:
    """SHA-256 over the files of these notices."""
    found = hashlib.sha256()
    for notice in notices:
        for path in notice.files:
            found.update(path.read_bytes())
    return found.hexdigest()


def evaluate(folders: Iterable[Path]) -> Report:
    """Parse every notice of the folders that has gold, and compare; a notice that is rejected has no positions."""
    report = Report()
    notices = list(labelled(folders))
    for notice in notices:
        records: list[dict[str, Any]] = []
        for parsed in parse_all(read([str(path) for path in notice.raw])):
            if not isinstance(parsed, Reject):
                records.extend(json.loads(record.model_dump_json()) for record in parsed.records)
        compare(report, notice.name, notice.positions, records)
    report.digest = digest(notices)
    return report


def compare(
    report: Report, notice: str, gold: Sequence[Mapping[str, Any]], records: Iterable[Mapping[str, Any]]
) -> None:
    """Add to the report how the records of one notice, in JSON's types, agree with its gold.

    As many records as the gold has positions are compared in order; else each position is compared with the record
    whose title has most words in common with its own.
    """
    report.notices += 1
    records = sorted(records, key=lambda r: int(r["position"]))
    count = report.fields["positions"]
    count.right += min(len(gold), len(records))
    count.missing += max(0, len(gold) - len(records))
    count.made_up += max(0, len(records) - len(gold))
    left: list[Mapping[str, Any]] = list(records)
    for number, want in enumerate(gold):
        got: Mapping[str, Any] = {}
        if len(gold) == len(records):
            got = records[number]
        elif left:
            words = set(_fold(want.get("title")).split())
            got = max(left, key=lambda r: len(words & set(_fold(r.get("title")).split())))
            left.remove(got)
        for name, value in want.items():
            right = _tally(report, name, value, got.get(name))
            if not right:
                report.misses.append(Miss(notice, number + 1, name, value, got.get(name)))
            _rate_rules(report, name, value, got)


def _tally(report: Report, name: str, gold: Any, got: Any) -> bool:
    """Count one field; whether it is right."""
    count = report.fields[name]
    if name == "languages":
        want = {(one["language"], one["requirement"]) for one in gold or ()}
        have = {(one["language"], one["requirement"]) for one in got or ()}
        count.right += len(want & have)
        count.missing += len(want - have)
        count.made_up += len(have - want)
        _tally_alternatives(report, gold or (), got or ())
        return want == have
    if name == "qualifications":
        hits = [_has_qualification(want, got or ()) for want in gold or ()]
        count.right += sum(hits)
        count.missing += len(hits) - sum(hits)
        return all(hits)
    if _empty(gold) and _empty(got):
        count.rightly_null += 1
        return True
    right = not _empty(gold) and not _empty(got) and _same(name, gold, got)
    count.right += right
    count.missing += not right and not _empty(gold)
    count.made_up += not right and not _empty(got)
    return right


def _tally_alternatives(report: Report, gold: Iterable[dict[str, Any]], got: Iterable[dict[str, Any]]) -> None:
    want, have = _groups(gold), _groups(got)
    for members in want:
        hit = members in have
        report.fields["language_alternatives"].right += hit
        report.fields["language_alternatives"].missing += not hit


def _groups(languages: Iterable[dict[str, Any]]) -> list[set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for one in languages:
        if one.get("group"):
            groups[one["group"]].add(one["language"])
    return list(groups.values())


def _has_qualification(want: dict[str, Any], got: Iterable[dict[str, Any]]) -> bool:
    for one in got:
        text = one["text"].strip()
        if (
            _fold(want["contains"]) in _fold(text)
            and all(one.get(key) == want[key] for key in ("kind", "requirement") if key in want)
            and text.startswith(want.get("starts", ""))
            and text.rstrip(".;,").endswith(want.get("ends", ""))
        ):
            return True
    return False


def _same(name: str, gold: Any, got: Any) -> bool:
    if name in _FOLDED:
        return _fold(gold) == _fold(got)
    if name == "duty_station":
        return bool(_parts(gold) & _parts(got))
    if name == "salary":
        return all(_same_part(value, got.get(key)) for key, value in gold.items())
    if name in _UNORDERED:
        return sorted(gold) == sorted(got)
    if name == "apply_url":
        return str(gold).rstrip("/").casefold() == str(got).rstrip("/").casefold()
    if isinstance(gold, bool):
        return bool(gold == got)
    if isinstance(gold, int | float):
        return isinstance(got, int | float) and abs(gold - got) < _TWENTIETH
    return str(gold).casefold() == str(got).casefold()


def _same_part(gold: Any, got: Any) -> bool:
    if isinstance(gold, int | float) and not isinstance(gold, bool):
        return got is not None and abs(float(got) - gold) <= _CENT
    return bool(gold == got)


def _rate_rules(report: Report, name: str, gold: Any, got: Mapping[str, Any]) -> None:
    """Count how often each rule's values were right; a clause of the requirements counts where the gold has it."""
    if _empty(got.get(name)):
        return
    rules = {e["rule"] for e in got.get("evidence", ()) if e["field"] == name}
    if name == "qualifications":
        found = [want for want in gold or () if _has_qualification({"contains": want["contains"]}, got[name])]
        right, tried = sum(_has_qualification(want, got[name]) for want in found), len(found)
    else:
        right, tried = int(_tally(Report(), name, gold, got[name])), 1
    for rule in rules:
        report.rules[name, rule][0] += right
        report.rules[name, rule][1] += tried


def measured_confidence(report: Report) -> dict[str, dict[str, float]]:
    """Precision of each rule, drawn towards one half where few cases tried it: (right + 1) / (tried + 2)."""
    table: dict[str, dict[str, float]] = defaultdict(dict)
    for (name, rule), (right, tried) in sorted(report.rules.items()):
        table[name][rule] = round((right + 1) / (tried + 2), 3)
    return dict(table)


def _fold(value: Any) -> str:
    text = unicodedata.normalize("NFKD", str(value)).casefold()
    return _MARKS.sub(" ", "".join(c for c in text if not unicodedata.combining(c))).strip()


def _parts(value: Any) -> set[str]:
    return {_fold(part) for part in _PLACES.split(str(value)) if _fold(part)}


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
