"""The host serves many connections at once, to this machine alone, and stops when closed."""

import http.client
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from gristmill.apps.server.waitress_host import THREADS, Host


def hello(environ: Any, start_response: Any) -> Iterable[bytes]:
    """A WSGI application."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host(hello)
    yield host
    host.close()


def test_300_connections_are_served_at_once(host: Host) -> None:
    connections = [http.client.HTTPConnection("127.0.0.1", host.port, timeout=20) for _ in range(300)]
    for connection in connections:
        connection.connect()
    for connection in connections:
        connection.request("GET", "/", headers={"Host": "desk.test"})
    assert {connection.getresponse().status for connection in connections} == {200}
    for connection in connections:
        connection.close()


def test_closing_frees_the_port_and_the_threads() -> None:
    before = set(threading.enumerate())
    host = Host(hello)
    kept_open = socket.create_connection(("127.0.0.1", host.port))
    host.close()
    host.close()
    kept_open.close()
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", host.port))
    assert [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()] == []


def test_connections_that_ask_for_nothing_keep_no_thread_busy(host: Host) -> None:
    silent = [socket.create_connection(("127.0.0.1", host.port)) for _ in range(3 * THREADS)]
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"hello"
    for each in (connection, *silent):
        each.close()


def test_the_host_listens_on_the_loopback_alone(host: Host) -> None:
    addresses = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1"}:
        with socket.socket() as probe:
            probe.settimeout(2)
            assert probe.connect_ex((str(address), host.port)) != 0 or str(address).startswith("127.")
    with socket.create_connection(("127.0.0.1", host.port)) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"


def test_the_loop_cannot_hang_up_before_it_was_woken_to(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    trigger = host._server.trigger
    pull, was_locked = trigger._physical_pull, []

    def observed() -> None:
        was_locked.append(trigger.lock.locked())
        pull()

    monkeypatch.setattr(trigger, "_physical_pull", observed)
    host.close()
    assert was_locked[0] is True
