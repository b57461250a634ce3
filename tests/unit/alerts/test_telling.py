"""Matched articles, in their order, become alerts: each once, copies counted, the same whoever reads them."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.telling import Remembered, Telling
from services.common.deadletters import DeadLetterLimit
from services.common.errors import TooManyDeadLetters, TransientError
from services.common.identity import alert_id, article_id
from services.common.messages import Alert, Claim, FigureRule, FiredRule, MatchedArticle, Source
from services.common.runtime import Process
from services.common.signature import signature
from services.common.topics import ALERTS
from tests.builders import MOMENT, a_claim
from tests.unit.alerts.receiving import Producer, Received, a_process, counted, value

DAYS, STORY_DAYS = 30, 7
REPORT = (
    "Howitzers were unloaded at the station of Sudzha on Monday, a railway worker said, and driven west before dawn. "
    "Nobody in the town had seen guns of that kind before, and the road was closed to cars for most of the day."
)
COPY = f"BORDERTOWN (Wire) - {REPORT} More follows."
OTHER = (
    "The ministry put off its briefing for the third time this week and gave no reason, while the exchange rate fell "
    "to its lowest since spring and shops in the capital began to run short of sugar, oil and matches again."
)


def a_fired_rule(subscription: str = "sub", **fields: Any) -> FiredRule:
    return FiredRule(subscription_id=subscription, subscription_name=f"About {subscription}", **fields)


def an_article(
    slug: str,
    *fired: FiredRule,
    text: str = "",
    revision: int = 1,
    at: datetime = MOMENT,
    claims: tuple[Claim, ...] = (),
    **fields: Any,
) -> MatchedArticle:
    return MatchedArticle(
        article_id=article_id(f"https://outlet.example/{slug}"),
        revision=revision,
        url=f"https://outlet.example/{slug}",
        title=slug.title(),
        source=Source(id="outlet", name="The Outlet", domain="outlet.example"),
        published_at=at,
        fetched_at=at,
        signature=signature(text),
        claims=claims,
        fired=fired,
        matched_at=at,
        **fields,
    )


def told(*articles: MatchedArticle) -> list[tuple[str, str, int]]:
    """Of each message: the article it names, the article whose alert it is, the number of the copy."""
    remembered = Remembered(days=DAYS, story_days=STORY_DAYS)
    names = {article.article_id: article.title.lower() for article in articles}
    return [
        (names[alert.article_id], names[alert.copy_of or alert.article_id], alert.copy_number)
        for article in articles
        for alert in remembered.take(article)
    ]


GUNS = a_fired_rule()
EACH = a_fired_rule(copies="each")


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        # one article, once
        ([an_article("a", GUNS)], [("a", "a", 0)]),
        ([an_article("a")], []),
        ([an_article("a", GUNS), an_article("a", GUNS)], [("a", "a", 0)]),
        ([an_article("a"), an_article("a", GUNS, revision=2), an_article("a", GUNS, revision=3)], [("a", "a", 0)]),
        ([an_article("a", GUNS), an_article("b", GUNS)], [("a", "a", 0), ("b", "b", 0)]),
        # copies
        (
            [an_article("a", GUNS, text=REPORT), an_article("b", GUNS, text=COPY), an_article("c", GUNS, text=REPORT)],
            [("a", "a", 0), ("b", "a", 1), ("c", "a", 2)],
        ),
        (
            [an_article("a", GUNS, text=REPORT), an_article("b", GUNS, text=COPY), an_article("b", GUNS, text=COPY)],
            [("a", "a", 0), ("b", "a", 1)],
        ),
        (
            [an_article("a", GUNS, text=REPORT), an_article("b", GUNS, text=OTHER)],
            [("a", "a", 0), ("b", "b", 0)],
        ),
        (
            [an_article("a", EACH, text=REPORT), an_article("b", EACH, text=COPY)],
            [("a", "a", 0), ("b", "b", 0)],
        ),
        # each subscription for itself
        (
            [an_article("a", GUNS, text=REPORT), an_article("b", GUNS, a_fired_rule("late"), text=COPY)],
            [("a", "a", 0), ("b", "a", 1), ("b", "b", 0)],
        ),
        # a story is over some days after it began
        (
            [
                an_article("a", GUNS, text=REPORT),
                an_article("b", GUNS, text=REPORT, at=MOMENT + timedelta(days=STORY_DAYS - 1)),
                an_article("c", GUNS, text=REPORT, at=MOMENT + timedelta(days=STORY_DAYS + 1)),
                an_article("d", GUNS, text=REPORT, at=MOMENT + timedelta(days=STORY_DAYS + 2)),
            ],
            [("a", "a", 0), ("b", "a", 1), ("c", "c", 0), ("d", "c", 1)],
        ),
    ],
)
def test_what_is_told(articles: list[MatchedArticle], expected: list[tuple[str, str, int]]) -> None:
    assert told(*articles) == expected


def test_an_alert_says_everything_and_when_is_when_it_was_matched() -> None:
    article = an_article("guns", GUNS)
    (alert,) = Remembered(days=DAYS, story_days=STORY_DAYS).take(article)
    assert alert.model_dump(exclude={"source"}) == {
        "id": alert_id("sub", article.article_id),
        "subscription_id": "sub",
        "subscription_name": "About sub",
        "article_id": article.article_id,
        "revision": 1,
        "url": article.url,
        "title": "Guns",
        "published_at": MOMENT,
        "matches": (),
        "figures": (),
        "copy_number": 0,
        "copy_of": None,
        "created_at": MOMENT,
    }
    assert alert.source == article.source


def troops(number: int) -> Claim:
    return a_claim(f"{number:,} troops", sentence=f"{number:,} troops were sent.")


def asks(when: str, *claims: Claim, **rule: Any) -> FiredRule:
    figures = FigureRule.model_validate({"when": when, **rule})
    return a_fired_rule(figures=figures, stated=tuple(claim.id for claim in claims))


def test_figures_are_compared_with_those_of_the_articles_before() -> None:
    remembered = Remembered(days=DAYS, story_days=STORY_DAYS)
    rule = {"unit": ["troop"], "by": 20}
    assert remembered.take(an_article("a", asks("moved", troops(10_000), **rule), claims=(troops(10_000),))) == []
    (alert,) = remembered.take(an_article("b", asks("moved", troops(13_000), **rule), claims=(troops(13_000),)))
    (figure,) = alert.figures
    assert figure.because == "figures: rose by 30 % (20 % or more): 10,000 troops → 13,000 troops"


def test_each_change_of_a_figure_is_an_alert_of_its_own() -> None:
    remembered = Remembered(days=DAYS, story_days=STORY_DAYS)
    remembered.take(an_article("a", claims=(troops(10_000),)))
    ids = []
    for revision, number in ((2, 11_000), (3, 12_000), (3, 12_000)):
        claim = troops(number)
        revised = an_article("a", asks("changed"), claims=(claim,), revision=revision, text=REPORT)
        ids += [alert.id for alert in remembered.take(revised)]
    name = article_id("https://outlet.example/a")
    assert ids == [alert_id("sub", name, 2), alert_id("sub", name, 3)]


class Log:
    """What ``news.matched.v1`` holds."""

    def __init__(self, articles: Sequence[MatchedArticle | None]) -> None:
        self.records = [
            Received(article.model_dump_json().encode() if article else None, offset, topic="news.matched.v1")
            for offset, article in enumerate(articles)
        ]
        self.asked: list[int] = []

    async def since(self, moment: datetime, until: int) -> AsyncIterator[Any]:
        self.asked.append(until)
        for record in self.records[:until]:
            yield record


def a_teller(log: Log, producer: Producer, *, limit: int = 10) -> tuple[Telling, Process]:
    process = a_process("alerts-telling")
    client: Any = producer
    teller = Telling(log.since, client, process, DeadLetterLimit(limit), days=DAYS, story_days=STORY_DAYS)
    return teller, process


def alerts(producer: Producer) -> list[Alert]:
    return producer.carried(ALERTS, Alert)


ARTICLES = [
    an_article("a", GUNS, text=REPORT, claims=(troops(10_000),)),
    an_article("b", GUNS, asks("moved", troops(13_000), by=20), text=COPY, claims=(troops(13_000),)),
    an_article("c", GUNS, text=OTHER),
    an_article("a", GUNS, text=COPY, revision=2),
    an_article("d", GUNS, text=COPY),
]


async def test_a_copy_goes_where_its_alert_went() -> None:
    producer = Producer()
    teller, process = a_teller(log := Log(ARTICLES), producer)
    await teller.take(log.records)
    keys = [key.decode() for _, key, _ in producer.sent]
    a, c = ARTICLES[0].article_id, ARTICLES[2].article_id
    assert keys == [a, a, c, a]
    assert [alert.copy_number for alert in alerts(producer)] == [0, 1, 0, 2]
    assert (value(process, "sitrep_alerts_total"), value(process, "sitrep_alert_copies_total")) == (2, 2)
    assert counted(process, "done") == 5


@given(st.lists(st.integers(0, len(ARTICLES)), max_size=4), st.lists(st.booleans(), min_size=8, max_size=8))
async def test_it_is_told_the_same_however_often_it_is_begun_again(starts: list[int], fails: list[bool]) -> None:
    """Processes that end anywhere, batches of any size that Kafka does not acknowledge and that come again."""
    log = Log(ARTICLES)
    whole = Producer()
    await a_teller(log, whole)[0].take(log.records)
    expected = {(alert.id, alert.copy_number): alert for alert in alerts(whole)}
    seen: list[Alert] = []
    cuts = sorted({0, *starts, len(ARTICLES)})
    for start, end in pairwise(cuts):
        producer = Producer(acknowledges=not fails[start])
        teller, _ = a_teller(log, producer)
        with contextlib.suppress(TransientError):
            await teller.take(log.records[start:end])
        producer.acknowledges = True
        await teller.take(log.records[start:end])
        await teller.take(log.records[start:end])  # as after a crash before the offset was committed
        seen += alerts(producer)
    assert {(alert.id, alert.copy_number): alert for alert in seen} == expected


async def test_what_came_before_is_read_when_it_is_not_known_and_only_then() -> None:
    log = Log(ARTICLES)
    producer = Producer()
    teller, _ = a_teller(log, producer)
    await teller.take(log.records[1:2])
    await teller.take(log.records[2:3])
    await teller.take(log.records[4:5])
    assert log.asked == [1, 4]
    assert [alert.copy_number for alert in alerts(producer)] == [1, 0, 2]


async def test_a_malformed_message_is_given_up_and_the_next_one_told() -> None:
    log = Log([None, *ARTICLES])
    log.records[0] = Received(b"not json", topic="news.matched.v1")
    producer = Producer()
    teller, process = a_teller(log, producer)
    await teller.take(log.records)
    (letter,) = producer.letters
    assert (letter.stage, letter.topic) == ("alerts-telling", "news.matched.v1")
    assert len(alerts(producer)) == 4
    assert (counted(process, "done"), counted(process, "dead_letter")) == (5, 1)


async def test_too_many_dead_letters_stop_the_service() -> None:
    log = Log([])
    teller, _ = a_teller(log, producer := Producer(), limit=1)
    with pytest.raises(TooManyDeadLetters):
        await teller.take([Received(b"{", offset) for offset in range(3)])
    assert producer.sent == []


async def test_what_was_deleted_is_quoted_no_more() -> None:
    moved = asks("moved", troops(13_000), by=20)
    log = Log([an_article("a", claims=(troops(10_000),)), None, an_article("b", moved, claims=(troops(13_000),))])
    log.records[1] = Received(None, 1, key=ARTICLES[0].article_id.encode())
    teller, _ = a_teller(log, producer := Producer())
    await teller.take(log.records)
    assert alerts(producer) == []
