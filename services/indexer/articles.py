"""Articles and their claims in Elasticsearch: replaced as a whole, by the version of the article.

The article decides: claims are written after it, by whoever got it in, and looked at again after that. So whatever
stops half-way, comes late or overtakes, in the end there are the claims of the version that stayed, and no others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from elasticsearch import AsyncElasticsearch

from services.common.elastic import two_kinds_of_failure
from services.common.errors import TransientError
from services.indexer.bulk import Settled, Write, send_bulk
from services.indexer.generations import Names
from services.indexer.incoming import Documents
from services.indexer.versions import MOVE_BITS, same_article

TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Present:
    """What the index holds of an article: its version, and the story it is under."""

    version: int
    story: str


class Articles:
    """The articles and claims indices.

    Raises:
        TransientError: Elasticsearch is away or busy; the same documents may be written again.
        PermanentError: it refuses a request as such.
    """

    def __init__(self, client: AsyncElasticsearch, names: Names) -> None:
        self._client = client
        self._names = names

    async def write(self, documents: Sequence[Documents]) -> tuple[list[Settled], set[str]]:
        """Write articles with their claims and revisions.

        Returns:
            What became of each, in order, and the stories that articles are under which were there already.
        """
        # The revisions first: of an article that is there, all are there that led to it.
        revisions = [(one.newest.id, write) for one in documents for write in one.revisions]
        writes = [write for _, write in revisions] + [one.article for one in documents]
        answers = await send_bulk(self._client, writes)
        settled = answers[len(revisions) :]
        refused = _refused(revisions, answers[: len(revisions)])
        outcomes = {one.newest.id: answer.outcome for one, answer in zip(documents, settled, strict=True)}
        there = await self._present([article for article, outcome in outcomes.items() if outcome == "superseded"])
        versions = {one.newest.id: one.newest.version for one in documents}
        ours = {
            article
            for article, outcome in outcomes.items()
            if outcome in {"created", "replaced"}
            or (article in there and same_article(there[article].version, versions[article]))
        }
        refused |= await self._write_claims([one for one in documents if one.newest.id in ours])
        outdated = {article: present.version for article, present in there.items()}
        outdated |= {article: versions[article] for article, outcome in outcomes.items() if outcome == "replaced"}
        # A newer version may have come in, and removed older claims before ours were written.
        with_claims = [one.newest.id for one in documents if one.newest.id in ours and one.claims]
        for article, version in (await self._versions(with_claims)).items():
            if not same_article(version, versions[article]):
                outdated[article] = version
        await self._remove_claims(outdated)
        answers = [refused.get(one.newest.id, answer) for one, answer in zip(documents, settled, strict=True)]
        return answers, {present.story for present in there.values()}

    async def _write_claims(self, documents: Sequence[Documents]) -> dict[str, Settled]:
        """Write the claims of articles; which articles have one that was not taken, and why."""
        claims = [(one.newest.id, claim) for one in documents for claim in one.claims]
        return _refused(claims, await send_bulk(self._client, [claim for _, claim in claims]))

    async def _present(self, articles: Collection[str]) -> dict[str, Present]:
        """What the index holds of these now, whether or not a search finds it yet."""
        found = await self._get(articles, source_includes=["story"])
        return {one["_id"]: Present(one["_version"], one["_source"]["story"]) for one in found}

    async def _versions(self, articles: Collection[str]) -> dict[str, int]:
        return {one["_id"]: one["_version"] for one in await self._get(articles, source=False)}

    async def _get(self, articles: Collection[str], **what: Any) -> list[dict[str, Any]]:
        if not articles:
            return []
        with two_kinds_of_failure():
            answer = await self._client.mget(index=self._names.articles, ids=sorted(articles), **what)
        if errors := [found["error"] for found in answer["docs"] if "error" in found]:
            raise TransientError(f"Elasticsearch cannot read an article: {errors[0].get('reason')}")
        return [found for found in answer["docs"] if found["found"]]

    async def _remove_claims(self, outdated: Mapping[str, int]) -> None:
        """Remove claims of versions of articles before these."""
        if not outdated:
            return
        older = [
            {
                "bool": {
                    "filter": [
                        {"term": {"article.id": article}},
                        {"range": {"article.version": {"lt": version >> MOVE_BITS << MOVE_BITS}}},
                    ]
                }
            }
            for article, version in outdated.items()
        ]
        for _ in range(TRIES):
            with two_kinds_of_failure():
                await self._client.indices.refresh(index=self._names.claims)
                answer = await self._client.delete_by_query(
                    index=self._names.claims, query={"bool": {"should": older}}, conflicts="proceed"
                )
            if not answer["version_conflicts"]:
                return
        raise TransientError("other indexers change the same claims over and over")


def _refused(writes: Sequence[tuple[str, Write]], answers: Sequence[Settled]) -> dict[str, Settled]:
    """Which articles have one of these documents that was not taken, and why."""
    return {
        article: answer
        for (article, _), answer in zip(writes, answers, strict=True)
        if answer.outcome in {"rejected", "pushed_back"}
    }
