"""Records on the wire: CloudEvents headers, and errors that say where a message is wrong."""

from datetime import UTC, datetime

import pytest

from services.common.errors import PermanentError
from services.common.events import from_value, to_record, tombstone
from services.common.messages import Article
from services.common.topics import ARTICLES, SUBSCRIPTIONS, TAGGED
from tests.builders import a_tagged_article, an_article


def test_a_record_carries_cloudevents_headers_in_binary_mode() -> None:
    article = an_article()
    record = to_record(ARTICLES, article.id, article, "fetcher")
    headers = dict(record.headers)
    assert record.topic == "news.articles.v1"
    assert record.key == article.id.encode()
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_type"] == b"sitrep.article.v1"
    assert headers["ce_source"] == b"/sitrep/fetcher"
    assert headers["ce_subject"] == article.id.encode()
    assert headers["content-type"] == b"application/json"
    assert headers["ce_time"].endswith(b"Z")
    assert record.value is not None
    assert from_value(Article, record.value) == article


def test_the_same_message_is_the_same_event() -> None:
    one, again = (dict(to_record(ARTICLES, "k", an_article(), "fetcher").headers)["ce_id"] for _ in range(2))
    later = dict(to_record(ARTICLES, "k", an_article(fetched_at=datetime.now(UTC)), "fetcher").headers)["ce_id"]
    other = dict(to_record(ARTICLES, "k", an_article(revision=2), "fetcher").headers)["ce_id"]
    assert one == again == later != other


def test_a_topic_carries_one_kind_of_message() -> None:
    with pytest.raises(TypeError, match=r"news\.tagged\.v1 carries TaggedArticle, not Article"):
        to_record(TAGGED, "k", an_article(), "fetcher")
    assert to_record(TAGGED, "k", a_tagged_article(), "extractor").topic == TAGGED.name


def test_a_tombstone_is_empty() -> None:
    assert tombstone(SUBSCRIPTIONS, "s").value is None


VALID = an_article().model_dump_json()
MALFORMED = [
    (None, "not a valid Article: the message is empty"),
    (b"", "not a valid Article: the message is empty"),
    (b"{", "not a valid Article: the message: Invalid JSON"),
    (b"\xff\xfe", "not a valid Article: the message: "),
    (b"[]", "not a valid Article: the message: "),
    (VALID.replace('"revision":1', '"revision":"x"').encode(), "not a valid Article: revision: "),
    (VALID.replace('"name":"The Outlet"', '"name":7').encode(), "not a valid Article: source.name: "),
    (b"{}", "(and 7 more)"),
]


@pytest.mark.parametrize(("value", "sentence"), MALFORMED)
def test_a_malformed_message_says_where(value: bytes | None, sentence: str) -> None:
    with pytest.raises(PermanentError) as raised:
        from_value(Article, value)
    assert sentence in str(raised.value)
