"""Figures as claims: what is counted, what is done, by whom, where, when. One row a phenomenon."""

from datetime import UTC, datetime

import pytest

from services.common.messages import Claim
from services.extractor import tag

PUBLISHED = datetime(2024, 11, 18, tzinfo=UTC)


def claims_of(text: str, **fields: str) -> list[Claim]:
    return list(tag(text, published_at=PUBLISHED, **fields).claims)


def claim_with(text: str, words: str) -> Claim:
    found = [claim for claim in claims_of(text) if claim.text == words]
    assert found, [claim.text for claim in claims_of(text)]
    return found[0]


WHAT = [
    # text, the claim's words, item, unit, category
    ("It sent 50 “Koksan” self-propelled howitzers.", "50 “Koksan” self-propelled howitzers",
     "Koksan self-propelled howitzers", "howitzer", "equipment"),
    ("It sent 20 updated multiple-launch rocket systems.", "20 updated multiple-launch rocket systems",
     "updated multiple-launch rocket systems", "system", "equipment"),
    ("It moved around 30 M1989 Koksan self-propelled guns of 170 mm calibre by rail.",
     "around 30 M1989 Koksan self-propelled guns", "M1989 Koksan self-propelled guns", "gun", "equipment"),
    ("It sent 20 Leopard 2 tanks.", "20 Leopard 2 tanks", "Leopard 2 tanks", "tank", "equipment"),
    ("It sent 12,000 North Korean soldiers.", "12,000 North Korean soldiers", "North Korean soldiers", "soldier", "personnel"),
    ("It sent 1,500 to 2,500 additional North Koreans.", "1,500 to 2,500 additional North Koreans",
     "North Koreans", "North Korean", "personnel"),
    ("It sent thousands of tons of munitions.", "thousands of tons of munitions", "tons of munitions", "ton", "munitions"),
    ("It sent millions of rounds of artillery ammunition.", "millions of rounds of artillery ammunition",
     "rounds of artillery ammunition", "round", "munitions"),
    ("It sent three shipments of shells.", "three shipments of shells", "shipments of shells", "shipment", "munitions"),
    ("It sent a total of 12,000 troops.", "a total of 12,000 troops", "troops", "troop", "personnel"),
    ("The 12-member crew survived.", "12-member crew", "crew", "member", "personnel"),
    ("A 10,000-strong contingent is on its way to the front.", "10,000-strong contingent", "contingent", "person", "personnel"),
    ("The foreign soldiers, estimated at over 9,000, wait behind the river.", "estimated at over 9,000",
     "foreign soldiers", "soldier", "personnel"),
    ("The death toll rose to 45.", "45", "death toll", "death", "casualties"),
    ("The number of troops reached 12,000.", "12,000", "troops", "troop", "personnel"),
    ("Five civilians were killed and 12 injured.", "12 injured", "injured", "person", "casualties"),
    ("The attack left 12 dead.", "12 dead", "dead", "person", "casualties"),
    ("Moscow would have to cede four regions.", "four regions", "regions", "region", "territory"),
    ("The two countries signed a pact.", "two countries", "countries", "country", "other"),
    ("The next four to five months will tell.", "four to five months", "months", "month", "duration"),
    ("They lost 30 percent of their tanks.", "30 percent of their tanks", "tanks", "%", "share"),
    ("A third of the brigade was lost.", "A third of the brigade", "brigade", "%", "share"),
    ("It gave $60 billion in military aid.", "$60 billion", "military aid", "USD", "money"),
    ("They took 1,000 square kilometres of territory.", "1,000 square kilometres of territory",
     "square kilometres of territory", "km2", "territory"),
    ("They advanced 30 km.", "30 km", "km", "km", "distance"),
    ("Three of the missiles were intercepted.", "Three of the missiles", "missiles", "missile", "munitions"),
]  # fmt: skip
DONE = [
    # text, words, action, actor, place
    ("Iran sent 400 drones to Belarus.", "400 drones", "send", "country/iran", "country/belarus"),
    ("Russia had massed 45,000 troops there by then.", "45,000 troops", "mass", "country/russia", None),
    ("Some 700 Chechen fighters and 9,500 North Korean troops deployed to Russia’s Kursk region.", "9,500 North Korean troops",
     "deploy", "country/north-korea", "place/kursk-oblast"),
    ("About 800 Chechen soldiers and 9,000 North Koreans were deployed near Sudzha.", "9,000 North Koreans",
     "deploy", "country/north-korea", "place/sudzha"),
    ("At least 2,500 Cuban soldiers had arrived in Russia.", "At least 2,500 Cuban soldiers",
     "arrive", "country/cuba", "country/russia"),
    ("The accusation is that North Korea keeps supplying Moscow’s army with thousands of tons of shells.",
     "thousands of tons of shells", "supply", "country/north-korea", None),
    ("It details Russia’s delivery of 50 howitzers.", "50 howitzers", "deliver", "country/russia", None),
    ("Ukrainian forces captured two North Korean soldiers in Kursk Oblast.", "two North Korean soldiers",
     "capture", "country/ukraine", "place/kursk-oblast"),
    ("Ukraine shot down 45 drones.", "45 drones", "shoot down", "country/ukraine", None),
    ("The 810th Naval Infantry Brigade lost 12 tanks.", "12 tanks", "lose",
     "military_unit/810th-naval-infantry-brigade", None),
    ("Russian shelling killed five people and wounded seven others in Kherson.", "five people", "kill",
     "country/russia", "place/kherson"),
    ("Russian shelling killed five people and wounded seven others in Kherson.", "seven others", "wound",
     "country/russia", "place/kherson"),
    ("Their deployment so far is estimated at 9,500 troops.", "estimated at 9,500 troops", "deploy", None, None),
    ("Kim Jong Un planned to give 500 missiles to Russia.", "500 missiles", "give", "person/kim-jong-un", "country/russia"),
    ("Five Russian soldiers were killed near Pokrovsk.", "Five Russian soldiers", "kill", "country/russia", "place/pokrovsk"),
    ("Five Russian soldiers were killed by Ukrainian drones near Pokrovsk.", "Five Russian soldiers", "kill",
     "country/ukraine", "place/pokrovsk"),
    ("Russia's missile attack left four dead in Odesa.", "four dead", "kill", "country/russia", "place/odesa"),
    ("Two Turkish soldiers died in northern Iraq.", "Two Turkish soldiers", "kill", "country/turkey", "country/iraq"),
    ("Three gunmen killed 20 villagers.", "Three gunmen", None, None, None),
    ("Sixteen people, including four children, were killed.", "four children", None, None, None),
    ("It has gained from North Korea by sending 20 ships.", "20 ships", "send", None, None),
]  # fmt: skip
CASUALTIES = [
    ("Five civilians were killed.", "Five civilians", "kill"),
    ("At least 16 people died.", "At least 16 people", "kill"),
    ("Two soldiers were wounded.", "Two soldiers", "wound"),
    ("Russia lost 1,500 troops.", "1,500 troops", "lose"),
    ("They captured 40 prisoners.", "40 prisoners", "capture"),
    ("They found 12 killed soldiers.", "12 killed soldiers", "kill"),
]
IMPLICIT = [
    ("A drone strike killed a senior commander.", "a senior commander", "commander", "casualties"),
    ("A soldier was wounded.", "A soldier", "soldier", "casualties"),
    ("They shot down a drone.", "a drone", "drone", "equipment"),
    ("The arrest of a Taliban recruiter was announced.", "a Taliban recruiter", "recruiter", "casualties"),
    ("The leader was detained along with a bodyguard.", "a bodyguard", "bodyguard", "casualties"),
    ("A courier was among those detained.", "A courier", "courier", "casualties"),
    ("A sniper shot dead a policeman.", "a policeman", "policeman", "casualties"),
]
EACH = [
    (
        "Moscow drills two new formations, each made up of about 5,500 soldiers.",
        "about 5,500 soldiers",
        True,
    ),
    ("Moscow trains two units from North Korea, each consisting of 6,000 soldiers.", "6,000 soldiers", True),
    ("The two units have 6,000 soldiers each.", "6,000 soldiers", True),
    ("Each of the four battalions has 500 soldiers.", "four battalions", False),
    ("The two units have 6,000 soldiers.", "6,000 soldiers", False),
]
NOT_WORTH_A_CLAIM = [
    "One of the portals close to the army reported it.",
    "One official said so.",
    "One expects more.",
    "He has the AK-12 and the BM-27 of the 95th Brigade since Jan. 20, 2022.",
]


@pytest.mark.parametrize(("text", "words", "item", "unit", "category"), WHAT, ids=[row[1] for row in WHAT])
def test_what_is_counted(text: str, words: str, item: str, unit: str, category: str) -> None:
    claim = claim_with(text, words)
    assert (claim.item, claim.unit, claim.category) == (item, unit, category)


@pytest.mark.parametrize(("text", "words", "action", "actor", "place"), DONE)
def test_what_is_done_by_whom_and_where(
    text: str, words: str, action: str | None, actor: str | None, place: str | None
) -> None:
    claim = claim_with(text, words)
    assert (claim.action, claim.actor, claim.place) == (action, actor, place)


@pytest.mark.parametrize(("text", "words", "action"), CASUALTIES)
def test_casualties(text: str, words: str, action: str) -> None:
    claim = claim_with(text, words)
    assert (claim.category, claim.action) == ("casualties", action)


@pytest.mark.parametrize(("text", "words", "unit", "category"), IMPLICIT)
def test_one_that_no_number_says(text: str, words: str, unit: str, category: str) -> None:
    claim = claim_with(text, words)
    assert (claim.low, claim.high, claim.implicit, claim.unit, claim.category) == (1, 1, True, unit, category)


@pytest.mark.parametrize(("text", "words", "each"), EACH)
def test_each(text: str, words: str, each: bool) -> None:
    assert claim_with(text, words).each is each


@pytest.mark.parametrize("text", NOT_WORTH_A_CLAIM)
def test_no_claim(text: str) -> None:
    assert [claim.text for claim in claims_of(text)] == []


def test_them_are_what_was_counted_last() -> None:
    text = "Some 9,000 North Korean soldiers came. Around 2,500 of them are thought to have been eliminated."
    claim = claim_with(text, "Around 2,500 of them")
    assert (claim.item, claim.unit, claim.category, claim.action, claim.actor, claim.low, claim.modality) == (
        "North Korean soldiers", "soldier", "casualties", "eliminate", "country/north-korea", 2500, "estimated",
    )  # fmt: skip


def test_them_may_be_what_was_only_named() -> None:
    text = "North Korea supplies Russia with artillery ammunition. Kim planned to give millions of them."
    claim = claim_with(text, "millions of them")
    assert (claim.item, claim.category) == ("artillery ammunition", "munitions")


def test_the_second_of_a_list_shares_the_verb() -> None:
    text = "The FT reported that 50 howitzers and 20 rocket launchers will be delivered to Kursk Oblast."
    assert [(claim.action, claim.place) for claim in claims_of(text)] == [("deliver", "place/kursk-oblast")] * 2


def test_a_sender_stays_known_in_the_next_sentence() -> None:
    text = "North Korea has supplied artillery to Russia.\nThe report details the delivery of 50 howitzers."
    assert claim_with(text, "50 howitzers").actor == "country/north-korea"


def test_every_field_of_a_claim() -> None:
    text = (
        "Pentagon spokesman Patrick Ryder said in a briefing on Tuesday that at least 2,500 Iranian instructors had "
        "arrived in Crimea this month."
    )
    [claim] = tag(text, published_at=datetime(2024, 10, 25, tzinfo=UTC)).claims
    shown = claim.model_dump(mode="json", exclude={"id", "start", "end", "sentence"})
    assert shown == {
        "text": "at least 2,500 Iranian instructors", "low": 2500, "high": None, "qualifier": "at_least",
        "category": "personnel", "item": "Iranian instructors", "unit": "instructor", "implicit": False, "each": False,
        "action": "arrive", "actor": "country/iran", "place": "place/crimea",
        "attributed_to": {"text": "Patrick Ryder", "entity": "person/patrick-ryder", "via": None},
        "modality": "asserted", "as_of": {"from": "2024-10-01", "to": "2024-10-25"},
    }  # fmt: skip


def test_the_same_words_twice_are_two_claims_with_ids_that_stay() -> None:
    text = "They sent 50 howitzers. They sent 50 howitzers."
    one, other = claims_of(text, article_id="a" * 32)
    assert one.id != other.id
    assert [claim.id for claim in claims_of(text, article_id="a" * 32)] == [one.id, other.id]
    assert claims_of(text, article_id="b" * 32)[0].id != one.id
    assert claims_of(f"A new line.\n{text}", article_id="a" * 32)[0].id == one.id
