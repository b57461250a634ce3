"""The scorer: what counts as right, what as wrong, and what as neither."""

from datetime import date
from pathlib import Path

import pytest

from services.common.messages import AsOf, Attribution, Claim, Entity, Mention
from tests.evaluation.casualties import CAPTURED, KILLED, counted, exact, nearest_number
from tests.evaluation.labelled import Passage, load
from tests.evaluation.scoring import Score, Scores, align, plain, same_value, score_claims, score_entities

PASSAGE = """\
published: 2024-11-18
passages:
- id: aid-01
  text: "Kirby said Russian forces lost 20 tanks and about 300 men near Kursk region, and perhaps a train."
  entities: {person/john-kirby: Kirby, place/kursk-oblast: Kursk region | Kursk}
  demonyms: {country/russia: Russian}
  optional_entities: [forces]
  claims:
  - {text: "20 tanks", value: 20, category: equipment, item: tanks, unit: tank, action: lose, actor: country/russia,
     place: none | place/kursk-oblast, attributed_to: Kirby = person/john-kirby}
  - {text: "about 300 men", value: 300, qualifier: approximate, category: casualties | personnel, item: men, unit: man,
     action: lose, actor: country/russia, attributed_to: Kirby = person/john-kirby, as_of: 2024-11-01..2024-11-18}
  optional: ["a train"]
"""


@pytest.fixture
def passage(tmp_path: Path) -> Passage:
    (tmp_path / "tuning").mkdir()
    (tmp_path / "tuning" / "aid.yaml").write_text(PASSAGE, "utf-8")
    return load(tmp_path)[0]


def claim(passage: Passage, words: str, low: float, **fields: object) -> Claim:
    start = passage.text.index(words)
    given: dict[str, object] = {
        "id": words, "text": words, "start": start, "end": start + len(words), "sentence": passage.text, "low": low,
        "high": low, "qualifier": "exact", "category": "equipment", "item": "tanks", "unit": "tank",
    }  # fmt: skip
    return Claim.model_validate({**given, **fields})


def entity(passage: Passage, at: str, *words: str, demonyms: tuple[str, ...] = ()) -> Entity:
    def spans(forms: tuple[str, ...]) -> tuple[Mention, ...]:
        begins = [(passage.text.index(form), form) for form in forms]
        return tuple(Mention(start=begin, end=begin + len(form), text=form) for begin, form in begins)

    return Entity(id=at, type=at.partition("/")[0], name=at, mentions=spans(words), demonyms=spans(demonyms))


def claims_scored(passage: Passage, *claims: Claim) -> Scores:
    scores = Scores()
    score_claims(scores, passage, claims)
    return scores


def counts(score: Score) -> tuple[int, int, int]:
    return score.hits, score.given, score.wanted


def test_precision_recall_and_f1() -> None:
    score = Score(hits=6, given=8, wanted=12)
    assert [score.precision, score.recall, score.f1] == pytest.approx([0.75, 0.5, 0.6])
    assert (Score().precision, Score().recall, Score().f1) == (1, 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(33.3, 33.3333, True), (None, None, True), (None, 0, False), (0, 0, True), (50, 51, False), (1e6, 1e6, True)],
)
def test_values_are_the_same_up_to_rounding(one: float | None, other: float | None, same: bool) -> None:
    assert same_value(one, other) is same


@pytest.mark.parametrize(
    ("words", "bare"),
    [("The “Koksan” guns", "koksan guns"), ("its warships", "warships"), ("Russia’s  total", "russia's total")],
)
def test_what_readers_do_not_mind(words: str, bare: str) -> None:
    assert plain(words) == bare


def test_entities_are_found_strictly_and_linked(passage: Passage) -> None:
    scores = Scores()
    found = [
        entity(passage, "person/kirby", "Kirby"),
        entity(passage, "place/kursk-oblast", "Kursk"),
        entity(passage, "organisation/forces", "forces"),
        entity(passage, "weapon/train", "train"),
        entity(passage, "country/russia", demonyms=("Russian",)),
    ]
    score_entities(scores, passage, found)
    assert counts(scores.row("entities")) == (2, 3, 2)
    assert counts(scores.row("entities: place")) == (1, 1, 1)
    assert counts(scores.row("entities: weapon")) == (0, 1, 0)
    assert counts(scores.row("demonyms")) == (1, 1, 1)
    assert counts(scores.row("linking")) == (2, 3, 3)
    assert {miss.row for miss in scores.misses} == {"linking", "entities too many"}


@pytest.mark.parametrize("wrong", [("organisation/kirby", "Kirby"), ("person/john-kirby", "Kirby said")])
def test_a_wrong_type_or_span_is_a_miss_and_one_too_many(passage: Passage, wrong: tuple[str, str]) -> None:
    scores = Scores()
    score_entities(scores, passage, [entity(passage, *wrong)])
    assert counts(scores.row("entities")) == (0, 1, 2)


def test_every_row_of_a_right_answer_is_right(passage: Passage) -> None:
    said = Attribution(text="the spokesman", entity="person/john-kirby")
    mine = {"action": "lose", "actor": "country/russia", "attributed_to": said}
    as_of = AsOf(from_=date(2024, 11, 1), to=date(2024, 11, 18))
    men = {"category": "casualties", "item": "the men", "unit": "man", "qualifier": "approximate", "as_of": as_of}
    scores = claims_scored(
        passage, claim(passage, "20 tanks", 20, **mine), claim(passage, "about 300 men", 300, **mine, **men)
    )
    assert {row: score.f1 for row, score in scores.rows.items()} == dict.fromkeys(scores.rows, 1.0)
    assert counts(scores.row("value+item+actor")) == (2, 2, 2)
    assert counts(scores.row("as_of")) == (1, 1, 1)
    assert counts(scores.row("place")) == (0, 0, 0)
    assert scores.misses == []


@pytest.mark.parametrize(
    ("row", "fields", "expected"),
    [
        ("value", {"low": 21, "high": 21}, (0, 1, 2)),
        ("value+unit", {"unit": "ton"}, (0, 1, 2)),
        ("value+qualifier", {"qualifier": "approximate"}, (0, 1, 2)),
        ("value+category", {"category": "munitions"}, (0, 1, 2)),
        ("value+item", {"item": "army tanks"}, (0, 1, 2)),
        ("value+item+actor", {"actor": None}, (0, 1, 2)),
        ("action", {"action": "destroy"}, (0, 1, 2)),
        ("actor", {"actor": "country/ukraine"}, (0, 1, 2)),
        ("place", {"place": "place/kursk-oblast"}, (1, 1, 1)),
        ("place", {"place": "place/kursk"}, (0, 1, 0)),
        ("attribution", {"attributed_to": Attribution(text="Putin")}, (0, 1, 2)),
        ("attribution", {"attributed_to": Attribution(text="Kirby", via="CNN")}, (1, 1, 2)),
        ("quoted through", {"attributed_to": Attribution(text="Kirby", via="CNN")}, (0, 1, 0)),
        ("modality", {"modality": "denied"}, (0, 1, 2)),
        ("not asserted", {"modality": "denied"}, (0, 1, 0)),
        ("as_of", {"as_of": AsOf(from_=None, to=date(2024, 1, 1))}, (0, 1, 1)),
        ("implicit", {"implicit": True}, (0, 1, 0)),
        ("each", {"each": True}, (0, 1, 0)),
    ],
)
def test_one_wrong_answer_in_its_row(
    passage: Passage, row: str, fields: dict[str, object], expected: tuple[int, int, int]
) -> None:
    scores = claims_scored(passage, claim(passage, "20 tanks", 20).model_copy(update=fields))
    assert counts(scores.row(row)) == expected
    assert any(miss.row == row for miss in scores.misses) is (expected[0] == 0)


def test_a_figure_too_many_is_wrong_unless_readers_may_see_it(passage: Passage) -> None:
    scores = claims_scored(passage, claim(passage, "a train", 1), claim(passage, "Kirby", 1, action="lose"))
    assert counts(scores.row("value")) == (0, 1, 2)
    assert counts(scores.row("action")) == (0, 1, 2)


def test_an_answer_goes_with_the_gold_of_its_value(passage: Passage) -> None:
    whole, part = claim(passage, "20 tanks and about 300 men", 300), claim(passage, "20", 20)
    assert align(passage.claims, [whole, part]) == {0: 1, 1: 0}


NINE = "Nine people were killed in Zabul, including five airmen, three soldiers and a cook; two men were captured."


@pytest.mark.parametrize(
    ("texts", "killed"),
    [
        ((("Nine people", 9), ("five airmen", 5), ("three soldiers", 3)), 9),
        ((("five airmen", 5), ("two men", 2)), 7),
    ],
)
def test_a_part_of_the_killed_is_counted_once(texts: tuple[tuple[str, int], ...], killed: int) -> None:
    made = [
        Claim(
            id=words, text=words, start=NINE.index(words), end=NINE.index(words) + len(words), sentence=NINE, low=value,
            high=value, qualifier="exact", category="casualties", item=words, unit="person", action="kill",
        )
        for words, value in texts
    ]  # fmt: skip
    assert counted(NINE, made, KILLED) == killed
    assert counted(NINE, made, CAPTURED) == 0
    denied = [one.model_copy(update={"modality": "denied"}) for one in made]
    assert counted(NINE, denied, KILLED) == 0


def test_the_naive_way_takes_the_nearest_number() -> None:
    assert nearest_number("Four of the 12 men were killed. A commander was killed.", "killed") == 13
    assert nearest_number("Nobody was hurt.", "killed") == 0


def test_an_exact_count_is_exact() -> None:
    reports = [one for one in load() if one.counts][:3]
    right = [one.counts.killed for one in reports if one.counts]
    wanted = sum(count > 0 for count in right)
    assert counts(exact(reports, right, "killed")) == (wanted, wanted, wanted)
    assert exact(reports, [count + 1 for count in right], "killed").hits == 0
