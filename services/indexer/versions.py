"""The version that decides which document of an article stays, and those of its claims."""

from datetime import UTC, datetime, timedelta
from typing import Final

from services.common.errors import PermanentError
from services.common.messages import TaggedArticle

MOVE_BITS: Final = 6
"""Room for what Elasticsearch adds: each time an article is moved to another story its version grows by one. Where
that happens more often, an article tagged again in the very next millisecond could be taken for an old one."""
TIME_BITS: Final = 42
"""Milliseconds since 1970 fit until the year 2109."""
REVISION_BITS: Final = 63 - TIME_BITS - MOVE_BITS
"""What a signed 64-bit long leaves for the revision: 32,767 of them."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def document_version(tagged: TaggedArticle) -> int:
    """The external version of the document: greater wins, whatever the order in which they arrive.

    A later revision beats an earlier one; of one revision, the one tagged later (in milliseconds) wins. Always
    positive, and within a signed 64-bit long.

    Raises:
        PermanentError: the revision or the time is beyond what fits; such a version would hide all that follow.
    """
    revision = tagged.article.revision
    milliseconds = (tagged.tagged_at - _EPOCH) // timedelta(milliseconds=1)
    if revision >= 1 << REVISION_BITS:
        raise PermanentError(f"article.revision is {revision}, beyond the {(1 << REVISION_BITS) - 1} the index orders")
    if not 0 <= milliseconds < 1 << TIME_BITS:
        raise PermanentError(f"tagged_at is {tagged.tagged_at.isoformat()}, outside of the years 1970 to 2109")
    return (revision << TIME_BITS | milliseconds) << MOVE_BITS


def same_article(one: int, other: int) -> bool:
    """Whether two versions are of the same tagged article, moves to another story aside."""
    return one >> MOVE_BITS == other >> MOVE_BITS
