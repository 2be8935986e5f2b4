from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from gristmill.agents.local_pages.loopback import HTML, Loopback, Reply


def answer(path: str) -> Reply | None:
    if path == "pieces":
        return Reply(content_type=HTML, body=iter([b"one ", b"two"]))
    return Reply(content_type=HTML, body=f"page {path}".encode()) if path in {"", "more"} else None


@pytest.fixture
def server() -> Iterator[Loopback]:
    with closing(Loopback(answer)) as server:
        yield server


def read(url: str, **headers: str) -> str:
    with urlopen(Request(url, headers=headers), timeout=5) as reply:
        assert reply.headers["Cache-Control"] == "no-store"
        text: str = reply.read().decode()
        return text


def refused(url: str, **headers: str) -> int:
    with pytest.raises(HTTPError) as caught:
        read(url, **headers)
    with closing(caught.value):
        return caught.value.code


def test_pages_are_served_whole_or_in_pieces(server: Loopback) -> None:
    assert read(server.url) == "page "
    assert read(f"{server.url}more?version=3") == "page more"
    assert read(f"{server.url}pieces") == "one two"
    assert refused(f"{server.url}other") == 404


def test_without_the_token_nothing_is_served(server: Loopback) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    for path in ("/", "/more", f"/{server.token[:-1]}/", f"/{server.token}x/more", f"/{server.token}"):
        assert refused(origin + path) == 404


def test_a_name_that_somebody_else_lets_resolve_to_this_machine_is_refused(server: Loopback) -> None:
    assert refused(server.url, Host=f"evil.example:{server.port}") == 403
    assert read(server.url, Host=f"localhost:{server.port}") == "page "


def test_it_listens_on_this_machine_alone_and_not_after_it_was_closed() -> None:
    server = Loopback(answer)
    assert server.url.startswith("http://127.0.0.1:")
    server.close()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=2)
    with closing(connection), pytest.raises(OSError, match="refused"):
        connection.request("GET", "/")


def test_tokens_differ() -> None:
    with closing(Loopback(answer)) as one, closing(Loopback(answer)) as other:
        assert one.token != other.token
