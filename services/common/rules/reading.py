"""An article, read once for all rules: one line of the forms of its words, and the way back to where each stands."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Final, Literal

from services.common.messages import Entity, TaggedArticle
from services.common.rules.sentences import Sentences
from services.common.rules.words import Places, forms_between_spaces

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
        self._forms: dict[Field, list[list[str]]] = {
            "title": _forms(tagged.article.title),
            "text": _forms(tagged.article.text),
        }
        title = _line(self._forms["title"])
        self.content = f"{title}{_BETWEEN}{_line(self._forms['text'])}"
        self._begins: dict[Field, int] = {"title": 0, "text": len(title) + 1}
        self._sought: AbstractSet[str] = frozenset()
        self._found: AbstractSet[str] = frozenset()
        self._placed: dict[tuple[Field, int], Places] = {}
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

    def tell(self, sought: AbstractSet[str], found: AbstractSet[str]) -> None:
        """Which of very many phrases stand in the article: those need not be looked for one by one."""
        self._sought, self._found = sought, found

    def has(self, needle: str) -> bool:
        """Whether a phrase stands in the article."""
        return needle in self._found or (needle not in self._sought and needle in self.content)

    def places(self, needle: str) -> Iterator[tuple[Field, int, int]]:
        """Where a phrase stands, in characters of a field; title first."""
        words = needle.count(" ") - 1
        at = self.content.find(needle)
        while at >= 0:
            name: Field = "title" if at < self._begins["text"] else "text"
            begins = self._begins[name]
            paragraph = self.content.count("\n", begins, at)
            first = at - max(begins, self.content.rfind("\n", begins, at) + 1)
            yield name, *self._places(name, paragraph).span(first, words)
            at = self.content.find(needle, at + 1)

    def sentence(self, name: Field, start: int, end: int) -> str:
        """The sentence that some words of a field stand in."""
        return self._sentences[name].around(start, end)

    def _places(self, name: Field, paragraph: int) -> Places:
        """Where the words of a paragraph stand. Only of the few in which something was found."""
        if (name, paragraph) not in self._placed:
            start, end = self._paragraphs[name][paragraph]
            self._placed[name, paragraph] = Places(self.field(name), start, end, self._forms[name][paragraph])
        return self._placed[name, paragraph]

    @cached_property
    def _paragraphs(self) -> dict[Field, list[tuple[int, int]]]:
        """Where each paragraph of a field begins and ends."""
        names: tuple[Field, Field] = ("title", "text")
        return {name: list(_paragraphs(self.field(name))) for name in names}


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for paragraph in text.split("\n"):
        yield at, at + len(paragraph)
        at += len(paragraph) + 1


def needle_of(forms: tuple[str, ...]) -> str:
    """What to look for in ``Reading.content``."""
    return f" {' '.join(forms)} "


def _forms(text: str) -> list[list[str]]:
    """Of each paragraph."""
    return [forms_between_spaces(paragraph) for paragraph in text.split("\n")]


def _line(paragraphs: list[list[str]]) -> str:
    return "\n".join(f" {' '.join(filter(None, forms))} " for forms in paragraphs)
