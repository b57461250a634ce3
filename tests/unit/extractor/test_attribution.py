"""Who says it, through whom, how firmly, and when it holds."""

from datetime import UTC, datetime

import pytest

from services.common.messages import Claim
from services.extractor import tag

PUBLISHED = datetime(2024, 11, 18, tzinfo=UTC)


def last_claim(text: str) -> Claim:
    return tag(text, published_at=PUBLISHED).claims[-1]


SPEAKERS = [
    # text, words of the speaker, entity, via
    ("Kirby told reporters that 3,000 soldiers came.", "Kirby", "person/kirby", None),
    ("John Kirby said 3,000 soldiers came.", "John Kirby", "person/john-kirby", None),
    ("A senior Ukrainian official said 3,000 soldiers came.", "senior Ukrainian official", None, None),
    ("Western security sources told the Washington Post that 3,000 soldiers came.",
     "Western security sources", None, "The Washington Post"),
    ("The Financial Times reported that 3,000 soldiers came.", "Financial Times", "organisation/financial-times", None),
    ("The Financial Times wrote, citing data from Ukrainian intelligence, that 3,000 soldiers came.",
     "Ukrainian intelligence", None, "Financial Times"),
    ("Polish diplomats, quoted by Der Spiegel, report that 3,000 soldiers came.",
     "Polish diplomats", None, "Der Spiegel"),
    ("According to Ukrainian intelligence, 3,000 soldiers came.", "Ukrainian intelligence", None, None),
    ("3,000 soldiers came, according to the Pentagon.", "Pentagon", "organisation/pentagon", None),
    ("3,000 soldiers came, Oleksandr Syrskyi said.", "Oleksandr Syrskyi", "person/oleksandr-syrskyi", None),
    ("“We destroyed 14 tanks,” Kyrylo Budanov told CNN.", "Kyrylo Budanov", "person/kyrylo-budanov", "CNN"),
    ("Moscow said Ukraine lost 400 soldiers.", "Moscow", "country/russia", None),
    ("Michael Kofman told the FT that it was a pattern. It had sent 3,000 soldiers, he noted.", "Michael Kofman",
     "person/michael-kofman", "Financial Times"),
    ("Ukrainian intelligence told the FT about it.\nThe report details the delivery of 50 howitzers.",
     "Ukrainian intelligence", None, "Financial Times"),
]  # fmt: skip
NOBODY = [
    "North Korea sent 3,000 soldiers.",
    "“It is our business,” Putin added, hinting at cooperation between the two countries.",
]
MODALITIES = [
    ("North Korea sent 3,000 soldiers.", "asserted"),
    ("North Korea sent an estimated 3,000 soldiers.", "estimated"),
    ("Officials estimate that 3,000 soldiers came.", "estimated"),
    ("Some 3,000 soldiers are believed to have come.", "estimated"),
    ("North Korea will send 3,000 soldiers.", "planned"),
    ("North Korea plans to send 3,000 soldiers.", "planned"),
    ("50 howitzers will be delivered to Russia.", "planned"),
    ("North Korea could send 3,000 soldiers.", "possible"),
    ("Some 3,000 soldiers may soon arrive.", "possible"),
    ("Moscow denied that 3,000 soldiers came.", "denied"),
    ("The U.S. has not sent 300 missiles.", "denied"),
]
TIMES = [
    ("In 2023, Kim Jong Un gave 500 missiles to Russia.", ("2023-01-01", "2023-12-31")),
    ("This year, Iran sent 900 drones.", ("2024-01-01", "2024-11-18")),
    ("It has gone further this year by lending 9,000 troops.", ("2024-01-01", "2024-11-18")),
    ("Kirby said on Monday that 3,000 soldiers came in October.", ("2024-10-01", "2024-10-31")),
    ("Kirby said on Monday that 3,000 soldiers came.", None),
    ("North Korea will send 3,000 soldiers this year.", ("2024-11-18", "2024-12-31")),
    ("Russia lost 1,500 troops in the past 24 hours.", ("2024-11-17", "2024-11-18")),
    ("North Korea sent 3,000 soldiers.", None),
]


@pytest.mark.parametrize(("text", "words", "entity", "via"), SPEAKERS)
def test_who_says_it(text: str, words: str, entity: str | None, via: str | None) -> None:
    said = last_claim(text).attributed_to
    assert said is not None
    assert (said.text, said.entity, said.via) == (words, entity, via)


@pytest.mark.parametrize("text", NOBODY)
def test_nobody_says_it_but_the_article(text: str) -> None:
    assert last_claim(text).attributed_to is None


@pytest.mark.parametrize(("text", "modality"), MODALITIES)
def test_how_firmly(text: str, modality: str) -> None:
    assert last_claim(text).modality == modality


@pytest.mark.parametrize(("text", "days"), TIMES)
def test_when_it_holds(text: str, days: tuple[str, str] | None) -> None:
    [as_of, *_] = [claim.as_of for claim in tag(text, published_at=PUBLISHED).claims]
    assert (as_of and (str(as_of.from_), str(as_of.to))) == days
