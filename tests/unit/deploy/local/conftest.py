"""A repository of the Maven layout on loopback, for downloads that must break in known ways."""

import hashlib
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from deploy.local.pins import Artifact, Coordinates, ElasticsearchPins, KafkaPins, Member, Members


@dataclass
class Repository:
    """What the server has, what it was asked, and what it does to the next answers (one entry an answer)."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    ranges: bool = True

    def add(self, coordinates: Coordinates, content: bytes) -> Artifact:
        """Have an artifact; answers its pin."""
        self.files[f"/{coordinates.path}"] = content
        return Artifact(**coordinates.model_dump(), size=len(content), sha256=hashlib.sha256(content).hexdigest())


class _Handler(BaseHTTPRequestHandler):
    repository: ClassVar[Repository]

    def do_GET(self) -> None:
        repository = self.repository
        wanted = self.headers.get("Range")
        repository.asked.append((self.path, wanted))
        mood = repository.moods.pop(0) if repository.moods else "good"
        content = repository.files.get(self.path)
        if content is None or mood.isdigit():
            self.send_error(int(mood) if mood.isdigit() else 404)
            return
        start, end = 0, len(content)
        if wanted and repository.ranges:
            first, last = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted).groups()  # type: ignore[union-attr]
            start = int(first) if first else max(0, len(content) - int(last))
            end = min(int(last) + 1, len(content)) if first and last else len(content)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        body = content[start:end]
        if mood == "break off":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.connection.close()
            return
        if mood == "hang":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.server.hanging.set()  # type: ignore[attr-defined]
            self.server.let_go.wait(60)  # type: ignore[attr-defined]
            return
        self.wfile.write(bytes(len(body)) if mood == "spoil" else body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def repository() -> Iterator[Repository]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.hanging, server.let_go = threading.Event(), threading.Event()  # type: ignore[attr-defined]
    repository = Repository(f"http://127.0.0.1:{server.server_port}")
    _Handler.repository = repository
    repository.hanging = server.hanging  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield repository
    server.let_go.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def archive_of(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return content.getvalue()


@pytest.fixture
def kafka_pins(repository: Repository) -> KafkaPins:
    """A Kafka of two jars."""
    jars = [
        repository.add(Coordinates(group="org.example", artifact=name, version="1.0"), name.encode() * size)
        for name, size in [("broker", 100_000), ("clients", 1_000)]
    ]
    return KafkaPins(version="1.0", jars=tuple(jars))


@pytest.fixture
def elasticsearch_pins(repository: Repository) -> ElasticsearchPins:
    """An Elasticsearch with one module of its own and two to add."""
    distribution = repository.add(
        Coordinates(group="org.example", artifact="search", version="2.0", extension="zip"),
        archive_of(
            {
                "search-2.0/lib/server.jar": b"server" * 10_000,
                "search-2.0/modules/own/own.jar": b"own",
                "search-2.0/modules/reindex/old.jar": b"of another version",
            }
        ),
    )
    added = {"reindex/reindex.jar": b"reindex" * 5_000, "reindex/spi/spi.jar": b"spi", "painless/painless.jar": b"p"}
    archive = Coordinates(group="org.example", artifact="bundle", version="3", extension="zip")
    filler = {f"bundle-3/other/{number}": bytes(2_000) for number in range(400)}
    repository.add(
        archive, archive_of({**filler, **{f"bundle-3/es/modules/{path}": text for path, text in added.items()}})
    )
    members = tuple(
        Member(path=path, size=len(text), sha256=hashlib.sha256(text).hexdigest()) for path, text in added.items()
    )
    return ElasticsearchPins(
        version="2.0",
        distribution=distribution,
        modules=Members(archive=archive, folder="bundle-3/es/modules", files=members),
    )
