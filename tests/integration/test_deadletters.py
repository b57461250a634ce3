"""Dead letters on a real Kafka, with the command a person uses: listed, shown, sent again, dropped; once each."""

import asyncio
import json
import os
import sys
from typing import Any

import pytest

from deploy.local.engines import Engines
from services.common.deadletters import MOST_BYTES, dead_letter
from services.common.deletions import deletion
from services.common.events import Record, to_record
from services.common.kafka import everything_in, producer, send
from services.common.settings import KafkaSettings
from services.common.topics import ARTICLES, DELETIONS
from services.housekeeping.commands import _letters
from tests.builders import MOMENT, an_article

pytestmark = pytest.mark.usefixtures("clean_line")


async def sitrep(engines: Engines, *arguments: str, given: str = "") -> tuple[int, str, str]:
    environment = {**os.environ, "SITREP_KAFKA_BOOTSTRAP": engines.kafka_bootstrap, "COLUMNS": "160"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.cli", *arguments, env=environment,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(given.encode())
    return process.returncode or 0, out.decode(), err.decode()


def kafka(engines: Engines) -> KafkaSettings:
    return KafkaSettings(kafka_bootstrap=engines.kafka_bootstrap)


async def put(engines: Engines, *records: Record) -> None:
    async with producer(kafka(engines), "test") as sending:
        await send(sending, records)


async def in_articles(engines: Engines) -> list[Any]:
    return [record async for record in everything_in(kafka(engines), ARTICLES)]


async def given_up(engines: Engines, *records: Record, stage: str = "extractor") -> list[str]:
    """Put messages where they failed, and write the dead letters of all that are there; returns the letters' ids."""
    await put(engines, *records)
    await put(engines, *[dead_letter(each, "not a valid Article: title", stage) for each in await in_articles(engines)])
    return [letter.id for letter in await _letters(kafka(engines)) if letter.settled is None]


async def test_a_letter_is_listed_shown_sent_again_and_then_done_with(engines: Engines) -> None:
    article = an_article("one")
    record = to_record(ARTICLES, article.id, article, "fetcher")
    [id_] = await given_up(engines, record)

    code, out, _ = await sitrep(engines, "deadletters", "list")
    assert (code, "1 dead letter" in out, "not a valid Article: title" in out) == (0, True, True)
    code, out, _ = await sitrep(engines, "deadletters", "show", id_[:8])
    assert code == 0
    assert article.title in out
    assert "header ce_type" in out

    code, out, err = await sitrep(engines, "deadletters", "replay")
    assert (code, "Say which: ids, --stage" in err) == (1, True)
    code, *_ = await sitrep(engines, "deadletters", "replay", "--all", given="n\n")
    assert code == 1
    assert len(await in_articles(engines)) == 1, "nothing was sent: the answer was no"
    code, out, _ = await sitrep(engines, "deadletters", "replay", id_[:8], given="y\n")
    assert (code, "1 dead letter replayed." in out) == (0, True)

    first, again = await in_articles(engines)
    assert (again.key, again.value, again.headers) == (first.key, first.value, first.headers)
    code, out, _ = await sitrep(engines, "deadletters", "replay", "--all", "--yes")
    assert (code, out) == (0, "There are no such dead letters.\n"), "once is enough"
    assert len(await in_articles(engines)) == 2
    code, out, _ = await sitrep(engines, "deadletters", "list", "--settled", "--json")
    [listed] = [json.loads(line) for line in out.splitlines()]
    assert (listed["id"], listed["settled"]["how"], listed["key"]) == (id_, "replayed", article.id)


async def test_a_dropped_letter_keeps_the_reason(engines: Engines) -> None:
    [id_] = await given_up(engines, Record(ARTICLES.name, b"poison", b"{"))
    code, out, _ = await sitrep(engines, "deadletters", "drop", "--stage", "indexer", "--why", "a test", "--yes")
    assert (code, out) == (0, "There are no such dead letters.\n")
    code, out, _ = await sitrep(engines, "deadletters", "drop", "--stage", "extractor", "--why", "a test", "--yes")
    assert (code, out) == (0, "1 dead letter dropped.\n")
    [letter] = await _letters(kafka(engines))
    assert letter.settled is not None
    assert (letter.id, letter.settled.how, letter.settled.why, letter.value) == (id_, "dropped", "a test", b"{")
    assert len(await in_articles(engines)) == 1


async def test_a_message_too_large_for_its_letter_is_sent_again_from_where_it_is(engines: Engines) -> None:
    large = Record(ARTICLES.name, b"large", b"x" * (MOST_BYTES + 1))
    await given_up(engines, large)
    code, out, err = await sitrep(engines, "deadletters", "replay", "--all", "--yes")
    assert (code, out) == (0, "1 dead letter replayed.\n"), err
    assert [record.value == large.value for record in await in_articles(engines)] == [True, True]


async def test_what_must_not_or_cannot_be_sent_again_is_left_with_a_sentence(engines: Engines) -> None:
    article = an_article("gone")
    await given_up(engines, to_record(ARTICLES, article.id, article, "fetcher"), Record(ARTICLES.name, b"empty", None))
    deleted = deletion(article.url, "asked to", MOMENT)
    await put(engines, to_record(DELETIONS, deleted.article_id, deleted, "test"))
    code, out, err = await sitrep(engines, "deadletters", "replay", "--all", "--yes")
    assert (code, out) == (1, "0 dead letters replayed.\n")
    assert "its article was deleted on request; drop the letter" in err
    assert "the message was empty, and would fail again" in err
    assert len(await in_articles(engines)) == 2
