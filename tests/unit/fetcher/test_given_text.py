"""The text for machines decides what both texts make plain, and nothing else."""

import pytest

from services.fetcher.given_text import held_against
from tests.unit.fetcher.labelled.stories import BUDGET, FERRY

WHOLE = "\n".join(FERRY)
MARKED_UP = "".join(f"<p>{line}</p>\n" for line in FERRY)


@pytest.mark.parametrize(
    ("found", "given", "text"),
    [
        ("", WHOLE, WHOLE),
        (FERRY[0], MARKED_UP, WHOLE),  # only a teaser was found
        ("\n".join(FERRY[:3]), WHOLE, WHOLE),  # the second half was missed
        (" ".join(FERRY), WHOLE, WHOLE),  # its paragraphs are there, and only there
        (WHOLE, " ".join(FERRY), WHOLE),  # the same without paragraphs
        (f"Ships and the sea\n{WHOLE}\nA choir sings on ice", " ".join(FERRY), WHOLE),  # what is around it goes
        ("\n".join((*FERRY[:3], "At night", *FERRY[3:])), WHOLE, "\n".join((*FERRY[:3], "At night", *FERRY[3:]))),
        (WHOLE, FERRY[0], WHOLE),  # cut short after a sentence
        (WHOLE, f"{FERRY[0][:60]}…", WHOLE),
        (WHOLE, "\n".join(BUDGET), WHOLE),  # of another article: ours is as long
        (WHOLE, "", WHOLE),
        (WHOLE, "<p></p>", WHOLE),
    ],
)
def test_the_text_for_machines(found: str, given: str, text: str) -> None:
    assert held_against(found, given) == text
