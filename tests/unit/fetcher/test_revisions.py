"""What a revision changed: which fields, and against which text, also when it is sent a second time."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.common.identity import article_id, content_hash
from services.common.messages import Article, Change, Source
from services.fetcher.revisions import Known, note_of, revised

URL = "https://site.example/a"


def article(**fields: Any) -> Article:
    values: dict[str, Any] = {
        "title": "Ships leave", "text": "Three ships left.", "authors": ("Jane Doe",), "description": "Grain",
        "published_at": datetime(2024, 11, 22, tzinfo=UTC), **fields,
    }  # fmt: skip
    return Article(
        id=article_id(URL), revision=1, url=URL, source=Source(id="s", name="S", domain="site.example"),
        fetched_at=datetime(2024, 11, 23, tzinfo=UTC), content_hash=content_hash(values["title"], values["text"]), **values,
    )  # fmt: skip


FIRST = article()


def known(sent: Article, *, acknowledged: bool = True, note: bool = True) -> Known:
    written = note_of(sent) if note else None
    return Known(sent.id, sent.revision, sent.content_hash, acknowledged, sent.url, written)


@pytest.mark.parametrize(
    ("now", "fields"),
    [
        ({"text": "Four ships left."}, ("text",)),
        ({"title": "Four ships leave"}, ("title",)),
        ({"title": "Four ships leave", "text": "Four ships left."}, ("title", "text")),
        ({"text": "Four ships left.", "authors": ("Jane Doe", "Max Roe"), "description": None}, ("text", "authors", "description")),
        ({"text": "Ships go on leaving.", "kind": "live_blog"}, ("text", "kind")),
        ({"text": "Four ships left.", "published_at": datetime(2024, 11, 21, tzinfo=UTC)}, ("text", "published_at")),
    ],
)  # fmt: skip
def test_the_next_revision_says_what_it_changed(now: dict[str, Any], fields: tuple[str, ...]) -> None:
    second = revised(known(FIRST), article(**now))
    assert second is not None
    assert second.revision == 2
    assert second.change == Change(fields=fields, previous_content_hash=FIRST.content_hash)


def test_the_first_changes_nothing_and_the_same_is_not_sent() -> None:
    first = revised(None, FIRST)
    assert first == FIRST
    assert revised(known(FIRST), article(description="other words for it")) is None


def test_a_revision_sent_again_says_the_same() -> None:
    second = revised(known(FIRST), article(text="Four ships left."))
    assert second is not None
    assert revised(known(second, acknowledged=False), article(text="Four ships left.")) == second


def test_without_a_note_the_earlier_hash_is_all_there_is_to_say() -> None:
    second = revised(known(FIRST, note=False), article(text="Four ships left."))
    assert second is not None
    assert second.change == Change(fields=(), previous_content_hash=FIRST.content_hash)
