"""A page as text: what it shows to readers, then what it says to machines, in labelled lines that evidence can quote.

A posting is only read where it is the page's own: its title or its text stands on the page, or the page shows next to
nothing.  Of a page that scripts fill, the posting's description is the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale
from selectolax.lexbor import LexborHTMLParser

from extractors._fold import fold
from pipeline.formats.columns import Mapping, table
from pipeline.formats.documents import Pairs, has_tags, labelled, plain
from pipeline.markup import html_to_text
from pipeline.postings import Posting, postings

STATED = "Structured data of the page (schema.org JobPosting)"

_THIN = 300  # characters of a page that shows next to nothing: "Please turn on JavaScript"
_LONG_LINE = 30  # characters of a line by which a description is known again
_LINES = 100  # of them that are looked for
_SHOWN = 0.5  # share of a description that stands on a page that shows it
_LONGEST = 300  # characters of a value
_NO_PAY = re.compile(r"[^\d]{0,40}0(?:\.0+)?(?: to 0(?:\.0+)?)?(?: per \w+)?")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a notice.

    ``stated`` is the offset at which the lines of a page's structured data begin, None where there are none;
    ``warnings`` say what of that data was not read.
    """

    text: str
    stated: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """What one posting says: its title, its lines, and its texts as text."""

    title: str
    lines: Pairs
    body: str


def page_text(page: str, *, headed: bool) -> SourceText:
    """The text of an HTML page; ``headed`` says whether it has a heading, so that its ``<title>`` is not needed."""
    shown = html_to_text(page)
    text = f"{shown.title}\n\n{shown.text}" if shown.title and not headed else shown.text
    if "jobposting" not in page.lower():
        return SourceText(text)
    found, warnings = postings(LexborHTMLParser(page))
    told = [_told(posting) for posting in found]
    words = _words(text)
    own = _own([each for each in told if each.lines], words, _words(shown.title), thin=len(text) < _THIN)
    others = dict.fromkeys(each.title for each in told if each not in own)
    warnings += [f"structured data of another posting: {title!r}" for title in others][:20]
    if not own:
        return SourceText(text, None, tuple(warnings))
    body = max((each.body for each in own), key=len)
    if not _stands(body, words) and (len(text) < _THIN or _words(own[0].title) in words):
        text = f"{text}\n\n{body}".strip()
    lines = dict.fromkeys(f"{label}: {value}" for each in own for label, value in each.lines)
    before = f"{text}\n\n"
    return SourceText(f"{before}{STATED}\n" + "\n".join(lines), len(before), tuple(warnings))


def _told(posting: Posting) -> _Told:
    places, countries = _places(posting)
    said = {**posting, "jobLocation": " / ".join(places), "jobLocationCountry": ", ".join(countries)}
    pairs, texts = labelled(said, Mapping({role: tuple(names) for role, names in table("posting").items()}))
    lines = [(label, " ".join(html.unescape(value).split())[:_LONGEST]) for label, value in pairs]
    salary = table("labels")["salary"]
    lines = [(label, value) for label, value in lines if not (label == salary and _NO_PAY.fullmatch(value))]
    title = next((value for label, value in lines if label == table("labels")["title"]), "")
    parts = [html_to_text(text).text if has_tags(text) else html.unescape(text) for _, text in texts]
    return _Told(title, lines, "\n\n".join(part.strip() for part in parts))


def _places(posting: Posting) -> tuple[list[str], list[str]]:
    """The places of work and their countries, each once; a region only where there is no town."""
    told = posting.get("jobLocation")
    places: list[str] = []
    countries: list[str] = []
    for place in told[:20] if isinstance(told, list) else [told]:
        address = place.get("address", place) if isinstance(place, dict) else place
        if not isinstance(address, dict):
            places.append(plain(address))
            continue
        parts = [plain(address.get(f"address{part}")) for part in ("Locality", "Region", "Country")]
        places.append(parts[0] or parts[1] or ("" if parts[2] else plain(address.get("name"))))
        countries.append(_territories().get(parts[2].upper(), parts[2]))
    return [each for each in dict.fromkeys(places) if each], [each for each in dict.fromkeys(countries) if each]


@cache
def _territories() -> dict[str, str]:
    """English names of countries by their codes (ISO 3166-1 alpha-2)."""
    return {code: name for code, name in Locale.parse("en").territories.items() if code.isalpha()}


def _own(told: Sequence[_Told], text: str, title: str, *, thin: bool) -> list[_Told]:
    """The postings that are about the vacancy of the page; of several vacancies the one that its title names.

    ``text`` and ``title`` are the page's in words; ``thin`` says that it shows next to nothing.
    """
    own = [each for each in told if _names(each, text) or _names(each, title) or _stands(each.body, text)]
    if not own and thin:
        own = list(told)
    if len(_vacancies(own)) > 1:
        own = [each for each in own if _names(each, title)] or own
    if len(_vacancies(own)) > 1:
        own = [each for each in own if _stands(each.body, text)]
    return own if len(_vacancies(own)) == 1 else []


def _vacancies(told: Sequence[_Told]) -> set[str]:
    return {_words(each.title) for each in told}


def _names(told: _Told, text: str) -> bool:
    return bool(told.title) and _words(told.title) in text


def _stands(body: str, text: str) -> bool:
    """Whether most of a description stands in the text, which is given in words."""
    lines = [_words(line) for line in body.splitlines() if len(line) >= _LONG_LINE][:_LINES]
    there = sum(len(line) for line in lines if line in text)
    return bool(lines) and there >= _SHOWN * sum(map(len, lines))


def _words(text: str) -> str:
    """The words of a text, folded, with a blank around each."""
    return f" {' '.join(_WORD.findall(fold(text)))} "
