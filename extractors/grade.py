"""Grade of the post as printed on its pay scale: `P-3`, `NO-B`, `S3`, `FSN-6`, a pair or range kept whole.

No grade of this post: those of supervisors, of staff supervised and of colleagues, of who may apply, a possible
upgrade, and what only looks like one: levels of languages (B2), paper (A4), driving licences (B), products (S3).
"No grade" is a statement that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from extractors._choice import strongest
from extractors._doc import body, facts, section_at
from extractors._fold import fold
from extractors._grades import grades, scale_of, yields
from extractors._sentence import sentence_at
from extractors._titles import in_sentences, is_sentence, is_subject
from schemas.finding import Choice, Finding, State

if TYPE_CHECKING:
    from spacy.tokens import Doc

FIELD = "grade"
RULES = (
    "label",
    "no_grade",
    "level",
    "title",
    "contract",
    "unknown_label",
    "heading",
    "salary",
    "prose",
    "label_other",
)

_FIRST = frozenset({"label", "level", "title", "contract", "salary"})
_CEFR = re.compile(r"[ABC][12]")
_GRADED = re.compile(r"grad|class|band|klas|клас|грейд|разряд|razred|gruppe|categor")  # "Level: B2" may be a language's
# "Band 6", "Grade 5 (step 1)"
_OTHER = re.compile(
    r"\s{0,2}((?:[Bb]and|BAND|[Gg]rade|GRADE|[Ll]evel|Stufe|TVöD|[A-Z]{1,4})[ -]?\d{1,2}[A-Ca-c]?)\s{0,2}"
    r"(?:[,;(\n].*)?",
    re.DOTALL,
)
# "7", "7 (step 2)", "7 in the salary structure of the mission"
_NUMBER = re.compile(r"\s{0,2}(\d{1,2}[A-Ca-c]?)\s{0,2}(?:(?:[,;(\n]|(?:in|of|on|according)\s).*)?", re.DOTALL)
_CATEGORY = re.compile(r"\(([A-Z]{4})\)$")
_COMMA = re.compile(r",\s?")
_BEHIND = re.compile(r",? ?\(|, ")
_HEAD_LINES = 8
_HEAD_LENGTH = range(8, 140)  # characters of a line that may be a title
_OPENERS = "(,-–—|/:;["
_CLOSERS = "),-–—|/;]("
_WORDED = re.compile(r"(?i)(?<!\w)(?:grade|level|niveau|grado|nivel|grad|класс|уровень|stepen|niveli?)\s?:?$")
_TOLD = re.compile(r"(?i)(?<!\w)(?:grade|graded|graded at|at level|level|the|niveau|grado|класса|класс|уровня)\s?:?\s$")
_SENTENCE = re.compile(r"[^\W\d_]{2}\.\s")


def _in_title(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Grades that a title carries: "(P4)", ", P2", " - NOC -", "NOA, Bokhtar"; "(Grade B4)" on any scale."""
    line = text[start:end]
    for match in grades().free.finditer(line):
        code, before, after = match.group(), line[: match.start()].rstrip(), line[match.end() :].lstrip(" \t*")
        hyphened = not code.isalnum()
        if not before:
            opened, closed = hyphened, bool(after) and (after[0] in _CLOSERS or after[0].isupper())
        else:
            opened = (
                before[-1] in _OPENERS
                or bool(_WORDED.search(before))
                or (len(code) > 2 and (hyphened or code.isalpha()))
            )
            closed = not after or after[0] in _CLOSERS
            if code[0] == "S" and code[1:].isdigit():
                opened = before[-1] == "("  # S3 is also a product
        if opened and closed:
            yield start + match.start(), start + match.end()
    for match in grades().labelled.finditer(line):
        if _WORDED.search(line[: match.start()].rstrip()) and line[match.end() :][:1] in {"", ")", ",", ";"}:
            yield start + match.start(), start + match.end()


def _labelled(doc: Doc) -> Iterator[Finding]:
    text, known = doc.text, grades()
    for fact in facts(doc, "grade"):
        label = fold(text[fact.label_start : fact.label_end]).strip(" :#*-")
        if known.none.match(text, fact.start, fact.end):
            yield Finding(State.NONE, fact.start, fact.end, "no_grade")
            continue
        end = min(fact.end, fact.start + 160)
        match = known.labelled.search(text, fact.start, end)
        section = section_at(doc, fact.start)
        spoken = section is not None and section.kind == "languages"
        in_table = fact.label_start == fact.start  # a cell; its column is headed "Grade"
        if match and _CEFR.fullmatch(match.group()) and not in_table and not spoken and not _GRADED.search(label):
            yield Finding(match.group(), match.start(), match.end(), "level")
            continue
        if match and not (spoken and _CEFR.fullmatch(match.group())):
            stop = _pair_end(text, match, end)
            yield Finding(text[match.start() : stop], match.start(), stop, "label")
            continue
        whole = text[fact.start : end].strip(" .*\n")
        if whole in known.whole:
            begin = text.index(whole, fact.start)
            yield Finding(whole, begin, begin + len(whole), "label")
            continue
        other = _OTHER.fullmatch(text, fact.start, end)
        if not other and label in known.numbered:
            other = _NUMBER.fullmatch(text, fact.start, end)
        if other and not spoken and not _CEFR.fullmatch(other[1]):
            yield Finding(other[1], other.start(1), other.end(1), "label_other")


def _pair_end(text: str, first: re.Match[str], end: int) -> int:
    """Where two grades of one scale end that are all that the value says: "A11, A12"."""
    comma = _COMMA.match(text, first.end(), end)
    other = grades().labelled.match(text, comma.end(), end) if comma else None
    if other is None or text[other.end() : end].strip(" .*\n"):
        return first.end()
    letters = [re.sub(r"[^A-Z]", "", match.group()) for match in (first, other)]
    return other.end() if letters[0] == letters[1] else first.end()


def _unlabelled(doc: Doc) -> Iterator[Finding]:
    """Values of labels that nobody knows, where the value is a grade and nothing else: "KLASIFIKACIJA: G-4"."""
    text, known = doc.text, grades()
    for fact in facts(doc, "unknown"):
        value = text[fact.start : fact.end].strip(" .*")
        label = text[fact.label_start : fact.label_end]
        code = _CATEGORY.search(value)  # "Mission Support – Management Level (MSML)"
        value = code[1] if code else value
        graded = len(value) > 2 and known.free.fullmatch(value) and not known.not_about.search(label)
        if graded or value in known.categories:
            start = text.index(value, fact.start)
            yield Finding(value, start, start + len(value), "unknown_label")


def _headed(doc: Doc) -> Iterator[Finding]:
    """Grades in the first lines of the notice, where titles stand."""
    text, seen = doc.text, 0
    labelled = [(f.label_start, f.end) for f in facts(doc) if f.field not in {"title", "unknown"}]
    for start, end in body(doc):
        for line in re.finditer(r"[^\n]+", text[start:end]):
            if not line.group().strip():
                continue
            seen += 1
            if seen > _HEAD_LINES:
                return
            section = section_at(doc, start + line.start())
            if section is not None and section.kind != "head":
                return
            sentence = _SENTENCE.search(line.group())
            length = sentence.end() if sentence and seen == 1 else len(line.group())  # a notice of one paragraph
            told = line.group().rstrip().endswith(".") and is_sentence(line.group())
            spoken = ((sentence or told) and seen > 1) or grades().not_about.match(line.group())
            if length in _HEAD_LENGTH and not spoken:
                for low, high in _in_title(text, start + line.start(), start + line.start() + length):
                    if not any(begin <= low < stop for begin, stop in labelled):
                        yield Finding(text[low:high], low, high, "heading")


_REACH = 400  # characters of a sentence read before a grade


def _told(doc: Doc) -> Iterator[Finding]:
    """Grades in sentences about this post: "The position is graded P-3"."""
    text, known = doc.text, grades()
    for start, end in body(doc):
        for match in known.labelled.finditer(text, start, end):
            free = known.free.fullmatch(match.group())
            before = text[max(start, match.start() - 14) : match.start()].casefold()
            worded = _TOLD.search(before)
            if not worded or not (free or "grade" in before):
                continue
            if before.rstrip().endswith("the") and not re.match(r"\s(?:level|grade)\b", text[match.end() :][:8]):
                continue
            low, _ = sentence_at(text, match.start(), match.end())
            low = max(low, start, match.start() - _REACH)
            if known.about.search(text, low, match.start()) and not known.not_about.search(text, low, match.start()):
                yield Finding(match.group(), match.start(), match.end(), "prose")


def find(doc: Doc) -> Iterator[Finding]:
    """Yield grades of this post, as printed, and statements that there is none."""
    text = doc.text
    yield from _labelled(doc)
    for fact in facts(doc, "title", "other", "unknown"):
        if fact.field == "title" or is_subject(text[fact.label_start : fact.label_end]):
            for low, high in _in_title(text, fact.start, min(fact.end, fact.start + 300)):
                yield Finding(text[low:high], low, high, "title")
    for _, end, _ in in_sentences(text):
        behind = _BEHIND.match(text, end)
        code = grades().free.match(text, behind.end()) if behind else None
        if code:  # "seeks an Administrative Assistant (FG II)"
            yield Finding(code.group(), *code.span(), "title")
    for fact in facts(doc, "contract_type"):
        value = text[fact.start : min(fact.end, fact.start + 160)].strip(" .*\n")
        code = _CATEGORY.search(value)
        value = code[1] if code else value
        if value in grades().categories:
            begin = text.index(value, fact.start)
            yield Finding(value, begin, begin + len(value), "contract")
        for match in grades().free.finditer(text, fact.start, min(fact.end, fact.start + 160)):
            if len(match.group()) > 2 or not match.group().isalnum():
                yield Finding(match.group(), match.start(), match.end(), "contract")
    yield from _unlabelled(doc)
    yield from _headed(doc)
    for fact in facts(doc, "salary"):
        for match in grades().free.finditer(text, fact.start, min(fact.end, fact.start + 300)):
            yield Finding(match.group(), match.start(), match.end(), "salary")
    yield from _told(doc)


def choose(findings: Sequence[Finding], known: Mapping[str, Any]) -> Choice:
    """Take the label's grade before the title's, and these before grades in the text.

    "Level: B2" is a grade only where the organization has such grades, else it may be a language's.
    """
    employer = known.get("organization")
    findings = [f for f in findings if f.rule != "level" or (employer and scale_of(f.value, employer))]
    printed = {f.value for f in findings if not isinstance(f.value, State)}
    yielding = {grade for grade in printed if any(yields(grade, other) for other in printed)}
    return strongest([f for f in findings if f.value not in yielding], RULES, key=_same, first_of=_FIRST)


def _same(grade: str) -> str:
    return re.sub(r"[^\w/]", "", grade).casefold()
