"""An article's text in pieces: nothing is lost, nothing is written twice."""

from hypothesis import given
from hypothesis import strategies as st

from services.api.ui.marking import Figure, Piece, Words, paragraphs
from services.common.messages import Claim, Entity, Mention


def a_claim(start: int, end: int) -> Claim:
    return Claim(
        id=f"c{start}",
        text="",
        start=start,
        end=end,
        sentence="",
        qualifier="exact",
        category="other",
        item="",
        unit="",
    )


def an_entity(*spans: tuple[int, int], name: str = "North Korea") -> Entity:
    mentions = tuple(Mention(start=start, end=end, text="") for start, end in spans)
    return Entity(id="country/x", type="country", name=name, mentions=mentions)


def shown(pieces: list[Piece]) -> list[object]:
    """Pieces as plain values: a string, [a name], {a figure}."""

    def words(each: Words) -> object:
        return [each.text] if each.entity else each.text

    return [
        words(piece) if isinstance(piece, Words) else {piece.numbers: [words(each) for each in piece.words]}
        for piece in pieces
    ]


TEXT = "Some 12,000 North Korean troops left. Kyiv confirmed it.\n\nMoscow did not."


def test_figures_and_names_are_marked_where_they_stand() -> None:
    claims = [a_claim(5, 31)]
    entities = [an_entity((12, 24)), an_entity((38, 42), name="Kyiv"), an_entity((58, 64), name="Moscow")]
    first, second = paragraphs(TEXT, entities, claims)
    assert shown(first) == [
        "Some ",
        {(1,): ["12,000 ", ["North Korean"], " troops"]},
        " left. ",
        ["Kyiv"],
        " confirmed it.",
    ]
    assert shown(second) == [["Moscow"], " did not."]


def test_figures_over_one_another_are_one_stretch_with_all_their_numbers() -> None:
    [pieces] = paragraphs("killing 5 of 12 men", [], [a_claim(8, 15), a_claim(13, 19)])
    assert shown(pieces) == ["killing ", {(1, 2): ["5 of 12 men"]}]


def test_of_two_names_over_one_another_the_longer_stays() -> None:
    [pieces] = paragraphs("Kursk Oblast fell", [an_entity((0, 5)), an_entity((0, 12), name="Kursk Oblast")], [])
    assert shown(pieces) == [["Kursk Oblast"], " fell"]


def test_a_name_that_begins_in_a_figure_and_ends_beyond_it_is_marked_in_both() -> None:
    [pieces] = paragraphs("12 Koksan guns", [an_entity((3, 14))], [a_claim(0, 9)])
    assert shown(pieces) == [{(1,): ["12 ", ["Koksan"]]}, [" guns"]]


def test_spans_that_are_not_in_the_text_are_left_out() -> None:
    [pieces] = paragraphs("short", [an_entity((3, 90))], [a_claim(90, 95), a_claim(2, 2)])
    assert shown(pieces) == ["short"]


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@given(st.text(alphabet="ab 1🚀\n", max_size=50), SPANS, SPANS)
def test_all_of_the_text_is_shown_once_whatever_is_marked(
    text: str, named: list[tuple[int, int]], figures: list[tuple[int, int]]
) -> None:
    entities = [an_entity((start, end)) for start, end in named if end > 0]
    claims = [a_claim(start, end) for start, end in figures if end > 0]
    said = [
        "".join(
            piece.text if isinstance(piece, Words) else "".join(words.text for words in piece.words) for piece in pieces
        )
        for pieces in paragraphs(text, entities, claims)
    ]
    assert said == [line for line in text.split("\n") if line]


@given(st.text(alphabet="ab 1", min_size=1, max_size=50), SPANS)
def test_every_figure_in_the_text_is_marked(text: str, figures: list[tuple[int, int]]) -> None:
    claims = [a_claim(start, end) for start, end in figures if end > 0]
    numbers = [n for pieces in paragraphs(text, [], claims) for p in pieces if isinstance(p, Figure) for n in p.numbers]
    standing = [n for n, claim in enumerate(claims, 1) if claim.start < claim.end <= len(text)]
    assert sorted(numbers) == standing
