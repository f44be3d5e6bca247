"""Record linkage on the labelled pairs of ``fixtures/linkage``, beside what one would do without it.

    python -m tests.bench.linkage             prints the tables
    python -m tests.bench.linkage --write     puts them into docs/linkage.md
    python -m tests.bench.linkage --wrong     prints the pairs that come out otherwise than labelled

Merging: precision is the share of merged pairs that are the same vacancy, recall the share of pairs of the same vacancy
that are merged.  Listing: how many pairs of the same vacancy are merged or listed for review, and how many pairs
that are not, and that a reader could tell apart, are listed none the less.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from extractors._fold import fold
from pipeline.dataset.identity import Identity, identity
from pipeline.dataset.linkage import link
from pipeline.dataset.matching import compare
from tests.corpora import ROOT

PAIRS = ROOT / "fixtures" / "linkage" / "pairs.jsonl"
PAGE = ROOT / "docs" / "linkage.md"
Method = Callable[[Identity, Identity], str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and what they are to each other; ``likely`` says that listing them for review is no fault."""

    number: int
    split: str
    kind: str
    label: str
    likely: bool
    a: Identity
    b: Identity


def pairs() -> list[Pair]:
    """The labelled pairs."""
    found = []
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        a, b = (identity(_dated(one[side])) for side in "ab")
        found.append(Pair(one["pair"], one["split"], one["kind"], one["label"], one["likely"], a, b))
    return found


def _dated(record: dict[str, Any]) -> dict[str, Any]:
    days = {name: date.fromisoformat(record[name]) for name in ("issue_date", "closing_date") if record.get(name)}
    return {**record, **days}


def by_rules(a: Identity, b: Identity) -> str:
    """The verdict of the rules on the two records alone."""
    return compare(a, b).verdict


def by_linking(a: Identity, b: Identity) -> str:
    """What becomes of two records that come in together."""
    linked = link([a, b], [])
    one, other = (linked.links[item.notice_id, item.position] for item in (a, b))
    if one.vacancy_id == other.vacancy_id:
        return "same"
    if {one.readvertises, other.readvertises} & {one.vacancy_id, other.vacancy_id}:
        return "readvertised"
    return "likely" if linked.pairs else "different"


def by_id(a: Identity, b: Identity) -> str:
    """Baseline: organization and requisition id as printed."""
    same = a.requisition_id and (a.organization, a.requisition_id) == (b.organization, b.requisition_id)
    return "same" if same else "different"


def by_title(a: Identity, b: Identity) -> str:
    """Baseline: organization and folded title."""
    if not a.title or not b.title:
        return "different"
    return "same" if (a.organization, fold(a.title)) == (b.organization, fold(b.title)) else "different"


def by_title_and_day(a: Identity, b: Identity) -> str:
    """Baseline: organization, folded title and deadline."""
    return by_title(a, b) if a.closing_date == b.closing_date else "different"


METHODS: dict[str, Method] = {
    "linkage": by_linking,
    "same organization and id": by_id,
    "same organization and title": by_title,
    "same organization, title and deadline": by_title_and_day,
}


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over some pairs."""

    pairs: int
    same: int
    merged: int
    right: int
    found: int
    idle: int
    again: int
    again_found: int

    @property
    def cells(self) -> list[str]:
        again = f"{self.again_found} of {self.again}" if self.again else "–"
        listing = f"{self.found} of {self.same}" if self.same else "–"
        shares = [_share(self.right, self.merged), _share(self.right, self.same)]
        return [str(self.pairs), str(self.same), *shares, listing, str(self.idle), again]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part} of {whole})" if whole else "–"


def score(some: Iterable[Pair], method: Method) -> Score:
    """Count what a method makes of these pairs."""
    counts: Counter[str] = Counter()
    for pair in some:
        verdict = method(pair.a, pair.b)
        same = pair.label == "same"
        counts["pairs"] += 1
        counts["same"] += same
        counts["merged"] += verdict == "same"
        counts["right"] += same and verdict == "same"
        counts["found"] += same and verdict in ("same", "likely")
        counts["idle"] += verdict == "likely" and not same and not pair.likely
        counts["again"] += pair.label == "readvertised"
        counts["again_found"] += pair.label == "readvertised" == verdict
    return Score(**{name: counts[name] for name in Score.__slots__})


_HEAD = ["pairs", "same", "merging: precision", "merging: recall", "merged or listed", "listed idly", "re-advertised"]


def _table(first: str, rows: Sequence[tuple[str, Score]]) -> str:
    lines = [f"| {first} | {' | '.join(_HEAD)} |", f"| --- |{' ---: |' * len(_HEAD)}"]
    lines += [f"| {name} | {' | '.join(each.cells)} |" for name, each in rows]
    return "\n".join(lines)


def tables() -> str:
    """The tables of the page."""
    every = pairs()
    parts = {
        "development": [p for p in every if p.split == "dev"],
        "evaluation": [p for p in every if p.split == "eval"],
    }
    methods = [
        (f"{name}, {part}", score(some, method)) for name, method in METHODS.items() for part, some in parts.items()
    ]
    kinds = [
        (kind.replace("_", " "), score([p for p in every if p.kind == kind], by_linking))
        for kind in dict.fromkeys(p.kind for p in every)
    ]
    return f"{_table('method, half', methods)}\n\nBy kind, both halves:\n\n{_table('kind', kinds)}"


def wrong(split: str | None = None) -> list[str]:
    """The pairs that come out otherwise than labelled, where that is no matter of listing."""
    lines = []
    for pair in pairs():
        verdict = by_linking(pair.a, pair.b)
        fine = verdict == pair.label or (verdict == "likely" and pair.likely and pair.label == "different")
        if not fine and split in (None, pair.split):
            match = compare(pair.a, pair.b)
            lines.append(
                f"{pair.number} {pair.split} {pair.kind}: {pair.label}, is {verdict} ({match.rule}: {match.reasons})"
            )
    return lines


def main(arguments: Sequence[str]) -> None:
    """Print the tables, or write them."""
    if "--wrong" in arguments:
        split = next((one for one in arguments if one in ("dev", "eval")), None)
        print("\n".join(wrong(split)))
    elif "--write" in arguments:
        from tests.make_readme import with_part

        PAGE.write_text(with_part(PAGE.read_text(encoding="utf-8"), "linkage", tables()), encoding="utf-8")
    else:
        print(tables())


if __name__ == "__main__":
    main(sys.argv[1:])
