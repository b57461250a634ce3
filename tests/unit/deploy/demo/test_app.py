"""The outlets as a reader meets them while time passes."""

from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.demo.app import demo_app
from deploy.demo.outlets import outlet_addresses
from tests.unit.deploy.demo.day import Hand, day_at

PORT = 8411
ADDRESSES = {outlet.id: base for outlet, base in outlet_addresses(PORT).values()}
LEDGER = ADDRESSES["kyiv-ledger"]
KOKSAN = f"{LEDGER}/news/koksan-guns-kursk-what-we-know"
FIRST_LATER = f"{LEDGER}/news/ukraine-has-lost-two-fifths-of-kursk-gains"


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def reader(hand: Hand) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=demo_app(PORT, day_at(hand)))
    async with httpx.AsyncClient(transport=transport) as client:
        yield client


async def again(reader: httpx.AsyncClient, earlier: httpx.Response, header: str) -> int:
    sent = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[header]
    answer = await reader.get(earlier.request.url, headers={sent: earlier.headers[header]})
    assert answer.status_code == 200 or answer.content == b""
    return answer.status_code


@pytest.mark.parametrize("outlet", ADDRESSES)
async def test_the_front_page_lists_what_there_is(reader: httpx.AsyncClient, hand: Hand, outlet: str) -> None:
    for seconds in (0.0, 200.0):
        hand.seconds = seconds
        page = (await reader.get(ADDRESSES[outlet])).text
        own = [a for a in day_at(hand).articles if a.front.outlet == outlet]
        listed = {a.front.slug for a in own if f'href="{a.path}"' in page}
        assert listed == {a.front.slug for a in own if a.front.appears_after_seconds <= seconds}


async def test_an_article_is_not_there_before_its_time(reader: httpx.AsyncClient, hand: Hand) -> None:
    feed = await reader.get(f"{LEDGER}/atom.xml")
    assert FIRST_LATER not in feed.text
    assert (await reader.get(FIRST_LATER)).status_code == 404
    hand.seconds = 20
    assert (await reader.get(FIRST_LATER)).status_code == 200
    assert FIRST_LATER in (await reader.get(f"{LEDGER}/atom.xml")).text


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
@pytest.mark.parametrize("address", [KOKSAN, f"{LEDGER}/atom.xml", f"{LEDGER}/news-sitemap.xml", f"{LEDGER}/"])
async def test_unchanged_is_304_until_the_edit(
    reader: httpx.AsyncClient, hand: Hand, address: str, header: str
) -> None:
    hand.seconds = 41
    first = await reader.get(address)
    hand.seconds = 59
    assert await again(reader, first, header) == 304
    hand.seconds = 61
    assert await again(reader, first, header) == (200 if address != f"{LEDGER}/" or header != "ETag" else 304)


async def test_other_articles_do_not_change_a_page(reader: httpx.AsyncClient, hand: Hand) -> None:
    hand.seconds = 60
    first = await reader.get(KOKSAN)
    hand.seconds = 200
    assert await again(reader, first, "ETag") == 304


async def test_the_edit_changes_the_figure_and_the_modified_date(reader: httpx.AsyncClient, hand: Hand) -> None:
    before = (await reader.get(KOKSAN)).text
    hand.seconds = 60
    after = (await reader.get(KOKSAN)).text
    assert "has received 50 Koksan howitzers" in before
    assert "has received about 60 Koksan howitzers" in after
    assert 'article:modified_time" content="2024-11-17T09:40:00+02:00"' in before
    assert 'article:modified_time" content="2024-11-17T12:15:00+02:00"' in after


@pytest.mark.parametrize(
    ("address", "status", "media_type"),
    [
        (f"{ADDRESSES['northwire']}/feed.xml", 200, "application/rss+xml; charset=utf-8"),
        (f"{LEDGER}/atom.xml", 200, "application/atom+xml; charset=utf-8"),
        (f"{LEDGER}/robots.txt", 200, "text/plain; charset=utf-8"),
        (f"{LEDGER}/about", 200, "text/html; charset=utf-8"),
        (f"{LEDGER}/images/kursk-map.svg", 200, "image/svg+xml"),
        (f"{LEDGER}/news/nothing", 404, "text/html; charset=utf-8"),
        (f"{ADDRESSES['aldgate-review']}/sitemap-news.xml", 404, "text/html; charset=utf-8"),
        (f"{ADDRESSES['northwire']}/news/koksan-guns-kursk-what-we-know", 404, "text/html; charset=utf-8"),
    ],
)
async def test_addresses(reader: httpx.AsyncClient, address: str, status: int, media_type: str) -> None:
    answer = await reader.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (status, media_type)


async def test_every_link_within_an_outlet_leads_somewhere(reader: httpx.AsyncClient, hand: Hand) -> None:
    hand.seconds = 200
    for base in ADDRESSES.values():
        front = (await reader.get(base)).text
        seen: set[str] = set()
        coming = [path.split('"')[0] for path in front.split('href="')[1:]]
        while coming:
            path = coming.pop().removeprefix(base).partition("#")[0]
            if path in seen or not path.startswith("/"):
                continue
            seen.add(path)
            answer = await reader.get(base + path)
            assert answer.status_code == 200, path
            if answer.headers["content-type"].startswith("text/html"):
                links = answer.text.replace("src=", "href=").split('href="')[1:]
                coming += [link.split('"')[0] for link in links]
        assert len(seen) >= 6
