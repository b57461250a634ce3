"""Which revision of an article a page is: nothing is sent twice under two numbers, nor two texts under one."""

from dataclasses import dataclass

from services.common.messages import Article


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


def is_other_address(known: Known | None, address: str, article: Article) -> bool:
    """Whether a page is only another address of an article whose text is taken from elsewhere (a print or AMP page).

    The first address that led to an article stays the one its text is taken from, except that the canonical one takes
    over; so two addresses whose texts differ in small things do not make a revision at every look.
    """
    return known is not None and known.acknowledged and address not in {known.address, article.url}
