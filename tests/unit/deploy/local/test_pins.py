import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local.pin import ELASTICSEARCH, KAFKA, KAFKA_LOGGING, MODULES
from deploy.local.pins import PINS_FILE, Coordinates, fingerprint, load_pins

PINS = load_pins()


def test_the_pins_are_those_of_the_versions_wanted() -> None:
    assert PINS.kafka.version == KAFKA.version
    assert PINS.elasticsearch.version == ELASTICSEARCH.version
    assert {KAFKA, KAFKA_LOGGING} <= {
        Coordinates(**jar.model_dump(exclude={"size", "sha256"})) for jar in PINS.kafka.jars
    }


def test_the_log4j_binding_is_of_the_version_of_log4j() -> None:
    versions = {jar.artifact: jar.version for jar in PINS.kafka.jars}
    assert versions["log4j-slf4j-impl"] == versions["log4j-core"] == versions["log4j-api"]


def test_every_kafka_jar_is_of_one_version() -> None:
    assert {jar.version for jar in PINS.kafka.jars if jar.group == "org.apache.kafka"} == {KAFKA.version}
    names = [(jar.group, jar.artifact) for jar in PINS.kafka.jars]
    assert len(names) == len(set(names))


def test_every_added_module_is_there_and_matches_elasticsearch() -> None:
    files = [file.path for file in PINS.elasticsearch.modules.files]
    assert {path.split("/")[0] for path in files} == set(MODULES)
    for module in MODULES:
        assert f"{module}/plugin-descriptor.properties" in files
        assert f"{module}/{module}-{ELASTICSEARCH.version}.jar" in files


def test_where_an_artifact_is_in_a_repository() -> None:
    assert KAFKA.path == "org/apache/kafka/kafka_2.13/4.1.0/kafka_2.13-4.1.0.jar"
    assert ELASTICSEARCH.path.endswith("/elasticsearch/8.19.8/elasticsearch-8.19.8.zip")


def test_a_changed_pin_is_another_folder() -> None:
    jars = PINS.kafka.jars
    changed = PINS.kafka.model_copy(update={"jars": (jars[0].model_copy(update={"sha256": "0" * 64}), *jars[1:])})
    assert fingerprint(changed) != fingerprint(PINS.kafka)
    assert fingerprint(load_pins().kafka) == fingerprint(PINS.kafka)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda pins: pins["kafka"]["jars"][3].pop("sha256"), "kafka.jars.3.sha256"),
        (lambda pins: pins["kafka"]["jars"][0].update(sha256="abc"), "kafka.jars.0.sha256"),
        (lambda pins: pins["kafka"].update(jars=[]), "kafka.jars"),
        (lambda pins: pins["elasticsearch"].update(vresion="8"), "elasticsearch.vresion"),
        (
            lambda pins: pins["elasticsearch"]["modules"]["files"][0].update(path="../../etc/passwd"),
            "elasticsearch.modules.files.0.path",
        ),
        (lambda pins: pins["elasticsearch"]["modules"]["files"][0].update(path="/etc/passwd"), "files.0.path"),
        (lambda pins: pins["elasticsearch"]["distribution"].update(size=0), "elasticsearch.distribution.size"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, spoil: Callable[[Any], object], named: str) -> None:
    pins = json.loads(PINS_FILE.read_bytes())
    spoil(pins)
    file = tmp_path / "engines.json"
    file.write_text(json.dumps(pins))
    with pytest.raises(ValueError, match=rf"engines\.json is not a valid list[\s\S]*{named.replace('.', '[.]')}"):
        load_pins(file)
