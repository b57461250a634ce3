"""What became of the figures of an article in its next revision."""

from typing import Any

import pytest

from services.common.messages import Claim, EarlierFigure
from services.common.rules.changed import changes
from tests.builders import a_claim, an_article

SENT = "{} were sent to Kursk, Kyiv says."
LOST = "Russia lost {} in the north this week alone, officials in Kyiv said."


def figure(claim: Claim) -> EarlierFigure:
    article = an_article()
    return EarlierFigure(
        claim=claim, article_id=article.id, revision=1, url=article.url, title=article.title, source=article.source
    )


def said(text: str, frame: str = SENT, **fields: Any) -> Claim:
    return a_claim(text, sentence=frame.format(text), **fields)


def became(before: list[Claim], after: list[Claim], text: str | None = None) -> list[tuple[str, str | None]]:
    now = " ".join(claim.sentence for claim in after) if text is None else text
    found = changes([figure(claim) for claim in before], after, now)
    return [(change.before.claim.text, change.after.text if change.after else None) for change in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # nothing, and nothing that matters
        ([], [], []),
        ([said("12,000 troops")], [said("12,000 troops")], []),
        ([said("12,000 troops")], [said("12,000 troops"), said("50 tanks", LOST, unit="tank")], []),
        ([said("12,000 troops")], [said("12,000 soldiers", LOST, unit="soldier")], []),
        ([], [said("12,000 troops")], []),
        # another number in its place
        ([said("12,000 troops")], [said("10,000 troops")], [("12,000 troops", "10,000 troops")]),
        ([said("12,000 troops")], [said("10,000 soldiers", unit="soldier")], [("12,000 troops", "10,000 soldiers")]),
        (
            [said("12,000 troops"), said("50 tanks", LOST, unit="tank")],
            [said("60 tanks", LOST, unit="tank"), said("11,000 troops")],
            [("12,000 troops", "11,000 troops"), ("50 tanks", "60 tanks")],
        ),
        # none any more: of another thing, or in another place
        ([said("12,000 troops")], [], [("12,000 troops", None)]),
        ([said("12,000 troops")], [said("10,000 shells", unit="shell")], [("12,000 troops", None)]),
        ([said("12,000 troops")], [said("10,000 troops", LOST)], [("12,000 troops", None)]),
    ],
)
def test_the_figures_that_are_not_the_same(
    before: list[Claim], after: list[Claim], expected: list[tuple[str, str | None]]
) -> None:
    assert became(before, after) == expected


def test_a_sentence_that_stands_has_not_changed_however_it_is_read_now() -> None:
    claim = said("12,000 troops")
    assert became([claim], [], text=f"Before. {claim.sentence} After.") == []
