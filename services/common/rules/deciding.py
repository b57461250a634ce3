"""Rules: compiled once, then decided for an article that was read once. Pure: values in, matches out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from services.common.messages import Claim, Entity, Match, Rule
from services.common.rules.check import check_rule
from services.common.rules.figures import Asked
from services.common.rules.reading import Field, Reading, needle_of
from services.common.rules.words import typed

SHOWN: Final = 3
"""How often one phrase or entity is shown in an alert; where else it stands the reader finds in the article."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a rule: as it was written, and what is looked for."""

    written: str
    needle: str


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its phrases and figures ready to be decided."""

    rule: Rule
    any: tuple[Phrase, ...]
    all: tuple[Phrase, ...]
    none: tuple[Phrase, ...]
    figures: Asked | None


@dataclass(frozen=True, slots=True)
class Fired:
    """That a rule fires: the words that did it, and the figures it asks for.

    Where a rule asks how figures compare with earlier ones it fires only if they do (``earlier``).
    """

    matches: tuple[Match, ...]
    claims: tuple[Claim, ...] = ()


def compile_rule(rule: Rule) -> CompiledRule:
    """Make a rule ready.

    Raises:
        PermanentError: the rule makes no sense; the sentence says why (``services.common.rules.check``).
    """
    check_rule(rule)
    figures = Asked.by(rule.figures) if rule.figures else None
    return CompiledRule(rule, _phrases(rule.any), _phrases(rule.all), _phrases(rule.none), figures)


def match(compiled: CompiledRule, reading: Reading) -> Fired | None:
    """What makes the rule fire, the words of ``all`` first, then ``any``, then entities; None if it does not.

    A rule that asks only for sources, languages or figures fires without any words.
    """
    if not _may_fire(compiled, reading):
        return None
    there = [phrase for phrase in compiled.any if reading.has(phrase.needle)]
    entities = [reading.entities[entity] for entity in compiled.rule.entities if entity in reading.entities]
    asked, claims = compiled.figures, reading.tagged.claims
    fires = (
        (there or not compiled.any)
        and all(reading.has(phrase.needle) for phrase in compiled.all)
        and not any(reading.has(phrase.needle) for phrase in compiled.none)
        and (asked is None or asked.rule.when == "changed" or (claims := asked.among(claims)))
    )
    if not fires:
        return None
    matches = (
        *(found for phrase in compiled.all for found in _show_phrase("all", phrase, reading)),
        *(found for phrase in there for found in _show_phrase("any", phrase, reading)),
        *(found for entity in entities for found in _show_entity(entity, reading)),
    )
    return Fired(matches, claims if asked and asked.rule.when != "changed" else ())


def _may_fire(compiled: CompiledRule, reading: Reading) -> bool:
    """Whether it does as far as can be told without looking for a phrase."""
    rule, article = compiled.rule, reading.tagged.article
    return bool(
        (not rule.sources or article.source.id in rule.sources)
        and (not rule.languages or article.language in rule.languages)
        and (not rule.entities or any(entity in reading.entities for entity in rule.entities))
        and (not rule.figures or rule.figures.when != "changed" or article.revision > 1)
    )


def _phrases(written: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(phrase, needle_of(typed(phrase))) for phrase in written)


def _show_phrase(part: str, phrase: Phrase, reading: Reading) -> Iterator[Match]:
    for field, start, end in islice(reading.places(phrase.needle), SHOWN):
        yield _shown(reading, field, start, end, f"{part}: {phrase.written}")


def _show_entity(entity: Entity, reading: Reading) -> Iterator[Match]:
    text = reading.tagged.article.text
    named = sorted((*entity.mentions, *entity.demonyms), key=lambda mention: mention.start)
    sound = (mention for mention in named if text[mention.start : mention.end] == mention.text)
    for mention in islice(sound, SHOWN):
        yield _shown(reading, "text", mention.start, mention.end, f"entities: {entity.id}")


def _shown(reading: Reading, field: Field, start: int, end: int, because: str) -> Match:
    return Match(
        field=field,
        start=start,
        end=end,
        text=reading.field(field)[start:end],
        sentence=reading.sentence(field, start, end),
        because=because,
    )
