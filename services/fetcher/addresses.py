"""Which address an article is known by: the one its page names, where that can be believed."""

from urllib.parse import urlsplit

from courlan import extract_domain

from services.common.identity import canonical_url
from services.fetcher.entries import absolute


def article_address(url: str, canonical: str | None, base: str | None = None) -> str:
    """The canonical URL of the article at ``url``.

    ``canonical`` is what ``<link rel=canonical>`` says; it counts if it is on the same site and not just its front
    page. ``base`` is what ``<base href>`` says.

    Raises:
        ValueError: ``url`` is not an absolute http or https address.
    """
    own = canonical_url(url)
    named = absolute(canonical, absolute(base, url) or url)
    if named is None:
        return own
    try:
        said = canonical_url(named)
    except ValueError:
        return own
    front = not urlsplit(said).path and not urlsplit(said).query and urlsplit(own).path
    return own if front or not same_site(own, said) else said


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one site: the same host, or hosts under the same registered domain."""
    first, second = urlsplit(one), urlsplit(other)
    if first.netloc.removeprefix("www.") == second.netloc.removeprefix("www."):
        return True
    domain = extract_domain(one, fast=True)
    return domain is not None and domain == extract_domain(other, fast=True)
