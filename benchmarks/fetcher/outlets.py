"""The outlets of the benchmark: so many hosts on loopback with a feed and pages each, the same at every run."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from random import Random

from benchmarks.fetcher.layouts import manner, page
from benchmarks.fetcher.prose import Prose, Story

SEED = 20241025
NAMES = ("Courier", "Wire", "Observer", "Gazette", "Herald")
FEED = "/feed.xml"
WARMING = 16
"""Pages of the outlet that is there to get warm with."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One host, and what it answers."""

    number: int
    host: str
    """An address of its own on loopback: what both fetchers take for a host to be polite to."""
    name: str
    stories: dict[str, Story]
    """By the path of the page."""
    bodies: dict[str, bytes]
    """By path, the feed and robots.txt too."""

    def source(self, port: int) -> dict[str, object]:
        """This outlet as an entry of sources.yaml."""
        return {
            "id": f"outlet-{self.number}",
            "name": self.name,
            "domain": f"outlet-{self.number}.example",
            "language": "en",
            "feeds": [f"http://{self.host}:{port}{FEED}"],
            "every": "1h",
            "allow_private": True,
        }


def outlets(pages: int, hosts: int, port: int) -> tuple[Outlet, ...]:
    """``hosts`` outlets that have ``pages`` pages in all, at 127.0.1.1 and on."""
    return tuple(_outlet(number, range(number, pages, hosts), port) for number in range(hosts))


def warming(hosts: int, port: int) -> Outlet:
    """One outlet more, whose pages are read before a clock starts."""
    return _outlet(hosts, range(WARMING), port)


def pages_of(all_of_them: tuple[Outlet, ...], port: int) -> Iterator[tuple[str, bytes]]:
    """The address and the body of every page."""
    for outlet in all_of_them:
        for path in outlet.stories:
            yield f"http://{outlet.host}:{port}{path}", outlet.bodies[path]


def _outlet(number: int, numbers: range, port: int) -> Outlet:
    random = Random(SEED + number)
    prose, host = Prose(random), f"127.0.{1 + number // 250}.{1 + number % 250}"
    name = f"The {random.choice(prose.words['places'])} {random.choice(NAMES)}"
    own = manner(name, random)
    stories = {f"/news/{story.slug}": story for story in map(prose.story, numbers)}
    base = f"http://{host}:{port}"
    bodies = {path: page(own, base + path, story, prose, random).encode() for path, story in stories.items()}
    others = {FEED: _feed(name, base, stories), "/robots.txt": b"User-agent: *\nDisallow: /admin/\n"}
    return Outlet(number, host, name, stories, bodies | others)


def _feed(name: str, base: str, stories: dict[str, Story]) -> bytes:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{base}{path}</link><guid>{base}{path}</guid>"
        f"<pubDate>{format_datetime(story.published)}</pubDate>"
        f"<description>{escape(story.paragraphs[0])}</description></item>"
        for path, story in stories.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{name}</title><link>{base}</link>'
        f"<description>news</description>{items}</channel></rss>"
    ).encode()
