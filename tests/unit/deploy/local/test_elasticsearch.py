from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.elasticsearch import Elasticsearch, java_options, program, server_arguments, settings
from deploy.local.java import Java

ENGINE = Elasticsearch(
    java=Java(Path("/opt/java/bin/java"), 17),
    folder=Path("/cache/es"),
    data=Path("/data/es"),
    port=19200,
    transport_port=19300,
    heap="1g",
    log=Path("/data/logs/elasticsearch.log"),
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("network.host", "127.0.0.1"),
        ("http.port", "19200"),
        ("transport.port", "19300"),
        ("discovery.type", "single-node"),
        ("xpack.security.enabled", "false"),
        ("cluster.routing.allocation.disk.threshold_enabled", "false"),
        ("action.auto_create_index", "false"),
        ("path.data", "/data/es/data"),
    ],
)
def test_its_settings(name: str, value: str) -> None:
    assert settings(ENGINE)[name] == value
    assert ENGINE.url == "http://127.0.0.1:19200"


def test_the_arguments_as_the_server_reads_them() -> None:
    encoded = server_arguments({"b": "2", "a": "1"}, Path("/c"), Path("/l"))
    name = b"org.elasticsearch.common.settings.KeyStoreWrapper"
    keystore = bytes([len(name)]) + name + b"\0\0\0\7" + b"\0\0\0\0"
    assert encoded == b"\0\0\0" + keystore + b"\2" + b"\1a\0\0011" + b"\1b\0\0012" + b"\2/c" + b"\2/l"


@pytest.mark.parametrize(
    ("logs", "encoded"),
    [
        ("/data", b"\5/data"),
        ("/" + "x" * 126, b"\x7f/" + b"x" * 126),
        ("/" + "x" * 127, b"\x80\x01/" + b"x" * 127),
        ("/" + "x" * 299, b"\xac\x02/" + b"x" * 299),
        ("/é", b"\2/\xc3\xa9"),
        ("/Київ", b"\5/" + "Київ".encode()),
        ("/€", b"\2/\xe2\x82\xac"),
        ("/\U0001f4f0", b"\3/\xed\xa0\xbd\xed\xb3\xb0"),  # two units of three bytes, where UTF-8 has four bytes
    ],
)
def test_a_string_as_the_server_reads_it(logs: str, encoded: bytes) -> None:
    assert server_arguments({}, Path("/c"), Path(logs)).endswith(b"\2/c" + encoded)


@pytest.mark.parametrize(
    ("version", "quick", "vectors", "there", "absent"),
    [
        (
            17,
            True,
            False,
            ["-Djava.locale.providers=SPI,COMPAT"],
            ["--illegal-native-access", "--enable-native-access"],
        ),
        (21, True, False, ["--enable-native-access=ALL-UNNAMED"], ["--illegal-native-access"]),
        (25, True, False, ["-Djava.locale.providers=CLDR", "--illegal-native-access=deny"], ["-XX:CompileCommand"]),
        (25, False, True, ["--add-modules=jdk.incubator.vector", "-XX:CompileCommand"], ["-XX:TieredStopAtLevel"]),
        (17, True, False, ["-XX:TieredStopAtLevel=1", "-Xmx1g"], ["--add-modules=jdk.incubator.vector"]),
    ],
)
def test_options_follow_the_java(version: int, quick: bool, vectors: bool, there: list[str], absent: list[str]) -> None:
    engine = replace(ENGINE, java=Java(Path("/opt/java/bin/java"), version), quick=quick)
    options = java_options(engine, vectors=vectors)
    for start in there:
        assert any(option.startswith(start) for option in options), start
    for start in absent:
        assert not any(option.startswith(start) for option in options), start


def test_what_is_run() -> None:
    ours = program(ENGINE)
    assert ours.argv[-2:] == ("-m", "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch")
    assert ours.first_input is not None, "the server waits for its arguments"
    assert set(ours.environment) == {"HOME", "LC_ALL", "LIBFFI_TMPDIR"}
