"""The main text as trafilatura finds it with all its readers, though they are hardly ever asked."""

import copy
from pathlib import Path
from typing import Any

import pytest
import trafilatura
from lxml import etree  # type: ignore[import-untyped]
from trafilatura.settings import Extractor

from services.fetcher.main_text import main_text
from services.fetcher.markup import page_tree
from services.fetcher.prepared import prepared
from services.fetcher.texts import page_text
from tests.unit.fetcher.labelled.assembled import HELD_OUT_SEED, TUNED_SEED, assembled
from tests.unit.fetcher.labelled.held_out import HELD_OUT
from tests.unit.fetcher.labelled.tuned import TUNED
from tests.unit.fetcher.layouts import LAYOUTS, LINES

URL = "https://outlet.example/a"
FILES = sorted((Path(__file__).parent / "pages").glob("*.html"))
PAGES: dict[str, bytes] = {
    **LAYOUTS,
    **{file.stem: file.read_bytes() for file in FILES},
    **{name: page.html.encode() for name, page in {**TUNED, **HELD_OUT}.items()},
    **{
        f"{seed} {name}": page.html.encode()
        for seed in (TUNED_SEED, HELD_OUT_SEED)
        for name, page in assembled(60, seed).items()
    },
}
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LINES)
FORUM = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'


def with_all_readers(tree: Any) -> bytes | None:
    found: Any = trafilatura.bare_extraction(tree, url=URL, options=Extractor(comments=False, tables=True))
    return None if found is None else bytes(etree.tostring(found.body))


@pytest.fixture
def second_opinions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    asked: list[int] = []
    for name in ("try_readability", "try_justext"):
        reader = getattr(trafilatura.external, name)

        def asking(*given: Any, reader: Any = reader) -> Any:
            asked.append(1)
            return reader(*given)

        monkeypatch.setattr(trafilatura.external, name, asking)
    return asked


@pytest.mark.parametrize("whole", [False, True], ids=["prepared", "with all that is around"])
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_it_is_what_trafilatura_finds_with_all_its_readers(page: bytes, whole: bool) -> None:
    ready = prepared(page_tree(page, URL), whole=whole)
    alone = copy.deepcopy(ready)
    body = main_text(ready, URL)
    assert (None if body is None else etree.tostring(body)) == with_all_readers(alone)


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        (f"<article>{PARAGRAPHS}</article>", False),
        ("<div>" + "".join(f"<span>{line}</span><br>" for line in LINES) + "</div>", True),
        (f"<article><p>{LINES[0]}</p></article>", True),
        (f"<article>{PARAGRAPHS}</article>{FORUM}", True),
        # where there is more than twice as much beside it, that might be the text
        (f"<article>{PARAGRAPHS}</article><div>" + f"<div>{' '.join(LINES)}</div>" * 3 + "</div>", True),
    ],
    ids=["an article", "no paragraphs", "a short one", "a forum", "much beside it"],
)
def test_the_other_readers_are_asked_only_where_they_could_prevail(
    page: str, asked: bool, second_opinions: list[int]
) -> None:
    main_text(prepared(page_tree(page.encode(), URL)), URL)
    assert bool(second_opinions) == asked


def test_a_text_within_a_menu_is_found_too() -> None:
    page = f"<body><div>Menu</div><nav><div>{PARAGRAPHS}</div></nav></body>"
    assert page_text(page_tree(page.encode(), URL), URL, title=None) == "\n".join(LINES)


def test_what_is_around_a_title_stays() -> None:
    page = f"<body><aside><h1>Title</h1><p>{LINES[0]}</p></aside><article>{PARAGRAPHS}</article></body>"
    ready = prepared(page_tree(page.encode(), URL))
    assert [element.tag for element in ready.iter("aside", "h1")] == ["aside", "h1"]
