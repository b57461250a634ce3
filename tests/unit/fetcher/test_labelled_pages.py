"""The labelled pages as a whole: what ``make evaluate-pages`` prints does not get worse unseen."""

import pytest

from benchmarks.evaluate_pages import bare, ours, score, text_f1
from services.fetcher.articles import article_from_html
from tests.unit.fetcher.labelled import Labelled
from tests.unit.fetcher.labelled.assembled import HELD_OUT_SEED, TUNED_SEED, assembled
from tests.unit.fetcher.labelled.held_out import HELD_OUT
from tests.unit.fetcher.labelled.tuned import TUNED


@pytest.mark.parametrize(
    ("pages", "text", "title", "authors", "day"), [(TUNED, 0.995, 1.0, 1.0, 1.0), (HELD_OUT, 0.96, 1.0, 0.92, 1.0)]
)
def test_labelled_pages_are_read_as_well_as_before_and_better_than_by_trafilatura_alone(
    pages: dict[str, Labelled], text: float, title: float, authors: float, day: float
) -> None:
    found, alone = score(pages.values(), ours), score(pages.values(), bare)
    shares = {name: right / len(pages) for name, right in found.right.items()}
    assert text_f1(found.texts) >= max(text, text_f1(alone.texts))
    least = {"title": title, "authors": authors, "day": day, "language": 1.0}
    assert {name: share for name, share in shares.items() if share < least[name]} == {}


@pytest.mark.parametrize("seed", [TUNED_SEED, HELD_OUT_SEED])
def test_pages_put_together_of_parts_are_read_whole_and_without_what_is_around_the_text(seed: int) -> None:
    pages = assembled(60, seed).values()
    found, alone = score(pages, ours), score(pages, bare)
    assert text_f1(found.texts) >= max(0.98, text_f1(alone.texts) + 0.02)
    assert found.right == {"title": 60, "authors": 60, "day": 60, "language": 60}


@pytest.mark.parametrize("page", [*TUNED.values(), *HELD_OUT.values()], ids=[*TUNED, *HELD_OUT])
def test_an_article_is_taken_for_one(page: Labelled) -> None:
    assert article_from_html(page.html.encode(), page.url).kind == "article"
