"""An article, read once for all rules: one line of the forms of its words, and the way back to where each stands."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate, islice
from types import MappingProxyType
from typing import Final, Literal

from services.common.messages import Entity, TaggedArticle
from services.common.rules.sentences import Sentences
from services.common.rules.words import WORD, forms_of

Field = Literal["title", "text"]
_BETWEEN: Final = "\f"
"""What stands between title and text, as a line feed does between paragraphs: no phrase reaches over it."""


class Reading:
    """A tagged article, read.

    ``content`` holds the forms of all words of the title and the text, each with a space on both sides. So a phrase
    stands in the article where its needle does, and what it takes to find any number of them is one pass over the line.
    """

    def __init__(self, tagged: TaggedArticle) -> None:
        self.tagged = tagged
        title = _between_spaces(tagged.article.title)
        self._begins: dict[Field, int] = {"title": 0, "text": len(title) + 1}
        self._written = [*title, _BETWEEN, *_between_spaces(tagged.article.text)]
        self._forms = forms_of(self._written)
        self.content = f" {' '.join(filter(None, self._forms))} "
        self._sought: AbstractSet[str] = frozenset()
        self._found: Mapping[str, Sequence[int]] = MappingProxyType({})
        self._sentences: dict[Field, Sentences] = {
            "title": Sentences(tagged.article.title),
            "text": Sentences(tagged.article.text),
        }

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """Its entities by id."""
        return {entity.id: entity for entity in self.tagged.entities}

    def field(self, name: Field) -> str:
        """The title or the text, as it was written."""
        return self.tagged.article.title if name == "title" else self.tagged.article.text

    def tell(self, sought: AbstractSet[str], found: Mapping[str, Sequence[int]]) -> None:
        """Where each of very many phrases begins in ``content``, if it does: they need not be looked for one by one."""
        self._sought, self._found = sought, found

    def has(self, needle: str) -> bool:
        """Whether a phrase stands in the article."""
        return needle in self._found or (needle not in self._sought and needle in self.content)

    def places(self, needle: str) -> Iterator[tuple[Field, int, int]]:
        """Where a phrase stands, in characters of a field; title first."""
        words = needle.count(" ") - 1
        for at in self._found[needle] if needle in self._found else self._look_for(needle):
            yield self._place(at + 1, words)

    def sentence(self, name: Field, start: int, end: int) -> str:
        """The sentence that some words of a field stand in."""
        return self._sentences[name].around(start, end)

    def _look_for(self, needle: str) -> Iterator[int]:
        at = self.content.find(needle)
        while at >= 0:
            yield at
            at = self.content.find(needle, at + 1)

    def _place(self, at: int, words: int) -> tuple[Field, int, int]:
        """Where so many words stand of which the first has its form at ``content[at]``. Only they are read anew."""
        nth = bisect_right(self._ends, at)
        before = self.content.count(" ", self._ends[nth - 1] if nth else 1, at)
        name: Field = "title" if nth < self._begins["text"] else "text"
        start = self._start(nth) - self._start(self._begins[name])
        start -= 2 * self.content.count("\n", self._ends[self._begins[name] - 1] if name == "text" else 0, at)
        found = list(islice(WORD.finditer(self.field(name), start), before, before + words))
        return name, found[0].start(), found[-1].end()

    @cached_property
    def _ends(self) -> list[int]:
        """Where the forms of each of ``_written`` end in ``content``, and those of the next begin: after a space."""
        return list(accumulate([len(forms) + 1 if forms else 0 for forms in self._forms], initial=1))[1:]

    def _start(self, nth: int) -> int:
        """How many characters stand ahead of one of ``_written``, the spaces between all of them counted."""
        return nth + self._lengths[nth]

    @cached_property
    def _lengths(self) -> list[int]:
        return list(accumulate(map(len, self._written), initial=0))


def needle_of(forms: tuple[str, ...]) -> str:
    """What to look for in ``Reading.content``."""
    return f" {' '.join(forms)} "


def _between_spaces(text: str) -> list[str]:
    """What stands between the spaces of a text, a line feed for itself."""
    return text.replace("\n", " \n ").split(" ")
