"""Which articles are tagged again, and what is said of their figures."""

from datetime import UTC, datetime, timedelta

import pytest

from services.common.events import to_record
from services.common.messages import Source
from services.common.topics import TAGGED
from services.extractor import tag
from services.extractor.retag import Choice, Found, Retagged, claim_digests
from services.extractor.retagging import retag_sentences
from tests.builders import MOMENT, a_tagged_article, an_article

OTHER = Source(id="other", name="Other", domain="other.example")


@pytest.mark.parametrize(
    ("choice", "taken"),
    [
        (Choice(), {"old", "new", "undated", "other"}),
        (Choice(since=MOMENT), {"new", "undated", "other"}),
        (Choice(sources=frozenset({"outlet"})), {"old", "new", "undated"}),
        (Choice(since=MOMENT, sources=frozenset({"other", "third"})), {"other"}),
        (Choice(since=datetime(2030, 1, 1, tzinfo=UTC)), set()),
    ],
)
def test_articles_are_chosen_by_day_and_source(choice: Choice, taken: set[str]) -> None:
    articles = {
        "old": an_article("old", published_at=MOMENT - timedelta(days=1)),
        "new": an_article("new"),
        "undated": an_article("undated", published_at=None),
        "other": an_article("other", source=OTHER),
    }
    assert {name for name, article in articles.items() if choice.takes(article)} == taken


def test_only_the_newest_revision_that_this_version_has_not_tagged_is_due() -> None:
    tagged = a_tagged_article("done")
    event = dict(to_record(TAGGED, tagged.article.id, tagged, "extractor").headers)["ce_id"].decode()
    revised, deleted = an_article("revised"), an_article("deleted")
    found = Found({revised.id: 2}, frozenset({deleted.id}), frozenset({event}), {}, 5)
    assert found.state(tagged.article, tagged.tagger.version) == "done"
    assert found.state(tagged.article, "another version") == "due"
    assert found.state(revised, "1") == "gone"
    assert found.state(revised.model_copy(update={"revision": 2}), "1") == "due"
    assert found.state(deleted, "1") == "gone"


def test_a_figure_that_only_moved_says_what_it_said() -> None:
    text = "They sent 50 howitzers. Russia lost 20 tanks."
    before = claim_digests(tag(text, article_id="a").claims)
    moved = claim_digests(tag(f"A word before.\n{text}", article_id="a").claims)
    assert moved == before
    other = claim_digests(tag(text.replace("Russia", "Iran"), article_id="a").claims)
    assert len(other.keys() & before.keys()) == 1


def test_what_came_of_it_is_said_in_words() -> None:
    done = Retagged(tagged=7, up_to_date=3, given_up=1, stay=20, change=2, appear=4, vanish=1, stopped=True)
    assert retag_sentences(done, dry_run=False) == [
        "7 articles tagged again; 3 were up to date.",
        "1 went to the dead letters.",
        "Stopped before the end; the same command goes on from here.",
    ]
    assert retag_sentences(done, dry_run=True)[:2] == [
        "7 articles would be tagged again, 3 are up to date.",
        "Of their figures 20 stay as they are, 2 change, 4 appear, 1 vanish.",
    ]
