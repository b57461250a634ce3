"""Articles of the benchmark, written by a seeded generator from the words in ``words.yaml``."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random
from typing import Any

import yaml

BLANK = re.compile(r"\{(\w+)\}")
FILLED_FROM = {
    "place": "places", "person": "people", "office": "offices", "thing": "things", "unit": "units", "day": "days",
}  # fmt: skip
FIRST_DAY = datetime(2024, 10, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """What a page is about; what a reader of the page should find."""

    slug: str
    title: str
    author: str
    published: datetime
    paragraphs: tuple[str, ...]
    subheads: tuple[tuple[int, str], ...]
    """Subheadings, each with the number of the paragraph that it stands above."""
    listed: tuple[str, ...]
    """The items of a list below the last paragraph; mostly none."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole text, line by line."""
        above = dict(self.subheads)
        body = (line for n, text in enumerate(self.paragraphs) for line in ([above[n]] if n in above else []) + [text])
        return (*body, *self.listed)


class Prose:
    """Sentences, each time others."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.words: dict[str, list[str]] = yaml.safe_load(
            files("benchmarks.fetcher").joinpath("words.yaml").read_text("utf-8")
        )

    def of(self, kind: str) -> str:
        """A text of a kind, with its blanks filled in; it begins with a capital letter."""
        text = BLANK.sub(self._filled, self._random.choice(self.words[kind]))
        return text[:1].upper() + text[1:]

    def paragraph(self) -> str:
        """One to five sentences."""
        many = self._random.choices((1, 2, 3, 4, 5), (3, 5, 4, 2, 1))[0]
        return " ".join(self.of("sentences") for _ in range(many))

    def story(self, number: int) -> Story:
        """An article of some 150 to 2,000 words; in most cases near 500."""
        random = self._random
        many = max(4, min(60, round(random.lognormvariate(2.5, 0.5))))
        title = self.of("headlines")
        above = range(4, many, random.randint(4, 9)) if many > 8 and random.random() < 0.4 else ()
        items = [self.of("sentences") for _ in range(random.randint(3, 8))] if random.random() < 0.15 else []
        return Story(
            slug=f"{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')[:60]}-{number}",
            title=title,
            author=self.of("people"),
            published=FIRST_DAY + timedelta(minutes=random.randrange(60 * 24 * 80)),
            paragraphs=tuple(dict.fromkeys(self.paragraph() for _ in range(many))),
            subheads=tuple((place, self.of("subheads")) for place in above),
            listed=tuple(dict.fromkeys(items)),
        )

    def _filled(self, blank: Any) -> str:
        if blank[1] == "count":
            return f"{round(self._random.lognormvariate(3.5, 1.3)) + 2:,}"
        return self._random.choice(self.words[FILLED_FROM[blank[1]]])
