"""Navigation and response policy: a tab shows only pages of its session's apps, of a limited size.

A request for a page that must not be shown is answered with 204, on which browsers stay on the current page.
The reason is recorded here, so that all engines report the same error.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import ada_url

from gristmill.errors import ActionError, excerpt

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SHORT = 2000  # longer URLs are not cached


def parsed(url: str, base: str = "") -> ada_url.URL | None:
    """Parse a URL relative to `base`; None if it is invalid."""
    try:
        return ada_url.URL(url, base=base or None)
    except ValueError:
        return None


def scheme_of(url: str) -> str:
    """The scheme of a URL, such as `http`; empty if it is invalid."""
    return (known_scheme if len(url) <= SHORT else read_scheme)(url)


def read_scheme(url: str) -> str:
    """The same without caching, for long URLs."""
    address = parsed(url)
    return "" if address is None else str(address.protocol).removesuffix(":")


def origin_of(url: str, base: str) -> str:
    """Scheme and host of a URL relative to `base`; empty if it is invalid."""
    return (known_origin if len(url) + len(base) <= SHORT else read_origin)(url, base)


def read_origin(url: str, base: str) -> str:
    """The same without caching, for long URLs."""
    address = parsed(url, base)
    return "" if address is None else f"{address.protocol}//{address.host}"


known_scheme, known_origin = lru_cache(maxsize=1024)(read_scheme), lru_cache(maxsize=1024)(read_origin)


def spelled(address: ada_url.URL) -> str:
    """Serialize a URL as Chromium does: unlike the standard, it escapes `|` in paths."""
    full = str(address.href)
    if "|" not in full or address.protocol not in {"http:", "https:"}:
        return full
    ends = [at for at in (full.find("?"), full.find("#")) if at >= 0]
    end = min(ends, default=len(full))
    return full[:end].replace("|", "%7C") + full[end:]


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


MAX_BODY_BYTES = 5_000_000
MAX_TAGS = 20_000  # start and end tags; the cost of reading a page grows with them
MAX_REDIRECTS = 19  # one less than browsers follow, so that the error is always ours
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_CONTENT = frozenset({204, 205})
NO_NAVIGATION = "204 No Content"
PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/json"})


class NavigationPolicy:
    """Checks the responses of one session, and records why one was blocked."""

    def __init__(self, apps: Collection[str]) -> None:
        self._origins = tuple(f"http://{app}.test" for app in apps)
        self._error: ActionError | None = None
        self._redirects = 0
        self.on_navigation_blocked: Callable[[], object] = lambda: None
        """Called when a navigation will not lead to a page, before its response is sent."""

    def pop_error(self) -> ActionError | None:
        """Return and clear the reason why the last navigation was blocked; None if it was not."""
        error, self._error = self._error, None
        return error

    def check(
        self, environ: "WSGIEnvironment", status: int, headers: Collection[tuple[str, str]], body: bytes
    ) -> bool:
        """Whether a response may be sent; subresources only have to be small enough."""
        if "text/html" not in environ.get("HTTP_ACCEPT", ""):
            return len(body) <= MAX_BODY_BYTES
        header_map = {name.lower(): value for name, value in headers}
        self._error = self._reason(environ, status, header_map, body)
        if self._error is not None or status in NO_CONTENT:
            self._redirects = 0
            self.on_navigation_blocked()
        return self._error is None

    def _reason(
        self, environ: "WSGIEnvironment", status: int, headers: Mapping[str, str], body: bytes
    ) -> ActionError | None:
        if status in REDIRECTS and "location" in headers:
            return self._redirect(headers["location"], address_of(environ))
        self._redirects = 0
        if status in NO_CONTENT:
            return None
        return page_too_large(body) or no_page(headers)

    def _redirect(self, location: str, base: str) -> ActionError | None:
        self._redirects += 1
        if origin_of(location, base) not in self._origins:
            target = parsed(location, base)
            return outside_apps(location if target is None else spelled(target))
        return too_many_redirects() if self._redirects > MAX_REDIRECTS else None


def address_of(environ: "WSGIEnvironment") -> str:
    """The requested address without its query."""
    return f"http://{environ['HTTP_HOST']}{environ.get('PATH_INFO', '/')}"


def outside_apps(url: str) -> ActionError:
    """The error for a link, form or redirect to an address outside the session's apps."""
    return ActionError(f"That leads to {url[:100]}, outside the apps of this task; stayed on this page.")


def too_many_redirects() -> ActionError:
    """The error for a redirect loop."""
    return ActionError(f"That page redirects more than {MAX_REDIRECTS} times; stayed on this one.")


def page_too_large(body: bytes) -> ActionError | None:
    """The error if a page is too large to read in reasonable time, else None."""
    if len(body) > MAX_BODY_BYTES:
        return ActionError(f"That page is larger than {MAX_BODY_BYTES} bytes; stayed on this one.")
    if len(body) > MAX_TAGS and body.count(b"<") > MAX_TAGS:
        return ActionError(f"That page has more than {MAX_TAGS} tags; stayed on this one.")
    return None


def no_page(headers: Mapping[str, str]) -> ActionError | None:
    """The error if a response is a download or not a page, else None."""
    if headers.get("content-disposition", "").strip().lower().startswith("attachment"):
        return ActionError("That is a file to download, not a page; stayed on this one.")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in PAGES:
        return None
    return not_a_page(kind)


def not_a_page(kind: str) -> ActionError:
    """The error for a response of a type that browsers do not show as a page."""
    return ActionError(f"That is a file of type {kind[:100] or 'unknown'}, not a page; stayed on this one.")
