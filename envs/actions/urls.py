"""Addresses as browsers read them (WHATWG URL standard), and which of them an agent may open."""

from collections.abc import Iterable

import ada_url

from gristmill.envs.actions.parameters import shown
from gristmill.errors import ActionError


class Addresses:
    """The addresses of one session's apps, by app name."""

    def __init__(self, apps: Iterable[str] = ()) -> None:
        self._origins = {app: f"http://{app}.test" for app in apps}

    @property
    def origins(self) -> tuple[str, ...]:
        """The apps' origins, such as `http://shop.test`."""
        return tuple(self._origins.values())

    def start_of(self, app: str) -> str:
        """The start page of an app.

        Raises:
            ActionError: the session has no such app.
        """
        if app not in self._origins:
            raise ActionError(f"There is no app {app[:40]!r} here. Available: {', '.join(self._origins)}.")
        return f"{self._origins[app]}/"

    def resolve(self, url: str, current: str) -> str:
        """The full address of `url`, seen from the page at `current`.

        Raises:
            ActionError: it lies outside the apps.
        """
        found = parsed(url, current)
        if found is None:
            raise ActionError(f"{shown(url)} is not an address.")
        if found.username or found.password or f"{found.protocol}//{found.host}" not in self.origins:
            raise ActionError(f"{shown(url)} is outside the apps of this task: {', '.join(self.origins)}.")
        return spelled(found)

    def __contains__(self, url: str) -> bool:
        return url.startswith(tuple(f"{origin}/" for origin in self.origins))


def parsed(url: str, base: str = "") -> ada_url.URL | None:
    """The parts of an address, seen from the page at `base`; None if it is none."""
    try:
        return ada_url.URL(url, base=base or None)
    except ValueError:
        return None


def spelled(address: ada_url.URL) -> str:
    """An address in full, as Chromium writes it: other than the standard, it escapes `|` in paths."""
    full = str(address.href)
    if "|" not in full or address.protocol not in {"http:", "https:"}:
        return full
    ends = [at for at in (full.find("?"), full.find("#")) if at >= 0]
    end = min(ends, default=len(full))
    return full[:end].replace("|", "%7C") + full[end:]


def ascii_host(host: str) -> str:
    """The name of a host spelled in ASCII; empty if it cannot be."""
    try:
        return str(ada_url.idna.encode(host).decode())
    except ValueError:
        return ""
