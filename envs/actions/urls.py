"""Which addresses an agent may open."""

from collections.abc import Iterable

import ada_url

from gristmill.apps.server.urls import parsed, spelled
from gristmill.envs.actions.parameters import excerpt
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
        """Resolve `url` against the page at `current`.

        Raises:
            ActionError: it is not a valid address, or outside the apps.
        """
        found = parsed(url, current)
        if found is None:
            raise ActionError(f"{excerpt(url)} is not a valid address.")
        if found.username or found.password or f"{found.protocol}//{found.host}" not in self.origins:
            raise ActionError(f"{excerpt(url)} is outside the apps of this task: {', '.join(self.origins)}.")
        return spelled(found)

    def __contains__(self, url: str) -> bool:
        return url.startswith(tuple(f"{origin}/" for origin in self.origins))


def ascii_host(host: str) -> str:
    """The name of a host spelled in ASCII; empty if it cannot be."""
    try:
        return str(ada_url.idna.encode(host).decode())
    except ValueError:
        return ""
