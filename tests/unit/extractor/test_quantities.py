"""The number grammar: text in, figures out. One row a phenomenon."""

import pytest

from services.extractor.knowledge import knowledge
from services.extractor.tagger.quantities import Quantity, quantities

N = None
COUNTS = [
    # digits
    ("50 howitzers", "50", 50, 50, "exact"),
    ("12,000 troops", "12,000", 12000, 12000, "exact"),
    ("12 000 troops", "12 000", 12000, 12000, "exact"),
    ("12’000 troops", "12’000", 12000, 12000, "exact"),
    ("1,234,567 shells", "1,234,567", 1234567, 1234567, "exact"),
    ("1.6m people", "1.6m", 1.6e6, 1.6e6, "exact"),
    ("1.6 million people", "1.6 million", 1.6e6, 1.6e6, "exact"),
    ("5k men", "5k", 5000, 5000, "exact"),
    ("3 hundred thousand men", "3 hundred thousand", 300000, 300000, "exact"),
    ("2000 soldiers crossed", "2000", 2000, 2000, "exact"),
    # words
    ("two firearms", "two", 2, 2, "exact"),
    ("Twelve thousand soldiers", "Twelve thousand", 12000, 12000, "exact"),
    ("twenty-five tanks", "twenty-five", 25, 25, "exact"),
    ("one hundred and twenty-five men", "one hundred and twenty-five", 125, 125, "exact"),
    ("twenty-five thousand three hundred men", "twenty-five thousand three hundred", 25300, 25300, "exact"),
    ("a hundred shells", "a hundred", 100, 100, "exact"),
    ("a dozen tanks", "a dozen", 12, 12, "exact"),
    ("two dozen tanks", "two dozen", 24, 24, "exact"),
    ("half a million men", "half a million", 500000, 500000, "exact"),
    ("half a dozen men", "half a dozen", 6, 6, "exact"),
    ("a half-dozen villages", "a half-dozen", 6, 6, "exact"),
    ("two and a half million shells", "two and a half million", 2.5e6, 2.5e6, "exact"),
    ("zero losses", "zero", 0, 0, "exact"),
    # qualifiers
    ("at least 3,000 soldiers", "at least 3,000", 3000, N, "at_least"),
    ("no fewer than 30 people", "no fewer than 30", 30, N, "at_least"),
    ("not less than 30 people", "not less than 30", 30, N, "at_least"),
    ("upwards of 500 men", "upwards of 500", 500, N, "at_least"),
    ("500 or more men", "500 or more", 500, N, "at_least"),
    ("50+ vehicles", "50+", 50, N, "at_least"),
    ("more than 12,000 troops", "more than 12,000", 12000, N, "more_than"),
    ("over 10,000 men", "over 10,000", 10000, N, "more_than"),
    ("well over 10,000 men", "well over 10,000", 10000, N, "more_than"),
    ("in excess of 900 men", "in excess of 900", 900, N, "more_than"),
    (">500 men", ">500", 500, N, "more_than"),
    ("up to 500 drones", "up to 500", N, 500, "at_most"),
    ("as many as 1,500 men", "as many as 1,500", N, 1500, "at_most"),
    ("no more than 20 men", "no more than 20", N, 20, "at_most"),
    ("at most 20 men", "at most 20", N, 20, "at_most"),
    ("fewer than 100 men", "fewer than 100", N, 100, "less_than"),
    ("just under 100 men", "just under 100", N, 100, "less_than"),
    ("about 300 men", "about 300", 300, 300, "approximate"),
    ("some 3,000 men", "some 3,000", 3000, 3000, "approximate"),
    ("nearly 12,000 men", "nearly 12,000", 12000, 12000, "approximate"),
    ("an estimated 11,000 troops", "an estimated 11,000", 11000, 11000, "approximate"),
    ("~500 men", "~500", 500, 500, "approximate"),
    ("20 or so tanks", "20 or so", 20, 20, "approximate"),
    ("a total of 12,000 troops", "a total of 12,000", 12000, 12000, "exact"),
    ("a total of at least 12,000 troops", "a total of at least 12,000", 12000, N, "at_least"),
    ("exactly 40 men", "exactly 40", 40, 40, "exact"),
    ("another 5 men", "another 5", 5, 5, "exact"),
    # ranges
    ("2,000 to 3,000 men", "2,000 to 3,000", 2000, 3000, "range"),
    ("about 2,000 to 3,000 men", "about 2,000 to 3,000", 2000, 3000, "range"),
    ("2,000-3,000 men", "2,000-3,000", 2000, 3000, "range"),
    ("2,000–3,000 men", "2,000–3,000", 2000, 3000, "range"),
    ("between 10,000 and 12,000 men", "between 10,000 and 12,000", 10000, 12000, "range"),
    ("from 10,000 to 12,000 men", "10,000 to 12,000", 10000, 12000, "range"),
    ("three or four soldiers", "three or four", 3, 4, "range"),
    ("two to three million shells", "two to three million", 2e6, 3e6, "range"),
    ("1,000 to perhaps 1,200 men", "1,000 to perhaps 1,200", 1000, 1200, "range"),
    # vague words keep their magnitude
    ("dozens of people", "dozens", 12, N, "vague"),
    ("scores of people", "scores", 20, N, "vague"),
    ("hundreds of people", "hundreds", 100, N, "vague"),
    ("tens of thousands of men", "tens of thousands", 10000, N, "vague"),
    ("hundreds of thousands of men", "hundreds of thousands", 100000, N, "vague"),
    ("millions of rounds", "millions", 1e6, N, "vague"),
    ("several hundred shells", "several hundred", 100, N, "vague"),
    ("a few thousand men", "a few thousand", 1000, N, "vague"),
]
UNITS = [
    # money
    ("$60bn in aid", "$60bn", 6e10, 6e10, "exact", "money", "USD"),
    ("$60 billion", "$60 billion", 6e10, 6e10, "exact", "money", "USD"),
    ("US$5m", "US$5m", 5e6, 5e6, "exact", "money", "USD"),
    ("€1.5 million", "€1.5 million", 1.5e6, 1.5e6, "exact", "money", "EUR"),
    ("60 million euros", "60 million euros", 6e7, 6e7, "exact", "money", "EUR"),
    ("USD 5 million", "USD 5 million", 5e6, 5e6, "exact", "money", "USD"),
    ("300 million hryvnias", "300 million hryvnias", 3e8, 3e8, "exact", "money", "UAH"),
    ("up to £200m", "up to £200m", N, 2e8, "at_most", "money", "GBP"),
    ("$5-6 million", "$5-6 million", 5e6, 6e6, "range", "money", "USD"),
    ("between $5 million and $10 million", "between $5 million and $10 million", 5e6, 1e7, "range", "money", "USD"),
    # shares
    ("15%", "15%", 15, 15, "exact", "share", "%"),
    ("15 per cent of it", "15 per cent", 15, 15, "exact", "share", "%"),
    ("5 to 10 percent", "5 to 10 percent", 5, 10, "range", "share", "%"),
    ("5% to 10%", "5% to 10%", 5, 10, "range", "share", "%"),
    ("a third of the army", "a third", 33.3, 33.3, "exact", "share", "%"),
    ("two-thirds of the army", "two-thirds", 66.7, 66.7, "exact", "share", "%"),
    ("three quarters", "three quarters", 75, 75, "exact", "share", "%"),
    ("more than half of them", "more than half", 50, N, "more_than", "share", "%"),
    ("nearly half the force", "nearly half", 50, 50, "approximate", "share", "%"),
    ("2 percentage points", "2 percentage points", 2, 2, "exact", "share", "percentage point"),
    # lengths, areas, weights
    ("30 km", "30 km", 30, 30, "exact", "measure", "km"),
    ("30km from the border", "30km", 30, 30, "exact", "measure", "km"),
    ("a 30-kilometre front", "30-kilometre", 30, 30, "exact", "measure", "km"),
    ("10 miles", "10 miles", 16.09344, 16.09344, "exact", "measure", "km"),
    ("5–10 km", "5–10 km", 5, 10, "range", "measure", "km"),
    ("300m away", "300m", 300, 300, "exact", "measure", "m"),
    ("1,000 square kilometres", "1,000 square kilometres", 1000, 1000, "exact", "measure", "km2"),
    ("200 hectares", "200 hectares", 2, 2, "exact", "measure", "km2"),
    ("4.5 million tonnes", "4.5 million tonnes", 4.5e6, 4.5e6, "exact", "measure", "tonne"),
    ("a 500-pound bomb", "500-pound", 500, 500, "exact", "measure", "lb"),
    # durations keep the unit said
    ("the next four to five months", "four to five months", 4, 5, "range", "measure", "month"),
    ("a 30-day ceasefire", "30-day", 30, 30, "exact", "measure", "day"),
    ("two and a half years", "two and a half years", 2.5, 2.5, "exact", "measure", "year"),
    ("half an hour", "half an hour", 0.5, 0.5, "exact", "measure", "hour"),
    ("for over two years", "over two years", 2, N, "more_than", "measure", "year"),
    ("fought over two days", "two days", 2, 2, "exact", "measure", "day"),
]
TWO_FIGURES = [
    ("rose from 10,000 to 12,000", [10000, 12000]),
    ("50 howitzers and 20 launchers", [50, 20]),
    ("killing five and wounding seven", [5, 7]),
    ("20 of the 50 howitzers", [20, 50]),
]
NO_FIGURE = [
    # model and serial numbers, calibres
    "the M1989 and the M-1978/1989", "a BM-27", "KN-23 missiles", "an AK-12 rifle", "a Vepr-12 shotgun", "an Il-76",
    "MiG-29 and Su-27 fighters", "the F16", "a calibre of 170 mm", "122 mm and 152 mm shells", "155-mm shells",
    "122- and 152-mm shells", "Boeing 737 jets", "S&P 500",
    # dates, years, times
    "on Jan. 20, he said", "Jan. 20, 2022", "20 January 2022", "March 5-7", "on 5 and 6 March", "in 2023",
    "since February 2022", "the 1991 borders", "2022-2023", "the 1980s", "on 2024-11-17", "at 10:30 a.m.", "at 5 p.m.",
    "at 0400 GMT", "November 14, 2024",
    # ordinals, ages, names, scores, idioms
    "the 95th Brigade", "the second country", "a 25-year-old soldier", "aged 45", "he is 45 years old",
    "Ivan Petrenko, 45, said", "Article 5", "Resolution 2231", "Flight 17", "No. 5", "won 3-2", "odds of 3:1", "24/7",
    "one another", "on the one hand", "a third country", "the first half",
    # addresses and handles
    "pic.twitter.com/ngn1ezuMQO5", "@Archer83Able", "https://outlet.example/2024/11/17/a-12", "#Day1000",
    # no magnitude, no figure
    "several soldiers", "some soldiers", "a few tanks",
]  # fmt: skip


def read(text: str) -> tuple[Quantity, ...]:
    return quantities(text, knowledge())


@pytest.mark.parametrize(("text", "words", "low", "high", "qualifier"), COUNTS, ids=[row[0] for row in COUNTS])
def test_counts(text: str, words: str, low: float | None, high: float | None, qualifier: str) -> None:
    [figure] = read(text)
    assert (text[figure.start : figure.end], figure.low, figure.high, figure.qualifier, figure.kind) == (
        words, low, high, qualifier, "count",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words", "low", "high", "qualifier", "kind", "unit"), UNITS, ids=[row[0] for row in UNITS]
)
def test_units(
    text: str, words: str, low: float | None, high: float | None, qualifier: str, kind: str, unit: str
) -> None:
    [figure] = read(text)
    assert (text[figure.start : figure.end], figure.low, figure.high, figure.qualifier, figure.kind, figure.unit) == (
        words, low, high, qualifier, kind, unit,
    )  # fmt: skip


@pytest.mark.parametrize(("text", "values"), TWO_FIGURES)
def test_two_figures(text: str, values: list[float]) -> None:
    assert [figure.low for figure in read(text)] == values


@pytest.mark.parametrize("text", NO_FIGURE)
def test_what_is_no_figure(text: str) -> None:
    assert [text[figure.start : figure.end] for figure in read(text)] == []


@pytest.mark.parametrize(
    ("text", "noun", "value"),
    [
        ("a 12-member crew", "member", 12),
        ("a 10,000-strong force", "person", 10000),
        ("a 50-vehicle column", "vehicle", 50),
    ],
)
def test_a_counted_noun_may_be_joined_by_a_hyphen(text: str, noun: str, value: float) -> None:
    [figure] = read(text)
    assert (figure.noun, figure.low) == (noun, value)


def test_a_number_inside_a_name_is_left_out() -> None:
    text = "20 Leopard 2 tanks"
    [figure] = quantities(text, knowledge(), [(3, 12)])
    assert figure.low == 20


def test_a_row_of_digits_too_long_to_be_a_figure() -> None:
    assert read("account 99999999999999999999999 of it") == ()
