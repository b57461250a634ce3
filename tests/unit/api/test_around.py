"""What is around an article, an entity or a story, without Elasticsearch."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.api.around_query import entities_body, entity_body, latest_claims_body, similar_body, story_body
from services.api.around_reading import entity_found, listed_entities, story_found
from services.api.names import Named, Names
from services.api.query import ENTITY_TYPES
from services.indexer.document import document
from tests.builders import a_tagged_article

NK = "country/north-korea"
NAMES = Names([Named(NK, "North Korea", ("DPRK",)), Named("person/kim-jong-un", "Kim Jong Un")])
DOCUMENT = document(a_tagged_article(), "story")


def test_similar_articles_are_of_other_stories_each_once() -> None:
    body = similar_body({**DOCUMENT, "entities": [{"name": "Kursk"}]}, 7)
    assert body["query"]["bool"]["must_not"] == [{"term": {"story": "story"}}]
    assert body["collapse"] == {"field": "story"}
    assert body["size"] == 7
    assert body["query"]["bool"]["must"][0]["more_like_this"]["like"] == [DOCUMENT["title"], DOCUMENT["text"], "Kursk"]


def test_entities_are_counted_by_id_and_by_what_is_known() -> None:
    aggs = entities_body("Kim", [NK], ("person", "country"), 5)["aggs"]
    assert aggs.keys() == {"person.most", "country.most", "country.known"}
    assert aggs["person.most"]["terms"]["include"] == "person/(.*[^A-Za-z0-9])?kim.*"
    assert aggs["country.known"]["terms"]["include"] == [NK]
    assert entities_body("", [], ("person",), 5)["aggs"]["person.most"]["terms"]["include"] == "person/.*"


def test_an_entity_does_not_appear_with_itself() -> None:
    aggs = entity_body(NK)["aggs"]
    assert aggs["country"]["significant_terms"]["exclude"] == [NK]
    assert "exclude" not in aggs["person"]["significant_terms"]


def test_figures_are_about_an_entity_in_it_or_said_by_it() -> None:
    asked = latest_claims_body(NK, 3)["query"]["bool"]["should"]
    assert asked == [{"term": {field: NK}} for field in ("actor", "place", "attributed_to.entity")]
    assert story_body("s", 5)["sort"][0] == {"dated_at": "asc"}


@pytest.mark.parametrize(
    ("q", "known", "counts", "expected"),
    [
        ("", [], {"person/x-y": 2, NK: 9}, [(NK, "North Korea", 9), ("person/x-y", "X Y", 2)]),
        ("kim", ["person/kim-jong-un"], {"person/a-kim": 9}, [("person/a-kim", "A Kim", 9), ("person/kim-jong-un", "Kim Jong Un", 0)]),
        ("kim", ["person/kim-jong-un"], {"person/a-kim": 9, "person/kim-jong-un": 1}, [("person/kim-jong-un", "Kim Jong Un", 1), ("person/a-kim", "A Kim", 9)]),
    ],
)  # fmt: skip
def test_what_begins_so_comes_first_then_what_is_spoken_of_most_and_last_what_nobody_speaks_of(
    q: str, known: list[str], counts: dict[str, int], expected: list[tuple[str, str, int]]
) -> None:
    entities = [entity for each in known if (entity := NAMES.get(each))]
    listed = listed_entities(q, entities, counts, {}, NAMES)
    assert [(each.id, each.name, each.articles) for each in listed] == expected


def counted(**more: Any) -> dict[str, Any]:
    source = {"key": "ft", "doc_count": 2, "name": {"buckets": [{"key": "Financial Times", "doc_count": 2}]}}
    day = 1731628800000
    dates = {"interval": "1d", "buckets": [{"key": day, "doc_count": 2}]}
    aggs = {"first": {"value": day}, "last": {"value": day}, "sources": {"buckets": [source]}, "dates": dates}
    return aggs | {kind: {"buckets": []} for kind in ENTITY_TYPES} | more


def test_an_entity_as_it_is_spoken_of() -> None:
    place = {"id": "place/kursk", "name": "Kursk Oblast", "location": {"lat": 51.7, "lon": 36.2, "country": "RU"}}
    beside = {"buckets": [{"key": "person/x", "doc_count": 2, "score": 1.5}, {"key": NK, "doc_count": 1, "score": 0.5}]}
    answer = {
        "hits": {"total": {"value": 2}, "hits": [{"_source": {"entities": [place]}}]},
        "aggregations": counted(person=beside),
    }
    found = entity_found("place/kursk", answer, {"hits": {"hits": []}}, {"person/x": "Mr X"}, NAMES)
    assert (found.name, found.articles, found.type) == ("Kursk Oblast", 2, "place")
    assert found.location
    assert found.location.country == "RU"
    assert [(each.name, each.articles) for each in found.together["person"]] == [("Mr X", 2), ("North Korea", 1)]
    assert [(source.name, source.count) for source in found.sources] == [("Financial Times", 2)]


def test_an_entity_nobody_speaks_of() -> None:
    nothing = counted(first={"value": None}, last={"value": None}, sources={"buckets": []})
    answer = {"hits": {"total": {"value": 0}, "hits": []}, "aggregations": nothing}
    found = entity_found(NK, answer, {"hits": {"hits": []}}, {}, NAMES)
    assert (found.name, found.aliases, found.first) == ("North Korea", ("DPRK",), None)


def test_a_story() -> None:
    hit = {"_source": DOCUMENT, "sort": [1]}
    found = story_found("s", {"hits": {"total": {"value": 2}, "hits": [hit]}, "aggregations": counted()})
    assert (found.id, found.total, len(found.items)) == ("s", 2, 1)
    assert found.first == datetime(2024, 11, 15, tzinfo=UTC)
