"""robots.txt (RFC 9309): what a host asks of programs, as values. Pure; ``robots_files`` fetches and keeps them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from services.fetcher.failures import FetchFailed, HttpError, Refused, TooManyRedirects

PRODUCT = "Sitrep"
"""The product token that a robots.txt names us by (section 2.2.1)."""
AGENT = re.compile(r"user[- ]?agent\b")
RULE = re.compile(r"(?:di|allow|crawl|request|visit)")
MOST_AGENTS = 10
"""Lines of one group of rules that may name us."""
ROBOTS_REDIRECTS = 5
"""Redirects that are followed from a robots.txt (section 2.3.1.2)."""
LARGEST = 500 * 1024
"""Bytes that are read of a robots.txt; what follows is ignored (section 2.5)."""
LONGEST_DELAY = 60.0
"""Seconds: a longer Crawl-delay is taken to be this one."""
FRESH = timedelta(hours=24)
"""How long a robots.txt holds (section 2.4)."""
AGAIN = timedelta(minutes=15)
"""When one that could not be had is asked for again, unless its server says when."""
STALE = timedelta(days=30)
"""How long the last one that was had holds on while its host does not answer (section 2.3.1.4)."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host allows us."""

    rules: Protego | None = None
    """None: everything."""
    unknown: str | None = None
    """Why it could not be had: nothing is allowed meanwhile (section 2.3.1.4)."""
    delay: float = 0.0
    """Seconds between two requests that the host asks for, within bounds."""

    def allows(self, url: str) -> bool:
        """Whether a page may be asked for."""
        if self.unknown is not None:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, PRODUCT))


@dataclass(frozen=True, slots=True)
class Kept:
    """What a host allows us, and until when that holds."""

    robots: Robots
    had: datetime | None
    """When the host last answered what it allows."""
    until: datetime


def robots_url(url: str) -> str:
    """Where the robots.txt for an address is: at the root of its scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}/robots.txt"


def after_answer(body: bytes, now: datetime) -> Kept:
    """What holds once a robots.txt was had. Lines that say nothing known are passed over; it never fails."""
    whole = body if len(body) < LARGEST else body[:LARGEST].rpartition(b"\n")[0]
    text = whole.decode("utf-8", "replace").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    rules = Protego.parse("\n".join(_few_agents(text)))
    rate = rules.request_rate(PRODUCT)
    asked = max(rules.crawl_delay(PRODUCT) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0.0)
    return Kept(Robots(rules, delay=min(max(asked, 0.0), LONGEST_DELAY)), now, now + FRESH)


def _few_agents(text: str) -> Iterator[str]:
    """The lines, but of the programs that one group of rules is for only us, all, and one other.

    Protego keeps the rules once for each program: thousands of both in one group would take it minutes, and gigabytes.
    """
    ours = others = 0
    for line in text.splitlines():
        written = line.strip().lower()
        if AGENT.match(written):
            if "*" in written or PRODUCT.lower() in written:
                ours += 1
                if ours > MOST_AGENTS:
                    continue
            else:
                others += 1
                if others > 1:
                    continue
        elif RULE.match(written):
            ours = others = 0
        yield line


def after_failure(error: FetchFailed, now: datetime, held: Kept | None = None) -> Kept:
    """What holds once a robots.txt could not be had (section 2.3.1).

    A host that says it has none, or leads on for ever, or to where we never ask, allows everything. One that is in
    trouble (5xx, 429, no answer) allows what it last allowed, or nothing.
    """
    refusing = isinstance(error, HttpError) and error.status < 500 and error.status != 429
    if refusing or isinstance(error, TooManyRedirects | Refused):
        return Kept(Robots(), now, now + FRESH)
    again = now + (error.retry_after or AGAIN)
    if held is not None and held.had is not None and now - held.had < STALE:
        return Kept(held.robots, held.had, again)
    return Kept(Robots(unknown=str(error)), None, again)
