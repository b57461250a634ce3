"""The engines as `deploy.local` starts them, and `run` over them with small programs in the services' place."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.engines import EngineHandle, Engines
from deploy.local.pins import load_pins
from deploy.local.ports import free_ports
from tests.waiting import until


@pytest.fixture
async def search(engines: Engines) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=engines.elasticsearch_url, trust_env=False, timeout=30) as client:
        yield client
        await client.delete("/engine-test")


@pytest.fixture
async def topic(engines: Engines) -> AsyncIterator[str]:
    name = "engine-test"
    client = AIOKafkaAdminClient(bootstrap_servers=engines.kafka_bootstrap)
    await client.start()
    await client.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    yield name
    await client.delete_topics([name])
    await client.close()


@pytest.fixture(params=["kafka", "elasticsearch"])
def engine(request: pytest.FixtureRequest, engines: Engines) -> EngineHandle:
    handle = getattr(engines, request.param)
    assert isinstance(handle, EngineHandle)
    return handle


def test_they_listen_on_loopback_only(engine: EngineHandle) -> None:
    connections = psutil.Process(engine.pid).net_connections("tcp")
    listening = {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}
    assert listening
    assert all(address.removeprefix("::ffff:") == "127.0.0.1" for address in listening)


@pytest.mark.skipif(os.geteuid() != 0, reason="not root: they run as ourselves")
def test_started_by_root_they_have_no_rights(engine: EngineHandle) -> None:
    process = psutil.Process(engine.pid)
    assert 0 not in (*process.uids(), *process.gids())


async def test_a_mistyped_topic_is_not_made(engines: Engines) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=engines.kafka_bootstrap)
    await client.start()
    try:
        await client.describe_topics(["engine-tset"])
        assert "engine-tset" not in await client.list_topics()
    finally:
        await client.close()


async def test_a_mistyped_index_is_not_made(search: httpx.AsyncClient) -> None:
    answer = await search.put("/engine-tset/_doc/1", json={"a": 1})
    assert answer.status_code == 404
    assert (await search.head("/engine-tset")).status_code == 404


async def test_it_is_the_version_and_has_the_modules_that_are_pinned(search: httpx.AsyncClient) -> None:
    pins = load_pins().elasticsearch
    node = (await search.get("/_nodes/_local/info/plugins")).json()["nodes"].popitem()[1]
    assert node["version"] == pins.version
    added = {file.path.split("/")[0] for file in pins.modules.files}
    assert added <= {module["name"] for module in node["modules"]}


async def test_the_search_features_that_the_modules_bring(search: httpx.AsyncClient) -> None:
    """One request for each added module that a search or an index needs."""
    mapping = {"properties": {"text": {"type": "text", "analyzer": "english"}, "n": {"type": "integer"}}}
    await search.put("/engine-test", json={"mappings": mapping})
    for number, text in enumerate(["Two howitzers were deployed", "A parade"]):
        await search.put(f"/engine-test/_doc/{number}?refresh=true", json={"text": text, "n": number})
    found = await search.post(
        "/engine-test/_search",
        json={
            "query": {
                "script_score": {
                    "query": {"match": {"text": "deploy howitzer"}},
                    "script": {"source": "doc['n'].value + 7"},
                }
            },
            "highlight": {"fields": {"text": {}}},
            "aggs": {"average": {"avg": {"field": "n"}}, "windows": {"auto_date_histogram": {"field": "missing"}}},
        },
    )
    hits = found.json()["hits"]["hits"]
    assert [(hit["_id"], hit["_score"]) for hit in hits] == [("0", 7.0)]
    assert hits[0]["highlight"]["text"] == ["Two <em>howitzers</em> were <em>deployed</em>"]
    changed = await search.post(
        "/engine-test/_update_by_query?refresh=true", json={"script": {"source": "ctx._source.n += 1"}}
    )
    assert changed.json()["updated"] == 2
    pipeline = {"processors": [{"lowercase": {"field": "text"}}]}
    assert (await search.put("/_ingest/pipeline/engine-test", json=pipeline)).is_success
    assert (await search.delete("/_ingest/pipeline/engine-test")).is_success


async def test_elasticsearch_killed_and_started_again_has_what_it_acknowledged(
    engines: Engines, search: httpx.AsyncClient
) -> None:
    await search.put("/engine-test")
    assert (await search.put("/engine-test/_doc/1", json={"a": 1})).status_code == 201
    await engines.elasticsearch.kill()
    with pytest.raises(httpx.ConnectError):
        await search.get("/")
    await engines.elasticsearch.start()
    assert (await search.get("/engine-test/_doc/1")).json()["_source"] == {"a": 1}


async def test_kafka_killed_and_started_again_has_what_it_acknowledged(engines: Engines, topic: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=engines.kafka_bootstrap, acks="all")
    await producer.start()
    await producer.send_and_wait(topic, b"kept", partition=0)
    await producer.stop()
    await engines.kafka.kill()
    await engines.kafka.start()
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=engines.kafka_bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        assert (await asyncio.wait_for(consumer.getone(), 30)).value == b"kept"
    finally:
        await consumer.stop()


STAND_IN = """
import http.server, os, sys
def main():
    print(os.environ["SITREP_KAFKA_BOOTSTRAP"], os.environ["SITREP_ELASTICSEARCH_URL"], flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
RUN = """
import asyncio, sys
from deploy.local.ports import PortUse
from deploy.local.probe import answers
from deploy.local.run import Line, Service, preloaded, run
from deploy.local.settings import LocalSettings

def service(name, port):
    argv = preloaded("stand_in:main", [], [name, port])
    use = PortUse(int(port), f"the {name}", f"SITREP_{name.upper()}_PORT")
    return Service(name, argv, (use,), f"http://127.0.0.1:{port}/", preloads=True)

async def topics(addresses):
    print("topics at", addresses.kafka_bootstrap, flush=True)

async def indices(addresses):
    print("indices at", addresses.elasticsearch_url, flush=True)

api, indexer = sys.argv[1:]
line = Line(
    f"http://127.0.0.1:{api}", [service("api", api), service("indexer", indexer)], topics, indices,
    lambda: answers(f"http://127.0.0.1:{api}/"),
)
sys.exit(asyncio.run(run(LocalSettings(), line)))
"""


@dataclass
class Running:
    """`run` in a process of its own, and what it has printed."""

    process: asyncio.subprocess.Process
    printed: str = ""
    _reader: asyncio.Task[None] | None = field(default=None, repr=False)

    async def read(self) -> None:
        assert self.process.stdout is not None
        while text := await self.process.stdout.read(4096):
            self.printed += text.decode()

    async def says(self, pattern: str, within: float = 60) -> re.Match[str]:
        return await until(lambda: re.search(pattern, self.printed), pattern, within=within)  # type: ignore[no-any-return]

    async def ends(self) -> int:
        code = await asyncio.wait_for(self.process.wait(), 60)
        assert self._reader is not None
        await self._reader
        return code


class Runs:
    """Starts `run` over the test's engines, always with the same data and ports."""

    def __init__(self, folder: Path, engines: Engines) -> None:
        self.folder = folder
        self.ports = free_ports(2)
        self._engines = engines
        self._started: list[Running] = []
        (folder / "stand_in.py").write_text(STAND_IN)

    async def start(self, **changes: str) -> Running:
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder),
            "SITREP_DATA_DIR": str(self.folder / "data"),
            "SITREP_KAFKA_BOOTSTRAP": self._engines.kafka_bootstrap,
            "SITREP_ELASTICSEARCH_URL": self._engines.elasticsearch_url,
            **changes,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            RUN,
            *map(str, self.ports),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
        )
        running = Running(process)
        running._reader = asyncio.ensure_future(running.read())
        self._started.append(running)
        return running

    async def end(self) -> None:
        for running in self._started:
            if running.process.returncode is None:
                running.process.terminate()
            await running.ends()

    def children(self) -> list[int]:
        """The stand-ins that are alive."""
        return [
            process.pid
            for process in psutil.process_iter(["cmdline"])
            if "stand_in:main" in (process.info["cmdline"] or ())
            and process.info["cmdline"][-1] in map(str, self.ports)
        ]


@pytest.fixture
async def runs(tmp_path: Path, engines: Engines) -> AsyncIterator[Runs]:
    runs = Runs(tmp_path, engines)
    yield runs
    await runs.end()


async def test_run_brings_the_line_up_in_order_and_stops_it(runs: Runs, engines: Engines) -> None:
    run = await runs.start()
    await run.says("first articles searchable after [0-9.]+ s")
    for made in (f"topics at {engines.kafka_bootstrap}", f"indices at {engines.elasticsearch_url}"):
        said = [run.printed.index(text) for text in (made, "api                 ready", "Sitrep is up", "first art")]
        assert said == sorted(said)
    assert re.search(rf"Sitrep is up: http://127\.0\.0\.1:{runs.ports[0]}/  ready in [0-9.]+ s\n", run.printed)
    log = (runs.folder / "data" / "logs" / "indexer.log").read_text()
    assert f"{engines.kafka_bootstrap} {engines.elasticsearch_url}" in log
    run.process.send_signal(signal.SIGINT)
    assert await run.ends() == 0
    assert "Stopping" in run.printed
    assert runs.children() == []


async def test_a_service_that_dies_is_announced_and_started_again(runs: Runs) -> None:
    run = await runs.start()
    await run.says("Sitrep is up")
    victim = next(pid for pid in runs.children() if psutil.Process(pid).cmdline()[-1] == str(runs.ports[1]))
    os.kill(victim, signal.SIGKILL)
    await run.says(r"indexer +died \(exit -9, SIGKILL\), starting again in 1 s\n(?s:.)*indexer +ready")


async def test_a_second_run_says_where_the_first_is_and_leaves_it_alone(runs: Runs) -> None:
    first = await runs.start()
    await first.says("Sitrep is up")
    second = await runs.start()
    assert await second.ends() == 1
    assert (
        f"running here already (process {first.process.pid}): http://127.0.0.1:{runs.ports[0]}. It was left alone"
        in second.printed
    )
    assert len(runs.children()) == 2


async def test_after_a_kill_nothing_stays_behind_and_the_next_run_starts(runs: Runs) -> None:
    first = await runs.start()
    await first.says("Sitrep is up")
    first.process.kill()
    await first.ends()
    second = await runs.start()
    await second.says("Sitrep is up")
    assert len(runs.children()) == 2


async def test_a_taken_port_is_named_before_anything_starts(runs: Runs) -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", runs.ports[1])
    async with server:
        run = await runs.start()
        assert await run.ends() == 1
    assert f"Port {runs.ports[1]} for the indexer is taken" in run.printed
    assert "SITREP_INDEXER_PORT" in run.printed
    assert "loading" not in run.printed


async def test_a_service_that_cannot_start_ends_the_run_with_the_reason(runs: Runs) -> None:
    (runs.folder / "stand_in.py").write_text("raise SystemExit('sources.yaml, line 3: no such source')")
    run = await runs.start()
    assert await run.ends() == 1
    assert "cannot be started (exit 1, 3 times)" in run.printed
    assert "sources.yaml, line 3: no such source" in run.printed
    assert runs.children() == []
