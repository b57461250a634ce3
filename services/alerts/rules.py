"""Rules: compiled once, then decided for an article that was read once. Pure: values in, matches out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from services.alerts.sentences import sentence_around
from services.alerts.words import Word, words
from services.common.messages import Entity, Match, Subscription, TaggedArticle
from services.common.rules_check import check_rule

Field = Literal["title", "text"]
FIELDS: Final[tuple[Field, ...]] = ("title", "text")

SHOWN: Final = 3
"""How often one phrase or entity is shown in an alert; where else it stands the reader finds in the article."""
_INITIALS: Final = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}|(?<!\w)[^\W\d_]\.[^\W\d_](?!\w)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a rule: as it was written, and the forms of its words."""

    written: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A subscription with its phrases as words, ready to be decided."""

    subscription: Subscription
    any: tuple[Phrase, ...]
    all: tuple[Phrase, ...]
    none: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A tagged article, read once for all rules: its words, and where each form stands."""

    tagged: TaggedArticle
    words: dict[Field, tuple[Word, ...]]
    standing: dict[str, list[tuple[Field, int]]]
    """Form → the fields and word numbers where it stands, title first."""
    entities: dict[str, Entity]


def compile_rule(subscription: Subscription) -> CompiledRule:
    """Make a subscription's rule ready.

    Raises:
        PermanentError: the rule makes no sense; the sentence says why (``services.common.rules_check``).
    """
    rule = subscription.rule
    check_rule(rule)
    return CompiledRule(subscription, _phrases(rule.any), _phrases(rule.all), _phrases(rule.none))


def read(tagged: TaggedArticle) -> Reading:
    """Read an article: every word of its title and text, once."""
    by_field = {field: tuple(words(_content(tagged, field))) for field in FIELDS}
    standing: dict[str, list[tuple[Field, int]]] = {}
    for field, found in by_field.items():
        for number, word in enumerate(found):
            standing.setdefault(word.form, []).append((field, number))
    return Reading(tagged, by_field, standing, {entity.id: entity for entity in tagged.entities})


def match(compiled: CompiledRule, reading: Reading) -> tuple[Match, ...] | None:
    """The words that make the rule fire, those of ``all`` first, then ``any``, then entities; None if it does not.

    A rule that asks only for sources or languages fires without any words.
    """
    rule, article = compiled.subscription.rule, reading.tagged.article
    there = [phrase for phrase in compiled.any if _stands(phrase, reading)]
    entities = [reading.entities[entity] for entity in rule.entities if entity in reading.entities]
    fires = (
        (not rule.sources or article.source.id in rule.sources)
        and (not rule.languages or article.language in rule.languages)
        and (not rule.entities or entities)
        and (not rule.any or there)
        and all(_stands(phrase, reading) for phrase in compiled.all)
        and not any(_stands(phrase, reading) for phrase in compiled.none)
    )
    if not fires:
        return None
    return (
        *(found for phrase in compiled.all for found in _show_phrase("all", phrase, reading)),
        *(found for phrase in there for found in _show_phrase("any", phrase, reading)),
        *(found for entity in entities for found in _show_entity(entity, reading)),
    )


def _content(tagged: TaggedArticle, field: Field) -> str:
    return tagged.article.title if field == "title" else tagged.article.text


def _phrases(written: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(phrase, tuple(word.form for word in words(_typed(phrase)))) for phrase in written)


def _typed(phrase: str) -> str:
    """A phrase is typed in a hurry: "u.s." means U.S. (in an article, "p.m." must not become PM)."""
    return _INITIALS.sub(lambda initials: initials.group().upper(), phrase)


def _stands(phrase: Phrase, reading: Reading) -> bool:
    return next(_occurrences(phrase, reading), None) is not None


def _occurrences(phrase: Phrase, reading: Reading) -> Iterator[tuple[Field, int, int]]:
    """Where the phrase stands, as characters of a field: its words in a row, within one paragraph."""
    length = len(phrase.forms)
    for field, first in reading.standing.get(phrase.forms[0], ()):
        found = reading.words[field][first : first + length]
        if tuple(word.form for word in found) != phrase.forms:
            continue
        start, end = found[0].start, found[-1].end
        if "\n" not in _content(reading.tagged, field)[start:end]:
            yield field, start, end


def _show_phrase(part: str, phrase: Phrase, reading: Reading) -> Iterator[Match]:
    for field, start, end in islice(_occurrences(phrase, reading), SHOWN):
        yield _shown(reading.tagged, field, start, end, f"{part}: {phrase.written}")


def _show_entity(entity: Entity, reading: Reading) -> Iterator[Match]:
    text = reading.tagged.article.text
    named = sorted((*entity.mentions, *entity.demonyms), key=lambda mention: mention.start)
    sound = (mention for mention in named if text[mention.start : mention.end] == mention.text)
    for mention in islice(sound, SHOWN):
        yield _shown(reading.tagged, "text", mention.start, mention.end, f"entities: {entity.id}")


def _shown(tagged: TaggedArticle, field: Field, start: int, end: int, because: str) -> Match:
    content = _content(tagged, field)
    return Match(
        field=field,
        start=start,
        end=end,
        text=content[start:end],
        sentence=sentence_around(content, start, end),
        because=because,
    )
