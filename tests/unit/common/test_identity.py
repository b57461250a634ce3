"""Same article, same id; other article, other id."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.identity import alert_id, article_id, canonical_url, claim_id, content_hash, digest

SAME = [
    ("https://outlet.example/a", "https://outlet.example/a"),
    ("HTTPS://Outlet.EXAMPLE/a", "https://outlet.example/a"),
    ("http://outlet.example/a", "https://outlet.example/a"),
    ("http://outlet.example:80/a", "https://outlet.example/a"),
    ("https://outlet.example:443/a/", "https://outlet.example/a"),
    ("https://outlet.example//a///b", "https://outlet.example/a/b"),
    ("https://outlet.example/a#comments", "https://outlet.example/a"),
    ("https://outlet.example/a?utm_source=x&utm_medium=y", "https://outlet.example/a"),
    ("https://outlet.example/a?fbclid=1&id=7", "https://outlet.example/a?id=7"),
    ("https://outlet.example/a?b=2&a=1", "https://outlet.example/a?a=1&b=2"),
    ("https://outlet.example/", "https://outlet.example"),
    ("  https://outlet.example/a\n", "https://outlet.example/a"),
    ("https://outlet.example./a", "https://outlet.example/a"),
    ("https://user:secret@outlet.example/a", "https://outlet.example/a"),
    ("http://127.0.0.1:8411/a/", "http://127.0.0.1:8411/a"),
    ("http://127.0.0.1/a", "http://127.0.0.1/a"),
    ("http://[::1]:80/a", "http://[::1]/a"),
    ("http://localhost/a", "http://localhost/a"),
]
OTHER = [
    ("https://outlet.example/a", "https://outlet.example/b"),
    ("https://outlet.example/a", "https://outlet.example/A"),
    ("https://outlet.example/a?id=1", "https://outlet.example/a?id=2"),
    ("https://outlet.example/a?eid=1", "https://outlet.example/a"),
    ("https://outlet.example/a?gallery=1", "https://outlet.example/a"),
    ("https://outlet.example/a", "https://other.example/a"),
    ("http://outlet.example:8080/a", "http://outlet.example/a"),
]


@pytest.mark.parametrize(("url", "canonical"), SAME)
def test_one_article_has_one_address(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_articles_keep_two_addresses(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize("url", ["", "outlet.example/a", "ftp://outlet.example/a", "mailto:a@b.example", "https:///a"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not an absolute http or https URL"):
        canonical_url(url)


@given(
    st.from_regex(r"\A[a-z]{1,8}\.example\Z"),
    st.text(alphabet="abcXYZ019-_.~/%ü&=?", max_size=30),
)
def test_the_canonical_form_is_stable(host: str, rest: str) -> None:
    once = canonical_url(f"https://{host}/{rest}")
    assert canonical_url(once) == once
    assert urlsplit(once).hostname == host


def test_an_article_id_is_the_first_128_bits_of_sha_256() -> None:
    assert article_id("https://outlet.example/a") == "99587e50449ddfa6f6a18613e9c21123"


def test_ids_tell_their_parts_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert claim_id("a", "s", "t", 0) != claim_id("a", "s", "t", 1)
    assert alert_id("s", "a") == alert_id("s", "a")
    assert re.fullmatch(r"[0-9a-f]{32}", alert_id("s", "a"))


def test_the_content_hash_is_of_title_and_text() -> None:
    assert content_hash("t", "x") != content_hash("t", "y")
    assert content_hash("t", "x") != content_hash("u", "x")
