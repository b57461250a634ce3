"""A text's entities and claims. Pure: text in, values out; the model and the tables are read at the first call."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from services.common.messages import Claim, Entity, Tagger
from services.extractor.knowledge import knowledge
from services.extractor.tagger.language import is_english

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a text speaks of, and every figure it puts forward. All spans index the text that was tagged."""

    entities: tuple[Entity, ...] = ()
    claims: tuple[Claim, ...] = ()


@cache
def tagger() -> Tagger:
    """What tags: the version of code, tables and model together, and the model's name."""
    from services.extractor.tagger.pipeline import MODEL
    from services.extractor.tagger.version import version

    return Tagger(version=version(), model=MODEL)


def tag_text(text: str, *, title: str, published_at: datetime | None, language: str, article_id: str) -> Tagged:
    """Tag a text. English is parsed; in any other language only listed names, towns and plain numbers are."""
    known = knowledge()
    text, title = (_LONE_SURROGATE.sub("\ufffd", words) for words in (text, title))  # no Unicode, and no JSON either
    if not is_english(language, text):
        from services.extractor.tagger.plain import tag_plainly

        return Tagged(*tag_plainly(text, title, language, known, article_id))
    from services.extractor.tagger.claims import find_claims
    from services.extractor.tagger.entities import find_entities
    from services.extractor.tagger.pipeline import paragraphs, transient

    with transient():
        parsed = paragraphs(text)
        entities = find_entities(text, title, parsed, known)
        claims = find_claims(text, parsed, entities, known, article_id=article_id, published_at=published_at)
    return Tagged(entities.collected(text, known), claims)
