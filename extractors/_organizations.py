"""Organizations, their missions and kinds of missions, with all their names (``patterns/organizations.toml``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from extractors._labels import load_toml


@dataclass(frozen=True, slots=True)
class Alias:
    """A name as printed.  A weak one means its owner only beside better evidence; it may be an everyday word."""

    text: str
    language: str = "en"
    case_sensitive: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Organization:
    """An employer: ``name`` is canonical, ``requisition`` the prefixes of its vacancies' numbers."""

    name: str
    aliases: tuple[Alias, ...]
    domains: tuple[str, ...] = ()
    city: str | None = None
    country: str | None = None
    zone: str | None = None
    scale: str | None = None
    requisition: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mission:
    """A field operation, office or institution of an organization, in its canonical name.

    An ``umbrella`` recruits for other missions: one of them beside it is the one that is meant.
    """

    name: str
    organization: str
    aliases: tuple[Alias, ...]
    country: str | None = None
    seat: str | None = None
    zone: str | None = None
    requisition: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    umbrella: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """A kind of election observation: "ODIHR Election Observation Mission to" a country, and its prefixes ("EOM")."""

    name: str
    prefixes: tuple[str, ...]
    aliases: tuple[Alias, ...]


def _aliases(entry: dict[str, object]) -> tuple[Alias, ...]:
    """Aliases of an entry: ``aliases`` in English, ``aliases_LANGUAGE``, ``acronyms`` (case-sensitive), ``weak``."""
    found: list[Alias] = []
    for name, texts in entry.items():
        if name.startswith(("aliases", "acronyms", "weak")) and isinstance(texts, list):
            kind, _, language = name.partition("_")
            exact = kind != "aliases"
            found += (Alias(text, language or "en", exact, kind == "weak") for text in texts)
    return tuple(found)


@cache
def _tables() -> dict[str, list[dict[str, object]]]:
    return load_toml("organizations.toml")  # type: ignore[return-value]


def _strings(entry: dict[str, object], name: str) -> tuple[str, ...]:
    texts = entry.get(name, [])
    return tuple(str(text) for text in texts) if isinstance(texts, list) else ()


def _string(entry: dict[str, object], name: str) -> str | None:
    text = entry.get(name)
    return str(text) if text else None


@cache
def organizations() -> tuple[Organization, ...]:
    """The organizations that the gazetteer knows."""
    return tuple(
        Organization(
            name=str(entry["name"]),
            aliases=_aliases(entry),
            domains=_strings(entry, "domains"),
            city=_string(entry, "city"),
            country=_string(entry, "country"),
            zone=_string(entry, "zone"),
            scale=_string(entry, "scale"),
            requisition=_strings(entry, "requisition"),
        )
        for entry in _tables()["organization"]
    )


@cache
def missions() -> tuple[Mission, ...]:
    """Field operations, offices and institutions, in their canonical names."""
    return tuple(
        Mission(
            name=str(entry["name"]),
            organization=str(entry["organization"]),
            aliases=_aliases(entry),
            country=_string(entry, "country"),
            seat=_string(entry, "seat"),
            zone=_string(entry, "zone"),
            requisition=_strings(entry, "requisition"),
            domains=_strings(entry, "domains"),
            umbrella=entry.get("umbrella") is True,
        )
        for entry in _tables()["mission"]
    )


@cache
def activities() -> tuple[Activity, ...]:
    """Kinds of ODIHR's election observation, whose missions exist for some weeks and are in no list."""
    return tuple(
        Activity(str(entry["name"]), _strings(entry, "prefixes"), _aliases(entry)) for entry in _tables()["activity"]
    )


@cache
def kinds() -> dict[str, tuple[str, ...]]:
    """Kinds of field operations ("Mission", "Programme Office"), with the words for each in several languages."""
    return {str(entry["name"]): _strings(entry, "words") for entry in _tables()["kind"]}
