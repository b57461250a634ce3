"""What the demo's own articles promise to contain."""

from collections import Counter

import pytest

from deploy.demo.articles import Article
from deploy.demo.outlets import OUTLETS
from tests.unit.deploy.demo.day import ARTICLES


def text_of(article: Article) -> str:
    return "\n".join(block.text for block in article.blocks)


def of_file(ending: str) -> Article:
    [found] = [article for article in ARTICLES if article.file.endswith(ending)]
    return found


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.file)
def test_each_has_the_length_of_a_news_article(article: Article) -> None:
    assert 250 <= len(text_of(article).split()) <= 600


def test_most_are_there_from_the_start_and_the_others_come_one_by_one() -> None:
    times = Counter(article.front.appears_after_seconds for article in ARTICLES)
    assert times.pop(0.0) >= 15
    assert [times[20.0 * step] for step in range(1, 9)] == [1] * 8
    assert {article.front.outlet for article in ARTICLES} == {outlet.id for outlet in OUTLETS}


def test_later_ones_are_dated_later() -> None:
    coming = [article for article in ARTICLES if article.front.appears_after_seconds]
    assert coming == sorted(coming, key=lambda article: article.front.appears_after_seconds)


@pytest.mark.parametrize(
    ("words", "in_at_least"),
    [
        ("howitzer", 6),
        ("10,000", 6),
        ("11,000", 8),
        ("12,000", 8),
        ("50 Koksan howitzers", 1),
        ("about 60", 2),
        ("2,000 to 3,000", 1),
        ("between 2,000 and 3,000", 1),
        ("up to ", 5),
        ("at least", 5),
        ("ozens ", 4),
        ("hundreds", 2),
        ("tens of thousands", 1),
        ("Millions of rounds", 1),
        ("square kilometres", 4),
        ("sq km", 2),
        ("square miles", 2),
        ("roubles", 2),
        ("$", 4),
        ("%", 3),
        ("a third", 3),
        ("one in ", 2),
        ("senior North Korean officer was wounded", 1),
        ("denied", 4),
        ("Zelensky ", 3),
        ("Zelenskyy", 4),
        ("Zelenskiy", 6),
        ("Kiev", 1),
        ("DPRK", 4),
        ("KN-23", 3),
        ("M1989", 1),
        ("Brigade", 4),
        ("13\u00a0000", 1),
    ],
)
def test_they_say_it_in_the_ways_newspapers_do(words: str, in_at_least: int) -> None:
    assert sum(words in text_of(article) for article in ARTICLES) >= in_at_least


def test_one_is_a_syndicated_copy_word_for_word() -> None:
    original, copy = of_file("northwire-howitzers.md"), of_file("vistula-today-howitzers-syndicated.md")
    assert copy.blocks == original.blocks
    assert copy.syndicated_from == original.outlet != copy.outlet


def test_one_is_a_near_copy_with_its_own_first_paragraph() -> None:
    original, copy = of_file("northwire-plekhovo.md"), of_file("vistula-today-plekhovo.md")
    assert original.outlet != copy.outlet
    assert original.blocks[0] != copy.blocks[0]
    differing = [(a, b) for a, b in zip(original.blocks[1:], copy.blocks[1:], strict=True) if a != b]
    assert 0 < len(differing) <= 2
