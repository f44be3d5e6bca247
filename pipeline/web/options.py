"""What a source of each kind can be told besides its address."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=500)]


class Options(BaseModel):
    """No options."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AddressesOptions(Options):
    """``addresses`` are the pages of notices; none besides the source's own by default."""

    addresses: tuple[Text, ...] = ()


class FeedOptions(Options):
    """``follow``: read the page that an entry links to, else the entry's own text.

    ``complete``: the feed lists everything that is open, so that what it no longer lists is gone.
    """

    follow: bool = True
    complete: bool = False


class SitemapOptions(Options):
    """``within``: only addresses whose path holds one of these."""

    within: tuple[Text, ...] = ()


class TaleoOptions(Options):
    """``portal`` is the number of the career section's portal; else it is read from the search page."""

    portal: Annotated[str, Field(pattern=r"^\d{1,20}$")] | None = None
    language: Text = "en"


class InspiraOptions(Options):
    """``filters`` go into the search as they are: duty stations (``ds``), levels (``jle``), categories (``jc``) ..."""

    filters: dict[str, tuple[str, ...]] = {}
    language: Text = "en"
    page_size: Annotated[int, Field(ge=1, le=500)] = 50


class WorkdayOptions(Options):
    """``tenant`` is the customer's name, else the first label of the host; ``facets`` narrow the search."""

    tenant: Text | None = None
    facets: dict[str, tuple[str, ...]] = {}
    search: str = ""


class OracleOptions(Options):
    """``site_number`` is the site's, as ``CX_1``; else the last part of the address, or what follows ``/sites/``."""

    site_number: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")] | None = None
    language: Text = "en"
    page_size: Annotated[int, Field(ge=1, le=200)] = 25


class SuccessFactorsOptions(Options):
    """``listing`` is the sitemap, or the feed (``sitemal.xml``, ``/services/rss/job/``), of the career site."""

    listing: Text = "/sitemap.xml"
    within: tuple[Text, ...] = ("/job/",)


class PageUpOptions(Options):
    """``page_size`` is how many postings the listing is asked to show at once."""

    page_size: Annotated[int, Field(ge=1, le=500)] = 50


class ReliefWebOptions(Options):
    """``appname`` is the name registered with ReliefWeb; ``filters`` are fields of jobs, and the values wanted."""

    appname: Text
    filters: dict[str, tuple[str, ...]] = {}
    page_size: Annotated[int, Field(ge=1, le=1000)] = 200


OPTIONS: dict[str, type[Options]] = {
    "addresses": AddressesOptions,
    "feed": FeedOptions,
    "inspira": InspiraOptions,
    "oracle_hcm": OracleOptions,
    "pageup": PageUpOptions,
    "reliefweb": ReliefWebOptions,
    "sitemap": SitemapOptions,
    "successfactors": SuccessFactorsOptions,
    "taleo": TaleoOptions,
    "workday": WorkdayOptions,
}
