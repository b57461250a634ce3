"""Identity: the canonical form of a URL, and every deterministic id.

An id is the first 128 bits of a SHA-256 in hexadecimal, so that the same thing gets the same id in every process,
after every restart, and on every replay.
"""

import hashlib
import ipaddress
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from courlan import normalize_url


@lru_cache(1_000)
def canonical_url(url: str) -> str:
    """The one form of an address: same article, same string.

    Scheme and host in lower case, ``http`` read as ``https`` on the default port, no fragment, no tracking
    parameters, the rest of the query sorted, no trailing slash, duplicate slashes folded (RFC 3986, section 6).

    Raises:
        ValueError: the text is not an absolute http or https URL.
    """
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"not an absolute http or https URL: {url!r}")
    if parts.port is None or (parts.scheme.lower(), parts.port) in {("http", 80), ("https", 443)}:
        parts = parts._replace(scheme=_default_scheme(parts), netloc=_host(parts))
    bare = parts._replace(query="", fragment="")
    whole = urlsplit(normalize_url(bare, trailing_slash=False))
    path = "" if whole.path == "/" else whole.path
    return urlunsplit(whole._replace(path=path, query=_meaningful(parts.query)))


def article_id(url: str) -> str:
    """The id of the article at a URL in canonical form: 32 hexadecimal characters."""
    return digest(url)


def content_hash(title: str, text: str) -> str:
    """What a reader sees, as one SHA-256 in hexadecimal: it changes when the title or the text does."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def claim_id(article: str, sentence: str, text: str, nth: int) -> str:
    """The id of the ``nth`` claim (from 0) with these words in this sentence of this article."""
    return digest(article, sentence, text, str(nth))


def alert_id(subscription: str, article: str, change: int | None = None) -> str:
    """The id of the alert that this subscription raises for this article, however often it is matched; of one for what
    a revision changed, with the revision's number.
    """
    return digest(subscription, article, *(() if change is None else (str(change),)))


def digest(*parts: str) -> str:
    """The first 128 bits of SHA-256 over the parts, each told apart from the next, in hexadecimal."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def _default_scheme(parts: SplitResult) -> str:
    """An outlet answers on both schemes today; an address of a machine answers on the one it was given."""
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return parts.scheme.lower() if host == "localhost" or host.endswith(".localhost") else "https"
    return parts.scheme.lower()


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    return f"[{host}]" if ":" in host else host


def _meaningful(query: str) -> str:
    exact, prefixes = _tracking_parameters()
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if name.lower() not in exact and not name.lower().startswith(prefixes)
    ]
    return urlencode(sorted(kept))


@cache
def _tracking_parameters() -> tuple[frozenset[str], tuple[str, ...]]:
    lines = files("services.common").joinpath("tracking_parameters.txt").read_text("utf-8").splitlines()
    return _split_patterns(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


def _split_patterns(names: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    listed = list(names)
    exact = frozenset(name for name in listed if not name.endswith("*"))
    return exact, tuple(name[:-1] for name in listed if name.endswith("*"))
