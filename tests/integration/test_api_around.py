"""Articles like one, entities, and stories, over the sixty articles and a few more."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from elasticsearch import AsyncElasticsearch

from services.common.elastic import STORIES_ALIAS
from services.common.messages import Entity
from services.indexer.story import story_document, text_of
from tests.builders import MOMENT, a_claim, a_tagged_article
from tests.integration.asking import put
from tests.integration.sixty import NORTH_KOREA, RUSSIA, STORIES, found

LATER, EARLIER = f"{2:032x}", f"{1:032x}"


async def get(api: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:
    answer = await api.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


async def test_similar_articles_are_of_other_stories(api: httpx.AsyncClient, library: AsyncElasticsearch) -> None:
    bridges = [
        a_tagged_article(
            f"bridge-{number}",
            title=f"Engineers mend the pontoon bridge, day {number}",
            text=f"Engineers mended a pontoon bridge over the river after the flood. Day {number}.",
        )
        for number in range(6)
    ]
    await put(library, *bridges[:2], story=EARLIER)
    await put(library, *bridges[2:4], story=LATER)
    await put(library, *bridges[4:])
    items = (await get(api, f"/v1/articles/{bridges[0].article.id}/similar", limit=3))["items"]
    ids = {item["id"] for item in items}
    assert len(items) == 3
    assert {item["story"] for item in items}.isdisjoint({EARLIER})
    assert len({item["story"] for item in items}) == 3
    assert ids <= {tagged.article.id for tagged in bridges[2:]}
    assert items[0]["highlights"]["text"][0].startswith("Engineers mended")
    nobody = await api.get(f"/v1/articles/{'0' * 32}/similar")
    assert (nobody.status_code, nobody.json()["detail"]) == (404, f"There is no article {'0' * 32}.")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"q": "zelen"}, ["person/volodymyr-zelenskyy", "person/olena-zelenska"]),
        ({"q": "ZELENSKIY"}, ["person/volodymyr-zelenskyy"]),
        ({"q": "dprk"}, ["country/north-korea"]),
        ({"q": "koksan", "limit": 1}, ["weapon/m1978-koksan"]),
        ({"type": "country", "limit": 2}, ["country/north-korea", "country/russia"]),
        ({"q": "kursk", "type": "country"}, []),
        ({"q": "(.*"}, []),
    ],
)
async def test_entities_are_found_by_any_of_their_names(
    api: httpx.AsyncClient, parameters: dict[str, Any], expected: list[str]
) -> None:
    items = (await get(api, "/v1/entities", **parameters))["items"]
    if parameters.get("q") != "(.*":
        assert [item["id"] for item in items] == expected
    for item in items:
        assert (await found(api, entity=item["id"], limit=0, facets="none"))["articles"] == item["articles"]


async def test_an_entity_that_only_articles_know_is_found_with_the_name_they_give_it(
    api: httpx.AsyncClient, library: AsyncElasticsearch
) -> None:
    unknown = Entity(id="person/ada-oakhall-brown", type="person", name="Ada Oakhall-Brown")
    await put(library, a_tagged_article("unknown", entities=(unknown,)))
    [item] = (await get(api, "/v1/entities", q="oakhall"))["items"]
    assert item == {
        "id": unknown.id, "type": "person", "name": unknown.name, "aliases": [], "articles": 1
    }  # fmt: skip


async def test_how_an_entity_is_spoken_of(api: httpx.AsyncClient) -> None:
    entity = await get(api, f"/v1/entities/{NORTH_KOREA.id}")
    with_it = [tagged for tagged in STORIES if NORTH_KOREA in tagged.entities]
    assert (entity["name"], entity["articles"]) == ("North Korea", len(with_it))
    assert "DPRK" in entity["aliases"]
    assert sum(interval["count"] for interval in entity["dates"]["intervals"]) == len(with_it)
    assert sum(source["count"] for source in entity["sources"]) == len(with_it)
    assert entity["first"] == (MOMENT - timedelta(days=58)).isoformat().replace("+00:00", "Z")
    [weapon] = entity["together"]["weapon"]  # each sixth article, always with North Korea
    assert (weapon["id"], weapon["name"], weapon["articles"]) == ("weapon/m1978-koksan", "M1978 Koksan", 10)
    assert NORTH_KOREA.id not in {each["id"] for each in entity["together"]["country"]}


async def test_the_latest_figures_about_an_entity(api: httpx.AsyncClient, library: AsyncElasticsearch) -> None:
    from tests.integration.sixty import a_claim

    claims = [a_claim(number, "drone", "equipment", number) for number in (1, 2)]
    for number, claim in enumerate(claims):
        about = claim.model_copy(update={"id": f"about-{number}", "actor": RUSSIA.id})
        day = MOMENT + timedelta(days=number + 1)
        await put(library, a_tagged_article(f"about-{number}", claims=(about,), entities=(RUSSIA,), published_at=day))
    entity = await get(api, f"/v1/entities/{RUSSIA.id}")
    assert [claim["id"] for claim in entity["claims"]][:2] == ["about-1", "about-0"]
    assert entity["claims"][0]["article"]["url"].endswith("about-1")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/v1/entities/person/nobody-at-all", 404, "There is no entity person/nobody-at-all."),
        ("/v1/entities/planet/mars", 422, "path.entity_id"),
        ("/v1/stories/xyz", 422, "path.story_id"),
        (f"/v1/stories/{'9' * 32}", 404, f"There is no story {'9' * 32}."),
    ],
)
async def test_what_there_is_not(api: httpx.AsyncClient, path: str, status: int, said: str) -> None:
    answer = await api.get(path)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


async def test_an_entity_known_by_name_that_no_article_speaks_of(api: httpx.AsyncClient) -> None:
    entity = await get(api, "/v1/entities/person/olena-zelenska")
    assert (entity["name"], entity["articles"], entity["first"], entity["claims"]) == ("Olena Zelenska", 0, None, [])


async def test_a_story_and_its_earlier_name(api: httpx.AsyncClient, library: AsyncElasticsearch) -> None:
    claims = [a_claim().model_copy(update={"id": f"copied-{number}"}) for number in range(3)]
    copies = [
        a_tagged_article(f"copy-{number}", claims=(claim,), published_at=MOMENT + timedelta(hours=number))
        for number, claim in enumerate(claims)
    ]
    await put(library, *copies, story=EARLIER)
    for name, tagged, of in ((LATER, copies[1], EARLIER), (EARLIER, copies[0], EARLIER)):
        document = {**story_document(text_of(tagged), of), "id": name}
        await library.index(index=STORIES_ALIAS, id=name, document=document, refresh=True)
    story = await get(api, f"/v1/stories/{EARLIER}")
    assert (story["id"], story["total"], [item["id"] for item in story["items"]]) == (
        EARLIER, 3, [tagged.article.id for tagged in copies]
    )  # fmt: skip
    assert (story["first"], story["last"]) == (story["items"][0]["published_at"], story["items"][-1]["published_at"])
    assert story["sources"] == [{"id": "outlet", "name": "The Outlet", "count": 3, "chosen": False}]
    assert await get(api, f"/v1/stories/{LATER}") == story
    for name in (EARLIER, LATER):
        found = await get(api, "/v1/articles", story=name, collapse="none", sort="oldest")
        assert [item["id"] for item in found["items"]] == [tagged.article.id for tagged in copies]
        lines = (await api.get(f"/v1/articles?story={name}&format=ndjson")).text.splitlines()
        assert {json.loads(line)["id"] for line in lines} == {tagged.article.id for tagged in copies}
        figures = await get(api, "/v1/claims", story=name)
        assert {item["id"] for item in figures["items"]} == {claim.id for claim in claims}
