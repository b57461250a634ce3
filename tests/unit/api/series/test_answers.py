"""A series as it is answered."""

import pytest

from services.api.series.answers import series_answer
from services.api.series.figures import figure
from services.common.errors import ConfigurationError
from services.common.series.alike import alike, read_groups
from tests.unit.api.series.figures import a_figure


def test_what_the_numbers_of_troops_mean_is_one_answer() -> None:
    figures = [
        a_figure("10,000 troops", 10_000, 10_000, source="a", action="deploy", day="2024-11-04", said="The Pentagon"),
        a_figure("11,000 troops", 11_000, 11_000, source="b", action="deploy", day="2024-11-06", said="Kyiv"),
        a_figure("12,000 troops", 12_000, 12_000, source="c", day="2024-11-05", said="Seoul"),
        a_figure("12,000 troops", 12_000, 12_000, source="d", day="2024-11-06", said="Seoul"),
    ]
    answer = series_answer(figures, total=4, units=["soldier", "troop"], step=None)
    assert answer.independent_sources == 3
    assert [(scope.scope, scope.independent_sources) for scope in answer.scopes] == [("present", 2), ("sent", 1)]
    assert {found.kind for found in answer.disagreements} == {"different_scope"}
    claims = {claim.id for scope in answer.scopes for claim in scope.figures}
    assert all({found.earlier, found.later} <= claims for found in answer.disagreements)


def test_nothing_found_is_an_empty_series() -> None:
    answer = series_answer([], total=0, units=["troop"], step=None)
    assert (answer.scopes, answer.disagreements, answer.independent_sources) == ((), (), 0)


def test_a_figure_is_read_from_its_document() -> None:
    given = a_figure(speaker="person/x", as_of=("2024-11-01", "2024-11-10"))
    document = {
        **given.claim.model_dump(mode="json"),
        "value": {"gte": 12_000},
        "article": {"id": given.article_id, "title": given.title, "url": given.url, "revision": 1, "kind": "article"},
        "source": given.source.model_dump(),
        "story": given.story,
        "dated_at": given.at.isoformat(),
        "published_at": None,
    }
    assert figure(document) == given


def test_units_that_count_the_same() -> None:
    assert set(alike(["troop"])) >= {"soldier", "troop"}
    assert alike(["howitzer"]) == ("howitzer",)
    assert alike([]) == ()


def test_a_unit_stands_in_one_group() -> None:
    with pytest.raises(ConfigurationError, match="line 3: 'round' stands in another line already"):
        read_groups("# groups\nshell round\nround shell")
