"""Which addresses an agent may open: the pages of its session's apps, and nothing else."""

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

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
            full = urljoin(current, url)
            parts = urlsplit(full)
        except ValueError as error:
            raise ActionError(f"{url[:100]} is not an address.") from error
        if f"{parts.scheme}://{parts.netloc}" not in self.origins:
            raise ActionError(f"{url[:100]} is outside the apps of this task: {', '.join(self.origins)}.")
        return full

    def __contains__(self, url: str) -> bool:
        return url.startswith(tuple(f"{origin}/" for origin in self.origins))
