"""Every revision of an article is kept by the indexer, in whatever order they come, and read and compared by the API."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from services.common.elastic import REVISIONS_ALIAS
from services.common.messages import Change, Claim, TaggedArticle
from tests.builders import MOMENT, a_tagged_article
from tests.integration.asking import serving
from tests.integration.test_indexer import indexing, outcomes, publish, settled
from tests.waiting import until


def revision(number: int, men: int, *, tagged: int = 0) -> TaggedArticle:
    sentence = f"Some {men} soldiers are there, officials say."
    claim = Claim(
        id=f"{men}",
        text=f"{men} soldiers",
        start=5,
        end=5 + len(f"{men} soldiers"),
        sentence=sentence,
        low=men + tagged,
        high=men + tagged,
        qualifier="approximate",
        category="personnel",
        item="soldiers",
        unit="soldier",
    )
    return a_tagged_article(
        "corrected",
        revision=number,
        text=f"{sentence} Nobody else counted them.",
        claims=(claim,),
        fetched_at=MOMENT + timedelta(hours=number),
        change=Change(fields=("text",), previous_content_hash="0") if number > 1 else None,
        tagged_at=MOMENT + timedelta(days=1, minutes=tagged),
    )


ID = revision(1, 1).article.id


@pytest.mark.usefixtures("clean_line")
@pytest.mark.parametrize("batches", [[[1, 2, 3]], [[3], [2], [1]], [[2, 1], [3]]])
async def test_every_revision_is_kept_whatever_comes_first(
    engines: Any, elasticsearch: AsyncElasticsearch, batches: list[list[int]]
) -> None:
    async with indexing(engines) as process, serving(engines.elasticsearch_url) as http:
        done = 0
        for batch in batches:
            await publish(engines, [revision(number, 9000 + number) for number in batch])
            done += len(batch)
            await until(partial(settled, process, done), "indexed")
        assert outcomes(process).get("dead_letter", 0) == 0
        await elasticsearch.indices.refresh(index=REVISIONS_ALIAS)
        listed = (await http.get(f"/v1/articles/{ID}/revisions")).json()
        assert [(each["revision"], each["claims_total"]) for each in listed["items"]] == [(1, 1), (2, 1), (3, 1)]
        assert listed["total"] == 3
        assert [each["change"] is None for each in listed["items"]] == [True, False, False]
        assert (await http.get(f"/v1/articles/{ID}")).json()["revision"] == 3
        # tagged anew: the revision is replaced, and nothing else
        await publish(engines, [revision(1, 9001, tagged=5)])
        await until(lambda: settled(process, done + 1), "settled")
        content = (await elasticsearch.get(index=REVISIONS_ALIAS, id=f"{ID}-1"))["_source"]["content"]
        assert content["claims"][0]["low"] == 9006
        assert (await http.get(f"/v1/articles/{ID}")).json()["revision"] == 3


@pytest.mark.usefixtures("clean_line")
async def test_two_revisions_are_compared(engines: Any, elasticsearch: AsyncElasticsearch) -> None:
    async with indexing(engines) as process, serving(engines.elasticsearch_url) as http:
        await publish(engines, [revision(number, 9000 + number) for number in (1, 2, 4)])
        await until(lambda: settled(process, 3), "indexed")
        await elasticsearch.indices.refresh(index=REVISIONS_ALIAS)
        newest = (await http.get(f"/v1/articles/{ID}/diff")).json()
        assert (newest["from"]["revision"], newest["to"]["revision"]) == (2, 4)
        answer = await http.get(f"/v1/articles/{ID}/diff", params={"from": 1, "to": 4})
        difference = answer.json()
        assert [(part["op"], part["text"]) for part in difference["text"]] == [
            ("equal", "Some "),
            ("removed", "9001"),
            ("added", "9004"),
            ("equal", " soldiers are there, officials say. Nobody else counted them."),
        ]
        [changed] = difference["figures"]["changed"]
        assert (changed["before"]["low"], changed["after"]["low"]) == (9001, 9004)
        backwards = (await http.get(f"/v1/articles/{ID}/diff", params={"from": 4, "to": 1})).json()
        assert backwards["figures"]["changed"][0]["after"]["low"] == 9001
        same = (await http.get(f"/v1/articles/{ID}/diff", params={"from": 4, "to": 4})).json()
        assert (same["figures"]["unchanged"], [part["op"] for part in same["text"]]) == (1, ["equal"])
        missing = await http.get(f"/v1/articles/{ID}/diff", params={"from": 3})
        assert missing.status_code == 404
        assert missing.json()["detail"] == f"Article {ID} has no revision 3; there are 1, 2, 4."
        for path in ("revisions", "diff"):
            nobody = await http.get(f"/v1/articles/{'0' * 32}/{path}")
            assert (nobody.status_code, nobody.json()["detail"]) == (404, f"There is no article {'0' * 32}.")
