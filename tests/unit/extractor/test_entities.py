"""Who and what is spoken of: one id however it is spelled, every mention in its place."""

from itertools import pairwise

import pytest

from services.extractor import tag
from services.extractor.tagger import Tagged

SPELLINGS = [
    ("Volodymyr Zelenskyy spoke.", "Volodymyr Zelenskyy", "person/volodymyr-zelenskyy"),
    ("Volodymyr Zelenskiy spoke.", "Volodymyr Zelenskiy", "person/volodymyr-zelenskyy"),
    ("Zelensky spoke.", "Zelensky", "person/volodymyr-zelenskyy"),
    ("Kim Jong-un spoke.", "Kim Jong-un", "person/kim-jong-un"),
    ("It was President Vladimir Putin.", "Vladimir Putin", "person/vladimir-putin"),
    ("General Oleksandr Syrsky spoke.", "Oleksandr Syrsky", "person/oleksandr-syrskyi"),
    ("The DPRK sent troops.", "DPRK", "country/north-korea"),
    ("North Korean soldiers came.", "North Korean", "country/north-korea"),
    ("The North Koreans came.", "North Koreans", "country/north-korea"),
    ("NORTH KOREA SENDS TROOPS", "NORTH KOREA", "country/north-korea"),
    ("The U.S. sent aid.", "U.S.", "country/united-states"),
    ("Russia’s losses grew.", "Russia", "country/russia"),
    ("They met in Kiev.", "Kiev", "place/kyiv"),
    ("They met in Kharkov.", "Kharkov", "place/kharkiv"),
    ("A 50,000-strong force and two A-50s.", "A-50s", "weapon/a-50"),
    ("It hit the Zaporizhzhia region.", "Zaporizhzhia", "place/zaporizhzhia-oblast"),
    ("The FT reported it.", "FT", "organisation/financial-times"),
    ("NATO agreed.", "NATO", "organisation/nato"),
    ("The Russian Defense Ministry said so.", "Russian Defense Ministry", "organisation/ministry-of-defence-of-russia"),
    ("A Koksan gun fired.", "Koksan", "weapon/m1989-koksan"),
    ("The M-1978/1989 Koksan fired.", "M-1978/1989 Koksan", "weapon/m1989-koksan"),
    ("The M1989 “Koksan” fired.", "M1989 “Koksan”", "weapon/m1989-koksan"),
    ("A BM-27 “Uragan” fired.", "BM-27 “Uragan”", "weapon/bm-27-uragan"),
    ("A KN‑23 hit it.", "KN‑23", "weapon/kn-23"),
    ("A KN 23 hit it.", "KN 23", "weapon/kn-23"),
    ("The Il-76 landed.", "Il-76", "weapon/il-76"),
    ("They had an AK-12 rifle.", "AK-12", "weapon/ak-12"),
    ("They had a Vepr-12 shotgun.", "Vepr-12", "weapon/vepr-12"),
    ("Two MiG-29s flew.", "MiG-29s", "weapon/mig-29"),
    ("A Kh-55 hit it.", "Kh-55", "weapon/kh-55"),
    ("He leads the 95th Separate Airborne Assault Brigade of Ukraine.", "95th Separate Airborne Assault Brigade",
     "military_unit/95th-separate-airborne-assault-brigade"),
    ("The 810th Naval Infantry Brigade withdrew.", "810th Naval Infantry Brigade",
     "military_unit/810th-naval-infantry-brigade"),
    ("Stanislav Krasnov, a commander, explained it.", "Stanislav Krasnov", "person/stanislav-krasnov"),
]  # fmt: skip
UNLISTED = [
    # text, words, what they name: by the words beside them, in them, or the gazetteer
    ("They met near Karvendo on Friday.", "Karvendo", "place"),
    ("Shells fell on Sirtova and Jufresh.", "Jufresh", "place"),
    ("The village of Tal Qubar was taken.", "Tal Qubar", "place"),
    ("Jaish-e-Karwan was banned.", "Jaish-e-Karwan", "organisation"),
    ("The Serum Institute of Ruritania makes it.", "Serum Institute of Ruritania", "organisation"),
    ("Shares of Quorvex Inc fell.", "Quorvex Inc", "organisation"),
    ("A spokesman for Tovarno, a rights group, spoke.", "Tovarno", "organisation"),
    ("Danielle Karvendo, a lawyer, spoke.", "Danielle Karvendo", "person"),
    ("Maher al-Qubari spoke.", "Maher al-Qubari", "person"),
    ("Oleh Karvenko, 45, was hurt.", "Oleh Karvenko", "person"),
    ("KARVENDO (Reuters) - A fire broke out.", "KARVENDO", "place"),
    ("The coach scored a goal as Sevilla beat Getafe in the final match of the season.", "Getafe", "organisation"),
    ("The bus went from Sevilla to Getafe.", "Getafe", "place"),
]  # fmt: skip
SPANS = [
    # text, the mentions in it
    ("President Maria Tovar and the mayor met.", ["Maria Tovar"]),
    ("Russia’s Defense Ministry said so.", ["Russia", "Defense Ministry"]),
    ("He lives in the Kursk region.", ["Kursk"]),
    ("Ministers of Tovarno Bank and Zenda Group met.", ["Tovarno Bank", "Zenda Group"]),
    ("The Washington Post wrote so.", ["Washington Post"]),
    ("Félix Tshisekedi spoke.", ["Félix Tshisekedi"]),
    ("North Korean soldiers and Russians came.", []),
    ("Facebook Twitter WhatsApp", []),
    ("She wrote it on Facebook.", ["Facebook"]),
]
CAPITALS = [
    ("Pyongyang denied the reports.", "Pyongyang", "country/north-korea"),
    ("They met in Pyongyang.", "Pyongyang", "place/pyongyang"),
    ("Relations between Moscow and Pyongyang deepen.", "Moscow", "country/russia"),
    ("Relations between Moscow and Pyongyang deepen.", "Pyongyang", "country/north-korea"),
    ("Soldiers from Pyongyang are already fighting there.", "Pyongyang", "country/north-korea"),
    ("Moscow’s ambassador said so.", "Moscow", "country/russia"),
    ("Russian missiles hit Kyiv.", "Kyiv", "place/kyiv"),
    ("Aid to Kyiv was delayed.", "Kyiv", "country/ukraine"),
    ("A drone fell near Moscow.", "Moscow", "place/moscow"),
    ("Kyiv’s streets were empty.", "Kyiv", "place/kyiv"),
    ("Seoul said it would not send weapons.", "Seoul", "country/south-korea"),
]
NAMESAKES = [
    ("Tripoli in Lebanon was quiet.", "Tripoli", "place/tripoli-lb"),
    ("Tripoli, Lebanon, was quiet.", "Tripoli", "place/tripoli-lb"),
    ("They met in Tripoli in Lebanon.", "Tripoli", "place/tripoli-lb"),
    ("They met in London, Canada.", "London", "place/london-ca"),
    ("A shop in La Paz, Mexico, was robbed.", "La Paz", "place/la-paz-mx"),
    ("Tripoli in Libya was quiet.", "Libya", "country/libya"),
    ("Tripoli denied it.", "Tripoli", "country/libya"),
    ("Kyiv fights Moscow in Ukraine.", "Moscow", "country/russia"),
    ("London, Canada and Australia denied it.", "London", "country/united-kingdom"),
]
AMBIGUOUS = [
    ("Fighting in the Kursk region goes on. Troops in Kursk advanced.", "place/kursk-oblast"),
    ("The mayor of the city of Kursk spoke. Kursk airport was closed.", "place/kursk"),
]


def entities_at(tagged: Tagged, text: str, words: str) -> set[str]:
    start = text.index(words)
    span = (start, start + len(words))
    return {
        entity.id
        for entity in tagged.entities
        for one in (*entity.mentions, *entity.demonyms)
        if (one.start, one.end) == span
    }


@pytest.mark.parametrize(("text", "words", "entity"), SPELLINGS, ids=[row[0] for row in SPELLINGS])
def test_one_id_however_it_is_spelled(text: str, words: str, entity: str) -> None:
    assert entities_at(tag(text), text, words) == {entity}


@pytest.mark.parametrize(("text", "words", "entity"), CAPITALS)
def test_a_capital_is_a_city_or_a_government(text: str, words: str, entity: str) -> None:
    assert entities_at(tag(text), text, words) == {entity}


@pytest.mark.parametrize(("text", "words", "entity"), NAMESAKES)
def test_a_town_named_like_a_capital(text: str, words: str, entity: str) -> None:
    assert entities_at(tag(text), text, words) == {entity}


def test_a_town_named_like_a_capital_is_where_it_was_said_to_be() -> None:
    [place] = [one for one in tag("Shells hit Tripoli in Lebanon. Tripoli denied it.").entities if one.type == "place"]
    assert [mention.text for mention in place.mentions] == ["Tripoli", "Tripoli"]
    assert place.location is not None
    assert (round(place.location.lat), round(place.location.lon), place.location.country) == (34, 36, "LB")


@pytest.mark.parametrize(("text", "entity"), AMBIGUOUS)
def test_an_ambiguous_name_goes_with_the_rest_of_the_article(text: str, entity: str) -> None:
    last = text.rindex("Kursk")
    [found] = [one.id for one in tag(text).entities if any(mention.start == last for mention in one.mentions)]
    assert found == entity


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Tbilisi was calm. Elections in Georgia end today, with Russia watching.", "country/georgia"),
        ("Voters in Atlanta and across Georgia go to the polls; Kemp has voted.", "place/georgia-us"),
    ],
)
def test_georgia(text: str, entity: str) -> None:
    assert entity in {one.id for one in tag(text).entities}


@pytest.mark.parametrize(("text", "words", "kind"), UNLISTED, ids=[row[1] for row in UNLISTED])
def test_what_an_unlisted_name_names(text: str, words: str, kind: str) -> None:
    start = text.index(words)
    span = (start, start + len(words))
    found = [one.type for one in tag(text).entities for mention in one.mentions if (mention.start, mention.end) == span]
    assert found == [kind]


@pytest.mark.parametrize(("text", "mentions"), SPANS)
def test_a_mention_is_the_name_alone(text: str, mentions: list[str]) -> None:
    found = sorted((mention.start, mention.text) for one in tag(text).entities for mention in one.mentions)
    assert [words for _, words in found] == mentions


def test_a_demonym_links_the_country_and_is_no_mention() -> None:
    [country] = tag("North Korean soldiers came.").entities
    assert (country.id, country.mentions) == ("country/north-korea", ())
    assert [one.text for one in country.demonyms] == ["North Korean"]


def test_a_name_is_of_one_kind_in_the_whole_article() -> None:
    text = "The Battle of Karvendo began.\nKarvendo was quiet.\nThey shelled Karvendo and moved on Karvendo again."
    assert {one.type for one in tag(text).entities if one.name == "Karvendo"} == {"place"}


def test_an_organisation_goes_on_under_a_shorter_name() -> None:
    text = "Shares in Quorvex Systems fell. Quorvex said so."
    ids = {one.id: [mention.text for mention in one.mentions] for one in tag(text).entities}
    assert ids["organisation/quorvex-systems"] == ["Quorvex Systems", "Quorvex"]


def test_a_town_of_the_gazetteer_is_where_the_article_is() -> None:
    ukraine = (
        "The Ukrainian army left Nadiya. Ukraine and Kharkiv were hit; Nadiya in Ukraine too. It fell near Nadiya."
    )
    [place] = [one for one in tag(ukraine).entities if one.name == "Nadiya"]
    assert place.location is not None
    assert place.location.country == "UA"


def test_a_province_is_not_the_town_in_it() -> None:
    assert {one.id for one in tag("They met in Karvendo province.").entities} == {"place/karvendo-province"}


def test_a_surname_is_linked_once_the_full_name_was_said() -> None:
    text = "Stanislav Krasnov spoke to us. Krasnov said they were ready.\nLater Krasnov left."
    [person] = [one for one in tag(text).entities if one.type == "person"]
    assert person.id == "person/stanislav-krasnov"
    assert [mention.text for mention in person.mentions] == ["Stanislav Krasnov", "Krasnov", "Krasnov"]


def test_two_people_of_one_surname_are_told_apart_by_who_was_named_last() -> None:
    text = "Ivan Petrenko arrived. Petrenko waited. Then Oksana Petrenko came. Petrenko spoke."
    people = {one.id: len(one.mentions) for one in tag(text).entities if one.type == "person"}
    assert people == {"person/ivan-petrenko": 2, "person/oksana-petrenko": 2}


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Melania Trump spoke. Trump left.", "person/melania-trump"),
        ("In New York, Melania Trump said so. Later Trump left.", "person/melania-trump"),
        ("Oleg Putin came. Putin left.", "person/oleg-putin"),
        ("Donald Trump came with Melania Trump. Trump left.", "person/donald-trump"),
        ("Trump came. Melania Trump spoke. Trump left.", "person/donald-trump"),
        ("Melania Trump spoke. Donald Trump came. Trump left.", "person/donald-trump"),
    ],
)
def test_a_known_surname_is_who_the_article_named(text: str, last: str) -> None:
    start = text.rindex("Trump" if "Trump" in text else "Putin")
    [found] = [one.id for one in tag(text).entities if any(mention.start == start for mention in one.mentions)]
    assert found == last


def test_a_short_form_is_linked_to_the_long_one() -> None:
    text = "The Carnegie Endowment for International Peace (CEIP) wrote so. The CEIP report is new."
    ids = {one.id: [mention.text for mention in one.mentions] for one in tag(text).entities}
    assert ids["organisation/carnegie-endowment-for-international-peace"][-1] == "CEIP"


def test_places_have_coordinates_and_a_country() -> None:
    [place] = [one for one in tag("They hold Sudzha.").entities if one.id == "place/sudzha"]
    assert place.location is not None
    assert (round(place.location.lat), round(place.location.lon), place.location.country) == (51, 35, "RU")


def test_a_longer_name_keeps_the_place_in_it() -> None:
    ids = {one.id for one in tag("The Bank of England raised rates.").entities}
    assert "country/united-kingdom" not in ids


@pytest.mark.parametrize(
    "text", ["Impact Shorts", "Read more", "— Status-6 (Military News) @Archer83Able", "Watch: video"]
)
def test_page_furniture_is_no_entity(text: str) -> None:
    assert tag(text).entities == ()


def test_mentions_are_exact_and_never_overlap() -> None:
    text = "Ukraine’s President Volodymyr Zelenskyy met Kim Jong Un’s envoy in “Kyiv”, Reuters said. Zelenskyy left."
    spans = sorted((one.start, one.end) for entity in tag(text).entities for one in entity.mentions)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    for entity in tag(text).entities:
        for mention in entity.mentions:
            assert text[mention.start : mention.end] == mention.text


def test_another_language_yields_only_listed_names_and_unmistakable_figures() -> None:
    text = "Wolodymyr Zelensky sagte, 30 % der 1.500 Soldaten stünden 12 km vor Kursk und 1,5 km vor Sudzha. $60 млн"
    tagged = tag(text, language="de")
    assert {one.id for one in tagged.entities} == {"person/volodymyr-zelenskyy", "place/kursk-oblast", "place/sudzha"}
    assert [one.text for one in tagged.claims] == ["30 %", "12 km"]


ABROAD = [
    # language, text, the mentions in it and what they name
    ("de", "In Charkiw und Odessa wurde es still.", {"Charkiw": "place/kharkiv", "Odessa": "place/odesa"}),
    ("de", "Deutschland half; in Kiew fiel Schnee.", {"Deutschland": "country/germany", "Kiew": "place/kyiv"}),
    ("de", "Das Essen war knapp, sagte Angela Dresden.", {}),
    ("de", "Die Fähre Kap-Marseille fiel aus.", {}),
    ("fr", "Les gens de Kharkiv et d'Odessa partent.", {"Kharkiv": "place/kharkiv", "Odessa": "place/odesa"}),
    ("fr", "Un hôtel de Marseille a fermé.", {"Marseille": "place/marseille"}),
    ("fr", "Le maire Paul Marseille a parlé.", {}),
    ("uk", "Харків та Одеса сплять.", {"Харків": "place/kharkiv", "Одеса": "place/odesa"}),
    ("uk", "У Курську тихо.", {}),  # inflected, which the gazetteer does not know
    ("ru", "Здесь город Курск, там Россия.", {"Курск": "place/kursk", "Россия": "country/russia"}),
    ("ru", "Владимир Путин молчит.", {}),
    ("ar", "وقعت اشتباكات في دمشق ثم في بغداد.", {"دمشق": "place/damascus", "بغداد": "place/baghdad"}),
    ("ar", "في لبنان وصلت القافلة إلى طرابلس.", {"لبنان": "country/lebanon", "طرابلس": "place/tripoli-lb"}),
    ("ar", "وصلت القافلة إلى المدينة.", {}),  # a town, but first of all "the city"
    ("he", "הרכבת יצאה אל תל אביב.", {"תל אביב": "place/tel-aviv"}),
]


@pytest.mark.parametrize(("language", "text", "named"), ABROAD, ids=[row[1] for row in ABROAD])
def test_places_in_another_language(language: str, text: str, named: dict[str, str]) -> None:
    entities = tag(text, language=language).entities
    assert {mention.text: entity.id for entity in entities for mention in entity.mentions} == named
    assert all(text[one.start : one.end] == one.text for entity in entities for one in entity.mentions)
    assert all(entity.location is not None for entity in entities if entity.type == "place")


def test_a_town_of_the_gazetteer_alone_in_another_language_is_on_the_map() -> None:
    [place] = tag("Un hôtel de Marseille a fermé.", language="fr").entities
    assert place.location is not None
    assert (round(place.location.lat), round(place.location.lon), place.location.country) == (43, 5, "FR")


def test_another_language_leaves_numbers_that_languages_read_differently() -> None:
    text = "In Odessa standen 12.000 Soldaten, 3,5 Millionen Menschen, und 40 % der Häuser."
    assert [one.text for one in tag(text, language="de").claims] == ["40 %"]
