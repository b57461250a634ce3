"""What is shown of articles in a list, and one article whole."""

import html
import json
import re

import httpx
from elasticsearch import AsyncElasticsearch

from services.indexer.story import story_id
from tests.builders import a_tagged_article
from tests.integration.asking import put
from tests.integration.sixty import STORIES, found


async def test_highlights_are_marked_and_escaped(api: httpx.AsyncClient) -> None:
    for item in (await found(api, q="howitzers", limit=100))["items"]:
        marked = item["highlights"]
        assert "<mark>" in (marked["title"] or "") + "".join(marked["text"])
        for part in filter(None, [marked["title"], *marked["text"]]):
            tags = set(re.findall(r"<[^>]*>", part))
            assert tags <= {"<mark>", "</mark>"}
        if marked["title"]:
            assert html.unescape(re.sub(r"</?mark>", "", marked["title"])) == item["title"]


async def test_what_was_written_as_a_tag_is_shown_as_text(api: httpx.AsyncClient) -> None:
    [item] = (await found(api, q='"report 1" drones', limit=1))["items"]
    text = " ".join(item["highlights"]["text"])
    assert "&lt;b&gt;howitzers&lt;" in text
    assert "&amp; <mark>drones</mark>" in text


async def test_without_words_the_beginning_of_the_text_is_shown(api: httpx.AsyncClient) -> None:
    item = (await found(api, limit=1))["items"][0]
    assert item["highlights"]["title"] is None
    [beginning] = item["highlights"]["text"]
    assert beginning.startswith("Report ")
    assert "<mark>" not in beginning


async def test_the_figures_asked_for_are_shown_first(api: httpx.AsyncClient) -> None:
    for item in (await found(api, **{"claim.unit": "howitzer"}))["items"]:
        assert item["claims"][0]["unit"] == "howitzer"
        assert item["claims"][0]["sentence"]
        assert item["claims_total"] in {2, 3}


async def test_an_article_is_returned_whole(api: httpx.AsyncClient) -> None:
    tagged = STORIES[12]
    article = (await api.get(f"/v1/articles/{tagged.article.id}")).json()
    assert article == json.loads(
        json.dumps(
            {
                **tagged.article.model_dump(mode="json"),
                "entities": [entity.model_dump(mode="json") for entity in tagged.entities],
                "claims": [claim.model_dump(mode="json") for claim in tagged.claims],
                "tagger": tagged.tagger.model_dump(mode="json"),
                "tagged_at": tagged.tagged_at.isoformat().replace("+00:00", "Z"),
                "story": story_id(tagged),
                "cut_at": tagged.cut_at,
            }
        )
    )


async def test_an_article_a_reader_already_has_is_not_sent_again(
    api: httpx.AsyncClient, library: AsyncElasticsearch
) -> None:
    address = f"/v1/articles/{STORIES[1].article.id}"
    first = await api.get(address)
    again = await api.get(address, headers={"If-None-Match": first.headers["etag"]})
    await put(library, a_tagged_article("story-1", revision=2, text="Corrected."))
    changed = await api.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (changed.status_code, changed.json()["revision"]) == (200, 2)


async def test_a_large_answer_is_compressed(api: httpx.AsyncClient) -> None:
    plain = await api.get("/v1/articles", headers={"Accept-Encoding": "identity"})
    small = await api.get("/v1/articles", headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(small.headers["content-length"]) < len(plain.content) / 3


async def test_there_is_no_such_article(api: httpx.AsyncClient) -> None:
    answer = await api.get(f"/v1/articles/{'0' * 32}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == f"There is no article {'0' * 32}."
