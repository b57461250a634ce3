"""The web server: four sockets, one process, an end when asked."""

import errno
import signal
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from deploy.demo.outlets import outlet_addresses
from services.common.errors import ConfigurationError


def listen(host: str, first_port: int) -> list[socket.socket]:
    """A listening socket for each outlet, in order.

    Raises:
        ConfigurationError: a port is taken or not allowed, or the host is no address of this machine.
    """
    sockets: list[socket.socket] = []
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port, (outlet, _) in outlet_addresses(first_port, host).items():
        try:
            sockets.append(socket.create_server((host, port), family=family))
        except OSError as error:
            for opened in sockets:
                opened.close()
            advice = (
                f"stop what holds the port, or set SITREP_DEMO_PORT (now {first_port}) to the first of four free ones"
                if error.errno == errno.EADDRINUSE
                else "check SITREP_DEMO_HOST and SITREP_DEMO_PORT"
            )
            raise ConfigurationError(
                f"{outlet.name} cannot listen on {host} port {port} ({error.strerror}): {advice}."
            ) from error
    return sockets


def serve(app: ASGIApp, sockets: list[socket.socket]) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way (at most two seconds) and return."""
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)

    def stop(_signum: int, _frame: FrameType | None) -> None:
        # uvicorn listens to signals only while it serves, and raises them again when it has ended.
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    server.run(sockets=sockets)
