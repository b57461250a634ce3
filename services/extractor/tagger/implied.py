"""Counts of one that no number says: "killed a senior commander", "a soldier was wounded", "shot down a drone"."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from services.extractor.knowledge import Knowledge
from services.extractor.tagger.deeds import verb_action
from services.extractor.tagger.items import Item
from services.extractor.tagger.pipeline import Paragraph, lemma

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_KINDS = frozenset({"casualty", "capture", "loss"})
_DEATHS = frozenset({"die", "perish"})
_COUNTABLE = frozenset({"personnel", "equipment"})


def implied_items(part: Paragraph, sentence: "Span", known: Knowledge) -> Iterator[tuple[Item, int]]:
    """Each thing of which one is killed, wounded, captured or destroyed, with the character where its words start."""
    for verb in sentence:
        if verb.pos_ != "VERB":
            continue
        action = verb_action(verb, known)
        if action is None or action.kind not in _KINDS:
            continue
        for noun in _undergoers(verb):
            if (item := _one(part, noun, known)) is not None:
                yield item


def _undergoers(verb: "Token") -> Iterator["Token"]:
    for child in verb.children:
        if child.dep_ in {"dobj", "nsubjpass"} or (child.dep_ == "nsubj" and lemma(verb) in _DEATHS):
            yield child
            yield from (other for other in child.children if other.dep_ == "conj")


def _one(part: Paragraph, noun: "Token", known: Knowledge) -> tuple[Item, int] | None:
    article = next((child for child in noun.children if child.dep_ == "det" and child.lower_ in {"a", "an"}), None)
    listed = known.nouns.get(noun.lower_)
    if article is None or noun.tag_ not in {"NN", "NNP"} or listed is None or listed.category not in _COUNTABLE:
        return None
    if listed.role == "group":
        return None
    start, end = part.start + article.idx, part.start + noun.idx + len(noun.text)
    text = " ".join(part.text[article.idx + len(article.text) : noun.idx + len(noun.text)].split())
    return Item(noun, end, text, listed.lemma, listed.category, listed.role), start
