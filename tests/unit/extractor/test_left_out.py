"""Numbers whose noun was said before, or goes without saying: "it sent 20 in June", "wounded a third"."""

import pytest

from services.common.messages import Claim
from services.extractor import tag
from tests.evaluation.speed import NOW


def _claim(text: str, words: str) -> Claim:
    [found] = [claim for claim in tag(text, published_at=NOW).claims if claim.text.startswith(words)]
    return found


SAID_BEFORE = (
    ("Moldova sent 12 ambulances in May. It sent 20 in June.", "20", "ambulance"),
    ("Lithuania received six Pantsir systems last year. Four were delivered in April.", "Four", "system"),
    ("The army lost 30 tanks in the first week. By Sunday it had lost 50 more.", "50 more", "tank"),
    ("Russia launched 120 Shahed drones. Of these, 90 were intercepted and 12 hit their targets.", "90", "drone"),
    ("Russia launched 120 Shahed drones. Ninety were intercepted and 14 hit their targets.", "14", "drone"),
    ("Engineers found 400 shells in the depot. They destroyed 350 and kept the rest.", "350", "shell"),
    ("The factory makes 500 mortar rounds a day. It plans to make 800 by autumn.", "800", "round"),
    ("The Navy seized 2,000 rifles from a dhow; another shipment held 500.", "500", "rifle"),
    ("Of the 40 howitzers, 12 were delivered without barrels.", "12", "howitzer"),
    ("The column consisted of 30 trucks. Eight broke down.", "Eight", "truck"),
    ("Poland donated 60 tanks in spring. It bought 40 in autumn.", "40", "tank"),
    ("Rebels captured two villages on Monday and three on Tuesday.", "three", "village"),
    ("The shelling damaged 12 houses. It destroyed four.", "four", "house"),
    ("The town had three schools; two were destroyed.", "two", "school"),
    ("The UN verified 40 deaths in May. It verified 25 in June.", "25", "death"),
    ("The army says it needs 500,000 recruits and has found 30,000.", "30,000", "recruit"),
    ("Twelve prisoners were released on Monday. Another 15 will follow on Friday.", "Another 15", "prisoner"),
    ("Gunmen abducted 30 pupils. Eleven escaped.", "Eleven", "pupil"),
    ("The captain lost 20 drones, and a car bomb killed ten in the market.", "ten", "person"),
    ("Turkey evacuated 300 on Monday.", "300", "person"),
)


@pytest.mark.parametrize(("text", "words", "unit"), SAID_BEFORE)
def test_the_noun_was_said_before(text: str, words: str, unit: str) -> None:
    assert _claim(text, words).unit == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("The factory opened in spring. It sold 300 abroad.", ""),
        ("Five regions agreed to buy 300.", ""),
    ],
)
def test_a_number_that_nothing_fits_counts_nothing_named(text: str, unit: str) -> None:
    assert _claim(text, "300").unit == unit


@pytest.mark.parametrize(
    ("text", "unit", "action"),
    [
        ("The patrol captured two insurgents and later captured a third.", "insurgent", "capture"),
        ("Soldiers killed two militants and wounded a third near the village.", "militant", "wound"),
        ("Two attackers were shot dead and a third was wounded.", "attacker", "wound"),
        ("Two policemen died in the blast and a third was injured, the mayor said.", "policeman", "wound"),
    ],
)
def test_a_third_is_one_more(text: str, unit: str, action: str) -> None:
    third = _claim(text, "a third")
    assert (third.low, third.high, third.unit, third.action, third.implicit) == (1, 1, unit, action, True)


@pytest.mark.parametrize(
    ("text", "words", "action"),
    [
        ("The governor put the number of dead at 12.", "12", "kill"),
        ("Hospital officials put the number of wounded at more than 40.", "more than 40", "wound"),
        ("The number of injured rose to 60 by evening.", "60", "wound"),
    ],
)
def test_the_number_of_dead_counts_people(text: str, words: str, action: str) -> None:
    claim = _claim(text, words)
    assert (claim.unit, claim.category, claim.action) == ("person", "casualties", action)


def test_who_does_it_is_not_what_it_is_done_to() -> None:
    claims = tag("Ukraine fired 40 drones. The crews of the city shot down 31 of them.", published_at=NOW).claims
    assert [(claim.low, claim.unit) for claim in claims] == [(40, "drone"), (31, "drone")]
