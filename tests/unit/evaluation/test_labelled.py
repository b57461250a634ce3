"""The labelled set is read with care: what a person writes wrong is said where it stands."""

from datetime import date
from pathlib import Path

import pytest

from services.common.errors import ConfigurationError
from tests.evaluation.labelled import Days, Passage, Said, Span, half_of, load

GOOD = """\
published: 2024-11-18
passages:
- id: aid-01
  text: "Moscow said Moscow’s army lost 20 to 30 tanks in Kursk, western Kursk region."
  entities: {country/russia: Moscow@1, place/moscow: Moscow@2, place/kursk: Kursk, place/kursk-oblast: western Kursk region | Kursk region}
  claims:
  - {text: "20 to 30 tanks", value: 20..30, category: equipment, item: tanks, unit: tank, action: lose | destroy,
     actor: none | country/russia, attributed_to: Moscow = country/russia via Reuters, as_of: 2024-11-01..}
"""


def read(tmp_path: Path, text: str, *, half: str = "tuning", name: str = "aid") -> tuple[Passage, ...]:
    (tmp_path / half).mkdir(exist_ok=True)
    (tmp_path / half / f"{name}.yaml").write_text(text, "utf-8")
    return load(tmp_path)


def test_a_passage_as_it_is_written(tmp_path: Path) -> None:
    [passage] = read(tmp_path, GOOD)
    spans = {one.entity: [passage.text[span.start : span.end] for span in one.spans] for one in passage.mentions}
    assert spans == {
        "country/russia": ["Moscow"],
        "place/moscow": ["Moscow"],
        "place/kursk": ["Kursk"],
        "place/kursk-oblast": ["western Kursk region", "Kursk region"],
    }
    assert [one.spans[0] for one in passage.mentions][:2] == [Span(0, 6), Span(12, 18)]
    [claim] = passage.claims
    assert (claim.low, claim.high, claim.qualifier, claim.modality) == (20, 30, ("range",), ("asserted",))
    assert (claim.action, claim.actor, claim.place) == (("lose", "destroy"), (None, "country/russia"), (None,))
    assert claim.attributed_to == (Said("Moscow", "country/russia", "Reuters"),)
    assert claim.as_of == (Days(date(2024, 11, 1), None),)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("aid-01", "aid-02", "an even number belongs in held_out/aid.yaml"),
        ("aid-01", "help-01", "the id must be the file's name and a number"),
        ("place/kursk: Kursk,", "place/kursk: Sumy,", "'Sumy' is not in the text"),
        ("Moscow@2", "Moscow@3", "'Moscow' occurs 2 times"),
        ("country/russia: Moscow@1", "land/russia: Moscow@1", "'land/russia' is no entity id"),
        ("country/russia: Moscow@1", "country/russia: Moscow", "is marked as country/russia and, overlapping it"),
        ("20..30", "20-30", "the value '20-30' is none of 50, 3000.., ..500, 2000..3000"),
        ("value: 20..30", "value: 20..", "an open end needs a qualifier"),
        ('"20 to 30 tanks"', '"20 to 31 tanks"', "is not in the text after the claim before it"),
        ("country/russia via", "Russia via", "is not of the form"),
        ("2024-11-01..", "November", "as_of 'November'"),
        ("category: equipment", "category: tanks", "passages.0.claims.0.category"),
        ("unit: tank", "units: tank", "passages.0.claims.0"),
        ("passages:", "passages: [", "is not YAML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in GOOD
    with pytest.raises(ConfigurationError) as error:
        read(tmp_path, GOOD.replace(before, after))
    assert said in str(error.value)
    assert "tuning/aid.yaml" in str(error.value)


def test_an_id_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="aid-01 is taken"):
        read(tmp_path, GOOD + GOOD.partition("passages:\n")[2])


def test_no_passages_at_all(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no labelled passages"):
        load(tmp_path)


def test_the_set_itself_is_sound_and_large_enough() -> None:
    passages = load()
    halves = [one.half for one in passages]
    assert len(passages) >= 300
    assert abs(halves.count("tuning") - halves.count("held_out")) <= 10
    assert {one.half for one in passages if half_of(one.id) != one.half} == set()
    texts = [one.text for one in passages]
    assert len(set(texts)) == len(texts)
