"""How answers look on a terminal."""

from typing import Any

from rich.console import Console

from services.console import figure, found_table, marked

FOUND: dict[str, Any] = {
    "total": 2,
    "articles": 5,
    "items": [
        {
            "published_at": "2024-11-16T08:00:00Z",
            "fetched_at": "2024-11-17T08:00:00Z",
            "title": "Guns & shells",
            "url": "https://outlet.example/a",
            "source": {"id": "outlet", "name": "The Outlet", "domain": "outlet.example"},
            "highlights": {"title": None, "text": ["the <mark>howitzers</mark> &amp; their crews"]},
            "copies": 3,
            "claims": [
                {"text": "about 50 howitzers", "attributed_to": {"text": "an official", "via": "Financial Times"}},
                {"text": "12,000 troops", "attributed_to": None},
            ],
        }
    ],
}


def printed(found: dict[str, Any]) -> str:
    console = Console(width=220)
    with console.capture() as capture:
        console.print(found_table("howitzers", found))
    return capture.get()


def test_a_row_says_when_where_what_and_the_figures() -> None:
    text = printed(FOUND)
    for part in (
        "5 articles for howitzers, 2 without copies, 1 shown",
        "+ 3 of the same",
        "2024-11-16",
        "The Outlet",
        "Guns & shells",
        "the howitzers & their crews",
        "about 50 howitzers (an official, via Financial Times)",
        "12,000 troops",
        "https://outlet.example/a",
    ):
        assert part in text


def test_an_article_without_a_date_is_dated_by_when_it_was_fetched() -> None:
    undated = {**FOUND, "items": [{**FOUND["items"][0], "published_at": None}]}
    assert "2024-11-17" in printed(undated)


def test_what_was_found_stands_out() -> None:
    text = marked("a <mark>gun</mark> &lt;b&gt;")
    assert text.plain == "a gun <b>"
    assert [text.plain[span.start : span.end] for span in text.spans if "yellow" in str(span.style)] == ["gun"]


def test_a_figure_without_a_speaker() -> None:
    assert figure({"text": "12,000 troops"}).plain == "12,000 troops"
