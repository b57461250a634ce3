"""What the pages show of the API's answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from markupsafe import Markup

from services.api.responses import ArticleList, Dates, Interval, WholeArticle
from services.api.ui.links import links
from services.api.ui.views import Link, article_view, bars, search_view
from services.common.messages import Claim, Entity, Mention
from tests.builders import MOMENT, an_article

AT = links([("q", "guns"), ("source", "outlet"), ("claim.unit", "gun")])
FOUND: dict[str, Any] = {
    "total": 1,
    "articles": 3,
    "items": [
        {
            "id": "a" * 32, "revision": 1, "title": "Guns & shells", "url": "https://outlet.example/a",
            "source": {"id": "outlet", "name": "The Outlet", "domain": "outlet.example"},
            "published_at": None, "fetched_at": MOMENT, "language": "en", "description": None,
            "highlights": {"title": None, "text": ["the <mark>guns</mark> &amp; crews"]},
            "entities": [], "claims": [], "claims_total": 2, "story": "s", "copies": 2,
        }
    ],
    "facets": {
        "source": [{"id": "outlet", "name": "The Outlet", "count": 3, "chosen": True}],
        "country": [{"id": "country/x", "name": "Xland", "count": 1_200}],
    },
    "did_you_mean": "gun",
    "next": "word",
}  # fmt: skip


def test_a_search_as_a_page_shows_it() -> None:
    shown = search_view(ArticleList.model_validate(FOUND), AT, order="newest")
    assert shown["total"] == "3 articles in 1 story"
    assert [(sort.name, sort.chosen) for sort in shown["sorts"]] == [
        ("Best", False), ("Newest", True), ("Oldest", False),
    ]  # fmt: skip
    assert [(each.facet, each.name, each.href) for each in shown["chosen"]] == [
        ("source", "The Outlet", "/?q=guns&claim.unit=gun"),
        ("unit", "gun", "/?q=guns&source=outlet"),
    ]
    sources, countries = shown["facets"][:2]
    assert [(value.name, value.chosen, value.href) for value in sources.values] == [
        ("The Outlet", True, "/?q=guns&claim.unit=gun")
    ]
    assert [(value.count, value.href) for value in countries.values] == [
        ("1,200", "/?q=guns&source=outlet&claim.unit=gun&entity=country%2Fx")
    ]
    assert shown["meant"].href == "/?source=outlet&claim.unit=gun&q=gun"
    assert shown["further"] == "/?q=guns&source=outlet&claim.unit=gun&cursor=word"
    [item] = shown["items"]
    assert (item.title, item.dated, item.more_figures) == ("Guns & shells", False, 2)
    assert item.copies == Link("and 2 copies", "/?story=s&collapse=none")
    assert not isinstance(item.title, Markup)  # plain text: the template escapes it
    assert item.passages == (Markup("the <mark>guns</mark> &amp; crews"),)


def test_bars_are_as_tall_as_their_counts_and_what_is_there_is_seen() -> None:
    start = datetime(2024, 11, 1, tzinfo=UTC)
    counts = (100, 0, 1, 50)
    dates = Dates(
        interval="1d",
        intervals=tuple(Interval(from_=start + timedelta(days=day), count=count) for day, count in enumerate(counts)),
    )
    assert [bar.height for bar in bars(dates)] == [38, 0, 1, 19]
    assert bars(dates)[0].name == "from 1 Nov 2024, 00:00 UTC: 100 articles"
    assert bars(Dates(interval="1d", intervals=())) == ()


def a_claim(name: str, start: int, end: int, **given: Any) -> Claim:
    return Claim(
        **{
            "id": name, "text": "", "start": start, "end": end, "sentence": "", "low": 5, "high": 5,
            "qualifier": "exact", "category": "casualties", "item": "men", "unit": "man", **given,
        }
    )  # fmt: skip


def test_an_article_as_a_page_shows_it() -> None:
    text = "killing 5 of 12 men near Kyiv"
    kyiv = Entity(id="place/kyiv", type="place", name="Kyiv", mentions=(Mention(start=25, end=29, text="Kyiv"),))
    article = WholeArticle(
        **an_article(text=text).model_dump(),
        entities=(kyiv,),
        claims=(a_claim("one", 8, 15), a_claim("two", 13, 19, low=12, high=12, implicit=True, action="kill")),
        tagger={"version": "1", "model": "test"},
        tagged_at=MOMENT,
        story="a-story",
    )
    shown = article_view(article)
    assert shown["notes"] == {1: "5 · man · said as a fact; 12 · man · said as a fact"}
    assert [(figure["at"], figure["bounds"]) for figure in shown["figures"]] == [(1, "5"), (1, "12")]
    assert shown["figures"][1]["parts"] == ["said as a fact", "kill", "no number is written"]
    [kind] = shown["kinds"]
    assert (kind["name"], [(each.name, each.href, each.count) for each in kind["entities"]]) == (
        "Places",
        [("Kyiv", "/?entity=place%2Fkyiv", "1")],
    )


def test_a_story_is_told_in_words_where_a_search_is_narrowed_to_it() -> None:
    shown = search_view(
        ArticleList.model_validate(FOUND), links([("story", "5"), ("collapse", "none")]), order="newest"
    )
    assert [(each.facet, each.name, each.href) for each in shown["chosen"]] == [
        ("story", "one report, wherever it stands", "/?collapse=none"),
        ("collapse", "every copy", "/?story=5"),
    ]
