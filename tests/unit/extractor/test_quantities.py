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
    ("2½ cups", "2½", 2.5, 2.5, "exact"),
    ("12,34,567 voters", "12,34,567", 1234567, 1234567, "exact"),
    ("3 lakh voters", "3 lakh", 300000, 300000, "exact"),
    ("a 2-million crowd", "2-million", 2e6, 2e6, "exact"),
    ("a quarter of a million men", "a quarter of a million", 250000, 250000, "exact"),
    ("three quarters of a million men", "three quarters of a million", 750000, 750000, "exact"),
    ("a hundred and fifty men", "a hundred and fifty", 150, 150, "exact"),
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
    ("2,000-odd fans", "2,000-odd", 2000, 2000, "approximate"),
    ("20-plus vehicles", "20-plus", 20, N, "at_least"),
    ("at or above 40 men", "at or above 40", 40, N, "at_least"),
    ("barely 40 men", "barely 40", 40, 40, "exact"),
    ("anything up to 40 men", "anything up to 40", N, 40, "at_most"),
    ("not exceeding 40 men", "not exceeding 40", N, 40, "at_most"),
    ("an average of 40 men", "an average of 40", 40, 40, "approximate"),
    ("downed over 12 men", "12", 12, 12, "exact"),
    # ranges
    ("2,000 to 3,000 men", "2,000 to 3,000", 2000, 3000, "range"),
    ("about 2,000 to 3,000 men", "about 2,000 to 3,000", 2000, 3000, "range"),
    ("2,000-3,000 men", "2,000-3,000", 2000, 3000, "range"),
    ("2,000–3,000 men", "2,000–3,000", 2000, 3000, "range"),
    ("between 10,000 and 12,000 men", "between 10,000 and 12,000", 10000, 12000, "range"),
    ("from 10,000 to 12,000 men", "10,000 to 12,000", 10000, 12000, "range"),
    ("three or four soldiers", "three or four", 3, 4, "range"),
    ("two to three million shells", "two to three million", 2e6, 3e6, "range"),
    ("two or three dozen men", "two or three dozen", 24, 36, "range"),
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
    ("USD1.2bn", "USD1.2bn", 1.2e9, 1.2e9, "exact", "money", "USD"),
    ("EUR500m", "EUR500m", 5e8, 5e8, "exact", "money", "EUR"),
    ("RM50", "RM50", 50, 50, "exact", "money", "MYR"),
    ("NT$40", "NT$40", 40, 40, "exact", "money", "TWD"),
    ("C$40", "C$40", 40, 40, "exact", "money", "CAD"),
    ("Rs 20 crore", "Rs 20 crore", 2e8, 2e8, "exact", "money", "INR"),
    ("1.5 lakh crore rupees", "1.5 lakh crore rupees", 1.5e12, 1.5e12, "exact", "money", "INR"),
    ("¥300bn", "¥300bn", 3e11, 3e11, "exact", "money", "JPY"),
    ("500 million yuan", "500 million yuan", 5e8, 5e8, "exact", "money", "CNY"),
    ("15 cents", "15 cents", 0.15, 0.15, "exact", "money", "USD"),
    ("20p", "20p", 0.2, 0.2, "exact", "money", "GBP"),
    ("$2000 in 2019", "$2000", 2000, 2000, "exact", "money", "USD"),
    ("a $1.2-billion plan", "$1.2-billion", 1.2e9, 1.2e9, "exact", "money", "USD"),
    ("millions of dollars", "millions of dollars", 1e6, N, "vague", "money", "USD"),
    ("a fine of 500 pounds", "500 pounds", 500, 500, "exact", "money", "GBP"),
    # rates
    ("$45 a barrel", "$45 a barrel", 45, 45, "exact", "money", "USD/barrel"),
    ("$5 to $6 a barrel", "$5 to $6 a barrel", 5, 6, "range", "money", "USD/barrel"),
    ("€120 per megawatt-hour", "€120 per megawatt-hour", 120, 120, "exact", "money", "EUR/MWh"),
    ("$3 a pound", "$3 a pound", 3, 3, "exact", "money", "USD/lb"),
    ("£2 a head", "£2 a head", 2, 2, "exact", "money", "GBP/person"),
    ("$15 an hour on Monday", "$15 an hour", 15, 15, "exact", "money", "USD/hour"),
    ("$5 million a year ago", "$5 million", 5e6, 5e6, "exact", "money", "USD"),
    ("3.5 tonnes per hectare", "3.5 tonnes per hectare", 3.5, 3.5, "exact", "measure", "tonne/hectare"),
    ("9 tons of ice a year", "9 tons", 9, 9, "exact", "measure", "ton/year"),
    ("60 frames per second", "60 frames per second", 60, 60, "exact", "measure", "frame/second"),
    ("9.8 million bpd", "9.8 million bpd", 9.8e6, 9.8e6, "exact", "measure", "barrel/day"),
    # multiples
    ("more than doubled", "more than doubled", 2, N, "more_than", "measure", "time"),
    ("twice the price", "twice", 2, 2, "exact", "measure", "time"),
    ("a tenfold rise", "tenfold", 10, 10, "exact", "measure", "time"),
    ("a ten-fold rise", "ten-fold", 10, 10, "exact", "measure", "time"),
    ("1.5x faster", "1.5x", 1.5, 1.5, "exact", "measure", "time"),
    ("prices halved", "halved", 50, 50, "exact", "share", "%"),
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
    ("one in five adults", "one in five", 20, 20, "exact", "share", "%"),
    ("more than 1 in 4 adults", "more than 1 in 4", 25, N, "more_than", "share", "%"),
    ("nine out of 10 adults", "nine out of 10", 90, 90, "exact", "share", "%"),
    ("1/3 of the fields", "1/3", 33.3, 33.3, "exact", "share", "%"),
    ("½ of the fields", "½", 50, 50, "exact", "share", "%"),
    ("2 1/2 percent", "2 1/2 percent", 2.5, 2.5, "exact", "share", "%"),
    ("half a percent", "half a percent", 0.5, 0.5, "exact", "share", "%"),
    ("a quarter-point cut", "a quarter-point", 0.25, 0.25, "exact", "share", "percentage point"),
    ("plus or minus 3 points %", "plus or minus 3", 3, 3, "exact", "count", N),
    ("25 basis points", "25 basis points", 25, 25, "exact", "measure", "basis point"),
    ("-0.3%", "-0.3%", -0.3, -0.3, "exact", "share", "%"),
    ("minus 5 degrees", "minus 5 degrees", -5, -5, "exact", "measure", "degree"),
    # lengths, areas, weights
    ("90 mm of rain", "90 mm", 0.09, 0.09, "exact", "measure", "m"),
    ("6.1 mm thick", "6.1 mm", 0.0061, 0.0061, "exact", "measure", "m"),
    ("a 6.7-inch display", "6.7-inch", 0.17018, 0.17018, "exact", "measure", "m"),
    ("1.2in of rain", "1.2in", 0.03048, 0.03048, "exact", "measure", "m"),
    ("5ft 9in tall", "5ft 9in", 1.7526, 1.7526, "exact", "measure", "m"),
    ("1.75 m tall", "1.75 m", 1.75, 1.75, "exact", "measure", "m"),
    ("the 400m hurdles", "400m", 400, 400, "exact", "measure", "m"),
    ("a mile and a half", "a mile and a half", 2.414016, 2.414016, "exact", "measure", "km"),
    ("more than a mile", "more than a mile", 1.609344, N, "more_than", "measure", "km"),
    ("a 3nm process", "3nm", 3e-9, 3e-9, "exact", "measure", "m"),
    ("20 pounds of cocaine", "20 pounds", 20, 20, "exact", "measure", "lb"),
    ("weighs 180 pounds", "180 pounds", 180, 180, "exact", "measure", "lb"),
    ("thousands of tons of munitions", "thousands of tons", 1000, N, "vague", "measure", "ton"),
    ("hundreds of kilometres", "hundreds of kilometres", 100, N, "vague", "measure", "km"),
    # other measures
    ("120 kilometres per hour", "120 kilometres per hour", 120, 120, "exact", "measure", "km/h"),
    ("60 mph", "60 mph", 60, 60, "exact", "measure", "mph"),
    ("-5 °C", "-5 °C", -5, -5, "exact", "measure", "°C"),
    ("highs of 12C", "12C", 12, 12, "exact", "measure", "°C"),
    ("100 kWh", "100 kWh", 100, 100, "exact", "measure", "kWh"),
    ("32 GB", "32 GB", 32, 32, "exact", "measure", "GB"),
    ("48MP", "48MP", 48, 48, "exact", "measure", "MP"),
    ("5,000 mAh", "5,000 mAh", 5000, 5000, "exact", "measure", "mAh"),
    ("a 3.2-litre engine", "3.2-litre", 3.2, 3.2, "exact", "measure", "litre"),
    ("200 bhp", "200 bhp", 200, 200, "exact", "measure", "hp"),
    ("350 Nm", "350 Nm", 350, 350, "exact", "measure", "Nm"),
    ("424 parts per million", "424 parts per million", 424, 424, "exact", "measure", "ppm"),
    ("of magnitude 6.4", "magnitude 6.4", 6.4, 6.4, "exact", "measure", "magnitude"),
    ("a 7.8-magnitude quake", "7.8-magnitude", 7.8, 7.8, "exact", "measure", "magnitude"),
    ("12 light-years away", "12 light-years", 12, 12, "exact", "measure", "light-year"),
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
    ("for more than a year", "more than a year", 1, N, "more_than", "measure", "year"),
    ("in a decade", "a decade", 1, 1, "exact", "measure", "decade"),
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
    ("rose 3% to $45", [3, 45]),
    ("190 km (about 120 miles)", [190, 193.12128]),
    ("10, 20 and 30 km", [10, 20, 30]),
    ("rose from 12.41 euros to 12.82 euros an hour", [12.41, 12.82]),
    ("six F-16s and 20 F-35 jets", [6, 20]),
]
NO_FIGURE = [
    # model and serial numbers, calibres
    "the M1989 and the M-1978/1989", "a BM-27", "KN-23 missiles", "an AK-12 rifle", "a Vepr-12 shotgun", "an Il-76",
    "MiG-29 and Su-27 fighters", "the F16", "a calibre of 170 mm", "122 mm and 152 mm shells", "155-mm shells",
    "122- and 152-mm shells", "Boeing 737 jets", "S&P 500",
    "122 and 152 mm shells", "a 155mm Caesar", "a .50-caliber rifle", "a 12-gauge shotgun", "version 14.2.1",
    "the top 10 earners", "Terminal 5", "ISO 9001", "a 4K display", "1080p video", "a 4x4", "a 3-for-1 split",
    # telephones, addresses
    "+1 555 010 9999", "555-010-9999", "0800 123 4567", "12 Mill Road", "10 Downing Street",
    # dates, years, times
    "2:01:39", "by 2100", "in 1885.", "8.30am",
    "on Jan. 20, he said", "Jan. 20, 2022", "20 January 2022", "March 5-7", "on 5 and 6 March", "in 2023",
    "since February 2022", "the 1991 borders", "2022-2023", "the 1980s", "on 2024-11-17", "at 10:30 a.m.", "at 5 p.m.",
    "at 0400 GMT", "November 14, 2024",
    # ordinals, ages, names, scores, idioms
    "the 95th Brigade", "the second country", "a 25-year-old soldier", "aged 45", "he is 45 years old",
    "Ivan Petrenko, 45, said", "Article 5", "Resolution 2231", "Flight 17", "No. 5", "won 3-2", "odds of 3:1", "24/7",
    "one another", "on the one hand", "a third country", "the first half",
    "aged 18 to 24", "between the ages of 18 and 24", "aged over 65", "18-24 year olds", "anyone under 16",
    "a 1-3 defeat", "6-4, 7-5", "4-6, 6-3", "a double agent", "doubled down", "once or twice", "a two-way street",
    "six-figure",
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
