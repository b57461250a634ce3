"""What Elasticsearch is asked, without Elasticsearch."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.api.article_query import first_body, in_two, name_body, search_body, twice_body
from services.api.query import ENTITY_TYPES, FACETS, ArticleSearch, FacetName, Page
from services.common.claim_filter import ClaimFilter

NOVEMBER = datetime(2024, 11, 1, tzinfo=UTC)
DECEMBER = datetime(2024, 12, 1, tzinfo=UTC)
NK, DPRK_LEADER, PUTIN = "country/north-korea", "person/kim-jong-un", "person/vladimir-putin"


def terms(field: str, *values: str) -> dict[str, Any]:
    return {"terms": {field: list(values)}}


def same_claim(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"nested": {"path": "claims", "query": {"bool": {"filter": list(filters)}}}}


@pytest.mark.parametrize(
    ("search", "filters"),
    [
        (ArticleSearch(), []),
        (ArticleSearch(sources=("a", "b")), [terms("source.id", "a", "b")]),
        (ArticleSearch(languages=("en",)), [terms("language", "en")]),
        (ArticleSearch(entities=(NK,)), [terms("country", NK)]),
        (ArticleSearch(entities=(DPRK_LEADER, PUTIN)), [terms("person", DPRK_LEADER, PUTIN)]),
        (ArticleSearch(entities=(NK, PUTIN)), [terms("person", PUTIN), terms("country", NK)]),
        (ArticleSearch(entities=("military_unit/95th",)), [terms("military_unit", "military_unit/95th")]),
        (ArticleSearch(claim=ClaimFilter(unit=("troop",))), [same_claim(terms("claims.unit", "troop"))]),
        (
            ArticleSearch(claim=ClaimFilter(unit=("troop",), category=("personnel",))),
            [same_claim(terms("claims.category", "personnel"), terms("claims.unit", "troop"))],
        ),
        (ArticleSearch(stories=("s1", "s2")), [terms("story", "s1", "s2")]),
        (ArticleSearch(after=NOVEMBER), [{"range": {"dated_at": {"gte": "2024-11-01T00:00:00+00:00"}}}]),
        (
            ArticleSearch(after=NOVEMBER, before=DECEMBER, sources=("a",)),
            [
                {"range": {"dated_at": {"gte": "2024-11-01T00:00:00+00:00", "lt": "2024-12-01T00:00:00+00:00"}}},
                terms("source.id", "a"),
            ],
        ),
    ],
)
def test_filters(search: ArticleSearch, filters: list[Any]) -> None:
    body = search_body(search)
    assert body["query"]["bool"]["filter"] == filters
    assert "post_filter" not in body


@pytest.mark.parametrize(
    ("q", "asked", "order"),
    [("", "match_all", "newest"), ("  ", "match_all", "newest"), ("guns", "multi_match", "relevance")],
)
def test_without_words_everything_matches_newest_first(q: str, asked: str, order: str) -> None:
    search = ArticleSearch(q=q)
    assert list(search_body(search)["query"]["bool"]["must"][0]) == [asked]
    assert search.order == order


@pytest.mark.parametrize(
    ("sort", "first"),
    [("relevance", {"_score": "desc"}), ("newest", {"dated_at": "desc"}), ("oldest", {"dated_at": "asc"})],
)
def test_every_order_ends_with_the_id(sort: Any, first: dict[str, str]) -> None:
    order = search_body(ArticleSearch(sort=sort))["sort"]
    assert order[0] == first
    assert order[-1] == {"id": "asc"}


def test_totals_are_exact() -> None:
    assert search_body(ArticleSearch())["track_total_hits"] is True


def test_a_page_reads_on_in_its_point_in_time() -> None:
    body = search_body(ArticleSearch(limit=7), Page("pit", (1.5, 10, "id"), 7), keep_alive="3m")
    assert body["size"] == 7
    assert body["pit"] == {"id": "pit", "keep_alive": "3m"}
    assert body["search_after"] == [1.5, 10, "id"]


def test_the_first_page_has_a_point_in_time_and_begins_at_the_beginning() -> None:
    body = search_body(ArticleSearch(), Page("pit"))
    assert body["pit"]["id"] == "pit"
    assert "search_after" not in body


def test_a_page_of_none_asks_for_the_total_alone() -> None:
    assert search_body(ArticleSearch(limit=0)).keys() == {"query", "track_total_hits", "size"}


@pytest.mark.parametrize("facet", FACETS)
def test_each_facet_is_counted_without_its_own_filter_and_with_every_other(facet: FacetName) -> None:
    entities = tuple(f"{kind}/x" for kind in ENTITY_TYPES)
    search = ArticleSearch(
        sources=("s",),
        languages=("en",),
        entities=entities,
        claim=ClaimFilter(unit=("troop",), category=("personnel",)),
        facets=FACETS,
    )
    own: dict[str, Any] = {
        "source": terms("source.id", "s"),
        "language": terms("language", "en"),
        **{kind: terms(kind, f"{kind}/x") for kind in ENTITY_TYPES},
    }
    claim = {"claim.category": terms("claims.category", "personnel"), "claim.unit": terms("claims.unit", "troop")}
    expected = [each for name, each in own.items() if name != facet]
    expected.append(same_claim(*(each for name, each in claim.items() if name != facet)))
    body = search_body(search)
    assert body["aggs"][facet]["filter"]["bool"]["filter"] == expected
    assert body["post_filter"]["bool"]["filter"] == [*own.values(), same_claim(*claim.values())]
    assert body["query"]["bool"]["filter"] == []


def test_chosen_values_are_counted_however_rare_they_are() -> None:
    counted = search_body(ArticleSearch(sources=("rare",), facets=("source",)))["aggs"]["source"]["aggs"]
    assert counted["most"]["terms"]["size"] > 1
    assert counted["chosen"]["terms"] == {"field": "source.id", "size": 1, "include": ["rare"]}


def test_only_the_facets_asked_for_are_counted_and_the_dates_with_them() -> None:
    assert search_body(ArticleSearch(facets=("person",)))["aggs"].keys() == {"person", "dates"}
    assert "aggs" not in search_body(ArticleSearch())


@pytest.mark.parametrize(
    ("facet", "search", "nested"),
    [
        ("claim.unit", ArticleSearch(facets=FACETS), False),
        ("claim.unit", ArticleSearch(facets=FACETS, claim=ClaimFilter(unit=("troop",))), False),
        ("claim.unit", ArticleSearch(facets=FACETS, claim=ClaimFilter(category=("personnel",))), True),
        ("claim.category", ArticleSearch(facets=FACETS, claim=ClaimFilter(category=("personnel",))), False),
        ("claim.category", ArticleSearch(facets=FACETS, claim=ClaimFilter(unit=("troop",))), True),
    ],
)
def test_claims_are_counted_one_by_one_only_where_another_condition_holds_for_the_same_claim(
    facet: FacetName, search: ArticleSearch, nested: bool
) -> None:
    assert ("nested" in search_body(search)["aggs"][facet]["aggs"]["most"]) is nested


def test_highlights_are_escaped_and_marked() -> None:
    highlight = search_body(ArticleSearch(q="guns"))["highlight"]
    assert highlight["encoder"] == "html"
    assert (highlight["pre_tags"], highlight["post_tags"]) == (["<mark>"], ["</mark>"])
    assert highlight["fields"].keys() == {"title", "text"}
    assert highlight["fields"]["title"]["number_of_fragments"] == 0


def test_the_text_itself_is_not_fetched_for_a_list() -> None:
    assert not {"text", "signature", "entity_names"} & set(search_body(ArticleSearch())["_source"])


def test_the_name_of_an_entity_is_in_an_article_that_has_it() -> None:
    assert name_body(NK)["query"] == {"bool": {"filter": [{"term": {"country": NK}}]}}
    assert name_body(NK)["size"] == 1


def test_the_age_of_an_article_counts_from_one_moment_and_only_by_relevance() -> None:
    page = Page("pit", now=DECEMBER)
    scored = search_body(ArticleSearch(q="guns"), page)["query"]["function_score"]
    assert scored["functions"][1]["exp"]["dated_at"]["origin"] == DECEMBER.isoformat()
    assert scored["boost_mode"] == "multiply"
    assert "bool" in search_body(ArticleSearch(q="guns", sort="newest"), page)["query"]
    assert "bool" in search_body(ArticleSearch(), page)["query"]


def test_the_engine_folds_the_first_page_and_later_ones_read_on() -> None:
    search = ArticleSearch(folded=True)
    assert search_body(search, Page("pit"))["collapse"] == {"field": "story"}
    assert "collapse" not in search_body(search, Page("pit", (1, "id"), 7))
    assert "collapse" not in search_body(ArticleSearch(), Page("pit"))


@pytest.mark.parametrize("search", [ArticleSearch(folded=True, sources=("a",), facets=FACETS), ArticleSearch(q="guns")])
def test_which_article_of_a_story_comes_first_is_asked_under_every_filter(search: ArticleSearch) -> None:
    body = first_body(search, ["s1", "s2"], Page("pit", (1, "id"), 7, DECEMBER))
    asked, only = body["query"]["bool"]["must"][0], body["query"]["bool"]["filter"]
    assert only == [terms("story", "s1", "s2")]
    assert body["sort"] == search_body(search, Page("pit"))["sort"]
    assert asked == search_body(replace(search, facets=()), Page("pit", now=DECEMBER))["query"]
    assert "search_after" not in body


def test_stories_found_twice_are_counted_under_every_filter_and_not_sent() -> None:
    search = ArticleSearch(folded=True, sources=("a",), facets=("source",))
    counted = search_body(search)["aggs"]["twice"]
    assert counted["filter"] == {"bool": {"filter": [terms("source.id", "a")]}}
    assert counted["aggs"]["stories"]["terms"]["min_doc_count"] == 2
    part = twice_body(search, Page("pit"), 3, 8)
    assert part["aggs"]["twice"]["aggs"]["stories"]["terms"]["include"] == {"partition": 3, "num_partitions": 8}
    assert "aggs" not in search_body(ArticleSearch())


def test_facets_are_searched_by_the_words_of_a_name() -> None:
    search = ArticleSearch(facets=FACETS, facet_q="Kim  Jóng", entities=(DPRK_LEADER,))
    aggs = search_body(search, named=["person/x", "country/y"])["aggs"]
    assert aggs["person"]["aggs"]["most"]["terms"]["include"] == "person/(.*[^A-Za-z0-9])?kim.*[^A-Za-z0-9]jong.*"
    assert aggs["person"]["aggs"]["named"]["terms"]["include"] == ["person/x"]
    assert aggs["claim.unit"]["aggs"]["most"]["terms"]["include"].endswith("[jJ][oO][nN][gG].*")
    assert "chosen" not in aggs["person"]["aggs"]
    assert "include" not in aggs["source"]["aggs"]["most"]["terms"]
    assert aggs["source"]["filter"] != aggs["language"]["filter"]


def test_significant_words_are_those_of_the_best_articles_but_not_those_asked_for() -> None:
    counted = search_body(ArticleSearch(q='Guns "in Kursk" -drones place:Sudzha', significant=True))["aggs"]
    words = counted["significant"]["aggs"]["sample"]["aggs"]["words"]["significant_text"]
    assert words["exclude"] == ["guns", "in", "kursk"]
    assert words["filter_duplicate_text"] is True


def test_a_search_in_two_asks_the_same_of_the_same_articles() -> None:
    search = ArticleSearch(q="guns", sources=("northwire",), facets=("source", "country"), folded=True, limit=7)
    page = Page("pit", (1.5, 10, "id"), 7)
    whole = search_body(search, page)
    rows, counts = in_two(whole)
    assert {**counts, **rows} == whole
    assert counts.keys() - rows.keys() == {"aggs"}
    assert (rows["size"], counts["size"]) == (7, 0)
    assert all(rows[part] == counts[part] for part in ("query", "pit"))
    assert ("post_filter" in rows, "post_filter" in counts) == (True, False)
