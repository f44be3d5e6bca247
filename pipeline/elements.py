"""Every block of a page with what it holds, and which blocks are the site's by their names or by what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipeline.site_words import ASIDE, SITE, is_site, named, opens_site, stated

_CONTENT_TAGS = frozenset("html body main article h1 h2 h3 h4 h5 h6".split())
_INLINE = frozenset(
    "a abbr b bdi br cite code em font i img label mark q s small span strong sub sup time tt u wbr".split()
)
HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
_BOXES = frozenset("div section ul ol aside p small center fieldset".split())
_CELLS = frozenset(("dd", "td", "th"))  # a list of links in them is what a label covers
_UNSEEN = re.compile(r"hidden|sr-only|screen-reader|skip", re.I)  # "Skip to main content"
_STYLED_AWAY = re.compile(r"display\s{0,3}:\s{0,3}none", re.I)
_COUNTED = re.compile(r".{0,50}?(?:\((\d{1,6})\)|\s(\d{1,6}))")

_LARGE = 0.4  # share of the page's text that makes an element content, whatever its name
_LARGE_WITH_TITLE = 0.2  # the same, where it holds the page's main heading
_LARGEST_PART = 0.8  # the same, of what stands under a heading such as "Similar jobs"
_FOLDED_PANEL = 400  # hidden text of this many characters is a folded part of the notice
_SHORT, _HEADING = 300, 80  # characters of a block, and of a heading, that are looked at
_LINKS, _LINKED, _LONG_LINK = 3, 0.8, 45  # of a menu: links, their share of its text, characters of one
_FACETS, _FACETED, _MANY = 3, 0.6, 20  # of facets: counts, their share of its texts, more posts than vacancies have
_TEXTS = 100  # texts of a box, or of facets, that are looked at
_NAMED = 2  # labels of a box that is the notice's


@dataclass(slots=True)
class Element:
    """A block and what it holds; until its end is met, what there was before it.

    ``size`` counts characters, ``linked`` those in links, ``applying`` links to apply or to write to; ``first`` and
    ``last`` bound its texts.
    """

    mem_id: int
    tag: str
    kind: str
    first: int
    size: int
    linked: int
    links: int
    applying: int
    last: int = 0
    announced: bool = False  # a colon stands before it
    titled: bool = False  # the page's main heading is in it
    headed: bool = False
    children: list[Element] = field(default_factory=list)
    rank: int = 0  # of a heading in it, under which its further children are the site's
    under: list[Element] = field(default_factory=list)  # such children


class Survey:
    """Counts what each element holds, and tells at its end what it is.

    ``panels`` are the ids of what a tab or a button of the page shows.
    """

    def __init__(self, panels: frozenset[str]) -> None:
        self.panels = panels
        self.texts: list[str] = []
        self.size = self._linked = self._links = self._applying = 0
        self._open: list[Element] = []
        self._in_links = self._inside = 0
        self._found: list[tuple[list[Element], float]] = []  # what may be left out, and the share it may have
        self.root: Element | None = None

    def text(self, text: str) -> None:
        """Note a text."""
        if text:
            self.texts.append(text)
            self.size += len(text)
            self._linked += len(text) if self._in_links else 0

    def begin(self, node: LexborNode) -> None:
        """Note the start of an element."""
        tag, attributes = node.tag or "", node.attributes
        self._inside += tag in ("main", "article")
        kind = ""
        if tag == "a":
            href = attributes.get("href") or ""
            self._in_links += 1
            self._links += 1
            self._applying += href.startswith("mailto:") or "apply" in href
            if href.startswith("#") and _UNSEEN.search(f"{attributes.get('class')} {attributes.get('id')}"):
                kind = SITE
        elif tag not in _CONTENT_TAGS:
            kind = named(tag, attributes, inside=self._inside > 0)
        if not kind and self._is_hidden(attributes):
            kind = "hidden"
        if kind or tag not in _INLINE:
            counts = (len(self.texts), self.size, self._linked, self._links, self._applying)
            element = Element(node.mem_id, tag, kind, *counts)
            element.announced = bool(self.texts) and self.texts[-1].endswith(":")
            element.titled, element.headed = tag == "h1", tag in HEADINGS
            self._open.append(element)

    def end(self, node: LexborNode) -> None:
        """Note the end of an element."""
        self._in_links -= node.tag == "a"
        self._inside -= node.tag in ("main", "article")
        if not self._open or self._open[-1].mem_id != node.mem_id:
            return
        element = self._open.pop()
        element.last = len(self.texts)
        element.size = self.size - element.size
        element.linked = self._linked - element.linked
        element.links = self._links - element.links
        element.applying = self._applying - element.applying
        if element.under:
            self._found.append((element.under, _LARGEST_PART))
        if self._open:
            parent = self._open[-1]
            parent.children.append(element)
            parent.titled |= element.titled
            parent.headed |= element.headed
            self._under_heading(parent, element)
        else:
            self.root = element
        self._told(element)

    def said(self, element: Element) -> list[str]:
        """The texts in an element."""
        return self.texts[element.first : element.last]

    def _under_heading(self, parent: Element, element: Element) -> None:
        """Whether the element is, or stands under, a heading that opens a part of the site's."""
        rank = HEADINGS.get(element.tag, 0)
        opens = 0 < element.size <= _HEADING and not element.titled and opens_site(" ".join(self.said(element)))
        if opens:
            parent.rank = max(parent.rank, rank or 2)
        elif parent.rank and (element.titled or (rank and rank <= parent.rank)):
            parent.rank = 0
        if parent.rank:
            parent.under.append(element)

    def _told(self, element: Element) -> None:
        """What the element is, now that all of it is known."""
        large = _LARGE_WITH_TITLE if element.titled else _LARGE
        if element.kind == SITE:
            self._found.append(([element], large))
        elif element.kind == ASIDE:
            if not self._states(element):
                self._found.append(([element], large))
        elif element.kind:
            if element.size <= _FOLDED_PANEL:
                self._found.append(([element], large))
        elif element.size and not element.titled and element.tag not in _CONTENT_TAGS:
            self._unnamed(element)

    def _unnamed(self, element: Element) -> None:
        """An element whose names tell nothing; what is only a wrapper has been judged inside it."""
        if any((each.first, each.last) == (element.first, element.last) for each in element.children):
            return
        opens = element.tag in _BOXES and opens_site(self.texts[element.first][:_HEADING])
        if opens or (element.size <= _SHORT and is_site(self.said(element))):
            self._found.append(([element], _LARGE))
            return
        above = {open_.tag for open_ in self._open[-2:]} | {element.tag}
        if above & _CELLS or element.announced or not (_is_menu(element) or self._is_facets(element)):
            return
        before = self._open[-1].children[-2:-1] if self._open else []  # its heading goes with it
        heading = [each for each in before if each.tag in HEADINGS and not each.titled]
        self._found.append(([*heading, element], _LARGE))

    def _is_facets(self, element: Element) -> bool:
        """Entries with counts, "Africa (301)", most of them links, or under several headings."""
        count = element.last - element.first
        if not _FACETS <= count <= _TEXTS or element.tag not in _BOXES:
            return False
        counts = [_COUNTED.fullmatch(text) for text in self.said(element)]
        numbers = [int(match[1] or match[2]) for match in counts if match]
        if len(numbers) < max(_FACETS, _FACETED * count) or max(numbers) < _MANY:
            return False
        groups = sum(1 for before, here in zip([None, *counts], counts, strict=False) if here and not before)
        return element.links >= len(numbers) or groups > 1

    def _states(self, element: Element) -> bool:
        """Whether a box beside the text states things of the vacancy, each once, as a list of others does not."""
        said = self.said(element)[:_TEXTS]
        labels = stated(said)
        return len(labels) >= _NAMED and max(labels.values()) == 1 and not opens_site(said[0][:_HEADING])

    def _is_hidden(self, attributes: Mapping[str, str | None]) -> bool:
        if "hidden" not in attributes and not _STYLED_AWAY.search(attributes.get("style") or ""):
            return False
        return attributes.get("role") != "tabpanel" and (attributes.get("id") or "") not in self.panels

    def left_out(self) -> frozenset[int]:
        """The elements that are the site's and not too large to be, by ``mem_id``."""
        return frozenset(
            element.mem_id
            for elements, share in self._found
            if sum(element.size for element in elements) <= share * self.size
            for element in elements
        )


def _is_menu(element: Element) -> bool:
    """Nothing but short links."""
    return (
        element.links >= _LINKS
        and not element.applying
        and element.linked >= _LINKED * element.size
        and element.size <= element.links * _LONG_LINK
    )
