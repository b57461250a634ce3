"""All subscriptions against one article: an index says which rules could fire, each of those is then decided."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from services.alerts.phrases import Phrases
from services.common.deadletters import one_message
from services.common.errors import PermanentError
from services.common.messages import Claim, Subscription, TaggedArticle
from services.common.rules.deciding import CompiledRule, Fired, compile_rule, match
from services.common.rules.figures import Asked
from services.common.rules.reading import Reading

log = structlog.get_logger()

Anchor = tuple[str, str]
"""Something that must be in an article for a rule to fire: ("phrase", " koksan gun "), ("unit", "troop") …"""
PHRASE: Final = "phrase"


@dataclass(frozen=True, slots=True)
class _Standing:
    """A subscription that is matched: its rule made ready, and by what it is found."""

    subscription: Subscription
    compiled: CompiledRule
    anchors: tuple[Anchor, ...]


class Matcher:
    """The standing subscriptions. The work for an article grows with its words and with the rules they touch, not
    with the number of subscriptions; that for a subscription with its phrases.
    """

    def __init__(self, decide: Callable[[CompiledRule, Reading], Fired | None] = match) -> None:
        self._decide = decide
        self._standing: dict[str, _Standing] = {}
        self._by_anchor: dict[Anchor, dict[str, _Standing]] = {}
        self._phrases = Phrases()

    def change(self, changes: Mapping[str, Subscription | None]) -> None:
        """Match these from now on, by id; None is no longer. A rule that makes no sense is logged and does not match;
        nothing else suffers.
        """
        added: list[str] = []
        removed: list[str] = []
        for name, subscription in changes.items():
            before = self._standing.pop(name, None)
            after = _standing(subscription) if subscription and subscription.active else None
            for anchor in before.anchors if before else ():
                standing = self._by_anchor[anchor]
                del standing[name]
                if not standing:
                    del self._by_anchor[anchor]
                    removed += [anchor[1]] if anchor[0] == PHRASE else []
            if after:
                self._standing[name] = after
                for anchor in after.anchors:
                    self._by_anchor.setdefault(anchor, {})[name] = after
                added += (value for kind, value in after.anchors if kind == PHRASE)
        gone = [value for value in removed if (PHRASE, value) not in self._by_anchor]
        self._phrases.change(added, gone)

    def __len__(self) -> int:
        return len(self._standing)

    def matches(self, tagged: TaggedArticle) -> Iterator[tuple[Subscription, Fired]]:
        """Every subscription that the article fires, with what did it."""
        reading = Reading(tagged)
        decided: set[int] = set()  # a standing subscription is one object, and its name need not be looked at
        for anchor in self._present(reading):
            for standing in self._by_anchor.get(anchor, {}).values():
                if id(standing) not in decided:
                    decided.add(id(standing))
                    if (fired := self._decide(standing.compiled, reading)) is not None:
                        yield standing.subscription, fired

    def _present(self, reading: Reading) -> Iterator[Anchor]:
        tagged = reading.tagged
        phrases = self._phrases.found(reading.content)
        reading.tell(self._phrases.sought, phrases)
        yield from ((PHRASE, phrase) for phrase in phrases)
        yield from (("entity", entity) for entity in reading.entities)
        yield ("source", tagged.article.source.id)
        yield ("language", tagged.article.language)
        if tagged.article.revision > 1:
            yield ("revised", "")
        if tagged.claims:
            yield ("claim", "")
        yield from dict.fromkeys(anchor for claim in tagged.claims for anchor in _of_claim(claim))


def _standing(subscription: Subscription) -> _Standing | None:
    try:
        with one_message():
            compiled = compile_rule(subscription.rule)
    except PermanentError as error:
        log.error("rule_refused", subscription=subscription.id, reason=str(error))  # noqa: TRY400 - a sentence
        return None
    return _Standing(subscription, compiled, tuple(dict.fromkeys(_anchors(compiled))))


def _anchors(compiled: CompiledRule) -> Iterable[Anchor]:
    """The anchors of a rule: without any of them in the article it cannot fire. As rare ones as can be told."""
    rule, figures = compiled.rule, compiled.figures
    entities = [("entity", entity) for entity in rule.entities]
    of_figures: list[Anchor] = []
    if figures:
        changed = figures.rule.when == "changed"  # what it asks for may be gone from this revision
        of_figures = [("revised", "")] if changed else _of_figures(figures)
    choices: tuple[list[Anchor], ...] = (
        [(PHRASE, max((phrase.needle for phrase in compiled.all), key=len))] if compiled.all else [],
        [(PHRASE, phrase.needle) for phrase in compiled.any],
        of_figures if of_figures != [("claim", "")] else [],
        entities,
        of_figures,
        [("source", source) for source in rule.sources],
        [("language", language) for language in rule.languages],
    )
    return next(choice for choice in choices if choice)


def _of_figures(asked: Asked) -> list[Anchor]:
    for kind, values in (
        ("actor", asked.filter.actor),
        ("place", asked.filter.place),
        ("unit", asked.filter.unit),
        ("category", asked.filter.category),
    ):
        if values:
            return [(kind, value) for value in values]
    return [("claim", "")]


def _of_claim(claim: Claim) -> Iterator[Anchor]:
    yield ("unit", claim.unit)
    yield ("category", claim.category)
    if claim.actor:
        yield ("actor", claim.actor)
    if claim.place:
        yield ("place", claim.place)
