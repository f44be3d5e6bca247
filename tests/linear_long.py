"""Every regular expression is linear on its own worst inputs, and so is the parser on notices of a megabyte.

The expressions are those that a process of its own compiles while it imports the packages and parses the fixtures, and
those that stand in the sources as constants.  Worst inputs are made from an expression's own tree: what its repeats
accept, many times over, behind what leads up to them and before what they refuse.  Because it measures time it is no
part of the suite: `make linear`, on a machine that does nothing else.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import re._compiler as compiler  # type: ignore[import-not-found]
import re._constants as codes  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.test_linear import HEAD, PIECES, fixtures, read

ROOT = Path(__file__).parents[1]
PACKAGES = ("extractors", "pipeline")
FUNCTIONS = frozenset("compile search match fullmatch split findall finditer sub subn".split())
MODULE = str(Path(re.__file__).parent)

LONG = 40_000  # characters of a worst input
GLANCE = 4_000  # what takes no time here takes no quarter of a second there, unless it is far worse than quadratic
NOTICED = 0.0015  # seconds of a glance after which the long input is tried
SUSPECT = 5.5  # times as long for four times the text, where linear is 4 and quadratic 16
SLOW = 0.25  # seconds from which growth is judged
GROWTH = 3.2  # times as long for twice the text, where linear is 2 and quadratic 4
GENERIC = (
    *" \n1aA.,(-:)/@\t<&?*'é", "я", "a ", "A ", "A. ", "Aa ", "()", "a: ", "1.", "1,", "1 1", "a@", "a.", " \n", "• ",
    "https://", "2025 ", "a_", "A-", "1-", "a, ", "a; ",
)  # fmt: skip
BIG = 40  # a repeat that may take so many is as good as unbounded


# --- the expressions -------------------------------------------------------------------------------------------------


def record() -> None:
    """Print what the packages compile, as JSON: [pattern, flags, file, line], bytes as latin-1 with a mark."""
    sys.path.insert(0, str(ROOT))
    found: dict[tuple[Any, ...], None] = {}
    original = compiler.compile

    def compile_and_tell(pattern: Any, flags: int = 0) -> Any:
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename.startswith(MODULE):
            frame = frame.f_back
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in PACKAGES:
            text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
            found[text, int(flags), isinstance(pattern, bytes), str(path.relative_to(ROOT)), frame.f_lineno] = None
        return original(pattern, flags)

    compiler.compile = compile_and_tell
    re.purge()
    for package in PACKAGES:
        for module in pkgutil.iter_modules([str(ROOT / package)], package + "."):
            imported = importlib.import_module(module.name)
            for held in list(vars(imported).values()):
                if (
                    hasattr(held, "cache_info")
                    and held.__module__ == module.name
                    and not held.__wrapped__.__code__.co_argcount
                ):
                    held()
    from pipeline.parse import parse
    from pipeline.source import Rejected, from_bytes

    for path in sorted((ROOT / "fixtures" / "notices").iterdir()):
        if path.suffix in (".txt", ".html"):
            source = from_bytes(
                path.read_bytes(), uri=path.name, name="linear", fetched_at=datetime(2026, 1, 1, tzinfo=UTC)
            )
            try:
                parse(source)
            except Rejected:
                continue
    json.dump(list(found), sys.stdout)


def sites() -> Iterator[tuple[str, ast.Call]]:
    """Every call of the module ``re`` with a pattern, by file."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                    continue
                module = node.func.value
                if isinstance(module, ast.Name) and module.id == "re" and node.func.attr in FUNCTIONS:
                    yield str(path.relative_to(ROOT)), node


def written() -> Iterator[tuple[str | bytes | None, int, str, range]]:
    """The pattern, flags, file and lines of each call whose pattern the module alone tells; else None for a pattern."""
    for file, call in sites():
        known = vars(importlib.import_module(file.removesuffix(".py").replace("/", ".")))
        try:
            pattern = eval(ast.unparse(call.args[0]), known)
        except NameError:
            pattern = None
        named = [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
        if isinstance(call.func, ast.Attribute) and call.func.attr == "compile":
            named += call.args[1:2]
        flags = eval(ast.unparse(named[0]), known) if named and pattern is not None else 0
        yield pattern, int(flags), file, range(call.lineno, (call.end_lineno or call.lineno) + 1)


@cache
def recorded() -> list[tuple[str, int, bool, str, int]]:
    command = [sys.executable, "-m", "tests.linear_long"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=300)
    return [tuple(row) for row in json.loads(done.stdout)]


@cache
def expressions() -> dict[re.Pattern[Any], str]:
    """Every expression, with the place that it is from."""
    found: dict[re.Pattern[Any], str] = {}
    for text, flags, binary, file, line in recorded():
        found[re.compile(text.encode("latin-1") if binary else text, flags)] = f"{file}:{line}"
    for pattern, number, file, lines in written():
        if pattern is not None:
            found.setdefault(re.compile(pattern, number), f"{file}:{lines[0]}")
    return found


# --- worst inputs ----------------------------------------------------------------------------------------------------

Node = tuple[Any, Any]


def accepted(node: Node, turn: int = 0) -> str:
    """A short text that a node of the tree accepts; ``turn`` varies the choice."""
    code, value = node
    if code is codes.LITERAL:
        return chr(value)
    if code in (codes.NOT_LITERAL, codes.ANY):
        return next(c for c in "a1 ." if code is codes.ANY or ord(c) != value)
    if code is codes.IN:
        return member(value, turn)
    if code is codes.BRANCH:
        branches = value[1]
        return joined(branches[turn % len(branches)], turn)
    if code is codes.SUBPATTERN:
        return joined(value[3], turn)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        low, _, body = value
        return joined(body, turn) * min(low, 4)
    if code is codes.ATOMIC_GROUP:
        return joined(value, turn)
    return ""


def joined(nodes: Any, turn: int = 0) -> str:
    return "".join(accepted(node, turn) for node in nodes)


SAMPLES = "a A1 -.,;:(/'@_\té\nя•|&\"<>\\=#*%+!?"


def member(items: Any, turn: int) -> str:
    """A character of a set."""
    expression = re.compile(compiled_set(items))
    fits = [c for c in SAMPLES if expression.fullmatch(c)]
    for code, value in items:
        if code is codes.LITERAL:
            fits.append(chr(value))
        elif code is codes.RANGE:
            fits.append(chr(value[0]))
    fits = [c for c in fits if expression.fullmatch(c)] or ["a"]
    return fits[turn % len(fits)]


def compiled_set(items: Any) -> str:
    """A set as it would be written."""
    names = {
        codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
    }  # fmt: skip
    out = []
    for code, value in items:
        if code is codes.NEGATE:
            out.insert(0, "^")
        elif code is codes.LITERAL:
            out.append(re.escape(chr(value)))
        elif code is codes.RANGE:
            out.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            out.append(names[value])
    return "[" + "".join(out) + "]"


def repeats(nodes: Any, before: str = "", turn: int = 0, outer: int = 1) -> Iterator[tuple[str, str, str]]:
    """Each repeat without a small bound: what leads up to it, what it accepts once, and what it refuses."""
    for code, value in nodes:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _, most, body = value
            if most * outer >= BIG:
                yield before, joined(body, turn), refused(body)
            yield from repeats(body, before, turn, min(most, BIG) * outer)
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from repeats(branch, before, turn, outer)
        elif code is codes.SUBPATTERN:
            yield from repeats(value[3], before, turn, outer)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from repeats(value[1], before if value[0] > 0 else "", turn, outer)
        elif code is codes.ATOMIC_GROUP:
            yield from repeats(value, before, turn, outer)
        before += accepted((code, value), turn)


def refused(nodes: Any) -> str:
    """A character that a repeat of single characters does not accept."""
    if len(nodes) == 1 and nodes[0][0] is codes.IN:
        expression = re.compile(compiled_set(nodes[0][1]))
        return next((c for c in "\0a1. \n_-" if not expression.fullmatch(c)), "\0")
    return "\n" if len(nodes) == 1 and nodes[0][0] is codes.ANY else "\0"


def worst(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Beginnings, pieces to repeat, and ends."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    if next(repeats(tree), None) is None:
        return  # it looks at a few characters from each place, and no further
    seen: set[tuple[str, str, str]] = {("", piece, "") for piece in GENERIC}
    for turn in range(3):
        whole = joined(tree, turn)
        seen |= {("", whole, ""), ("", whole[:-1], ""), ("", whole[: len(whole) // 2], "")}
        for before, piece, end in islice(repeats(tree, "", turn), 40):
            seen |= {
                (before, piece, end), ("", piece, end), ("", before + piece, end), ("", before, end),
                ("", before + piece * 20, ""), (before, piece, "\0"), ("", piece + end, ""),
            }  # fmt: skip
    for start, piece, end in sorted(seen):
        if piece:
            yield start, piece, end


# --- time ------------------------------------------------------------------------------------------------------------


def seconds(work: Callable[[], object], repeat: int = 1) -> float:
    """Processor time of the fastest of several runs."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def text_of(start: str, piece: str, end: str, length: int) -> str:
    return start + piece * max(1, (length - len(start) - len(end)) // len(piece)) + end


def growth(pattern: re.Pattern[Any], start: str, piece: str, end: str) -> float:
    """How many times as long twice the text takes; 0 where it takes no time."""

    def run(length: int) -> Callable[[], object]:
        text: Any = text_of(start, piece, end, length)
        if isinstance(pattern.pattern, bytes):
            text = text.encode("latin-1", "replace")
        return lambda: sum(1 for _ in pattern.finditer(text))

    glance = seconds(run(GLANCE))
    if glance < NOTICED or seconds(run(GLANCE), 2) < SUSPECT * seconds(run(GLANCE // 4), 2):
        return 0.0
    if seconds(run(LONG)) < SLOW:
        return 0.0
    ratio = 0.0
    for _ in range(3):
        ratio = seconds(run(LONG), 2) / seconds(run(LONG // 2), 2)
        if ratio < GROWTH:
            break
    return ratio


def test_every_expression_is_found() -> None:
    """Patterns that are put together must have been compiled by the process that records them."""
    reached = {(file, line) for _, _, _, file, line in recorded()}
    put_together = [(file, lines) for pattern, _, file, lines in written() if pattern is None]
    assert len(expressions()) > 200
    assert len(put_together) > 20
    assert [place for place in put_together if not any((place[0], line) in reached for line in place[1])] == []


@pytest.mark.parametrize("written", [r"\s+x", r"\w*\d", r"<[^>]*>", r"-(?=[^)]*\))"])
def test_what_is_not_linear_is_noticed(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LONG", 3_000), ("GLANCE", 800), ("NOTICED", 0.0), ("SLOW", 0.0)):
        monkeypatch.setattr(sys.modules[__name__], name, value)
    pattern = re.compile(written)
    assert any(growth(pattern, *made) >= GROWTH for made in worst(pattern))


def test_expressions_are_linear() -> None:
    slow = []
    for pattern, place in expressions().items():
        for start, piece, end in worst(pattern):
            ratio = growth(pattern, start, piece, end)
            if ratio >= GROWTH:
                slow.append(f"{place}: {pattern.pattern[:80]!r} on {start!r} + {piece!r} * n + {end!r}: {ratio:.1f}")
                break
    assert slow == []


# --- the parser ------------------------------------------------------------------------------------------------------

STEEP = 3.0  # times as long for twice the text; one run of the parser is noisier than one of an expression


@pytest.mark.parametrize("piece", PIECES)
def test_parser_is_linear_on_its_worst_inputs(piece: str) -> None:
    text = HEAD + piece * (6_000 // len(piece))
    half = seconds(lambda: read(text))
    if half < SLOW / 2:  # try what takes little time on more
        text = HEAD + piece * (36_000 // len(piece))
        half = seconds(lambda: read(text))
    twice = text + text[len(HEAD) :]
    assert seconds(lambda: read(twice)) < STEEP * half or seconds(lambda: read(twice)) < STEEP * seconds(
        lambda: read(text)
    )


@pytest.mark.parametrize(("lines", "size"), [(True, 1_000_000), (False, 250_000)], ids=["a megabyte", "one line"])
def test_a_long_notice(lines: bool, size: int) -> None:
    """It is read at the pace of a fourth of it."""
    text = fixtures(lines=lines)
    whole = (text * (size // len(text) + 1))[:size]
    quarter = seconds(lambda: read(whole[: size // 4]))
    assert seconds(lambda: read(whole)) < quarter * 4 * 1.7


if __name__ == "__main__":
    record()
