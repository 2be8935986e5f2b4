"""What a session's tab gets to see: pages of its apps, of a size that can be read; all else stays outside.

A request for a page that cannot be shown is answered with 204, at which browsers stay on the page they
are on. Why is noted here, so that every engine gives the same reason.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from gristmill.apps.server.urls import parsed, spelled
from gristmill.errors import ActionError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_BODY_BYTES = 5_000_000
MAX_TAGS = 20_000  # start and end tags; what a page costs to read goes by them
MAX_REDIRECTS = 19  # one less than browsers follow, so that none of them says it in its own words
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_CONTENT = frozenset({204, 205})
NO_NAVIGATION = "204 No Content"
PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/json"})


class NavigationPolicy:
    """Lets one session's answers through, or notes why not."""

    def __init__(self, apps: Collection[str]) -> None:
        self._origins = tuple(f"http://{app}.test" for app in apps)
        self._refusal: ActionError | None = None
        self._redirects = 0
        self.on_navigation_blocked: Callable[[], object] = lambda: None
        """Called when a page was asked for and there will be none, before that is answered."""

    def pop_error(self) -> ActionError | None:
        """Why the page that was asked for last was not shown, if it was not; told once."""
        refusal, self._refusal = self._refusal, None
        return refusal

    def check(
        self, environ: "WSGIEnvironment", status: int, headers: Collection[tuple[str, str]], body: bytes
    ) -> bool:
        """Whether an answer may be sent. Files that a page consists of only have to be small enough."""
        if "text/html" not in environ.get("HTTP_ACCEPT", ""):
            return len(body) <= MAX_BODY_BYTES
        said = {name.lower(): value for name, value in headers}
        self._refusal = self._reason(environ, status, said, body)
        if self._refusal is not None or status in NO_CONTENT:
            self._redirects = 0
            self.on_navigation_blocked()
        return self._refusal is None

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
        target = parsed(location, base)
        if target is None or f"{target.protocol}//{target.host}" not in self._origins:
            return outside_apps(location if target is None else spelled(target))
        return too_many_redirects() if self._redirects > MAX_REDIRECTS else None


def address_of(environ: "WSGIEnvironment") -> str:
    """The address that was asked for, without its query."""
    return f"http://{environ['HTTP_HOST']}{environ.get('PATH_INFO', '/')}"


def outside_apps(url: str) -> ActionError:
    """A link, form or redirect leads to none of the session's apps."""
    return ActionError(f"That leads to {url[:100]}, outside the apps of this task; stayed on this page.")


def too_many_redirects() -> ActionError:
    """Redirect followed redirect."""
    return ActionError(f"That page redirects more than {MAX_REDIRECTS} times; stayed on this one.")


def page_too_large(body: bytes) -> ActionError | None:
    """What keeps a page from being read in reasonable time, if anything does."""
    if len(body) > MAX_BODY_BYTES:
        return ActionError(f"That page is larger than {MAX_BODY_BYTES} bytes; stayed on this one.")
    if body.count(b"<") > MAX_TAGS:
        return ActionError(f"That page has more than {MAX_TAGS} tags; stayed on this one.")
    return None


def no_page(headers: Mapping[str, str]) -> ActionError | None:
    """What makes an answer a file instead of a page, if anything does."""
    if headers.get("content-disposition", "").strip().lower().startswith("attachment"):
        return ActionError("That is a file to download, not a page; stayed on this one.")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in PAGES:
        return None
    return not_a_page(kind)


def not_a_page(kind: str) -> ActionError:
    """An answer is of a type that pages are not made of."""
    return ActionError(f"That is a file of type {kind[:100] or 'unknown'}, not a page; stayed on this one.")
