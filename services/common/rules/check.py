"""Whether a subscription's rule makes sense: asked where it is written (api) and where it is read (alerts)."""

import re
from collections.abc import Iterator
from typing import Final

from services.common.claim_filter import FIELDS
from services.common.errors import PermanentError
from services.common.messages import FigureRule, Rule

MOST_ENTRIES: Final = 200
"""In one part of a rule."""
LONGEST_PHRASE: Final = 200
"""Characters."""
LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


def check_rule(rule: Rule) -> None:
    """Accept a rule that can fire, and can fire for something less than everything.

    Raises:
        PermanentError: it cannot; the sentence says which part is wrong and what to do.
    """
    for complaint in _complaints(rule):
        raise PermanentError(complaint)


def _complaints(rule: Rule) -> Iterator[str]:
    yield from _about_the_whole(rule)
    if rule.figures:
        yield from (f"figures: {complaint}" for complaint in _about_figures(rule.figures))
    for part in ("any", "all", "none", "entities", "sources", "languages"):
        if (count := len(getattr(rule, part))) > MOST_ENTRIES:
            yield f"{part} has {count} entries; the most is {MOST_ENTRIES}"
    for part in ("any", "all", "none"):
        for phrase in getattr(rule, part):
            yield from _about_phrase(part, phrase)
    for source in rule.sources:
        if not source.strip():
            yield "sources: an id of a source is empty"
    for language in rule.languages:
        if not LANGUAGE.fullmatch(language):
            yield f"languages: {language!r} is not an ISO 639 code in lower case such as 'en' or 'uk'"


def _about_the_whole(rule: Rule) -> Iterator[str]:
    asked = rule.any or rule.all or rule.entities or rule.sources or rule.languages or rule.figures
    if not asked and rule.none:
        yield "the rule only says what must not be there; say also what to look for"
    elif not asked:
        yield "the rule is empty; give it phrases (any, all), entities, figures, sources or languages"
    excluded = {_plain(phrase) for phrase in rule.none}
    for phrase in rule.all:
        if _plain(phrase) in excluded:
            yield f"the phrase {phrase!r} is in both all and none, so that the rule can never fire"
    if rule.any and all(_plain(phrase) in excluded for phrase in rule.any):
        yield "every phrase of any is also in none, so that the rule can never fire"


def _about_figures(figures: FigureRule) -> Iterator[str]:
    for part in FIELDS:
        if (count := len(getattr(figures, part))) > MOST_ENTRIES:
            yield f"{part} has {count} entries; the most is {MOST_ENTRIES}"
    for part in ("unit", "action"):
        for word in getattr(figures, part):
            if not word.strip() or len(word) > LONGEST_PHRASE:
                yield f"{part}: {word[:40]!r} is no word to look for; write a singular such as 'soldier'"
    if figures.item:
        yield from _about_phrase("item", figures.item)
    if figures.min is not None and figures.max is not None and figures.min > figures.max:
        yield f"min is {figures.min:g} and max is {figures.max:g}, so that the rule can never fire"
    yield from _about_what_is_asked(figures)


def _about_what_is_asked(figures: FigureRule) -> Iterator[str]:
    of_one_thing = figures.unit or figures.item or figures.category
    asked = of_one_thing or figures.min is not None or figures.max is not None
    if figures.when in {"new", "moved"} and not of_one_thing:
        yield f"{figures.when}: a series is of one thing; give unit, item or category at least"
    elif figures.when != "changed" and not asked and not any(getattr(figures, part) for part in FIELDS):
        yield "every figure would do; say which: unit, item, category, actor, place, speaker, min, max …"
    if figures.when == "moved" and figures.by is None:
        yield "moved: say by how many per cent at least, such as by: 20"
    if figures.when != "moved" and figures.by is not None:
        yield f"by is asked for where when is moved, and when is {figures.when}"


def _about_phrase(part: str, phrase: str) -> Iterator[str]:
    if len(phrase) > LONGEST_PHRASE:
        yield f"{part}: the phrase {phrase[:40]!r}… has {len(phrase)} characters; the most is {LONGEST_PHRASE}"
    if not any(character.isalnum() for character in phrase):
        yield f"{part}: the phrase {phrase!r} has no letter or digit to look for"


def _plain(phrase: str) -> str:
    return " ".join(phrase.casefold().split())
