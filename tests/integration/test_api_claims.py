"""The figures themselves, over real Elasticsearch: search, paging, series."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.common.elastic import elastic
from services.common.messages import Attribution, Claim, Source, TaggedArticle
from services.common.settings import ElasticsearchSettings
from services.indexer.mappings import INDICES
from services.indexer.migrate import ensure_indices
from tests.builders import MOMENT, a_tagged_article
from tests.integration.asking import put, serving

NK, RUSSIA, KURSK = "country/north-korea", "country/russia", "place/kursk-oblast"


def reported(
    slug: str,
    figure: str,
    low: float | None,
    high: float | None,
    *,
    days: int,
    outlet: str,
    unit: str = "troop",
    **claim: Any,
) -> TaggedArticle:
    """An article of one figure, ``days`` after the first."""
    sentence = f"{figure} are in Kursk, it says ({slug})."
    said = claim.pop("said", None)
    given: dict[str, Any] = {
        "id": f"claim-{slug}", "text": figure, "start": 0, "end": len(figure), "sentence": sentence,
        "low": low, "high": high, "qualifier": "exact", "category": "personnel", "item": f"North Korean {unit}s",
        "unit": unit, "action": "send", "actor": NK, "attributed_to": Attribution(text=said) if said else None,
    }  # fmt: skip
    return a_tagged_article(
        slug,
        title=f"Report {slug}",
        text=f"{sentence} {slug} has more to tell of it in words that no other article has.",
        claims=(Claim(**{**given, **claim}),),
        source=Source(id=outlet, name=outlet.title(), domain=f"{outlet}.example"),
        published_at=MOMENT + timedelta(days=days),
    )


REPORTS = [
    reported("a", "10,000 troops", 10_000, 10_000, days=0, outlet="ledger", action="deploy", place=KURSK, said="the Pentagon"),
    reported("b", "about 11,000 soldiers", 11_000, 11_000, days=2, outlet="wire", unit="soldier", action="deploy",
             qualifier="approximate", place=KURSK, said="Kyiv"),
    reported("c", "more than 12,000 troops", 12_000, None, days=3, outlet="herald", qualifier="more_than", said="Seoul"),
    reported("d", "more than 12,000 troops", 12_000, None, days=4, outlet="gazette", qualifier="more_than", said="Seoul"),
    reported("e", "4,000 troops", 4_000, 4_000, days=5, outlet="wire", action="kill", category="casualties", said="Kyiv"),
    reported("f", "50 howitzers", 50, 50, days=5, outlet="wire", unit="howitzer", category="equipment"),
]  # fmt: skip


@pytest.fixture
async def api(engines: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        for index in INDICES:
            await client.options(ignore_status=404).indices.delete(index=index.name)
        await ensure_indices(client)
        await put(client, *REPORTS)
    async with serving(engines.elasticsearch_url) as http:
        yield http


async def found(http: httpx.AsyncClient, path: str = "/v1/claims", **parameters: Any) -> dict[str, Any]:
    answer = await http.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


async def test_search_and_series(api: httpx.AsyncClient) -> None:
    """One filling of the index for all of it: every question, walking through pages, a series, and what is refused."""
    for parameters, slugs in [
        ({}, "efdcba"),
        ({"sort": "oldest"}, "abcdef"),
        ({"unit": "troop"}, "edca"),
        ({"unit": ["troop", "soldier"], "action": "deploy"}, "ba"),
        ({"actor": NK, "min": 10_000, "max": 12_000, "sort": "oldest"}, "abcd"),
        ({"min": 100_000}, "dc"),
        ({"max": 4_000}, "ef"),
        ({"category": "casualties"}, "e"),
        ({"place": KURSK, "source": "wire"}, "b"),
        ({"qualifier": "more_than"}, "dc"),
        ({"q": "kursk 4,000"}, "e"),
        ({"item": "korean howitzer"}, "f"),
        ({"after": "2024-11-22"}, "ef"),
        ({"sort": "greatest", "actor": NK}, "cdbaef"),
        ({"unit": "nothing"}, ""),
    ]:
        page = await found(api, **parameters)  # type: ignore[arg-type] # a table of parameters
        assert "".join(item["id"][-1] for item in page["items"]) == slugs, parameters
        assert page["total"] == len(slugs)

    item = (await found(api, category="casualties"))["items"][0]
    assert item["sentence"].startswith("4,000 troops are in Kursk")
    assert item["article"]["source"]["id"] == "wire"
    assert item["attributed_to"]["text"] == "Kyiv"

    walked, page = [], await found(api, limit=2)
    while True:
        walked += [item["id"] for item in page["items"]]
        assert page["total"] == len(REPORTS)
        if not page["next"]:
            break
        page = await found(api, limit=2, cursor=page["next"])
    assert walked == [f"claim-{slug}" for slug in "efdcba"]

    series = await found(api, "/v1/claims/series", unit="troop", actor=NK)
    assert series["total"] == 5
    assert {"troop", "soldier"} <= set(series["units"])
    assert series["independent_sources"] == 3
    scopes = {scope["scope"]: scope for scope in series["scopes"]}
    assert scopes.keys() == {"present", "sent", "killed"}
    assert [figure["text"] for figure in scopes["present"]["figures"]] == ["10,000 troops", "about 11,000 soldiers"]
    assert scopes["sent"]["independent_sources"] == 1
    reasons = [each["reason"] for each in series["disagreements"] if each["kind"] == "different_scope"]
    assert any("killed" in reason and "sent in all" in reason for reason in reasons)

    for path, parameters, sentence in [
        ("/v1/claims/series", {"actor": NK}, "give `unit`, `item` or `category` at least"),
        ("/v1/claims", {"minimum": 5}, "Extra inputs are not permitted"),
        ("/v1/claims", {"min": "many"}, "query.min"),
        ("/v1/claims", {"cursor": "x"}, "not a cursor"),
    ]:
        answer = await api.get(path, params=parameters)  # type: ignore[arg-type]
        assert answer.status_code in {400, 422}
        assert sentence in answer.json()["detail"]


async def test_articles_are_found_by_the_figures_they_state(api: httpx.AsyncClient) -> None:
    page = await found(
        api, "/v1/articles", **{"claim.unit": "troop", "claim.actor": NK, "claim.min": 10_000, "claim.max": 12_000}
    )
    assert sorted(item["title"] for item in page["items"]) == ["Report a", "Report c", "Report d"]
    assert page["items"][0]["claims"][0]["sentence"].endswith("it says (d).")
