"""All subscriptions against one article: an index says which rules could fire, each of those is then decided."""

from collections.abc import Iterable, Iterator

import structlog

from services.alerts.rules import CompiledRule, Reading, compile_rule, match, read
from services.common.errors import PermanentError
from services.common.messages import Match, Subscription, TaggedArticle

log = structlog.get_logger()

Anchor = tuple[str, str]
"""Something that must be in an article for a rule to fire: ("word", "howitzer"), ("entity", "country/russia") …"""


class Matcher:
    """The standing subscriptions. The work for an article grows with its words and with the rules they touch, not
    with the number of subscriptions.
    """

    def __init__(self) -> None:
        self._compiled: dict[str, CompiledRule | None] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self._by_anchor: dict[Anchor, list[CompiledRule]] = {}

    def replace(self, subscriptions: Iterable[Subscription]) -> None:
        """Match these from now on. A rule that makes no sense is logged and does not match; nothing else suffers."""
        standing = {subscription.id: subscription for subscription in subscriptions if subscription.active}
        self._compiled = {
            name: self._compiled.get(name) if self._subscriptions.get(name) == subscription else _compile(subscription)
            for name, subscription in standing.items()
        }
        self._subscriptions = standing
        self._by_anchor = {}
        for compiled in self._compiled.values():
            if compiled:
                for anchor in _anchors(compiled):
                    self._by_anchor.setdefault(anchor, []).append(compiled)

    def matches(self, tagged: TaggedArticle) -> Iterator[tuple[Subscription, tuple[Match, ...]]]:
        """Every subscription that the article fires, with the words that did it."""
        reading = read(tagged)
        decided: set[str] = set()
        for anchor in _present(reading):
            for compiled in self._by_anchor.get(anchor, ()):
                subscription = compiled.subscription
                if subscription.id not in decided:
                    decided.add(subscription.id)
                    if (found := match(compiled, reading)) is not None:
                        yield subscription, found


def _compile(subscription: Subscription) -> CompiledRule | None:
    try:
        return compile_rule(subscription)
    except PermanentError as error:
        log.error("rule_refused", subscription=subscription.id, reason=str(error))  # noqa: TRY400 - a sentence
        return None


def _anchors(compiled: CompiledRule) -> set[Anchor]:
    """The anchors of a rule: without any of them in the article it cannot fire. As rare ones as can be told."""
    rule = compiled.subscription.rule
    if compiled.all:
        longest = max((form for phrase in compiled.all for form in phrase.forms), key=len)
        return {("word", longest)}
    if compiled.any:
        return {("word", max(phrase.forms, key=len)) for phrase in compiled.any}
    if rule.entities:
        return {("entity", entity) for entity in rule.entities}
    if rule.sources:
        return {("source", source) for source in rule.sources}
    return {("language", language) for language in rule.languages}


def _present(reading: Reading) -> Iterator[Anchor]:
    yield from (("word", form) for form in reading.standing)
    yield from (("entity", entity) for entity in reading.entities)
    yield ("source", reading.tagged.article.source.id)
    yield ("language", reading.tagged.article.language)
