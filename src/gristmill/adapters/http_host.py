"""Serves an ASGI app on an address, behind the access guard, and notices clients that vanish."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from gristmill.adapters.access import AccessGuard, is_loopback
from gristmill.adapters.serving import Serving
from gristmill.errors import InvalidOptionError, MissingExtraError

PING_S = 15.0
GRACE_S = 3
BACKLOG = 2048
# A client whose machine or network is gone sends nothing that would end its connection: the kernel asks it.
KEEPALIVE = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 45_000}


def serve_app(app: Any, serving: Serving, *, path: str) -> None:
    """Serve until Ctrl-C; prints the address and the token to stderr.

    Raises:
        InvalidOptionError: the address cannot be listened on.
        MissingExtraError: uvicorn is not installed.
    """
    uvicorn = imported_uvicorn()
    guarded = AccessGuard(app, token=serving.token, loopback_only=is_loopback(serving.host))
    with listening(serving.host, serving.port or 0) as own:
        announce(own, serving, path)
        config = uvicorn.Config(
            guarded,
            log_level="warning",
            access_log=False,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            timeout_graceful_shutdown=GRACE_S,
        )
        uvicorn.Server(config).run(sockets=[own])


def imported_uvicorn() -> Any:
    """The module `uvicorn`.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise MissingExtraError("uvicorn", "mcp") from error
    return uvicorn


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens; accepted connections have its keepalive options.

    Raises:
        InvalidOptionError: the address does not exist, or its port is in use.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        own = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise InvalidOptionError(
            f"Cannot listen on {host}:{port}: {error}. Choose another --port."
        ) from error
    with own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE.items():
            if hasattr(socket, name):
                own.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        yield own


def announce(own: socket.socket, serving: Serving, path: str) -> None:
    """Print where the server is and who may use it."""
    port = own.getsockname()[1]
    host = f"[{serving.host}]" if ":" in serving.host else serving.host
    click.echo(f"Serving {', '.join(serving.task_ids)} at http://{host}:{port}{path}", err=True)
    if serving.token is None:
        click.echo("Every program on this machine may use it.", err=True)
    else:
        click.echo(f"Clients send the header  Authorization: Bearer {serving.token}", err=True)
