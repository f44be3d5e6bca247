"""Containers taken apart: every member, those of containers inside it included, as bytes with a name."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import BinaryIO, cast

from pipeline.formats import archives, listing, mail, rows
from pipeline.formats.columns import Mapping
from pipeline.formats.kinds import CONTAINERS, Kind, kind_of
from pipeline.formats.member import Member, Members, Refused
from pipeline.limits import LIMITS, Budget, Limits, Rejected

INSIDE = "!/"


def container(raw: bytes, *, name: str = "", mapping: Mapping | None = None) -> Kind | None:
    """The type of a container; None for what can only be a notice itself."""
    kind = kind_of(raw, name=name, mapping=mapping)
    if kind is Kind.HTML and listing.may_list(raw):
        return Kind.LISTING
    return kind if kind in CONTAINERS else None


def expand(
    stream: BinaryIO,
    kind: Kind,
    *,
    size: int,
    name: str = "",
    mapping: Mapping | None = None,
    declared: str | None = None,
    limits: Limits = LIMITS,
) -> Members:
    """The members of a container; never raises for what it holds.

    ``declared`` is the encoding that is told of a page; one that turns out to be one notice is a member without a
    name.  What ends the reading of it is said last, of the container as a whole (under the name "").
    """
    budget = Budget(size, limits)
    found = False
    try:
        if kind is Kind.LISTING:
            yield from listing.of_page(stream.read(), declared, budget)
            return
        for member in _expand(stream, kind, "", name, budget, mapping, depth=1):
            found = True
            yield member
        if not found:
            yield Refused("", Rejected("no_members", "source", f"no notice in it ({kind})"))
    except Rejected as error:
        yield Refused("", error)
    except MemoryError:
        raise
    except Exception as error:  # parsers of archives raise what they like
        yield Refused("", archives.damaged(error))


def _expand(
    stream: BinaryIO, kind: Kind, prefix: str, name: str, budget: Budget, mapping: Mapping | None, *, depth: int
) -> Members:
    if depth > budget.limits.nesting:
        raise Rejected("too_deep", "source", f"more than {budget.limits.nesting} archives inside one another")
    if kind is Kind.GZIP:
        with archives.unzipped(stream, budget) as inner:
            plain = cast("BinaryIO", inner)
            name = name.rsplit("/", 1)[-1].removesuffix(".gz").removesuffix(".tgz") or "content"
            found = kind_of(plain, name=name, mapping=mapping)
            if found in (Kind.TAR, Kind.WARC, Kind.TABLE, Kind.JSON, Kind.PARQUET, Kind.MBOX):
                yield from _expand(plain, found, prefix, name, budget, mapping, depth=depth)
                return
            raw = plain.read(budget.limits.raw + 1)
        yield from _member(Member(name, raw), prefix, budget, mapping, depth)
        return
    for member in _members(stream, kind, name, budget, mapping):
        if isinstance(member, Refused):
            yield Refused(prefix + member.name, member.error, member.size)
        elif kind in (Kind.JSON, Kind.TABLE, Kind.PARQUET):
            yield Member(prefix + member.name, member.raw, member.declared)  # made by us, and no container
        else:
            yield from _member(member, prefix, budget, mapping, depth)


def _member(member: Member, prefix: str, budget: Budget, mapping: Mapping | None, depth: int) -> Members:
    """The member, or what is in it."""
    kind = container(member.raw, name=member.name, mapping=mapping)
    if kind is None:
        yield Member(prefix + member.name, member.raw, member.declared)
        return
    if kind is Kind.LISTING:
        for each in listing.of_page(member.raw, member.declared, budget):
            inner = f"{INSIDE}{each.name}" if each.name else ""
            yield replace(each, name=f"{prefix}{member.name}{inner}")
        return
    inside = f"{prefix}{member.name}{INSIDE}"
    found = False
    try:
        for each in _expand(io.BytesIO(member.raw), kind, inside, member.name, budget, mapping, depth=depth + 1):
            found = True
            yield each
        if not found:
            yield Refused(prefix + member.name, Rejected("no_members", "source", f"no notice in it ({kind})"))
    except Rejected as error:
        if budget.spent:
            raise
        yield Refused(prefix + member.name, error, len(member.raw))
    except MemoryError:
        raise
    except Exception as error:
        yield Refused(prefix + member.name, archives.damaged(error), len(member.raw))


def _members(stream: BinaryIO, kind: Kind, name: str, budget: Budget, mapping: Mapping | None) -> Members:
    limits = budget.limits
    if kind is Kind.ZIP:
        return archives.of_zip(stream, budget)
    if kind is Kind.TAR:
        return archives.of_tar(stream, budget)
    if kind is Kind.MBOX:
        return mail.of_mbox(stream, budget)
    if kind is Kind.MAIL:
        return mail.of_mail(stream.read(2 * limits.raw + 1), budget)
    if kind is Kind.WARC:
        from pipeline.formats import webarchive

        return webarchive.of_warc(stream, budget)
    if kind is Kind.PARQUET:
        from pipeline.formats import parquet

        return rows.members(parquet.of_parquet(stream, limits, mapping=mapping), budget, mapping)
    if kind is Kind.TABLE:
        return rows.members(rows.of_table(stream, limits, name=name, mapping=mapping), budget, mapping)
    return rows.members(rows.of_json(stream, limits, mapping=mapping), budget, mapping)
