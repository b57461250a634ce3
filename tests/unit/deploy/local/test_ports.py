import os
import socket
from collections.abc import Iterator

import pytest

from deploy.local.ports import PortTakenError, PortUse, free_port, free_ports, is_free, require_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_free_ports_are_free_and_different() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    assert all(map(is_free, ports))
    assert is_free(free_port())


def test_a_taken_port_is_named_with_its_purpose_its_setting_and_its_holder(taken: int) -> None:
    with pytest.raises(PortTakenError) as caught:
        require_free([PortUse(free_port(), "Kafka", "SITREP_KAFKA_PORT"), PortUse(taken, "the API", "SITREP_API_PORT")])
    text = str(caught.value)
    assert f"Port {taken} for the API is taken" in text
    assert f"(pid {os.getpid()})" in text
    assert "SITREP_API_PORT" in text
    assert "Kafka" not in text


def test_every_taken_port_is_named(taken: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as another:
        uses = [PortUse(taken, "A", "SITREP_A"), PortUse(another.getsockname()[1], "B", "SITREP_B")]
        with pytest.raises(PortTakenError) as caught:
            require_free(uses)
    assert len(str(caught.value).splitlines()) == 2


def test_one_port_for_two_things() -> None:
    port = free_port()
    with pytest.raises(PortTakenError, match=f"B and A both want port {port}: change SITREP_B"):
        require_free([PortUse(port, "A", "SITREP_A"), PortUse(port, "B", "SITREP_B")])


def test_a_port_just_left_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()  # the server's side closes first: its port goes to TIME_WAIT
        client.close()
    assert is_free(port)
