"""Five real articles, read from beside the repository where they are: the main entities and figures come out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.extractor import tag
from services.extractor.tagger import Tagged

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="The five real articles are not here (../shared/seeds).")

N = None
# file (its number), day of publication, then: words of the claim, low, high, qualifier, unit, category, action, actor, place
FIGURES = [
    ("000", "50 “Koksan” self-propelled howitzers", 50, 50, "exact", "howitzer", "equipment", "deliver", "country/north-korea", N),
    ("000", "20 updated multiple-launch rocket systems", 20, 20, "exact", "system", "equipment", "deliver", "country/north-korea", N),
    ("000", "millions of rounds of artillery ammunition", 1e6, N, "vague", "round", "munitions", "supply", "country/north-korea", N),
    ("000", "more than 12,000 troops", 12000, N, "more_than", "troop", "personnel", "send", "country/north-korea", N),
    ("000", "four to five months", 4, 5, "range", "month", "duration", N, N, N),
    ("000", "four regions", 4, 4, "exact", "region", "territory", "cede", "country/ukraine", N),
    ("000", "an estimated 11,000 North Korean troops", 11000, 11000, "approximate", "troop", "personnel", "deploy",
     "country/north-korea", "place/kursk-oblast"),
    ("001", "around 50 M1989 Koksan self-propelled howitzers", 50, 50, "approximate", "howitzer", "equipment", "deliver",
     "country/north-korea", "place/kursk-oblast"),
    ("001", "20 modernized multiple launch systems", 20, 20, "exact", "system", "equipment", "deliver", "country/north-korea",
     "place/kursk-oblast"),
    ("001", "millions of them", 1e6, N, "vague", "ammunition", "munitions", "give", "person/kim-jong-un", "country/russia"),
    ("001", "12,000 troops", 12000, 12000, "exact", "troop", "personnel", "send", "country/north-korea", N),
    ("002", "approximately 12,000 North Korean soldiers", 12000, 12000, "approximate", "soldier", "personnel", "deploy",
     "country/north-korea", "place/kursk-oblast"),
    ("002", "Around 4,000 of them", 4000, 4000, "approximate", "soldier", "casualties", "eliminate", "country/north-korea", N),
    ("002", "about 2,000 to 3,000 additional North Koreans", 2000, 3000, "range", "North Korean", "personnel", "arrive",
     "country/north-korea", "place/kursk-oblast"),
    ("002", "two firearms", 2, 2, "exact", "firearm", "equipment", N, N, N),
    ("003", "50,000 troops", 50000, 50000, "exact", "troop", "personnel", "mass", "country/russia", N),
    ("003", "estimated at over 10,000", 10000, N, "more_than", "soldier", "personnel", "join", "country/north-korea", "place/kursk-oblast"),
    ("003", "beyond two years", 2, N, "more_than", "year", "duration", N, N, N),
    ("003", "estimated at 10,000 troops", 10000, 10000, "approximate", "troop", "personnel", "deploy", N, N),
    ("004", "approximately 12,000 North Korean soldiers", 12000, 12000, "approximate", "soldier", "personnel", "deploy",
     "country/north-korea", "country/russia"),
    ("004", "approximately 6,000 soldiers", 6000, 6000, "approximate", "soldier", "personnel", N, N, N),
    ("004", "at least 3,000 North Korean soldiers", 3000, N, "at_least", "soldier", "personnel", "arrive",
     "country/north-korea", "country/russia"),
    ("004", "a total of 12,000 troops", 12000, 12000, "exact", "troop", "personnel", "involve", N, N),
    ("004", "thousands of tons of munitions", 1000, N, "vague", "ton", "munitions", "supply", "country/north-korea", N),
]  # fmt: skip
SPEAKERS = [
    ("000", "50 “Koksan” self-propelled howitzers", "Ukrainian intelligence sources", N, "Financial Times"),
    ("000", "millions of rounds of artillery ammunition", "Michael Kofman", "person/michael-kofman", "Financial Times"),
    ("000", "more than 12,000 troops", "multiple Western intelligence assessments", N, N),
    ("000", "an estimated 11,000 North Korean troops", "Ukraine", "country/ukraine", N),
    ("001", "around 50 M1989 Koksan self-propelled howitzers", "Financial Times", "organisation/financial-times", N),
    ("004", "approximately 12,000 North Korean soldiers", "Ukrainian intelligence", N, N),
    ("004", "approximately 6,000 soldiers", "Volodymyr Zelensky", "person/volodymyr-zelenskyy", N),
    ("004", "at least 3,000 North Korean soldiers", "John Kirby", "person/john-kirby", N),
]  # fmt: skip
MODALITIES = [
    ("000", "an estimated 11,000 North Korean troops", "estimated"),
    ("001", "around 50 M1989 Koksan self-propelled howitzers", "planned"),
    ("002", "Around 4,000 of them", "estimated"),
    ("002", "about 2,000 to 3,000 additional North Koreans", "possible"),
    ("003", "50,000 troops", "asserted"),
    ("004", "a total of 12,000 troops", "possible"),
]
ENTITIES = {
    "000": {
        "country/north-korea", "country/russia", "country/ukraine", "country/united-states", "place/kursk-oblast",
        "organisation/financial-times", "organisation/reuters", "weapon/m1989-koksan", "person/michael-kofman",
        "person/donald-trump", "person/vladimir-putin", "person/volodymyr-zelenskyy", "person/mike-pompeo",
        "organisation/carnegie-endowment-for-international-peace", "place/crimea", "place/geneva",
    },
    "001": {
        "weapon/m1989-koksan", "weapon/bm-27-uragan", "person/kim-jong-un", "organisation/daily-telegraph",
        "place/krasnoyarsk", "place/kursk-oblast", "person/volodymyr-zelenskyy", "organisation/united-nations",
        "organisation/defence-intelligence-of-ukraine",
    },
    "002": {
        "military_unit/95th-separate-airborne-assault-brigade", "person/stanislav-krasnov", "weapon/ak-12",
        "weapon/vepr-12", "weapon/kn-23", "weapon/m1989-koksan", "weapon/mig-29", "weapon/su-27", "weapon/il-76",
        "organisation/unian", "organisation/reuters", "country/south-korea", "country/china",
    },
    "003": {
        "organisation/new-york-times", "organisation/hotnews", "person/oleksandr-syrskyi", "person/jd-vance",
        "person/rustem-umerov", "place/kurakhove", "place/pokrovsk", "place/kursk-oblast",
    },
    "004": {
        "organisation/cnn", "organisation/kremlin", "organisation/us-national-security-council", "person/john-kirby",
        "person/gabrielius-landsbergis", "person/yunus-bek-yevkurov", "country/lithuania", "place/kursk-oblast",
        "organisation/defence-intelligence-of-ukraine", "organisation/brics",
    },
}  # fmt: skip
NEVER_COUNTED = (
    "170",
    "1989",
    "1978",
    "BM-27",
    "Jan. 20",
    "95th",
    "KN-23",
    "AK-12",
    "122",
    "152",
    "1991",
    "2022",
    "2023",
)
DAYS = {
    "000": (2024, 11, 18),
    "001": (2024, 11, 17),
    "002": (2025, 2, 16),
    "003": (2024, 11, 11),
    "004": (2024, 10, 25),
}


@pytest.fixture(scope="module")
def tagged() -> dict[str, Tagged]:
    texts = {file.name[:3]: file.read_text("utf-8") for file in SEEDS.glob("*.txt")}
    return {
        number: tag(text, published_at=datetime(*DAYS[number], tzinfo=UTC)) for number, text in sorted(texts.items())
    }


@pytest.mark.parametrize("row", FIGURES, ids=[f"{row[0]}: {row[1]}" for row in FIGURES])
def test_main_figures(tagged: dict[str, Tagged], row: tuple[str, ...]) -> None:
    number, words, *expected = row
    found = [claim for claim in tagged[number].claims if claim.text == words]
    assert found, [claim.text for claim in tagged[number].claims]
    claim = found[0]
    assert [
        claim.low, claim.high, claim.qualifier, claim.unit, claim.category, claim.action, claim.actor, claim.place,
    ] == expected  # fmt: skip


@pytest.mark.parametrize(("number", "words", "text", "entity", "via"), SPEAKERS)
def test_who_says_so(
    tagged: dict[str, Tagged], number: str, words: str, text: str, entity: str | None, via: str | None
) -> None:
    [said] = [claim.attributed_to for claim in tagged[number].claims if claim.text == words][:1]
    assert said is not None
    assert (said.text, said.entity, said.via) == (text, entity, via)


@pytest.mark.parametrize(("number", "words", "modality"), MODALITIES)
def test_how_firmly(tagged: dict[str, Tagged], number: str, words: str, modality: str) -> None:
    assert next(claim for claim in tagged[number].claims if claim.text == words).modality == modality


def test_the_two_units_of_six_thousand_are_six_thousand_each(tagged: dict[str, Tagged]) -> None:
    [claim] = [claim for claim in tagged["004"].claims if "6,000" in claim.text]
    assert claim.each


@pytest.mark.parametrize("number", sorted(ENTITIES))
def test_main_entities(tagged: dict[str, Tagged], number: str) -> None:
    assert ENTITIES[number] <= {entity.id for entity in tagged[number].entities}


def test_names_dates_and_calibres_are_not_counted(tagged: dict[str, Tagged]) -> None:
    counted = [claim for one in tagged.values() for claim in one.claims]
    assert [claim.text for claim in counted if claim.text.startswith(NEVER_COUNTED)] == []
    assert not {170, 1989, 1978, 27, 95, 23, 76, 122, 152, 1991, 2022, 2023} & {claim.low for claim in counted}
