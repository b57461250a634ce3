"""The tagger does not become worse: each half of the labelled set stays above its floors (tests/data/labelled/floors.yaml)."""

import pytest
import yaml

from tests.evaluation.labelled import FOLDER, HALVES, Half, load
from tests.evaluation.measuring import measure, tagged
from tests.evaluation.scoring import Scores

FLOORS: dict[Half, dict[str, float]] = yaml.safe_load((FOLDER / "floors.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def scores() -> dict[Half, Scores]:
    passages = load()
    halves = {half: [one for one in passages if one.half == half] for half in HALVES}
    return {half: measure(chosen, tagged(chosen)) for half, chosen in halves.items()}


@pytest.mark.parametrize(("half", "row"), [(half, row) for half in FLOORS for row in FLOORS[half]])
def test_a_row_stays_above_its_floor(scores: dict[Half, Scores], half: Half, row: str) -> None:
    score = scores[half].rows[row]
    assert score.wanted
    assert score.f1 >= FLOORS[half][row], f"{row} of the {half} half fell to {score.f1:.3f}; see `make evaluate`"


def test_every_row_is_measured_in_both_halves(scores: dict[Half, Scores]) -> None:
    assert set(FLOORS) == set(HALVES)
    for half in HALVES:
        assert scores[half].row("killed, exact count").wanted
        assert scores[half].row("captured, exact count").wanted
