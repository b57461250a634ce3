"""A record of ``news.tagged.v1`` that was understood, and which of several about one article is written."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic_core import to_json

from services.common.deadletters import Received
from services.common.events import from_value
from services.common.messages import TaggedArticle
from services.indexer.bulk import Write
from services.indexer.document import claim_documents, document, revision_document, revision_name
from services.indexer.generations import Names
from services.indexer.story import Text, text_of
from services.indexer.versions import document_version


@dataclass(frozen=True, slots=True)
class Incoming:
    """A tagged article, the version that orders it among its revisions, what its text is like, and its record."""

    record: Received
    tagged: TaggedArticle
    version: int
    text: Text

    @property
    def id(self) -> str:
        """The article's id."""
        return self.tagged.article.id


@dataclass(frozen=True, slots=True)
class Documents:
    """What is written of an article, once its story is known; ``older`` are the messages that the newest makes
    superfluous. Their revisions are kept all the same.
    """

    newest: Incoming
    older: tuple[Incoming, ...]
    story: str
    article: Write
    claims: tuple[Write, ...]
    revisions: tuple[Write, ...]

    @property
    def size(self) -> int:
        """Bytes of all its documents."""
        return sum(len(write.body) for write in (self.article, *self.claims, *self.revisions))


def understood(record: Received) -> Incoming:
    """Read a record.

    Raises:
        PermanentError: it is not a tagged article, or one that cannot be put in order with its revisions.
    """
    tagged = from_value(TaggedArticle, record.value)
    return Incoming(record, tagged, document_version(tagged), text_of(tagged))


def newest_first(incoming: Iterable[Incoming]) -> list[tuple[Incoming, ...]]:
    """What is there of each article, the newest version first; of equal versions the one that came first.

    Only the first of each needs to be sent, unless it is rejected: then the next one is what the index should hold.
    """
    by_article: defaultdict[str, list[Incoming]] = defaultdict(list)
    for one in incoming:
        by_article[one.id].append(one)
    return [tuple(sorted(same, key=lambda one: -one.version)) for same in by_article.values()]


def documents(same: tuple[Incoming, ...], story: str, names: Names) -> Documents:
    """The documents of the first of these, for these aliases."""
    newest, *older = same
    claims = tuple(
        Write(names.claims, claim["id"], newest.version, to_json(claim))
        for claim in claim_documents(newest.tagged, story)
    )
    article = Write(names.articles, newest.id, newest.version, to_json(document(newest.tagged, story)))
    revisions = {one.tagged.article.revision: one for one in reversed(same)}  # the newest message of each
    kept = tuple(
        Write(names.revisions, revision_name(one.tagged), one.version, to_json(revision_document(one.tagged)))
        for one in revisions.values()
    )
    return Documents(newest, tuple(older), story, article, claims, kept)
