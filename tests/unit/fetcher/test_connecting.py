"""Where connections go: which addresses may be asked, and that the one that was judged is the one connected to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest

from services.common.connecting import MOST_ADDRESSES, Resolve
from services.common.public_addresses import why_not
from services.fetcher.failures import Refused, TimedOut, Unreachable
from services.fetcher.http import get, http_client
from services.fetcher.settings import FetcherSettings
from tests.unit.fetcher.servers import answer, serving

SETTINGS = FetcherSettings(fetcher_silence_seconds=2)
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
    "192.169.0.0", "169.253.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255", "126.255.255.255",
    "2606:4700:4700::1111", "2a00:1450:4001:80e::200e", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
]  # fmt: skip
ALLOWED = [
    ("127.0.0.1", "a loopback address"), ("127.255.255.254", "a loopback address"), ("::1", "a loopback address"),
    ("10.0.0.1", "a private address"), ("10.255.255.255", "a private address"), ("172.16.0.1", "a private address"),
    ("172.31.255.255", "a private address"), ("192.168.1.1", "a private address"),
    ("fd12:3456:789a::1", "a private address"), ("fc00::1", "a private address"),
    ("100.64.0.1", "a carrier-grade NAT address"), ("100.127.255.255", "a carrier-grade NAT address"),
    ("198.18.0.1", "a benchmarking address"), ("fec0::1", "a site-local address"),
    ("::ffff:127.0.0.1", "a loopback address"), ("::ffff:7f00:1", "a loopback address"),
    ("::ffff:10.0.0.1", "a private address"), ("64:ff9b::10.0.0.1", "a private address"),
    ("64:ff9b::7f00:1", "a loopback address"), ("2002:7f00:1::", "a loopback address"),
    ("2002:c0a8:101::5", "a private address"), ("2002:a00:1::1", "a private address"),
]  # fmt: skip
NEVER = [
    ("169.254.169.254", "a cloud metadata address"), ("169.254.170.2", "a cloud metadata address"),
    ("100.100.100.200", "a cloud metadata address"), ("168.63.129.16", "a cloud metadata address"),
    ("192.0.0.192", "a cloud metadata address"), ("fd00:ec2::254", "a cloud metadata address"),
    ("fd20:ce::254", "a cloud metadata address"), ("::ffff:169.254.169.254", "a cloud metadata address"),
    ("64:ff9b::a9fe:a9fe", "a cloud metadata address"), ("2002:a9fe:a9fe::1", "a cloud metadata address"),
    ("169.254.0.1", "a link-local address"), ("fe80::1", "a link-local address"),
    ("fe80::1%eth0", "a link-local address"), ("febf::1", "a link-local address"),
    ("0.0.0.0", "an unspecified address"), ("0.1.2.3", "an unspecified address"), ("::", "an unspecified address"),
    ("::ffff:0.0.0.0", "an unspecified address"), ("224.0.0.1", "a multicast address"),
    ("239.255.255.255", "a multicast address"), ("ff02::1", "a multicast address"),
    ("255.255.255.255", "a reserved address"), ("240.0.0.1", "a reserved address"),
    ("192.0.0.1", "a reserved address"), ("2001::1", "a reserved address"), ("2001:0:4136:e378::1", "a reserved address"),
    ("5f00::1", "a reserved address"), ("::8.8.8.8", "a reserved address"), ("64:ff9b:1::1", "an unspecified address"),
    ("100::1", "a reserved address"), ("4000::1", "a reserved address"), ("192.0.2.1", "a documentation address"),
    ("203.0.113.5", "a documentation address"), ("2001:db8::1", "a documentation address"),
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_asked(address: str) -> None:
    assert why_not(address) is None


@pytest.mark.parametrize(("address", "reason"), ALLOWED)
def test_private_addresses_may_be_asked_where_a_source_is_allowed_to(address: str, reason: str) -> None:
    assert why_not(address) == reason
    assert why_not(address, allow_private=True) is None


@pytest.mark.parametrize(("address", "reason"), NEVER)
def test_other_addresses_are_never_asked(address: str, reason: str) -> None:
    assert why_not(address) == reason
    assert why_not(address, allow_private=True) == reason


def answering(*answers: Sequence[str]) -> tuple[Resolve, list[str]]:
    """A resolver that gives each of the answers in turn, the last for ever; and what it was asked for."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked


@asynccontextmanager
async def client_with(*answers: Sequence[str]) -> AsyncIterator[tuple[httpx.AsyncClient, list[str]]]:
    resolve, asked = answering(*answers)
    async with http_client(SETTINGS, resolve) as client:
        yield client, asked


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ],
)
async def test_loopback_is_refused_however_it_is_written(host: str) -> None:
    async with serving(a=answer(b"secret")) as server, http_client(SETTINGS) as client:
        port = server.base.rsplit(":", 1)[1]
        with pytest.raises(
            (Refused, Unreachable), match=r"a loopback address|cannot be reached|no address that can"
        ) as raised:
            await get(client, f"http://{host}:{port}/a", limit=100)
        assert server.asked == []
    assert str(raised.value).endswith(".")


async def test_a_source_that_is_allowed_to_gets_there() -> None:
    async with serving(a=answer(b"ours")) as server, http_client(SETTINGS) as client:
        page = await get(client, f"{server.base}/a", limit=100, allow_private=True)
        assert page.body == b"ours"
        with pytest.raises(
            Refused, match=r"127\.0\.0\.1 is a loopback address: only a source with `allow_private: true` may"
        ):
            await get(client, f"{server.base}/a", limit=100)
        assert len(server.asked) == 1, "a connection of the one is not used for the other"


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "0.0.0.0"])
async def test_metadata_is_refused_to_everyone(address: str) -> None:
    async with client_with([address]) as (client, _):
        for allowed in (False, True):
            with pytest.raises(Refused, match=rf"outlet.example is at {address}, a.* address: it is never asked."):
                await get(client, "http://outlet.example/latest/meta-data/", limit=100, allow_private=allowed)


async def test_the_address_judged_is_the_address_connected_to() -> None:
    """DNS rebinding: a name that is public when it is looked at and private when it is used. It is resolved once."""
    async with serving(a=answer(b"secret")) as server:
        port = server.base.rsplit(":", 1)[1]
        async with client_with(["203.0.113.1", "127.0.0.1"], ["127.0.0.1"]) as (client, asked):
            with pytest.raises(Refused, match=r"outlet.example is at 203.0.113.1, a documentation address"):
                await get(client, f"http://outlet.example:{port}/a", limit=100)
            assert asked == ["outlet.example"]
        assert server.asked == []


async def test_of_several_addresses_only_those_that_may_be_asked_are() -> None:
    async with serving(a=answer(b"ours")) as server:
        port = server.base.rsplit(":", 1)[1]
        async with client_with(["169.254.169.254", "fe80::1", "127.0.0.1"]) as (client, asked):
            page = await get(client, f"http://outlet.example:{port}/a", limit=100, allow_private=True)
        assert page.body == b"ours"
        assert asked == ["outlet.example"]
        assert server.asked[0][1]["host"] == f"outlet.example:{port}"


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    async with serving(a=answer(b"ours")) as server:
        port = server.base.rsplit(":", 1)[1]
        async with client_with(["127.0.0.2", "127.0.0.3", "127.0.0.1"]) as (client, _):
            page = await get(client, f"http://outlet.example:{port}/a", limit=100, allow_private=True)
    assert page.body == b"ours"


async def test_not_every_address_of_a_name_with_many_is_tried() -> None:
    async with serving(a=answer(b"ours")) as server:
        port = server.base.rsplit(":", 1)[1]
        addresses = [f"127.0.1.{number}" for number in range(MOST_ADDRESSES)] + ["127.0.0.1"]
        async with client_with(addresses) as (client, _):
            with pytest.raises(Unreachable, match=r"cannot be reached"):
                await get(client, f"http://outlet.example:{port}/a", limit=100, allow_private=True)


async def test_every_redirect_is_judged() -> None:
    async with serving(secret=answer(b"secret")) as inside:
        onward = answer(
            b"", f"Location: {inside.base.replace('127.0.0.1', 'inside.example')}/secret", status="302 Found"
        )
        async with serving(a=onward) as outside:
            outlet = f"http://outlet.example:{outside.base.rsplit(':', 1)[1]}/a"
            # the outlet's own address is let pass here by asking as a source that is allowed to; the next is not
            async with client_with(["127.0.0.1"], ["169.254.169.254"]) as (client, asked):
                with pytest.raises(Refused, match=r"inside.example is at 169.254.169.254, a cloud metadata address"):
                    await get(client, outlet, limit=100, allow_private=True)
            assert asked == ["outlet.example", "inside.example"]
        assert inside.asked == []


async def test_a_name_without_an_address() -> None:
    async with client_with([]) as (client, _):
        with pytest.raises(Unreachable, match=r"outlet.example has no address"):
            await get(client, "http://outlet.example/", limit=100)
    async with http_client(SETTINGS) as client:
        with pytest.raises(Unreachable, match=r"cannot be reached: "):
            await get(client, "http://no-such-name.invalid/", limit=100)


async def test_a_name_that_takes_too_long_to_look_up() -> None:
    async def never(_host: str, _port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    async with http_client(FetcherSettings(fetcher_silence_seconds=0.2), never) as client:
        with pytest.raises(TimedOut, match=r"is silent"):
            await get(client, "http://outlet.example/", limit=100)
