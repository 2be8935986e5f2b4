"""The `dom` engine: pages without a browser, behind the same contract as `chromium`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from gristmill.apps.server.session import LiveSession
from gristmill.caches import Caches
from gristmill.envs.actions.types import Action
from gristmill.envs.actions.urls import Addresses
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import CAPABILITIES_OF, ObservationMode, PageObservation, Pixels, Viewport
from gristmill.envs.engines.dom.action_executor import ActionExecutor
from gristmill.envs.engines.dom.document_cache import DocumentCache
from gristmill.envs.engines.dom.page_state import capture, resume
from gristmill.envs.engines.dom.tab import Tab
from gristmill.errors import ActionError, EngineFault

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class DomEngine:
    """Parses pages and interprets actions on their markup. Owns no processes, so `close` is a no-op."""

    capabilities: ClassVar[frozenset[str]] = CAPABILITIES_OF["dom"]

    def __init__(self, dispatcher: "WSGIApplication", caches: Caches | None = None) -> None:
        self._dispatcher, self._documents = dispatcher, DocumentCache(caches or Caches())

    def open(self, viewport: Viewport, *, with_pixels: bool = False) -> "DomPage":
        """Open a tab; only the viewport's width matters, to media queries."""
        return DomPage(Tab(self._dispatcher, self._documents, viewport))

    def close(self) -> None:
        """See `Engine.close`."""


class DomPage:
    """One tab, used by one environment over many episodes."""

    def __init__(self, tab: Tab) -> None:
        self._tab, self._executor = tab, ActionExecutor(tab)

    def begin_start(self, session: LiveSession, url: str) -> Callable[[], None]:
        """See `Page.begin_start`; runs when the result is requested."""
        return lambda: self._start(session, url)

    def _start(self, session: LiveSession, url: str) -> None:
        try:
            self._tab.start(session.token, url, Addresses(sorted(session.apps)))
        except ActionError as error:
            raise EngineFault(str(error)) from error

    def capture(self) -> PageState:
        """See `Page.capture`."""
        return capture(self._tab)

    def begin_restore(self, session: LiveSession, saved: PageState) -> Callable[[], None]:
        """See `Page.begin_restore`; runs when the result is requested."""
        addresses = Addresses(sorted(session.apps))
        return lambda: resume(self._tab, session.token, addresses, saved)

    def begin_perform(self, action: Action) -> Callable[[], None]:
        """See `Page.begin_perform`; runs when the result is requested."""
        return lambda: self._perform(action)

    def _perform(self, action: Action) -> None:
        try:
            self._executor.perform(action)
        except RecursionError as error:
            raise EngineFault("The page is nested too deeply.") from error

    def begin_read(self, mode: ObservationMode) -> Callable[[], PageObservation]:
        """See `Page.begin_read`; runs immediately."""
        tab = self._tab
        aria = tab.read().aria if mode.has_aria else ""
        state = PageObservation(url=tab.url, title=tab.page.document.title, aria=aria, pixels=None)
        return lambda: state

    def screenshot(self) -> Pixels:
        """Not supported.

        Raises:
            EngineFault: always; `gym.make` refuses pixel observations with this engine.
        """
        raise EngineFault('The dom engine has no pixels: make the environment with engine="chromium".')

    def close(self) -> None:
        """See `Page.close`."""
