"""From Elasticsearch's answers to ours, without Elasticsearch."""

import json
from importlib.resources import files
from typing import Any

import pytest

from services.api.paging import next_page
from services.api.query import ArticleSearch, FacetName, Found, Page
from services.api.reading import article_list, entities_in_facets, names_in_hits, whole_article
from services.api.responses import ArticleList, Dates, FacetValue, SignificantWord
from services.common.claim_filter import ClaimFilter
from services.indexer.document import document
from tests.builders import a_tagged_article

EXAMPLES = json.loads(files("services.api").joinpath("examples.json").read_text("utf-8"))
DOCUMENT = document(a_tagged_article(), "story")


def a_claim(start: int, **fields: Any) -> dict[str, Any]:
    given = {
        "id": f"c{start}",
        "text": "five guns",
        "start": start,
        "end": start + 9,
        "sentence": "Five guns arrived.",
        "low": 5,
        "high": 5,
        "qualifier": "exact",
        "category": "equipment",
        "item": "guns",
        "unit": "gun",
    }
    return given | fields


def an_answer(*hits: dict[str, Any], total: int | None = None, **rest: Any) -> dict[str, Any]:
    return {"hits": {"total": {"value": len(hits) if total is None else total}, "hits": list(hits)}, **rest}


def a_hit(sort: tuple[Any, ...] = (1, "a"), highlight: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"_source": {**DOCUMENT, **fields}, "sort": list(sort), "highlight": highlight or {}}


def listed(answer: dict[str, Any], names: dict[str, str] | None = None, **search: Any) -> ArticleList:
    return article_list(ArticleSearch(**search), Found(answer, None, names or {}), None)


def claims_shown(claims: list[dict[str, Any]], highlight: dict[str, Any] | None = None, **search: Any) -> list[str]:
    [item] = listed(an_answer(a_hit(claims=claims, highlight=highlight)), **search).items
    assert item.claims_total == len(claims)
    return [claim.id for claim in item.claims]


def test_the_first_claims_are_shown_where_nothing_is_looked_for() -> None:
    assert claims_shown([a_claim(start) for start in (90, 10, 30, 50, 70, 20)]) == ["c10", "c20", "c30", "c50", "c70"]


def test_claims_that_speak_of_what_was_found_come_first() -> None:
    claims = [a_claim(1), a_claim(2), a_claim(3, sentence="HOWITZERS & more.")]
    highlight = {"text": ["the <mark>Howitzers</mark>"]}
    assert claims_shown(claims, highlight, q="howitzer") == ["c3", "c1", "c2"]


def test_claims_that_were_asked_for_come_before_all() -> None:
    claims = [a_claim(1), a_claim(2, sentence="Found."), a_claim(3, unit="troop"), a_claim(4, category="personnel")]
    highlight = {"title": ["<mark>Found</mark>"]}
    assert claims_shown(claims, highlight, claim=ClaimFilter(unit=("troop",)))[:2] == ["c3", "c2"]
    assert claims_shown(claims, highlight, claim=ClaimFilter(category=("personnel",)))[:2] == ["c4", "c2"]


def test_the_most_mentioned_entities_are_shown() -> None:
    entities = [
        {"id": f"person/p{number}", "type": "person", "name": f"P {number}", "mentions": [{"start": 1}] * number}
        for number in range(30)
    ]
    [item] = listed(an_answer(a_hit(entities=entities))).items
    assert [entity.mentions for entity in item.entities] == list(range(29, 9, -1))


def test_an_article_without_a_date_or_a_match() -> None:
    [item] = listed(an_answer(a_hit(published_at=None))).items
    assert item.published_at is None
    assert item.highlights.title is None
    assert item.highlights.text == ()


def buckets(**counts: int) -> dict[str, Any]:
    return {"buckets": [{"key": key, "doc_count": count} for key, count in counts.items()]}


def facet(name: FacetName, counted: dict[str, Any], names: dict[str, str] | None = None, **search: Any) -> Any:
    answer = an_answer(aggregations={name: counted, "dates": {"intervals": {"interval": "1d", "buckets": []}}})
    return listed(answer, names, facets=(name,), **search).facets[name]


def test_facets_have_readable_names() -> None:
    counted = {
        "most": {"buckets": [{"key": "person/kim-jong-un", "doc_count": 2}, {"key": "person/x", "doc_count": 1}]}
    }
    assert facet("person", counted, {"person/x": "Mr X"}) == (
        FacetValue(id="person/kim-jong-un", name="Kim Jong Un", count=2),
        FacetValue(id="person/x", name="Mr X", count=1),
    )


def test_sources_are_named_as_they_name_themselves() -> None:
    bucket = {"key": "ft", "doc_count": 1, "name": {"buckets": [{"key": "Financial Times", "doc_count": 1}]}}
    assert facet("source", {"most": {"buckets": [bucket]}})[0].name == "Financial Times"


def test_chosen_values_stay_in_sight() -> None:
    counted = {"most": buckets(en=9, uk=5), "chosen": buckets(uk=5, ru=1)}
    values = facet("language", counted, languages=("uk", "ru", "ko"))
    assert [(value.id, value.count, value.chosen) for value in values] == [
        ("en", 9, False),
        ("uk", 5, True),
        ("ru", 1, True),
        ("ko", 0, True),
    ]


def test_claims_counted_one_by_one_are_given_as_articles() -> None:
    bucket = {"key": "troop", "doc_count": 7, "articles": {"doc_count": 3}}
    values = facet("claim.unit", {"most": {"same": {"values": {"buckets": [bucket]}}}})
    assert values == (FacetValue(id="troop", name="troop", count=3),)


def test_dates() -> None:
    counted = {"interval": "7d", "buckets": [{"key": 1731628800000, "doc_count": 4}]}
    answer = an_answer(aggregations={"language": {"most": buckets()}, "dates": {"intervals": counted}})
    assert listed(answer, facets=("language",)).dates == Dates.model_validate(
        {"interval": "7d", "intervals": [{"from": "2024-11-15T00:00:00Z", "count": 4}]}
    )


@pytest.mark.parametrize(
    ("hits", "total", "page", "expected"),
    [
        (2, 5, Page("pit"), Page("pit", (1, "a"), 2)),
        (2, 5, Page("pit", (9, "z"), 2), Page("pit", (1, "a"), 4)),
        (1, 5, Page("pit", (9, "z"), 4), None),
        (2, 2, Page("pit"), None),
        (0, 0, Page("pit"), None),
        (0, 9, Page("pit"), None),
        (1, 9, None, None),
    ],
)
def test_where_to_read_on(hits: int, total: int, page: Page | None, expected: Page | None) -> None:
    assert next_page(Found(an_answer(*[a_hit()] * hits, total=total), page)) == expected


def test_how_many_are_folded_into_an_article() -> None:
    assert [item.copies for item in listed(an_answer({**a_hit(), "copies": 3}, a_hit())).items] == [3, None]


def test_values_that_are_looked_for_stand_alone() -> None:
    counted = {"most": buckets(en=9), "named": buckets(en=9, eo=1)}
    values = facet("language", counted, languages=("uk",), facet_q="e")
    assert [(value.id, value.count) for value in values] == [("en", 9), ("eo", 1)]


def test_significant_words() -> None:
    words = {"buckets": [{"key": "koksan", "doc_count": 4, "score": 1.5, "bg_count": 5}]}
    answer = an_answer(aggregations={"significant": {"sample": {"words": words}}})
    assert listed(answer, significant=True).significant == (SignificantWord(word="koksan", count=4, score=1.5),)


def test_names_for_the_facets_of_entities() -> None:
    hit = a_hit(entities=[{"id": "person/x", "type": "person", "name": "Mr X"}])
    counted = {"person": {"most": {"buckets": [{"key": "person/y"}]}}, "language": {"most": buckets(en=1)}}
    answer = an_answer(hit, aggregations=counted)
    assert names_in_hits(answer) == {"person/x": "Mr X"}
    assert entities_in_facets(answer) == {"person/y"}


def test_a_whole_article_is_the_article_with_what_is_in_it() -> None:
    tagged = a_tagged_article()
    whole = whole_article(document(tagged, "story"))
    assert {**whole.model_dump(), "tagged_at": None} == {
        **tagged.article.model_dump(),
        "entities": (),
        "claims": (),
        "tagger": tagged.tagger.model_dump(),
        "tagged_at": None,
        "story": "story",
        "cut_at": None,
    }
