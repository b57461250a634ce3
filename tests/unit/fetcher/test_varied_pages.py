"""The text of pages of many kinds, as near to the article's as shingles can tell."""

import pytest
import trafilatura

from services.fetcher.articles import article_from_html
from tests.unit.fetcher.shingles import f1, precision_and_recall
from tests.unit.fetcher.varied_pages import VARIED

URL = "https://courier.example/2024/x/a"
LEAST = 0.94
MEAN = 0.995


@pytest.mark.parametrize("name", VARIED)
def test_a_varied_page(name: str) -> None:
    html, lines = VARIED[name]
    text = article_from_html(html.encode(), URL).text
    assert f1(*precision_and_recall(text, "\n".join(lines))) >= LEAST, text


def test_all_of_them_together_beside_what_trafilatura_does_alone() -> None:
    ours, alone = [], []
    for html, lines in VARIED.values():
        gold = "\n".join(lines)
        ours.append(precision_and_recall(article_from_html(html.encode(), URL).text, gold))
        alone.append(precision_and_recall(trafilatura.extract(html, include_comments=False) or "", gold))
    assert mean(ours) >= MEAN
    assert mean(ours) > mean(alone)


def mean(scores: list[tuple[float, float]]) -> float:
    return f1(*(sum(part) / len(scores) for part in zip(*scores, strict=True)))
