"""Navigation and response policy: a tab shows only pages of its session's apps, of a limited size.

A request for a page that must not be shown is answered with 204, on which browsers stay on the current page.
The reason is recorded here, so that all engines report the same error.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from gristmill.apps.server.urls import origin_of, parsed, spelled
from gristmill.errors import ActionError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

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
