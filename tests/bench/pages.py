"""What stays of pages and what goes, beside trafilatura: ``python -m tests.bench.pages PYTHON --write``, docs/pages.md.

``PYTHON`` is an interpreter that has trafilatura, which is no dependency of the project: not all of its own
dependencies are under permissive licences.  ``make pages`` sets one up in ``build`` and writes the figures.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.decode import decode
from pipeline.parse import read_text
from pipeline.source import from_bytes

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "fixtures" / "pages"
DOCS = ROOT / "docs" / "pages.md"
_BLOCK = re.compile(r"(?<=<!-- pages -->\n\n).*(?=\n\n<!-- /pages -->)", re.DOTALL)
_WORD = re.compile(r"\w+")
_TRAFILATURA = """
import json, sys, trafilatura
pages = json.load(sys.stdin)
settings = {"": {}, ", favor_recall": {"favor_recall": True}, ", favor_precision": {"favor_precision": True}}
told = {
    f"trafilatura {trafilatura.__version__}{name}": {
        file: trafilatura.extract(page, include_tables=True, include_comments=False, **options) or ""
        for file, page in pages.items()
    }
    for name, options in settings.items()
}
print(json.dumps(told))
"""


@dataclass(frozen=True, slots=True)
class Labels:
    """Lines of a page that belong to the notice, and stretches that must not be there."""

    keep: tuple[str, ...]
    drop: tuple[str, ...]


@dataclass(slots=True)
class Score:
    """Lines of the notice that are there, also as lines of their own, and stretches of the site that are."""

    kept: int = 0
    lines: int = 0
    keep: int = 0
    left: int = 0
    drop: int = 0

    @property
    def recall(self) -> float:
        """Share of the notice's lines that are there."""
        return self.kept / self.keep

    @property
    def clean(self) -> float:
        """Share of the site's stretches that are not."""
        return 1 - self.left / self.drop

    @property
    def both(self) -> float:
        """Harmonic mean of the two."""
        total = self.recall + self.clean
        return 2 * self.recall * self.clean / total if total else 0.0


@cache
def pages() -> dict[str, tuple[bytes, Labels]]:
    """Name → bytes and labels of every page."""
    found = {}
    for file in sorted(FOLDER.glob("*.html")):
        told = tomllib.loads(file.with_suffix(".toml").read_text(encoding="utf-8"))
        found[file.stem] = (file.read_bytes(), Labels(tuple(told["keep"]), tuple(told["drop"])))
    return found


def ours() -> dict[str, str]:
    """Name → text as the parser extracts it."""
    return {name: read_text(from_bytes(raw)).text for name, (raw, _) in pages().items()}


def score(texts: dict[str, str]) -> tuple[Score, list[str]]:
    """The score over all pages, and a line for each miss."""
    total, misses = Score(), []
    for name, (_, labels) in pages().items():
        whole = _words(texts[name])
        lines = {_words(line) for line in texts[name].splitlines()}
        for line in labels.keep:
            kept = _words(line) in whole
            total.keep += 1
            total.kept += kept
            total.lines += _words(line) in lines
            misses += [] if kept else [f"{name}: lacks {line!r}"]
        for stretch in labels.drop:
            left = _words(stretch) in whole
            total.drop += 1
            total.left += left
            misses += [f"{name}: has {stretch!r}"] if left else []
    return total, misses


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def table(scores: dict[str, Score]) -> str:
    """The scores as a table in Markdown."""
    rows = [
        "| | lines of the notice kept | as lines of their own | stretches of the site left out | both (F1) |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, found in scores.items():
        own = f"{found.lines} ({found.lines / found.keep:.0%})"
        gone = f"{found.drop - found.left} of {found.drop} ({found.clean:.0%})"
        rows.append(
            f"| {name} | {found.kept} of {found.keep} ({found.recall:.0%}) | {own} | {gone} | {found.both:.3f} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Print the scores; with ``--write`` into docs/pages.md."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("python", nargs="?", help="an interpreter that has trafilatura; without it only our score")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    found, misses = score(ours())
    scores = {"this parser": found}
    if given.python:
        decoded = {name: decode(raw, declared=from_bytes(raw).declared).text for name, (raw, _) in pages().items()}
        run = subprocess.run(
            [given.python, "-c", _TRAFILATURA], input=json.dumps(decoded), capture_output=True, text=True, check=True
        )
        scores |= {name: score(texts)[0] for name, texts in json.loads(run.stdout).items()}
    print(*misses, table(scores), sep="\n")
    if given.write and given.python:
        told = f"{len(pages())} pages.\n\n{table(scores)}"
        DOCS.write_text(_BLOCK.sub(lambda _: told, DOCS.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
