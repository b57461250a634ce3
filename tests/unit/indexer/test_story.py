"""Which articles are one story: copies and near-copies, and never reports that were written anew."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.copies import COPY
from services.common.messages import TaggedArticle
from services.common.signature import resemblance, signature
from services.indexer.grouping import Kept, Pointer, first_of_each, groups, hanging_together
from services.indexer.story import Text, packed, story_document, story_id, text_of, unpacked
from tests.builders import MOMENT, a_tagged_article

REPORT = """\
Three bridges over the Vasha were closed to lorries on Tuesday after inspectors found cracks in their piers, the river
authority said. The closures cut the only paved road between the grain terminal at Horlin and the railway.
“We will not gamble with a forty-tonne lorry on a pier that moves,” said Oksana Rudenko, who heads the authority's
engineering office. She put the cost of repairs at 14 million euros and said that work would begin before the frost.
Drivers waited in a queue of nearly nine kilometres by the afternoon. Two villages on the eastern bank ran out of diesel,
and the bakery that serves them said it would send bread by boat until the smallest of the bridges could be propped up.
The authority had asked for money to replace the piers four times since 2017. Each request was refused."""
REWRITTEN = """\
Lorry traffic across the Vasha has come to a halt: cracked piers have forced the closing of three crossings, cutting the
grain terminal at Horlin off from its railway link.
The head of engineering at the river authority, Oksana Rudenko, defended the decision. “We will not gamble with a
forty-tonne lorry on a pier that moves,” she told reporters, estimating that mending all three would take 14 million euros.
By mid-afternoon vehicles were backed up for close to nine kilometres. Diesel has run out in two hamlets on the far side,
where a local baker plans to bring loaves over the water. Officials say pleas for new piers had been turned down on four
occasions over the past seven years."""
OTHER = """\
A school that was moved underground two years ago has marked its first graduation. Nineteen pupils received their
certificates on a platform of the metro, while trains passed behind a curtain that their parents had sewn.
The head teacher said that none of them had missed an examination, though the lights had failed during the one in chemistry."""


def an_article(text: str, slug: str = "a", **fields: Any) -> TaggedArticle:
    return a_tagged_article(slug, text=text, **fields).model_copy(update={"signature": signature(text)})


def shortened(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: int(len(words) * share)])


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (REPORT, REPORT, True),
        (REPORT, REPORT.upper(), True),
        (REPORT, "HORLIN (Northwire) — " + REPORT, True),
        (REPORT, REPORT.replace("Tuesday", "this week").replace("14 million", "15 million"), True),
        (REPORT, shortened(REPORT, 0.75), True),
        (REPORT, REPORT + "\nReporting by Ann Oakhall; editing by Tom Reed. More on our live page all day long.", True),
        (REPORT, shortened(REPORT, 0.2), False),
        (REPORT, REWRITTEN, False),
        (REPORT, OTHER, False),
    ],
    ids=["same", "capitals", "dateline", "words", "shortened", "credits", "beginning", "rewritten", "other"],
)
def test_copies_share_a_story_and_reports_written_anew_do_not(one: str, other: str, together: bool) -> None:
    texts = [
        text_of(an_article(one, "a", title="Bridges closed")),
        text_of(an_article(other, "b", title="Bridges closed")),
    ]
    assert groups(texts, []) == ([{text.id for text in texts}] if together else [])


def test_a_text_that_says_too_little_is_a_story_of_its_own() -> None:
    short = "Read this report and all of our coverage of the war with a subscription that begins today."
    texts = [text_of(an_article(short, slug)) for slug in "ab"]
    assert texts[0].bands == ()
    assert groups(texts, []) == []


def test_whatever_one_article_ever_said_is_one_story() -> None:
    texts = [text_of(an_article(REPORT)), text_of(an_article(OTHER, revision=2)), text_of(an_article(OTHER, "copy"))]
    assert groups(texts, []) == [{text.id for text in texts}]


def test_what_was_kept_counts_with_the_story_it_is_part_of() -> None:
    text = text_of(an_article(REPORT))
    copy, other = text_of(an_article(REPORT, "copy")), text_of(an_article(OTHER, "other"))
    kept = [Kept(each.id, each.article, Pointer(f"story of {each.article}"), each.signature) for each in (copy, other)]
    found = groups([text], kept)
    assert {text.id, copy.id, f"story of {copy.article}"} in found
    assert all(text.id not in group for group in found if other.id in group)


def test_the_name_of_a_story_sorts_by_date_and_is_the_same_for_the_same_message() -> None:
    early = story_id(an_article(REPORT, published_at=MOMENT - timedelta(days=3000)))
    assert (
        early < story_id(an_article(REPORT)) < story_id(an_article(REPORT, published_at=MOMENT + timedelta(seconds=1)))
    )
    assert story_id(an_article(REPORT, tagged_at=MOMENT + timedelta(days=1))) == story_id(an_article(REPORT))
    assert story_id(an_article(REPORT, "b")) != story_id(an_article(REPORT))
    undated = an_article(REPORT, published_at=None)
    assert story_id(undated) == story_id(an_article(REPORT, published_at=undated.article.fetched_at))
    ancient = datetime(1, 1, 1, tzinfo=UTC)
    assert story_id(an_article(REPORT, published_at=ancient)).startswith("0" * 12)


@given(st.lists(st.integers(0, (1 << 32) - 1), min_size=128, max_size=128).map(tuple) | st.just(()))
def test_a_signature_is_kept_whole(numbers: tuple[int, ...]) -> None:
    assert unpacked(packed(numbers)) == numbers


def test_the_document_begins_as_part_of_a_story() -> None:
    text = text_of(an_article(REPORT))
    found = story_document(text, "earlier")
    assert (found["id"], found["story"], found["article"], found["moving"]) == (text.id, "earlier", text.article, False)
    assert len(set(found["bands"])) == 25


def test_a_text_begins_as_part_of_the_earliest_that_is_like_it() -> None:
    texts = [Text(name, name, (), ()) for name in "bcd"]
    assert first_of_each(texts, [{"c", "a", "b"}]) == {"b": "a", "c": "a", "d": "d"}


@pytest.mark.parametrize(
    ("pointers", "story"),
    [
        ({"a": Pointer("a"), "b": Pointer("a"), "c": Pointer("b")}, "a"),
        ({"a": Pointer("a"), "b": Pointer("b"), "c": Pointer("b")}, None),
        ({"a": Pointer("a"), "b": Pointer("a", moving=True), "c": Pointer("b")}, None),
        ({"b": Pointer("a"), "c": Pointer("b")}, None),
    ],
    ids=["one story", "two that are to be joined", "still being moved", "one that was not seen"],
)
def test_what_is_one_story_already_is_told_from_what_has_to_be_joined(
    pointers: dict[str, Pointer], story: str | None
) -> None:
    same = {"a", "b", "c"}
    found = hanging_together([same], pointers)
    assert found == ((dict.fromkeys(same, story), []) if story else ({}, [same]))


def test_what_a_text_began_as_is_part_of_its_group() -> None:
    text = text_of(an_article(REPORT))
    assert groups([text], [], {text.id: "gone"}) == [{text.id, "gone"}]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), min_size=1, max_size=10), st.randoms())
def test_groups_are_what_hangs_together_whatever_the_order(edited: list[tuple[int, int]], chance: Random) -> None:
    texts = []
    for number, (topic, edits) in enumerate(edited):
        words = [f"t{topic}w{at}" for at in range(60 - edits)] + [f"n{number}w{at}" for at in range(edits)]
        texts.append(text_of(an_article(" ".join(words), str(number))))
    together = {text.id: {text.id} for text in texts}
    for one, other in combinations(texts, 2):
        if set(one.bands) & set(other.bands) and resemblance(one.signature, other.signature) >= COPY:
            joined = together[one.id] | together[other.id]
            together |= dict.fromkeys(joined, joined)
    expected = {frozenset(group) for group in together.values() if len(group) > 1}
    chance.shuffle(texts)
    at = chance.randint(0, len(texts))
    kept = [Kept(text.id, text.article, Pointer(text.id), text.signature) for text in texts[at:]]
    arrived: list[Text] = texts[:at]
    assert {frozenset(group) for group in groups(texts, [])} == expected
    # What was kept is not compared among itself: that was done when it arrived.
    assert all(any(group <= whole for whole in expected) for group in groups(arrived, kept))
