"""News of a made-up front, as long as real reports are and different each time: what is tagged costs what it would."""

import random
from typing import Final

PLACES: Final = (
    "Kursk",
    "Sudzha",
    "Pokrovsk",
    "Kupiansk",
    "Kherson",
    "Zaporizhzhia",
    "Sumy",
    "Bakhmut",
    "Izium",
    "Odesa",
)
ACTORS: Final = (
    "Ukraine's General Staff", "the Pentagon", "South Korea's intelligence service", "the Russian defence ministry",
    "a NATO official", "Volodymyr Zelenskyy", "the regional governor", "a brigade commander", "the Institute", "the UN",
)  # fmt: skip
THINGS: Final = (
    "Koksan howitzers", "armoured vehicles", "drones", "soldiers", "mortars", "missiles", "trucks", "shells", "tanks",
    "North Korean troops", "generators", "evacuees", "wounded civilians", "prisoners", "air defence systems",
)  # fmt: skip
VERBS: Final = ("had been moved to", "were seen near", "had been lost around", "were on the way to", "had left")
FRAMES: Final = (
    "At least {n} {thing} {verb} {place}, {actor} said on {day}.",
    "{Actor} put the number at between {n} and {m}, and called the figure from {place} too high.",
    "Around {n} {thing} {verb} {place} during the night, while {m} people were killed or wounded by shelling.",
    "Residents of {place} said the road had been closed since {day}, and that supplies came only after dark.",
    "The claim could not be checked independently, and {actor} did not answer questions that were sent on {day}.",
    "“We counted {n} of them before noon,” said an officer who asked not to be named, as he was not allowed to speak.",
    "Analysts who follow {place} noted that the movement of {thing} had grown by {p} percent within {w} weeks.",
    "The fighting has gone on for {w} months, and neither side has moved the line by more than {k} kilometres.",
    "{Actor} later said that ${n} million would be spent on {thing}, of which a third had arrived in {place}.",
    "Power was cut in most of {place}, where repair crews waited for the shelling to stop before they went out again.",
    "It was not clear who had ordered the attack, or whether the {thing} that were hit had been in use at all.",
    "More than {n} families have registered for help, according to {actor}, and {m} children are among them.",
)
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SENTENCES: Final = (16, 40)
"""In a report: 250 to 800 words, as most reports have."""


def report(number: int) -> tuple[str, str]:
    """The title and the text (paragraphs, one a line) of the ``number``-th report."""
    chance = random.Random(number)
    said = [_sentence(chance) for _ in range(chance.randint(*SENTENCES))]
    paragraphs = [" ".join(said[start : start + 3]) for start in range(0, len(said), 3)]
    title = f"Report {number}: {chance.choice(THINGS)} near {chance.choice(PLACES)}, {chance.choice(ACTORS)} says"
    return title, "\n".join([f"Report {number} from {chance.choice(PLACES)}. {paragraphs[0]}", *paragraphs[1:]])


def _sentence(chance: random.Random) -> str:
    actor = chance.choice(ACTORS)
    count = chance.randint(3, 9_000)
    return chance.choice(FRAMES).format(
        n=f"{count:,}",
        m=f"{count + chance.randint(2, 900):,}",
        p=chance.randint(3, 80),
        w=chance.randint(2, 30),
        k=chance.randint(1, 40),
        thing=chance.choice(THINGS),
        verb=chance.choice(VERBS),
        place=chance.choice(PLACES),
        day=chance.choice(DAYS),
        actor=actor,
        Actor=actor[0].upper() + actor[1:],
    )
