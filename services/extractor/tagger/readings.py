"""A figure with all that its sentence says of it, and what follows from that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.common.messages import AsOf, Category, Modality
from services.extractor.knowledge import Knowledge
from services.extractor.tagger.deeds import Deed
from services.extractor.tagger.gazetteer import Found
from services.extractor.tagger.items import Item
from services.extractor.tagger.pipeline import Paragraph
from services.extractor.tagger.quantities import Quantity
from services.extractor.tagger.speakers import Speaker

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

CASUALTY_KINDS = frozenset({"casualty", "capture"})


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure with what it counts."""

    figure: Quantity
    item: Item
    whose: Found | None = None
    implicit: bool = False
    deed: Deed | None = None
    """What is done, where that is known before the clause is read."""


@dataclass(frozen=True, slots=True)
class Read:
    """A counted figure with what its clause and sentence say of it."""

    one: Counted
    deed: Deed | None
    actor: Found | None
    place: Found | None
    speaker: Speaker | None
    modality: Modality
    as_of: AsOf | None


def is_worth_it(read: Read, words: str, known: Knowledge) -> bool:
    """ "one official said" and "one of the portals" put no figure forward; "one soldier was killed" does.

    ``words`` are those of the figure and its item.
    """
    figure, item = read.one.figure, read.one.item
    if figure.kind != "count" or figure.high != 1 or read.one.implicit or item.category not in {"other", "personnel"}:
        return True
    if read.deed is not None and read.deed.kind != "":
        return True
    of = words.lower().startswith("one of")
    if of or item.role in {"person", "people"} or item.token.dep_ in {"nsubj", "nsubjpass"}:
        return False
    return item.unit not in known.number_context["just_one"]


def goes_on_from(part: Paragraph, earlier: Read, one: Counted) -> bool:
    """Whether the figure is one more in a list, "50 howitzers and 20 launchers", where the parse lost its verb."""
    before, after = part.token_at(earlier.one.item.end - 1), part.token_at(one.figure.start)
    if before is None or after is None or one.figure.kind != "count":
        return False
    between = part.doc[before.i + 1 : after.i]
    return (
        one.item.category == earlier.one.item.category
        and all(token.pos_ not in {"VERB", "AUX"} for token in between)
        and any(token.lower_ in {"and", ","} for token in between)
    )


def category(item: Item, deed: Deed | None) -> Category:
    """The item's own, but people who are killed or captured are casualties, and people who are sent, personnel."""
    if item.role in {"person", "people", "casualty"} and deed is not None and deed.kind in CASUALTY_KINDS:
        return "casualties" if deed.role == "object" or item.role == "casualty" else item.category
    if item.role == "person" and deed is not None and deed.action == "lose":
        return "casualties"
    if item.role == "people" and deed is not None and deed.kind in {"move", "transfer"}:
        return "personnel"
    return item.category


def each_words(sentence: "Span") -> list["Token"]:
    """The words of a sentence that say that a figure is of each."""
    return [word for word in sentence if word.lower_ in {"each", "apiece"}]


def is_each(token: "Token", eaches: Sequence["Token"]) -> bool:
    """ "each consisting of 6,000 soldiers", "6,000 soldiers each"; ``eaches`` are such words of its sentence."""
    for word in eaches:
        if word.lower_ == "apiece" and 0 < word.i - token.i < 4:
            return True
        if word.lower_ == "each":
            if 0 < word.i - token.i < 3:
                return True
            beneath = word.head is token or word.head.is_ancestor(token)
            if word.i < token.i and (_is_said_of(word, token) if word.is_ancestor(token) else beneath):
                return True
    return False


def _is_said_of(each: "Token", token: "Token") -> bool:
    """ "two units, each consisting of 6,000 soldiers", not "each of the 6,000 soldiers"."""
    return any(word.pos_ == "VERB" and each.is_ancestor(word) for word in token.ancestors)
