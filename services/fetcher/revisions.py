"""Which revision of an article a page is: nothing is sent twice under two numbers, nor two texts under one."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, get_args

from services.common.messages import Article, ArticleField, Change

FIELDS: tuple[ArticleField, ...] = get_args(ArticleField)
HASH = 16
"""Hexadecimal characters of a field's hash."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of an article: the newest revision that was sent, or was about to be."""

    id: str
    revision: int
    content_hash: str
    acknowledged: bool
    """Whether Kafka is known to have it; if not, it may have it or not."""
    address: str
    """The address whose page the article's text is taken from."""
    note: str | None = None
    """``note_of`` that revision; None where it was not written down."""


def revision_to_send(known: Known | None, content_hash: str) -> int | None:
    """The revision under which to send a text, or None where it has been sent.

    A revision that was about to be sent when the process ended is sent again with the same number if the text is
    still the same; if it has changed meanwhile it gets the next one, as Kafka may have the other.
    """
    if known is None:
        return 1
    if known.content_hash == content_hash:
        return None if known.acknowledged else known.revision
    return known.revision + 1


def revised(known: Known | None, article: Article) -> Article | None:
    """The article as it is to be sent, with its revision's number and what changed; None where it has been sent."""
    revision = revision_to_send(known, article.content_hash)
    if revision is None:
        return None
    return article.model_copy(update={"revision": revision, "change": change_since(known, article)})


def change_since(known: Known | None, article: Article) -> Change | None:
    """What an article changes against the revision that is remembered; None for a first revision.

    A revision that is sent a second time says what it said the first time. Without a note of the earlier revision no
    field is named.
    """
    if known is None:
        return None
    note = _read(known.note)
    if known.content_hash == article.content_hash:
        return Change.model_validate(note["change"]) if note.get("change") else None
    before, now = note.get("fields", {}), _hashes(article)
    changed = tuple(name for name in FIELDS if name in before and before[name] != now[name])
    return Change(fields=changed, previous_content_hash=known.content_hash)


def note_of(article: Article) -> str:
    """What to remember of a revision, as JSON, so that the next one can say what it changed."""
    change = article.change.model_dump(mode="json") if article.change else None
    return json.dumps({"fields": _hashes(article), "change": change}, separators=(",", ":"))


def is_other_address(known: Known | None, address: str, article: Article) -> bool:
    """Whether a page is only another address of an article whose text is taken from elsewhere (a print or AMP page).

    The first address that led to an article stays the one its text is taken from, except that the canonical one takes
    over; so two addresses whose texts differ in small things do not make a revision at every look.
    """
    return known is not None and known.acknowledged and address not in {known.address, article.url}


def _hashes(article: Article) -> dict[str, str]:
    values = article.model_dump(mode="json")
    return {name: hashlib.sha256(json.dumps(values[name]).encode()).hexdigest()[:HASH] for name in FIELDS}


def _read(note: str | None) -> dict[str, Any]:
    read = json.loads(note) if note else {}
    return read if isinstance(read, dict) else {}
