"""Which failures of Elasticsearch pass."""

import pytest

from deploy.local.engines import Engines
from services.common.elastic import ARTICLES_ALIAS, elastic, two_kinds_of_failure
from services.common.errors import PermanentError, TransientError
from services.common.settings import ElasticsearchSettings
from services.indexer.migrate import ensure_indices

pytestmark = pytest.mark.usefixtures("clean_line")


async def test_a_closed_index_is_opened_again_some_day(engines: Engines) -> None:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        await ensure_indices(client)
        await client.indices.close(index=ARTICLES_ALIAS)
        with pytest.raises(TransientError, match="answered 400"), two_kinds_of_failure():
            await client.search(index=ARTICLES_ALIAS)


async def test_an_index_that_is_missing_may_be_made(engines: Engines) -> None:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        with pytest.raises(TransientError, match="answered 404"), two_kinds_of_failure():
            await client.search(index=ARTICLES_ALIAS)


async def test_a_query_that_makes_no_sense_never_will(engines: Engines) -> None:
    async with elastic(ElasticsearchSettings(elasticsearch_url=engines.elasticsearch_url)) as client:
        await ensure_indices(client)
        with pytest.raises(PermanentError, match="answered 400"), two_kinds_of_failure():
            await client.search(index=ARTICLES_ALIAS, query={"no_such_query": {}})


async def test_an_engine_that_is_away_comes_back() -> None:
    async with elastic(ElasticsearchSettings(elasticsearch_url="http://127.0.0.1:1")) as client:
        with pytest.raises(TransientError, match="does not answer"), two_kinds_of_failure():
            await client.info()
