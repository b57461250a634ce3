"""What changed between two texts and their figures."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.differences import MOST_WORDS, Stretch, figure_changes, text_changes
from services.common.messages import Attribution, Claim

TEXTS = st.text(st.sampled_from("ab 1,.\n\n’é"), max_size=40)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("", "", []),
        ("Same.", "Same.", ["=Same."]),
        ("Some 10,000 men.", "Some 11,000 men.", ["=Some ", "-10,000", "+11,000", "= men."]),
        ("One.\n\nTwo.", "One.\n\nNew.\n\nTwo.", ["=One.\n\n", "+New.\n\n", "=Two."]),
        ("He said so.", "He never said so.", ["=He", "+ never", "= said so."]),
        ("gone", "", ["-gone"]),
        ("a red car", "a blue bus", ["=a ", "-red car", "+blue bus"]),
    ],
)
def test_words_that_went_and_came(before: str, after: str, changes: list[str]) -> None:
    signs = {"equal": "=", "removed": "-", "added": "+"}
    assert [signs[each.op] + each.text for each in text_changes(before, after)] == changes


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_their_difference(before: str, after: str) -> None:
    changes = text_changes(before, after)
    assert "".join(each.text for each in changes if each.op != "added") == before
    assert "".join(each.text for each in changes if each.op != "removed") == after
    assert all(each.text for each in changes)


def test_a_long_stretch_that_is_all_new_is_replaced_whole() -> None:
    long = "word " * (MOST_WORDS + 1)
    assert text_changes(long, "short") == (Stretch("removed", long), Stretch("added", "short"))


def a_claim(name: str, low: float, sentence: str, **fields: Any) -> Claim:
    given = {
        "id": name,
        "text": f"{low:g} soldiers",
        "start": 0,
        "end": 5,
        "sentence": sentence,
        "low": low,
        "high": low,
        "qualifier": "exact",
        "category": "personnel",
        "item": "soldiers",
        "unit": "soldier",
    }
    return Claim.model_validate(given | fields)


BEFORE = a_claim("a", 10, "About 10 soldiers crossed the river at night, he said.")


@pytest.mark.parametrize(
    ("before", "after", "changed", "removed", "added", "unchanged"),
    [
        ([BEFORE], [BEFORE], [], [], [], 1),
        ([BEFORE], [BEFORE.model_copy(update={"start": 50, "end": 60})], [], [], [], 1),
        ([BEFORE], [BEFORE.model_copy(update={"modality": "denied"})], ["a>a"], [], [], 0),
        ([BEFORE], [BEFORE.model_copy(update={"attributed_to": Attribution(text="Kyiv")})], ["a>a"], [], [], 0),
        ([BEFORE], [a_claim("b", 12, "About 12 soldiers crossed the river at night, he said.")], ["a>b"], [], [], 0),
        ([BEFORE], [a_claim("b", 10, "About 10 soldiers crossed the river, he says.")], [], [], [], 1),
        ([BEFORE], [a_claim("b", 12, "In the south 12 soldiers fell.")], [], ["a"], ["b"], 0),
        ([BEFORE], [a_claim("b", 12, BEFORE.sentence, unit="tank", category="equipment")], [], ["a"], ["b"], 0),
        ([BEFORE], [], [], ["a"], [], 0),
        (
            [BEFORE, a_claim("c", 3, "Three soldiers were wounded at the bridge.")],
            [
                a_claim("d", 4, "Four soldiers were wounded at the bridge."),
                a_claim("b", 12, "About 12 soldiers crossed the river at night, he said.", start=90, end=95),
            ],
            ["c>d", "a>b"],
            [],
            [],
            0,
        ),
    ],
)
def test_figures(
    before: list[Claim], after: list[Claim], changed: list[str], removed: list[str], added: list[str], unchanged: int
) -> None:
    found = figure_changes(before, after)
    assert [f"{one.id}>{other.id}" for one, other in found.changed] == changed
    assert [claim.id for claim in found.removed] == removed
    assert [claim.id for claim in found.added] == added
    assert found.unchanged == unchanged


@given(st.lists(st.integers(0, 6), max_size=6), st.lists(st.integers(0, 6), max_size=6))
def test_no_figure_is_lost_or_counted_twice(before: list[int], after: list[int]) -> None:
    def claims(numbers: list[int]) -> list[Claim]:
        return [a_claim(f"{n}", n % 3, f"Some {n} soldiers crossed river {n % 2}.") for n in dict.fromkeys(numbers)]

    found = figure_changes(claims(before), claims(after))
    assert len(found.removed) + len(found.changed) + found.unchanged == len(set(before))
    assert len(found.added) + len(found.changed) + found.unchanged == len(set(after))
