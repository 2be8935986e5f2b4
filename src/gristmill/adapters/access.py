"""Who may use a server: the right `Host`, no page of another origin, and the token."""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY_VIOLATION = 1008  # of RFC 6455
HEALTH = "/health"


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach this address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class AccessGuard:
    """An ASGI app that lets only some requests and WebSockets through to another.

    A page in somebody's browser could reach a server on the same machine: its requests carry an `Origin`, or,
    after DNS rebinding, a foreign `Host`. Neither is let through on a loopback address, token or not.

    Args:
        app: what to guard.
        token: what must be in the header `Authorization: Bearer ...`; None: nothing.
        loopback_only: whether the server listens on a loopback address.
    """

    def __init__(self, app: AsgiApp, *, token: str | None, loopback_only: bool) -> None:
        self._app, self._token, self._loopback_only = app, token, loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with 401 or 403 and the reason, or pass on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        refusal = self.refusal(scope.get("path", ""), headers)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": refusal[1]})
        else:
            await self._answer(send, *refusal)

    def refusal(self, path: str, headers: MutableMapping[str, str]) -> tuple[int, str] | None:
        """Status and reason if a request is refused; None if it may pass."""
        if self._loopback_only and not is_loopback(host_name(headers.get("host", ""))):
            return 403, f"The host {headers.get('host', '')[:80]!r} is not an address of this machine."
        origin = headers.get("origin")
        if origin is not None and not (self._loopback_only and is_loopback(urlsplit(origin).hostname or "")):
            return 403, "Pages of other origins may not use this server."
        if self._token is None or path == HEALTH:
            return None
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token.encode()):
            return None
        return 401, "Send the token that the server printed: the header `Authorization: Bearer TOKEN`."

    async def _answer(self, send: Send, status: int, reason: str) -> None:
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"www-authenticate", b"Bearer")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": f"{reason}\n".encode()})


def host_name(host: str) -> str:
    """The name in a `Host` header, without its port."""
    return urlsplit(f"//{host}").hostname or ""
