"""Measure text repair against ftfy: its own cases, and texts garbled through every table.

    python -m tests.bench_repair ftfy [FOLDER]     ftfy's cases, side by side
    python -m tests.bench_repair recovery          share of damaged characters recovered, by kind and table
    python -m tests.bench_repair speed             seconds at 1, 2 and 4 MB
    python -m tests.bench_repair cost FOLDER ...   time of repair over that of parsing, for each notice

ftfy is needed for the first two.
"""

from __future__ import annotations

import difflib
import json
import random
import re
import statistics
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from pipeline.damage import Table, tables
from pipeline.damage import table as named
from pipeline.repair import Repaired, repair
from tests.texts import KINDS, LANGUAGES

CYRILLIC, LATIN = "абвгдежзийклмнопрстуфхцчшщыьюя", "abcdefghijklmnopqrstuvwxyzéèàçñöüžšč"
RUNS = 7  # of one notice, where a time is taken
CASES = Path("../shared/corpus/ftfy")
STRAIGHT = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "\xa0": " ", "\u202f": " "}
)


def cosmetic(text: str) -> str:
    """Without what ftfy or this project changes for looks: quotation marks, spaces, ligatures, widths, controls."""
    text = unicodedata.normalize("NFKC", text.translate(STRAIGHT)).translate(STRAIGHT)
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf") or char in "\n\t")


def matches(got: str, wanted: str, *, restored: bool) -> bool:
    """Equal but for looks; with ``restored``, U+FFFD in ``wanted`` may have become any characters."""
    got, wanted = cosmetic(got), cosmetic(wanted)
    if got == wanted:
        return True
    if not restored or "\ufffd" not in wanted:
        return False
    pattern = "".join("[^\ufffd]" if char == "\ufffd" else re.escape(char) for char in wanted)
    return re.fullmatch(pattern, got) is not None


def ftfy_cases(folder: Path, *, verbose: bool) -> None:
    import ftfy

    print("| cases | number | ftfy | lost bytes left | lost bytes restored | the same, strictly |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in ("in-the-wild", "language-names", "synthetic", "negative", "known-failures"):
        cases = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        counts = [0, 0, 0, 0]
        for case in cases:
            wanted = [case[key] for key in ("fixed-encoding", "fixed") if key in case]
            got = repair(case["original"]).text
            left = repair(case["original"], restore_lost=False).text
            other = ftfy.fix_text(case["original"])
            passed = (
                any(matches(other, each, restored=False) for each in wanted),
                any(matches(left, each, restored=False) for each in wanted),
                any(matches(got, each, restored=True) for each in wanted),
                any(matches(got, each, restored=False) for each in wanted),
            )
            counts = [count + yes for count, yes in zip(counts, passed, strict=True)]
            if verbose and not (passed[1] and passed[2]):
                print(f"  {name}: {case['original']!r}\n     got {got!r}\n  wanted {wanted[0]!r}", file=sys.stderr)
        print(f"| {name} | {len(cases)} | {' | '.join(map(str, counts))} |")


def share(wanted: str, got: str) -> tuple[int, int]:
    """Damaged characters (those beyond ASCII) that came back in place, of how many; letters for show count as plain."""
    plain: list[str] = []
    damaged: list[bool] = []
    for char in wanted:
        normal = unicodedata.normalize("NFKC", char)
        plain.append(normal)
        damaged.extend([char > "\x7f"] * len(normal))
    wanted = "".join(plain)
    got = "".join(unicodedata.normalize("NFKC", char) for char in got)
    if wanted == got:
        return sum(damaged), sum(damaged)
    matcher = difflib.SequenceMatcher(None, wanted, got, autojunk=False)
    back = sum(sum(damaged[at : at + size]) for at, _, size in matcher.get_matching_blocks())
    return back, sum(damaged)


def differences(wanted: str, got: str) -> list[str]:
    """Where two texts differ, with a little of what is around."""
    codes = difflib.SequenceMatcher(None, wanted, got, autojunk=False).get_opcodes()
    return [
        f"{wanted[max(0, a - 6) : b + 4]!r} → {got[max(0, c - 6) : d + 4]!r}"
        for what, a, b, c, d in codes
        if what != "equal"
    ][:12]


def bound(text: str, table: Table, *, kept: bool) -> int:
    """Characters beyond ASCII of which every byte survives the table, as a character that stands for no other."""
    gone = {byte for byte in table.lost if not kept} | {
        byte for byte, char in table.shown.items() if table.byte_of[char] != byte
    }
    whole = [char for char in text if char > "\x7f" and not gone.intersection(char.encode())]
    return sum(len(unicodedata.normalize("NFKC", char)) for char in whole)


LOSSES = {"kept": None, "dropped": "", "U+FFFD": "\ufffd", "?": "?"}


def recovery(*, verbose: bool) -> None:
    import ftfy

    config = ftfy.TextFixerConfig(uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False)
    print("| kind | bytes | bound | ftfy | this stage | tables below bound or ftfy |")
    print("| --- | --- | --- | --- | --- | --- |")
    for kind, text in KINDS.items():
        for loss, fill in LOSSES.items():
            sums = [[0, 0], [0, 0], [0, 0]]
            below = []
            for table in tables():
                if fill is not None and not table.lost:
                    continue
                raw = table.garble(text, lost=fill)
                if fill is not None and raw == table.garble(text):
                    continue
                other = share(text, ftfy.fix_text(raw, config))
                most = bound(text, table, kept=fill is None)
                got = repair(raw).text
                results = [(most, other[1]), other, share(text, got)]
                if verbose and results[2][0] < max(most, other[0]):
                    print(f"{kind}, {loss}, {table.name}", *differences(text, got), sep="\n    ", file=sys.stderr)
                for total, (back, number) in zip(sums, results, strict=True):
                    total[0] += back
                    total[1] += number
                if results[2][0] < max(results[0][0], results[1][0]):
                    below.append(f"{table.name} {results[2][0]}/{results[0][0]}")
            if sums[0][1]:
                shares = " | ".join(f"{100 * back / (number or 1):.1f} %" for back, number in sums)
                print(f"| {kind} | {loss} | {shares} | {', '.join(below)} |")


def unrepeated(letters: str, size: int) -> str:
    """Words of random letters, none of which comes again but by chance."""
    drawn = random.Random(size)
    return "".join("".join(drawn.choices(letters, k=drawn.randint(3, 9))) + " " for _ in range(size // 4))


def speed() -> None:
    cp1252, latin_1 = named("cp1252"), named("latin-1")
    russian, french = LANGUAGES["russian"] + "\n", LANGUAGES["french"] + "\n"
    worst: dict[str, str | Callable[[int], str]] = {
        "clean English": LANGUAGES["english"].encode("ascii", "ignore").decode() + "\n",
        "clean Russian": russian,
        "Russian in cp1252": cp1252.garble(russian),
        "many tables": "".join(each.garble(french) for each in tables()),
        "Russian in cp1252, bytes dropped": cp1252.garble(russian, lost=""),
        "leads alone": "âÃโ๐Ð ",
        "entities": "&amp;amp;amp;lt;b&gt;",
        "open entities": "&amp;" * 10,
        "open tags": '<a href="',
        "open attributes": 'x" style="',
        "backslashes": "\\",
        "inverted": "a¿",
        "U+FFFD": "caf\ufffd a\ufffds ",
        "hyphens": "develop-\nment ",
        "high characters": "".join(chr(code) for code in range(0x80, 0x3000)),
        "random Cyrillic, clean": lambda size: unrepeated(CYRILLIC, size),
        "random Cyrillic in cp1252": lambda size: cp1252.garble(unrepeated(CYRILLIC, size)),
        "random Cyrillic in cp1252, bytes dropped": lambda size: cp1252.garble(unrepeated(CYRILLIC, size), lost=""),
        "random Latin in latin-1, bytes as U+FFFD": lambda size: latin_1.garble(unrepeated(LATIN, size), lost="\ufffd"),
        "characters at random": lambda size: "".join(random.Random(size).choices("ÃÂâ€™œžŸ¢£©Ð° ", k=size)),
    }
    print("| text | 1 MB | 2 MB | 4 MB |\n| --- | --- | --- | --- |")
    repair(cp1252.garble(russian, lost=""))
    for name, unit in worst.items():
        times = []
        for size in (1_000_000, 2_000_000, 4_000_000):
            text = (unit * (size // len(unit) + 1) if isinstance(unit, str) else unit(size))[:size]
            started = time.process_time()
            repair(text)
            times.append(time.process_time() - started)
        print(f"| {name} | " + " | ".join(f"{each:.2f} s" for each in times) + " |", flush=True)


def cost(folders: list[Path]) -> None:
    """Print the share that repair has in parsing each notice, the quickest of some runs each, and the median."""
    from pipeline import parse as parsing
    from pipeline.source import Rejected, from_bytes

    spent = [0.0]

    def timed(text: str) -> Repaired:
        started = time.process_time()
        done = repair(text)
        spent[0] += time.process_time() - started
        return done

    parsing.repair = timed  # type: ignore[attr-defined]
    shares: dict[bool, list[float]] = {False: [], True: []}
    for path in sorted(each for folder in folders for each in folder.iterdir() if each.suffix in (".txt", ".html")):
        raw = path.read_bytes()
        repairing, parsed = [], []
        for _ in range(RUNS):
            spent[0] = 0.0
            started = time.process_time()
            try:
                parsing.parse(from_bytes(raw, uri=path.name, name=path.stem))
            except Rejected:
                break
            repairing.append(spent[0])
            parsed.append(time.process_time() - started)
        if parsed:
            damaged = any("utf-8" in edit.damage for edit in repair(raw.decode("utf-8", "replace")).edits)
            shares[damaged].append(min(repairing) / min(parsed))
            print(f"{100 * shares[damaged][-1]:5.1f} %  {'damaged' if damaged else 'clean  '}  {path.name}")
    for damaged, each in shares.items():
        if each:
            middle, most = 100 * statistics.median(each), 100 * max(each)
            print(
                f"{'damaged' if damaged else 'clean'}: {len(each)} notices, median {middle:.1f} %, at most {most:.1f} %"
            )


def main() -> None:
    verbose = "-v" in sys.argv
    words = [word for word in sys.argv[1:] if word != "-v"]
    if words[:1] == ["ftfy"]:
        folder = Path(words[1]) if len(words) > 1 else CASES
        if not folder.is_dir():
            sys.exit(f"{folder} is no folder; name one that holds ftfy's cases as JSON files")
        ftfy_cases(folder, verbose=verbose)
    elif words[:1] == ["recovery"]:
        recovery(verbose=verbose)
    elif words[:1] == ["speed"]:
        speed()
    elif words[:1] == ["cost"]:
        cost([Path(word) for word in words[1:]])
    else:
        print(__doc__)


if __name__ == "__main__":
    main()
