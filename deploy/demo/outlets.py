"""The four outlets: who they are, where their things live, and how each differs from the others."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outlet:
    """One invented outlet. All paths begin with a slash; its templates are in `templates/<id>/`."""

    id: str
    name: str
    domain: str
    tagline: str
    feed_format: Literal["rss", "atom"]
    feed_path: str
    article_path: str
    """A format string with `slug` and `published` (a datetime)."""
    robots: tuple[str, ...]
    sitemap_path: str | None = None
    utc_offset_hours: int = 0
    """Offset the outlet writes its times in; the instants are the same."""
    feed_link_query: str = ""
    """What the outlet appends to links in its feed (trackers), without the question mark."""
    language: str = "en"

    def path_of(self, slug: str, published: datetime) -> str:
        """Path of the page of one article."""
        return self.article_path.format(slug=slug, published=published)

    def local(self, moment: datetime) -> datetime:
        """The same instant, written with the outlet's own offset."""
        return moment.astimezone(timezone(timedelta(hours=self.utc_offset_hours)))


OUTLETS: tuple[Outlet, ...] = (
    Outlet(
        id="northwire",
        name="Northwire",
        domain="northwire.example",
        tagline="News agency. Facts first, every hour.",
        feed_format="rss",
        feed_path="/feed.xml",
        sitemap_path="/sitemap-news.xml",
        article_path="/{published:%Y/%m/%d}/{slug}",
        robots=("User-agent: *", "Disallow: /search", "Disallow: /account/"),
    ),
    Outlet(
        id="kyiv-ledger",
        name="The Kyiv Ledger",
        domain="kyivledger.example",
        tagline="Ukraine, written from Ukraine",
        feed_format="atom",
        feed_path="/atom.xml",
        sitemap_path="/news-sitemap.xml",
        article_path="/news/{slug}",
        utc_offset_hours=2,
        robots=("User-agent: *", "Disallow: /login", "Disallow: /donate/thanks"),
    ),
    Outlet(
        id="aldgate-review",
        name="The Aldgate Review",
        domain="aldgatereview.example",
        tagline="A weekly of argument and evidence",
        feed_format="atom",
        feed_path="/feeds/essays.atom",
        article_path="/essays/{slug}/",
        robots=("User-agent: *", "Disallow: /subscribe/", "", "User-agent: GreedyBot", "Disallow: /"),
    ),
    Outlet(
        id="vistula-today",
        name="Vistula Today",
        domain="vistulatoday.example",
        tagline="The region, the neighbours, the world",
        feed_format="rss",
        feed_path="/rss/all",
        article_path="/a/{slug}.html",
        utc_offset_hours=1,
        robots=("User-agent: *", "Disallow: /print/", "Crawl-delay: 1"),
        feed_link_query="utm_source=rss&utm_medium=feed",
    ),
)

OUTLET_BY_ID = {outlet.id: outlet for outlet in OUTLETS}


def base_url(host: str, port: int) -> str:
    """Address of an outlet without a slash at its end; an IPv6 host is put in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def link_host(listen_host: str) -> str:
    """The host to name in links to a server that listens on an address: loopback where it listens on all."""
    return "127.0.0.1" if listen_host in {"0.0.0.0", "::"} else listen_host  # noqa: S104 - compared, not bound


def outlet_addresses(first_port: int, host: str = "127.0.0.1") -> dict[int, tuple[Outlet, str]]:
    """Port of each outlet, in order from `first_port`, with the outlet and its base address."""
    return {port: (outlet, base_url(host, port)) for port, outlet in enumerate(OUTLETS, start=first_port)}
