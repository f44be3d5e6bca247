"""One module per kind of site, each an ``listing.Adapter``; none has met the live site that it is written for."""

from __future__ import annotations

from pipeline.web.adapters import (
    feed,
    inspira,
    oracle_hcm,
    pages,
    pageup,
    reliefweb,
    sitemap,
    successfactors,
    taleo,
    workday,
)
from pipeline.web.listing import Adapter

ADAPTERS: dict[str, Adapter] = {
    "addresses": pages,
    "feed": feed,
    "inspira": inspira,
    "oracle_hcm": oracle_hcm,
    "pageup": pageup,
    "reliefweb": reliefweb,
    "sitemap": sitemap,
    "successfactors": successfactors,
    "taleo": taleo,
    "workday": workday,
}
