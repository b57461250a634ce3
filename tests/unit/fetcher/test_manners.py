"""What hosts ask of us: Retry-After, robots.txt, and whose share a host is. Tables of pure functions."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from pydantic import ValidationError

from services.common.retry_after import LONGEST_WAIT, UNSAID, rest_after, retry_after
from services.fetcher.failures import (
    CutOff,
    FetchFailed,
    HttpError,
    Refused,
    TimedOut,
    TooManyRedirects,
    Unreachable,
)
from services.fetcher.robots import (
    AGAIN,
    FRESH,
    LARGEST,
    LONGEST_DELAY,
    STALE,
    Kept,
    Robots,
    after_answer,
    after_failure,
    robots_url,
)
from services.fetcher.settings import FetcherSettings
from services.fetcher.shard import Shard, parse_shard, shard_of

NOW = datetime(2024, 11, 17, 9, 30, tzinfo=UTC)
S, H = timedelta(seconds=1), timedelta(hours=1)
PAGE = "https://outlet.example/world/a?x=1"


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (None, None),
        ("", None),
        ("120", 120 * S),
        (" 0 ", timedelta()),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),  # a digit, but not one of HTTP's
        ("9" * 5000, LONGEST_WAIT),
        ("Sun, 17 Nov 2024 09:31:00 GMT", 60 * S),
        ("Sunday, 17-Nov-24 09:31:00 GMT", 60 * S),
        ("Sun Nov 17 09:31:00 2024", 60 * S),
        ("Sun, 17 Nov 2024 09:00:00 GMT", timedelta()),
        ("Sun, 17 Nov 2034 09:00:00 GMT", LONGEST_WAIT),
        ("Sun, 99 Nov 2024 09:00:00 GMT", None),
    ],
)
def test_retry_after(value: str | None, wait: timedelta | None) -> None:
    assert retry_after(value, NOW) == wait


@pytest.mark.parametrize(
    ("status", "wait", "rest"),
    [
        (429, None, UNSAID),
        (429, 5 * S, 5 * S),
        (503, 5 * S, 5 * S),
        (503, None, None),
        (500, 5 * S, None),
        (404, 5 * S, None),
    ],
)
def test_how_long_a_host_rests(status: int, wait: timedelta | None, rest: timedelta | None) -> None:
    assert rest_after(status, wait) == rest


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (PAGE, "https://outlet.example/robots.txt"),
        ("http://Outlet.example:8080/a", "http://outlet.example:8080/robots.txt"),
        ("https://me:pw@outlet.example/", "https://outlet.example/robots.txt"),
    ],
)
def test_where_robots_txt_is(url: str, place: str) -> None:
    assert robots_url(url) == place


ROBOTS = [
    ("", True, 0),
    ("User-agent: *\nDisallow: /", False, 0),
    ("User-agent: *\nDisallow:", True, 0),
    ("User-agent: *\nDisallow: /world/", False, 0),
    ("User-agent: *\nDisallow: /world/\nAllow: /world/a", True, 0),  # the longest match
    ("User-agent: *\nDisallow: /*?x=", False, 0),
    ("User-agent: *\nDisallow: /world/a$", True, 0),
    ("User-agent: sitrep\nDisallow: /", False, 0),  # whatever the case
    ("User-agent: Sitrep\nAllow: /\n\nUser-agent: *\nDisallow: /", True, 0),
    ("User-agent: Otherbot\nDisallow: /", True, 0),
    ("User-agent: *\nCrawl-delay: 10", True, 10),
    ("User-agent: *\nCrawl-delay: 2.5", True, 2.5),
    ("User-agent: *\nCrawl-delay: 86400", True, LONGEST_DELAY),
    ("User-agent: *\nCrawl-delay: -4", True, 0),
    ("User-agent: *\nCrawl-delay: nan", True, 0),
    ("User-agent: *\nCrawl-delay: soon", True, 0),
    ("User-agent: *\nRequest-rate: 1/20", True, 20),
    ("User-agent: Sitrep\nCrawl-delay: 3\n\nUser-agent: *\nCrawl-delay: 9", True, 3),
    ("\N{ZERO WIDTH NO-BREAK SPACE}User-agent: *\nDisallow: /", False, 0),
    ("User-agent: *\r\nDisallow: /\r\n", False, 0),
    ("<!doctype html><html><body>Not found</body></html>", True, 0),
    ("\x00\x01\x02", True, 0),
]


@pytest.mark.parametrize(("text", "allowed", "delay"), ROBOTS)
def test_what_a_robots_txt_allows(text: str, allowed: bool, delay: float) -> None:
    kept = after_answer(text.encode(), NOW)
    assert kept.robots.allows(PAGE) is allowed
    assert kept.robots.delay == delay
    assert (kept.had, kept.until) == (NOW, NOW + FRESH)


def test_of_a_large_robots_txt_the_beginning_counts() -> None:
    rules = b"User-agent: *\nDisallow: /early\n"
    filler = b"# padding\n" * (LARGEST // 10)
    late = b"Disallow: /late\nDisallow: /"
    kept = after_answer((rules + filler + late)[:LARGEST], NOW)
    assert not kept.robots.allows("https://outlet.example/early")
    assert kept.robots.allows("https://outlet.example/late")
    cut = after_answer((rules + b"Disallow: /a" * LARGEST)[:LARGEST], NOW)
    assert cut.robots.allows("https://outlet.example/b"), "a line that was cut off says nothing"


def test_a_robots_txt_that_is_made_to_be_slow() -> None:
    agents = "".join(f"User-agent: b{n}\n" for n in range(12_000))
    rules = "".join(f"Disallow: /{n}\n" for n in range(12_000))
    began = monotonic()
    kept = after_answer(f"User-agent: *\n{agents}{rules}Disallow: /world\n".encode(), NOW)
    assert monotonic() - began < 10, "12,000 times 12,000 would take minutes"
    assert not kept.robots.allows(PAGE)
    others = after_answer(f"{agents}{rules}Disallow: /world\n".encode(), NOW)
    assert others.robots.allows(PAGE)


LAST = Kept(Robots(delay=7), NOW - 2 * H, NOW)
OLD = Kept(Robots(delay=7), NOW - STALE, NOW)


@pytest.mark.parametrize(
    ("error", "held", "allowed", "until"),
    [
        (HttpError("", 404), None, True, FRESH),
        (HttpError("", 403), None, True, FRESH),
        (HttpError("", 401), LAST, True, FRESH),
        (HttpError("", 410), None, True, FRESH),
        (TooManyRedirects(""), None, True, FRESH),
        (Refused(""), None, True, FRESH),
        (HttpError("", 500), None, False, AGAIN),
        (HttpError("", 503, 2 * H), None, False, 2 * H),
        (HttpError("", 429), None, False, AGAIN),
        (TimedOut(""), None, False, AGAIN),
        (Unreachable(""), None, False, AGAIN),
        (CutOff(""), None, False, AGAIN),
        (HttpError("", 500), LAST, True, AGAIN),  # what it last allowed
        (HttpError("", 500), OLD, False, AGAIN),
    ],
)
def test_without_a_robots_txt(error: FetchFailed, held: Kept | None, allowed: bool, until: timedelta) -> None:
    kept = after_failure(error, NOW, held)
    assert kept.robots.allows(PAGE) is allowed
    assert kept.until == NOW + until
    if held is LAST and until == AGAIN:
        assert kept == Kept(LAST.robots, LAST.had, NOW + AGAIN)


HOSTS = [f"{name}{number}.example" for name in ("outlet", "www.paper", "news.daily") for number in range(200)]


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_every_host_is_in_one_hand_and_the_work_is_shared_out(count: int) -> None:
    shards = [Shard(number, count) for number in range(1, count + 1)]
    for host in HOSTS:
        assert sum(shard.mine(host) for shard in shards) == 1
    for shard in shards:
        assert sum(map(shard.mine, HOSTS)) > len(HOSTS) / count / 2


@pytest.mark.parametrize("host", ["www.outlet.co.uk", "feeds.outlet.co.uk", "OUTLET.co.uk", "outlet.co.uk:8443"])
def test_hosts_of_one_site_are_together(host: str) -> None:
    assert shard_of(host, 1000) == shard_of("outlet.co.uk", 1000)


def test_a_share_does_not_change() -> None:
    assert [shard_of(host, 3) for host in ("outlet.example", "northwire.example", "127.0.0.1")] == [1, 3, 3]


@pytest.mark.parametrize(("written", "shard"), [("", Shard()), (" 1/3 ", Shard(1, 3)), ("3/3", Shard(3, 3))])
def test_a_share_as_it_is_written(written: str, shard: Shard) -> None:
    assert parse_shard(written) == shard
    assert FetcherSettings(fetcher_shard=written).shard == shard


@pytest.mark.parametrize("written", ["0/3", "4/3", "3", "1/0", "a/b", "1/3/5", "-1/3"])
def test_a_share_that_is_none(written: str) -> None:
    with pytest.raises(ValidationError, match="is not a share: write 1/3, 2/3 or 3/3"):
        FetcherSettings(fetcher_shard=written)
