"""Elasticsearch on one node, loopback only, started by its server class instead of its command.

Elastic's command is a second Java program that works out the options below, sends the settings to the server over its
standard input, and waits. Doing those three things here saves a third of the start and 100 MB. What is sent is
`org.elasticsearch.bootstrap.ServerArgs` in the encoding of `StreamOutput`, both of the pinned version.
"""

import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

from deploy.local.account import Account, hand_over, make_open_folder
from deploy.local.java import Java, java_environment, module_available
from deploy.local.probe import answering
from deploy.local.process import Program

NAME = "elasticsearch"
HOST = "127.0.0.1"
KEYSTORE_FORMAT = 7
ENTITLED = "org.elasticsearch.entitlement,java.logging,java.net.http,java.naming,jdk.net"

LOGGING = """\
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p [%c{1.}] %marker %m%consoleException%n
"""


@dataclass(frozen=True, slots=True)
class Elasticsearch:
    """One Elasticsearch of this machine. `data` holds its configuration and indices and outlives the process."""

    java: Java
    folder: Path
    data: Path
    port: int
    transport_port: int
    heap: str
    log: Path
    quick: bool = True
    account: Account | None = None

    @property
    def url(self) -> str:
        """What clients connect to."""
        return f"http://{HOST}:{self.port}"


def settings(engine: Elasticsearch) -> dict[str, str]:
    """The node's settings (Elastic's reference, "Configuring Elasticsearch")."""
    return {
        "path.home": str(engine.folder),
        "path.data": str(engine.data / "data"),
        "path.logs": str(engine.data / "logs"),
        # Where snapshot repositories of the type "fs" may be: docs/operations.md, "Backups".
        "path.repo": str(engine.data / "snapshots"),
        "cluster.name": "sitrep",
        "node.name": "local",
        "discovery.type": "single-node",
        "network.host": HOST,
        "http.port": str(engine.port),
        "transport.port": str(engine.transport_port),
        "xpack.security.enabled": "false",
        # A nearly full disk must not make the only node refuse its own shards; a full one still fails writes.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        # An index exists because the line made it, never because a name was mistyped.
        "action.auto_create_index": "false",
    }


def server_arguments(values: dict[str, str], config: Path, logs: Path) -> bytes:
    """The settings as the server reads them from its standard input: `ServerArgs.writeTo`.

    In turn: not a daemon, not quiet, no pid file, an empty keystore, the settings, two folders.
    """
    keystore = (
        _string("org.elasticsearch.common.settings.KeyStoreWrapper")
        + struct.pack(">i", KEYSTORE_FORMAT)
        + b"\0"  # no password
        + b"\0"  # no encrypted content
        + _number(0)  # no entries
        + b"\0"  # not closed
    )
    entries = b"".join(_string(name) + b"\0" + _string(value) for name, value in sorted(values.items()))
    return b"\0\0\0" + keystore + _number(len(values)) + entries + _string(str(config)) + _string(str(logs))


def _number(value: int) -> bytes:
    """A variable-length integer: seven bits a byte, the lowest first, the top bit set on all but the last."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*encoded, value))


def _string(text: str) -> bytes:
    """A string: its length in UTF-16 units, then each unit in one to three bytes (not UTF-8 beyond the basic plane)."""
    utf16 = text.encode("utf-16-be", "surrogatepass")
    units = struct.unpack(f">{len(utf16) // 2}H", utf16)
    return _number(len(units)) + b"".join(chr(unit).encode("utf-8", "surrogatepass") for unit in units)


def java_options(engine: Elasticsearch, *, vectors: bool) -> tuple[str, ...]:
    """The options Elastic's command would give to Java, for a heap given and memory not touched in advance."""
    version, bridge = engine.java.version, engine.folder / "lib" / "entitlement-bridge"
    bridges = sorted(bridge.glob("*.jar"))
    return (
        "-Des.networkaddress.cache.ttl=60",
        "-Des.networkaddress.cache.negative.ttl=10",
        "-Xss1m",
        "-Djava.awt.headless=true",
        "-Dfile.encoding=UTF-8",
        "-Djna.nosys=true",
        "-XX:-OmitStackTraceInFastThrow",
        "-Dio.netty.noUnsafe=true",
        "-Dio.netty.noKeySetOptimization=true",
        "-Dio.netty.recycler.maxCapacityPerThread=0",
        "-Dlog4j.shutdownHookEnabled=false",
        "-Dlog4j2.disable.jmx=true",
        "-Dlog4j2.formatMsgNoLookups=true",
        f"-Djava.locale.providers={'CLDR' if version >= 23 else 'SPI,COMPAT'}",
        f"-Dorg.apache.lucene.vectorization.upperJavaFeatureVersion={version}",
        "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
        f"-Des.path.home={engine.folder}",
        "-Des.distribution.type=zip",
        "-Des.java.type=ES_JAVA_HOME",
        *(
            (
                "--enable-native-access=org.elasticsearch.nativeaccess,org.apache.lucene.core",
                "--enable-native-access=ALL-UNNAMED",
            )
            if version >= 21
            else ()
        ),
        *(("--illegal-native-access=deny",) if version >= 24 else ()),
        "-Des.entitlements.enabled=true",
        "-XX:+EnableDynamicAgentLoading",
        "-Djdk.attach.allowAttachSelf=true",
        f"--patch-module=java.base={':'.join(map(str, bridges))}",
        f"--add-exports=java.base/org.elasticsearch.entitlement.bridge={ENTITLED}",
        *(("--add-modules=jdk.incubator.vector",) if vectors else ()),
        *(
            (
                "-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.setAsTypeCache",
                "-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.asTypeUncached",
            )
            if version >= 23 and not engine.quick
            else ()
        ),
        f"-Djava.io.tmpdir={engine.data / 'tmp'}",
        f"-XX:ErrorFile={engine.data / 'logs'}/hs_err_pid%p.log",
        "-XX:+ExitOnOutOfMemoryError",
        f"-Xms{engine.heap}",
        f"-Xmx{engine.heap}",
        "-XX:+UseG1GC",
        "-XX:G1HeapRegionSize=4m",
        "-XX:InitiatingHeapOccupancyPercent=30",
        "-XX:G1ReservePercent=15",
        *(("-XX:TieredStopAtLevel=1",) if engine.quick else ()),
        f"--module-path={engine.folder / 'lib'}",
        "--add-modules=jdk.net",
        "--add-modules=jdk.management.agent",
        "--add-modules=ALL-MODULE-PATH",
        "-m",
        "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch",
    )


def prepare(engine: Elasticsearch) -> None:
    """Write the configuration and make the folders."""
    shutil.rmtree(engine.data / "tmp", ignore_errors=True)  # a killed server leaves its temporary files
    for folder in ("config", "data", "logs", "snapshots", "tmp"):
        make_open_folder(engine.data / folder)
    (engine.data / "config" / "log4j2.properties").write_text(LOGGING)
    hand_over(engine.data, engine.account)


def program(engine: Elasticsearch) -> Program:
    """Elasticsearch as something to run; `prepare` comes first."""
    # Lucene uses vector instructions only with the full compiler, and only where this Java has the module.
    vectors = not engine.quick and engine.java.version >= 20 and module_available(engine.java, "jdk.incubator.vector")
    return Program(
        name=NAME,
        argv=(str(engine.java.program), *java_options(engine, vectors=vectors)),
        environment=java_environment(engine.data) | {"LIBFFI_TMPDIR": str(engine.data / "tmp")},
        folder=engine.data / "logs",
        log=engine.log,
        # 408 as long as there is no cluster, or a primary shard is not there
        ready=answering(f"{engine.url}/_cluster/health?wait_for_status=yellow&timeout=1s"),
        account=engine.account,
        first_input=server_arguments(settings(engine), engine.data / "config", engine.data / "logs"),
        stop_within=30,
    )
