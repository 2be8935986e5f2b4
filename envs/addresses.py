"""Which addresses an agent may open: the pages of its session's apps, and nothing else."""

from collections.abc import Iterable
from urllib.parse import SplitResult, urljoin, urlsplit

from gristmill.envs.kinds import shown
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
            raise ActionError(f"There is no app {app[:40]!r} here. There is: {', '.join(self._origins)}.")
        return f"{self._origins[app]}/"

    def resolve(self, url: str, current: str) -> str:
        """The full address of `url`, seen from the page at `current`.

        Raises:
            ActionError: it lies outside the apps.
        """
        try:
            parts = urlsplit(urljoin(current, url))
            origin = origin_of(parts)
        except ValueError as error:
            raise ActionError(f"{shown(url)} is not an address.") from error
        if origin not in self.origins:
            raise ActionError(f"{shown(url)} is outside the apps of this task: {', '.join(self.origins)}.")
        return parts._replace(netloc=origin.removeprefix("http://")).geturl()

    def __contains__(self, url: str) -> bool:
        return url.startswith(tuple(f"{origin}/" for origin in self.origins))


def origin_of(parts: SplitResult) -> str:
    """The origin of an address, spelled as browsers do: lower case, without the usual port.

    Raises:
        ValueError: a part is malformed.
    """
    parts.geturl().encode()
    user, at, _ = parts.netloc.rpartition("@")
    port = "" if parts.port in (None, 80) else f":{parts.port}"
    return f"{parts.scheme}://{user}{at}{parts.hostname}{port}"
