"""A tagged article as a document: whole, searchable, and exactly what the strict mapping knows."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import PermanentError
from services.common.messages import AsOf, Attribution, Claim, Entity, Location, Mention, TaggedArticle
from services.indexer.document import claim_documents, revision_document, revision_name
from services.indexer.document import document as document_of
from services.indexer.mappings import ARTICLES, CLAIMS, STORIES, Index
from services.indexer.mappings.fields import CLAIM
from services.indexer.mappings.revisions import REVISION
from services.indexer.story import story_document, text_of
from services.indexer.versions import document_version, same_article
from tests.builders import MOMENT, a_tagged_article

SENTENCE = "John Kirby said that at least 3,000 North Korean soldiers had arrived in Russia this month."


def document(tagged: TaggedArticle) -> dict[str, Any]:
    return document_of(tagged, "story")


def a_claim(**fields: Any) -> Claim:
    given: dict[str, Any] = {
        "id": "c" * 32,
        "text": "at least 3,000 North Korean soldiers",
        "start": 21,
        "end": 57,
        "sentence": SENTENCE,
        "low": 3000,
        "qualifier": "at_least",
        "category": "personnel",
        "item": "North Korean soldiers",
        "unit": "soldier",
        "action": "arrive",
        "actor": "country/north-korea",
        "place": "country/russia",
        "attributed_to": Attribution(text="John Kirby", entity="person/john-kirby", via="Reuters"),
        "as_of": AsOf(from_=datetime(2024, 10, 1, tzinfo=UTC).date(), to=datetime(2024, 10, 25, tzinfo=UTC).date()),
    }
    return Claim(**{**given, **fields})


KURSK = Entity(
    id="place/kursk",
    type="place",
    name="Kursk",
    mentions=(Mention(start=0, end=11, text="Kursk city"), Mention(start=20, end=25, text="Kursk")),
    location=Location(lat=51.73, lon=36.19, country="RU"),
)
RUSSIA = Entity(id="country/russia", type="country", name="Russia")
KIRBY = Entity(id="person/john-kirby", type="person", name="John Kirby")


def a_full_article(**fields: Any) -> TaggedArticle:
    return a_tagged_article(
        text=SENTENCE,
        authors=("Ann Author",),
        modified_at=MOMENT,
        description="A description.",
        image_url="https://outlet.example/a.jpg",
        archive="warc:1",
        entities=(KURSK, RUSSIA, KIRBY),
        claims=(a_claim(), a_claim(id="d" * 32, low=5, unit="howitzer", category="equipment", action=None)),
        **fields,
    ).model_copy(update={"signature": (1, 4294967295)})


def test_what_is_searched_besides_the_message() -> None:
    found = document(a_full_article())
    assert found["person"] == ["person/john-kirby"]
    assert found["country"] == ["country/russia"]
    assert found["place"] == ["place/kursk"]
    assert found["organisation"] == found["military_unit"] == found["weapon"] == []
    assert found["names"] == {"person": ["John Kirby"], "country": ["Russia"], "place": ["Kursk", "Kursk city"]}
    assert found["locations"] == [{"lat": 51.73, "lon": 36.19}]
    assert found["claim_units"] == ["howitzer", "soldier"]
    assert found["claim_categories"] == ["equipment", "personnel"]
    assert found["claim_actions"] == ["arrive"]
    assert found["claims"][0]["value"] == {"gte": 3000.0}
    assert found["claims"][0]["days"] == {"gte": "2024-10-01", "lte": "2024-10-25"}


def test_the_message_can_be_read_back_all_but_its_signature() -> None:
    tagged = a_full_article()
    found = document(tagged)
    article = {name: found[name] for name in type(tagged.article).model_fields}
    rest = {name: found[name] for name in TaggedArticle.model_fields if name not in {"article", "signature"}}
    kept = TaggedArticle.model_validate({"article": article, **rest, "signature": tagged.signature})
    assert kept == tagged
    assert "signature" not in found
    assert found["story"] == "story"


def test_a_claim_has_its_articles_source_story_and_dates_beside_it() -> None:
    tagged = a_full_article(revision=2)
    one, other = claim_documents(tagged, "story")
    nested, _ = document(tagged)["claims"]
    assert {name: one[name] for name in nested} == nested
    article = tagged.article
    assert one["article"] == {
        "id": article.id,
        "revision": 2,
        "version": document_version(tagged),
        "title": article.title,
        "url": article.url,
        "kind": "article",
    }
    assert one["source"] == {"id": "outlet", "name": "The Outlet", "domain": "outlet.example"}
    assert (one["language"], one["story"]) == ("en", "story")
    assert one["published_at"] == one["fetched_at"] == one["dated_at"] == MOMENT.isoformat()
    assert other["id"] == "d" * 32


def test_an_article_without_a_date_is_dated_when_it_was_fetched() -> None:
    fetched = MOMENT + timedelta(hours=1)
    assert document(a_tagged_article(fetched_at=fetched))["dated_at"] == MOMENT.isoformat()
    assert document(a_tagged_article(published_at=None, fetched_at=fetched))["dated_at"] == fetched.isoformat()


@pytest.mark.parametrize(
    ("low", "high", "value"),
    [
        (3000, None, {"gte": 3000}),
        (None, 500, {"lte": 500}),
        (4, 5, {"gte": 4, "lte": 5}),
        (0, 0, {"gte": 0, "lte": 0}),
        (None, None, None),
        (5, 4, None),
    ],
)
def test_a_figure_as_a_range(low: float | None, high: float | None, value: dict[str, float] | None) -> None:
    (claim,) = document(a_tagged_article(claims=(a_claim(low=low, high=high),)))["claims"]
    assert claim.get("value") == value
    assert (claim["low"], claim["high"]) == (low, high)


@pytest.mark.parametrize("as_of", [None, AsOf(), AsOf(from_=MOMENT.date(), to=MOMENT.date() - timedelta(days=1))])
def test_days_that_are_no_range_are_left_out(as_of: AsOf | None) -> None:
    (claim,) = document(a_tagged_article(claims=(a_claim(as_of=as_of),)))["claims"]
    assert "days" not in claim


def test_a_figure_of_nothing_named_counts_for_no_unit() -> None:
    assert document(a_tagged_article(claims=(a_claim(unit=""),)))["claim_units"] == []


def test_the_same_article_gives_the_same_document() -> None:
    turned = a_full_article().model_copy(update={"entities": (KIRBY, RUSSIA, KURSK)})
    one, other = document(a_full_article()), document(turned)
    assert json.dumps(one) == json.dumps(document(a_full_article()))
    assert one["names"] == other["names"]


def fields(value: Mapping[str, Any], mapping: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, bool]]:
    """Every field of a document, and whether a strict mapping knows it."""
    for name, inner in value.items():
        known = mapping["properties"].get(name)
        yield path + name, known is not None
        for item in inner if isinstance(inner, list) else [inner]:
            if known and isinstance(item, dict) and "properties" in known:
                yield from fields(item, known, f"{path}{name}.")


@pytest.mark.parametrize(
    ("index", "kept"),
    [
        (ARTICLES, document(a_full_article())),
        (CLAIMS, next(claim_documents(a_full_article(), "story"))),
        (STORIES, story_document(text_of(a_full_article()), "story")),
    ],
    ids=["articles", "claims", "stories"],
)
def test_the_mapping_knows_every_field_and_every_field_it_knows_is_written(index: Index, kept: dict[str, Any]) -> None:
    found = dict(fields(kept, index.mappings()))
    assert [name for name, known in found.items() if not known] == []
    copied = {"entity_names"} if index is ARTICLES else set()
    assert set(index.properties) - copied == {name for name in found if "." not in name}
    nested = {name.split(".")[1] for name in found if name.startswith("claims.")}
    assert nested == (set(CLAIM) if index is ARTICLES else set())


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, (1 << 42) * 1000 - 1).map(lambda microseconds: EPOCH + timedelta(microseconds=microseconds))
REVISIONS = st.integers(1, (1 << 15) - 1)


@given(REVISIONS, MOMENTS, REVISIONS, MOMENTS)
def test_versions_order_as_revision_then_tagging_in_milliseconds(
    revision: int, at: datetime, other_revision: int, other_at: datetime
) -> None:
    def milliseconds(moment: datetime) -> int:
        return (moment - EPOCH) // timedelta(milliseconds=1)

    one = document_version(a_tagged_article(revision=revision, tagged_at=at))
    other = document_version(a_tagged_article(revision=other_revision, tagged_at=other_at))
    assert 0 < one < 1 << 63
    assert (one < other) == ((revision, milliseconds(at)) < (other_revision, milliseconds(other_at)))
    assert same_article(one, other) == (one == other)
    assert same_article(one, one + 63), "moved to another story 63 times"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"revision": 1 << 15}, "article.revision is 32768, beyond the 32767 the index orders"),
        ({"tagged_at": datetime(1969, 12, 31, tzinfo=UTC)}, "tagged_at is 1969-12-31"),
        ({"tagged_at": datetime(2150, 1, 1, tzinfo=UTC)}, "tagged_at is 2150-01-01"),
    ],
)
def test_a_version_that_would_hide_all_that_follow_is_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PermanentError, match=sentence):
        document_version(a_tagged_article(**fields))


def test_a_revision_is_kept_as_it_is_and_looked_up_by_its_article() -> None:
    tagged = a_tagged_article(revision=3, claims=(a_claim(),))
    kept = revision_document(tagged)
    assert kept.keys() == REVISION.keys()
    assert revision_name(tagged) == f"{tagged.article.id}-3"
    assert (kept["article"], kept["revision"]) == (tagged.article.id, 3)
    assert kept["content"]["text"] == tagged.article.text
    assert Claim.model_validate(kept["content"]["claims"][0]) == tagged.claims[0]
