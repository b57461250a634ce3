"""A batch of tagged articles becomes what each fires; and nothing is matched before the newest rules are known."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.alerts.matcher import Matcher
from services.alerts.matching import Matching
from services.common.deadletters import DeadLetterLimit
from services.common.errors import TooManyDeadLetters, TransientError
from services.common.messages import MatchedArticle, Rule, Subscription, TaggedArticle
from services.common.rules.deciding import Fired
from services.common.runtime import Process
from services.common.topics import MATCHED
from tests.builders import MOMENT, a_claim, a_tagged_article
from tests.unit.alerts.receiving import Producer, Received, a_process, counted

HOWITZERS = Subscription(id="sub", name="Guns", rule=Rule(any=("howitzer",)), created_at=MOMENT, updated_at=MOMENT)
FIRES = a_tagged_article("guns", text="Ten howitzers came.")


class Subscriptions:
    """Writes its subscription into the matcher when it is asked to be up to date, as the topic's follower does."""

    def __init__(self, matcher: Matcher, *subscriptions: Subscription, fails: bool = False) -> None:
        self._matcher = matcher
        self._subscriptions = subscriptions
        self.fails = fails

    async def up_to_date(self) -> None:
        if self.fails:
            raise TransientError("Kafka is away")
        self._matcher.change({one.id: one for one in self._subscriptions})


def a_stage(
    producer: Producer,
    *,
    limit: int = 10,
    matcher: Matcher | None = None,
    rules: tuple[Subscription, ...] = (HOWITZERS,),
) -> tuple[Matching, Process]:
    process = a_process("alerts")
    matcher = Matcher() if matcher is None else matcher
    written = Subscriptions(matcher, *rules)
    stage = Matching(matcher, written.up_to_date, producer, process, DeadLetterLimit(limit), days=30)
    return stage, process


def received(tagged: TaggedArticle, offset: int = 0) -> Received:
    return Received(tagged.model_dump_json().encode(), offset)


def matched(producer: Producer) -> list[MatchedArticle]:
    return producer.carried(MATCHED, MatchedArticle)


async def test_what_an_article_fires_is_written_with_the_words() -> None:
    producer = Producer()
    stage, process = a_stage(producer)
    await stage.take([received(FIRES), received(a_tagged_article("peace", text="All quiet."))])
    (article,) = matched(producer)
    assert (article.article_id, article.url, article.text) == (FIRES.article.id, FIRES.article.url, None)
    (fired,) = article.fired
    assert (fired.subscription_id, fired.subscription_name, fired.copies) == ("sub", "Guns", "count")
    (match,) = fired.matches
    assert (match.text, match.sentence, match.because) == ("howitzers", "Ten howitzers came.", "any: howitzer")
    assert counted(process, "done") == 2


async def test_figures_are_written_whether_or_not_anything_fires() -> None:
    producer = Producer()
    stage, _ = a_stage(producer)
    claim = a_claim("3,000 troops")
    await stage.take([received(a_tagged_article("peace", text="3,000 troops.", claims=(claim,)))])
    (article,) = matched(producer)
    assert (article.claims, article.fired, article.signature) == ((claim,), (), ())


async def test_a_text_is_written_only_where_it_is_compared_with_an_earlier_one() -> None:
    changed = Rule.model_validate({"any": ["howitzer"], "figures": {"when": "changed"}})
    producer = Producer()
    stage, _ = a_stage(producer, rules=(HOWITZERS.model_copy(update={"rule": changed}),))
    await stage.take([received(FIRES), received(a_tagged_article("guns", text="Nine howitzers came.", revision=2))])
    (article,) = matched(producer)
    assert (article.revision, article.text) == (2, "Nine howitzers came.")


async def test_nothing_is_matched_while_the_newest_rules_cannot_be_read() -> None:
    producer = Producer()
    process = a_process("alerts")
    matcher = Matcher()
    written = Subscriptions(matcher, HOWITZERS, fails=True)
    stage = Matching(matcher, written.up_to_date, producer, process, DeadLetterLimit(10), days=30)
    with pytest.raises(TransientError):
        await stage.take([received(FIRES)])
    assert producer.sent == []
    written.fails = False
    await stage.take([received(FIRES)])
    assert len(matched(producer)) == 1


async def test_what_was_not_acknowledged_is_written_when_the_batch_comes_again() -> None:
    producer = Producer(acknowledges=False)
    stage, process = a_stage(producer)
    with pytest.raises(TransientError, match="Kafka did not acknowledge"):
        await stage.take([received(FIRES)])
    assert counted(process, "done") is None
    producer.acknowledges = True
    await stage.take([received(FIRES)])
    assert len(matched(producer)) == 1
    assert counted(process, "done") == 1


async def test_a_malformed_message_is_given_up_and_the_next_one_matched() -> None:
    producer = Producer()
    stage, process = a_stage(producer)
    await stage.take([Received(b"not json", offset=4), received(FIRES)])
    (letter,) = producer.letters
    assert (letter.stage, letter.offset, letter.value) == ("alerts", 4, b"not json")
    assert "not a valid TaggedArticle" in letter.reason
    assert len(matched(producer)) == 1
    assert (counted(process, "done"), counted(process, "dead_letter")) == (1, 1)


async def test_a_deletion_is_passed_on_and_is_no_fault() -> None:
    producer = Producer()
    stage, process = a_stage(producer)
    await stage.take([Received(None), received(FIRES)])
    assert [(topic, key, value is None) for topic, key, value in producer.sent] == [
        (MATCHED.name, b"0" * 32, True),
        (MATCHED.name, FIRES.article.id.encode(), False),
    ]
    assert counted(process, "done") == 2


async def test_an_article_that_was_only_tagged_anew_fires_nothing() -> None:
    producer = Producer()
    stage, process = a_stage(producer)
    again = FIRES.model_copy(update={"again": True})
    recent = again.model_copy(update={"article": again.article.model_copy(update={"fetched_at": datetime.now(UTC)})})
    await stage.take([received(again), received(recent)])
    (article,) = matched(producer)
    assert (article.again, article.fired) == (True, ()), "an old one is not even passed on"
    assert counted(process, "done") == 2


async def test_too_many_dead_letters_stop_the_service() -> None:
    producer = Producer()
    stage, _ = a_stage(producer, limit=2)
    with pytest.raises(TooManyDeadLetters, match="3 of the last 3 messages"):
        await stage.take([Received(b"{", offset) for offset in range(5)])
    assert producer.sent == []


class FailsOverOne(Matcher):
    def matches(self, tagged: TaggedArticle) -> Iterator[tuple[Subscription, Fired]]:
        if tagged.article.url != FIRES.article.url:
            raise ZeroDivisionError
        return super().matches(tagged)


async def test_a_fault_over_one_article_does_not_stop_the_others() -> None:
    producer = Producer()
    stage, process = a_stage(producer, matcher=FailsOverOne())
    await stage.take([received(a_tagged_article("bad")), received(FIRES)])
    (letter,) = producer.letters
    assert letter.reason == "a fault of the service: ZeroDivisionError: "
    assert counted(process, "done") == 1
