"""Which story each article is part of, kept in Elasticsearch so that any number of indexers agree (ADR 0010).

Texts are joined as in a concurrent union-find: a text's document points at the story it is part of, only one that
still points at itself is ever pointed elsewhere, and only at a smaller name. So joins are never lost or undone, come to
the same whatever their order, and the smallest name of all stands for the story in the end.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import structlog
from elasticsearch import AsyncElasticsearch
from pydantic_core import to_json

from services.common.elastic import two_kinds_of_failure
from services.common.errors import PermanentError, TransientError
from services.indexer.bulk import SECONDS, Write, send_bulk, settle
from services.indexer.generations import Names
from services.indexer.grouping import Kept, Pointer, first_of_each, follow, groups, hanging_together
from services.indexer.story import Text, left_story, story_document, unpacked

log = structlog.get_logger()

PAGE: Final = 500
TRIES: Final = 20
"""How often something is tried that another indexer got ahead of, before the batch is given back."""

_JOIN: Final = """
if (ctx._source.story == ctx._source.id) { ctx._source.story = params.story; ctx._source.moving = true }
else { ctx.op = 'noop' }
"""
_AHEAD: Final = """
String story = ctx._source.story;
if (story != ctx._source.id && params.story.compareTo(story) < 0) { ctx._source.story = params.story }
else { ctx.op = 'noop' }
"""
_MOVED: Final = "if (ctx._source.moving) { ctx._source.moving = false } else { ctx.op = 'noop' }"
_MOVE: Final = """
def story = params.stories[ctx._source.story];
if (story == null) { ctx.op = 'noop' } else { ctx._source.story = story }
"""


class Stories:
    """The stories index, and the stories that articles and claims are under. Every method may raise:

    Raises:
        TransientError: Elasticsearch is away or busy; what was begun is taken up again when the batch comes again.
        PermanentError: it refuses a request as such.
    """

    def __init__(self, client: AsyncElasticsearch, names: Names) -> None:
        self._client = client
        self._names = names
        self._one_batch = asyncio.Lock()
        """Of copies in batches that are worked on at once, each would begin a story, to be joined, and articles moved:
        that costs more than one batch's wait for another.
        """

    async def settle(self, texts: Sequence[Text]) -> dict[str, str]:
        """The story of each of these texts, by the text's id.

        First each can be found, then its copies are looked up: so of two copies that arrive at once, in whatever
        process, at least one is found by the other. What is found before that is only to save work: a copy of what was
        there already begins as part of its story, and need not be joined to it (seven requests less, of twelve).
        """
        texts = list({text.id: text for text in texts}.values())
        async with self._one_batch:
            return await self._settle(texts)

    async def _settle(self, texts: Sequence[Text]) -> dict[str, str]:
        first = first_of_each(texts, groups(texts, await self._like(texts)))
        roots, _ = await self._roots({story for name, story in first.items() if name != story})
        stories = {name: roots.get(story, story) for name, story in first.items()}
        known = await self._add(texts, stories)
        kept = [*await self._like(texts), *(await self._read(known)).values()]
        began = {name: story for name, story in stories.items() if name not in known}
        pointers = {name: Pointer(story) for name, story in began.items()} | {one.id: one.pointer for one in kept}
        joined, apart = hanging_together(groups(texts, kept, began), pointers)
        articles = {text.id: text.article for text in texts} | {one.id: one.article for one in kept}
        joined |= await self._join([(group, _one_of(group, articles)) for group in apart], began.keys())
        found = {text.id: joined.get(text.id, text.id) for text in texts}
        # What a text began as part of may have been joined to another just before: then whoever moved what was under
        # that name did not see the text. Of one that was there already, this may be what was interrupted.
        ahead = {name: story for name, story in found.items() if name in pointers and pointers[name].story != story}
        await self._update({name: _script(_AHEAD, story=story) for name, story in ahead.items()})
        return found

    async def moved(self, stories: Iterable[str]) -> set[str]:
        """Which of these are by now part of another story. To be asked after something was put under them."""
        names = sorted(set(stories))
        if not names:
            return set()
        with two_kinds_of_failure():
            answer = await self._client.mget(index=self._names.stories, ids=names, source=False)
        # A document that was never changed has version 1; only the others have to be read. (One that began as part of
        # another story has version 1, too, but nothing was ever put under its own name.)
        changed = [found["_id"] for found in answer["docs"] if found.get("_version") != 1]
        return {name for name, pointer in (await self._pointers(changed)).items() if pointer.story != name}

    async def move(self, stories: Iterable[str]) -> None:
        """Put whatever is under these names under the stories that they are now part of."""
        names = set(stories)
        for _ in range(TRIES):
            if not names:
                return
            roots, _ = await self._roots(names)
            into = {name: story for name, story in roots.items() if name != story}
            for alias in (self._names.articles, self._names.claims, self._names.stories):
                await self._move_all(alias, into)
            await self._update({name: _script(_MOVED) for name in into})
            log.info("stories_merged", into=into)
            # What was moved to a story while that itself became part of another is still to be moved.
            names = await self.moved(into.values())
        raise TransientError("other indexers move the same stories over and over")

    async def _add(self, texts: Sequence[Text], stories: Mapping[str, str]) -> set[str]:
        """Make the texts that are new findable, as part of these stories; the ids of those that are not new."""
        writes = [
            Write(self._names.stories, text.id, None, to_json(story_document(text, stories[text.id]))) for text in texts
        ]
        answers = await send_bulk(self._client, writes, searchable=True)
        for answer in answers:
            if answer.outcome == "pushed_back":
                raise TransientError(answer.reason)
            if answer.outcome == "rejected":
                raise PermanentError(answer.reason)
        return {text.id for text, answer in zip(texts, answers, strict=True) if answer.outcome == "superseded"}

    async def _like(self, texts: Sequence[Text]) -> list[Kept]:
        """Texts with a band in common with one of these, and earlier texts of the same articles; not these."""
        query = {
            "bool": {
                "should": [
                    {"terms": {"bands": sorted({band for text in texts for band in text.bands})}},
                    {"terms": {"article": sorted({text.article for text in texts})}},
                ],
                "minimum_should_match": 1,
                "must_not": [{"terms": {"_id": sorted(text.id for text in texts)}}],
            }
        }
        found: list[Kept] = []
        after: list[Any] | None = None
        while True:
            with two_kinds_of_failure():
                answer = await self._client.search(
                    index=self._names.stories,
                    query={"constant_score": {"filter": query}},
                    size=PAGE,
                    sort=[{"id": "asc"}],
                    search_after=after,
                    source_excludes=["bands"],
                    track_total_hits=False,
                    allow_partial_search_results=False,
                )
            hits = answer["hits"]["hits"]
            found += [_kept(hit["_source"]) for hit in hits]
            if len(hits) < PAGE:
                return found
            after = hits[-1]["sort"]

    async def _read(self, names: Collection[str]) -> dict[str, Kept]:
        """Documents as they are now, whether or not a search finds them yet."""
        return {name: _kept(source) for name, source in await self._sources(names, source_excludes=["bands"])}

    async def _pointers(self, names: Collection[str]) -> dict[str, Pointer]:
        """Of these documents as they are now, what they point at."""
        sources = await self._sources(names, source_includes=["story", "moving"])
        return {name: Pointer(source["story"], source["moving"]) for name, source in sources}

    async def _sources(self, names: Collection[str], **what: Any) -> list[tuple[str, dict[str, Any]]]:
        if not names:
            return []
        with two_kinds_of_failure():
            answer = await self._client.mget(index=self._names.stories, ids=list(names), **what)
        if errors := [found["error"] for found in answer["docs"] if "error" in found]:
            raise TransientError(f"Elasticsearch cannot read a story: {errors[0].get('reason')}")
        return [(found["_id"], found["_source"]) for found in answer["docs"] if found["found"]]

    async def _join(self, same: Sequence[tuple[set[str], str]], new: Collection[str]) -> dict[str, str]:
        """Make each of these sets one story, and move what was under other names; the story of each name.

        With each set comes one of its articles. A name whose own article was deleted stands for the story of what
        points at it, until an earlier text is found to be part of that: then it gets a document anew, as of that
        article, because only what has a document can be pointed elsewhere and lead there. (It is joined at the next
        try, by a change, as ``moved`` reads only what was changed.)
        """
        names: set[str] = set().union(*(group for group, _ in same))
        if not names:
            return {}
        for _ in range(TRIES):
            roots, moving = await self._roots(names)
            joins: dict[str, dict[str, Any]] = {}
            for group, article in same:
                story = min(roots[name] for name in group)
                for root in {roots[name] for name in group} - {story}:
                    joins[root] = _script(_JOIN, story=story) | {"upsert": left_story(root, article)}
            if joins:
                await self._update(joins)
            elif moving:
                empty = await self._empty(moving & set(new))
                await self._update({name: _script(_MOVED) for name in empty})
                if moving == empty:
                    return roots
                await self.move(moving - empty)
            else:
                return roots
        raise TransientError("other indexers join the same stories over and over")

    async def _empty(self, names: set[str]) -> set[str]:
        """Which of these new names nothing is under: no other text was joined to it before it was joined itself.

        Its own article is not written yet; where another indexer wrote that, it is found to be there, and moved then.
        """
        if not names:
            return set()
        with two_kinds_of_failure():
            await self._client.indices.refresh(index=self._names.stories)
            answer = await self._client.search(
                index=self._names.stories,
                query={"bool": {"filter": [{"terms": {"story": sorted(names)}}]}},
                aggs={"stories": {"terms": {"field": "story", "size": len(names)}}},
                size=0,
                allow_partial_search_results=False,
            )
        return names - {bucket["key"] for bucket in answer["aggregations"]["stories"]["buckets"]}

    async def _roots(self, names: Iterable[str]) -> tuple[dict[str, str], set[str]]:
        """The story that each of these, and each name on the way there, is part of now; and which are being moved."""
        parents: dict[str, str] = {}
        moving: set[str] = set()
        unread = set(names)
        while unread:
            read = await self._pointers(sorted(unread))
            # A name without a document (its article was deleted) stands for itself.
            parents.update((name, read[name].story if name in read else name) for name in unread)
            moving.update(name for name, pointer in read.items() if pointer.moving)
            unread = {parent for parent in parents.values() if parent not in parents}
        return {name: follow(parents, name) for name in parents}, moving

    async def _update(self, changes: Mapping[str, dict[str, Any]]) -> None:
        operations: list[Any] = []
        for name, change in changes.items():
            operations.append({"update": {"_id": name, "retry_on_conflict": TRIES}})
            operations.append(change)
        if not operations:
            return
        with two_kinds_of_failure():
            answer = await self._client.bulk(
                operations=operations, index=self._names.stories, require_alias=True, timeout=SECONDS
            )
        for item in answer["items"]:
            if item["update"]["status"] == 404:
                continue  # deleted meanwhile
            settled = settle(item["update"])
            if settled.outcome in {"superseded", "pushed_back"}:
                raise TransientError(settled.reason or "other indexers change the same story over and over")
            if settled.outcome == "rejected":
                raise PermanentError(settled.reason)

    async def _move_all(self, alias: str, into: Mapping[str, str]) -> None:
        for _ in range(TRIES):
            with two_kinds_of_failure():
                await self._client.indices.refresh(index=alias)
                answer = await self._client.update_by_query(
                    index=alias,
                    query={"terms": {"story": sorted(into)}},
                    script={"source": _MOVE, "params": {"stories": dict(into)}},
                    conflicts="proceed",
                )
            if not answer["version_conflicts"]:
                return
        raise TransientError("other indexers change the same articles over and over")


def _script(source: str, **params: str) -> dict[str, Any]:
    return {"script": {"source": source, "params": params}}


def _one_of(group: set[str], articles: Mapping[str, str]) -> str:
    """An article of the set; of one that was found there is at least that by which it was."""
    return min(articles[name] for name in group if name in articles)


def _kept(source: Mapping[str, Any]) -> Kept:
    pointer = Pointer(source["story"], source["moving"])
    return Kept(source["id"], source["article"], pointer, unpacked(source["signature"]))
