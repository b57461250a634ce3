"""Which address an article is known by: the one its page names, where that can be believed."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from courlan import extract_domain

from services.common.identity import canonical_url
from services.fetcher.entries import absolute

AMP_HOST = re.compile(r"^amp\.")
AMP_PATH = re.compile(r"^/amp(?=/.)|/amp(?:\.html)?$|\.amp(?=\.html$|$)")
SLUG = re.compile(r"[^\W_]+-[^\W_]+-|\d{3}")
"""What the last part of an article's address holds, and that of a form of it ("amp", "print", "2") does not."""
TEMPLATE = re.compile(r"\{\{|\$\{|%7b%7b|/(?:undefined|null|404)(?:/|$)", re.IGNORECASE)
"""What is left in an address where a template was not filled in."""
AMP_QUERY = {("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp"), ("output", "amp"), ("type", "amp")}
"""How the addresses of AMP pages differ from those of the pages they stand for."""


def article_address(url: str, canonical: str | None, base: str | None = None, *, amp: bool = False) -> str:
    """The canonical URL of the article at ``url``.

    ``canonical`` is what ``<link rel=canonical>`` says; it counts if it is on the same site and not just its front
    page. ``base`` is what ``<base href>`` says. ``amp``: the page is an AMP page; without a canonical address it has
    that of the page it stands for, as far as its own shows it.

    Raises:
        ValueError: ``url`` is not an absolute http or https address.
    """
    own = without_amp(canonical_url(url)) if amp else canonical_url(url)
    named = absolute(canonical, absolute(base, url) or url)
    if named is None:
        return own
    try:
        said = canonical_url(named)
    except ValueError:
        return own
    front = not urlsplit(said).path and not urlsplit(said).query and urlsplit(own).path
    return own if front or _is_section_of(own, said) or TEMPLATE.search(said) or not same_site(own, said) else said


def _is_section_of(own: str, said: str) -> bool:
    """Whether an address is that of the section an article is in: ``/world`` for ``/world/ships-leave-port-4711``."""
    page, section = urlsplit(own).path, urlsplit(said).path
    last = section.rpartition("/")[2]
    return (
        page.startswith(f"{section}/")
        and last.isalpha()
        and not urlsplit(said).query
        and bool(SLUG.search(page.removeprefix(section)))
    )


def without_amp(url: str) -> str:
    """An AMP page's canonical address without what makes it one."""
    parts = urlsplit(url)
    path = AMP_PATH.sub("", parts.path)
    given = parse_qsl(parts.query, keep_blank_values=True)
    query = [(name, value) for name, value in given if (name.lower(), value.lower()) not in AMP_QUERY]
    return urlunsplit(parts._replace(netloc=AMP_HOST.sub("", parts.netloc), path=path, query=urlencode(query)))


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one site: the same host, or hosts under the same registered domain."""
    first, second = urlsplit(one), urlsplit(other)
    if first.netloc.removeprefix("www.") == second.netloc.removeprefix("www."):
        return True
    domain = extract_domain(one, fast=True)
    return domain is not None and domain == extract_domain(other, fast=True)
