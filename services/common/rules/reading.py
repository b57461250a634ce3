"""An article, read once for all rules: one line of the forms of its words, and the way back to where each stands."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import Final, Literal

from services.common.messages import Entity, TaggedArticle
from services.common.rules.words import PIECE, form

Field = Literal["title", "text"]
_BETWEEN: Final = "\f"
"""What stands between title and text: no word, so that no phrase reaches over it."""


class Reading:
    """A tagged article, read.

    ``content`` holds the forms of all words of the title and the text, each with a space on both sides; the end of a
    paragraph stands there as a word of its own. So a phrase stands in the article where its needle does, and what it
    takes to find any number of them is one pass over the line.
    """

    def __init__(self, tagged: TaggedArticle) -> None:
        self.tagged = tagged
        self._title = [form(piece) for piece in PIECE.findall(tagged.article.title)]
        self._text = [form(piece) for piece in PIECE.findall(tagged.article.text)]
        self.content = f" {' '.join((*self._title, _BETWEEN, *self._text))} "

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """Its entities by id."""
        return {entity.id: entity for entity in self.tagged.entities}

    def field(self, name: Field) -> str:
        """The title or the text, as it was written."""
        return self.tagged.article.title if name == "title" else self.tagged.article.text

    def has(self, needle: str) -> bool:
        """Whether a phrase stands in the article."""
        return needle in self.content

    def places(self, needle: str) -> Iterator[tuple[Field, int, int]]:
        """Where a phrase stands, in characters of a field; title first."""
        at = self.content.find(needle)
        while at >= 0:
            first = bisect_right(self._starts, at + 1) - 1
            last = bisect_right(self._starts, at + len(needle) - 2) - 1
            name: Field = "title" if first < len(self._title) else "text"
            yield name, self._spans[first][0], self._spans[last][1]
            at = self.content.find(needle, at + 1)

    @cached_property
    def _starts(self) -> list[int]:
        """Where in ``content`` each piece begins."""
        lengths = (len(piece) + 1 for piece in (*self._title, _BETWEEN, *self._text))
        return list(accumulate(lengths, initial=1))[:-1]

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        """Where in its field each piece stands."""
        title, text = ([found.span() for found in PIECE.finditer(self.field(name))] for name in ("title", "text"))
        return [*title, (0, 0), *text]


def needle_of(forms: tuple[str, ...]) -> str:
    """What to look for in ``Reading.content``."""
    return f" {' '.join(forms)} "
