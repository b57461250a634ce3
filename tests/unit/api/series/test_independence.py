"""Copies, and outlets that quote the same speaker, count once."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.series.figures import Figure
from services.api.series.independence import independent
from tests.unit.api.series.figures import a_figure

KIRBY = "person/john-kirby"


@pytest.mark.parametrize(
    ("figures", "count"),
    [
        ([], 0),
        ([a_figure(source="a"), a_figure(source="b")], 2),
        ([a_figure(source="a", story="s"), a_figure(source="b", story="s")], 1),
        ([a_figure(source="a", speaker=KIRBY), a_figure(source="b", speaker=KIRBY)], 1),
        ([a_figure(source="a", speaker=KIRBY), a_figure(source="b", said="Kyiv")], 2),
        ([a_figure(source="a", day="2024-11-01"), a_figure(source="a", day="2024-11-20")], 1),
        ([a_figure(source="a", said="Kyiv"), a_figure(source="a", said="Seoul")], 2),
        # A copy, and another article of the outlet it is of.
        ([a_figure(source="a", story="s"), a_figure(source="b", story="s"), a_figure(source="a", day="2024-11-20")], 1),
        # Two groups that a third figure joins.
        ([a_figure(source="a", story="s"), a_figure(source="b", story="t"), a_figure(source="a", story="t")], 1),
    ],
)  # fmt: skip
def test_independent_sources(figures: list[Figure], count: int) -> None:
    assert len(independent(figures)) == count


SOME = st.lists(
    st.builds(
        a_figure,
        source=st.sampled_from("abc"),
        story=st.sampled_from(["s", "t", ""]),
        said=st.sampled_from([None, "Kyiv", "Seoul"]),
        day=st.sampled_from(["2024-11-01", "2024-11-02"]),
    ),
    max_size=8,
)


@given(SOME, st.randoms())
def test_the_order_in_which_figures_come_changes_nothing(figures: list[Figure], random: Random) -> None:
    shuffled = list(figures)
    random.shuffle(shuffled)

    def ids(these: list[Figure]) -> set[frozenset[str]]:
        return {frozenset(f"{figure.claim.id} {figure.story}" for figure in group) for group in independent(these)}

    assert ids(figures) == ids(shuffled)
    assert sum(len(group) for group in independent(figures)) == len(figures)
