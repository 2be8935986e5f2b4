"""The `dom` engine: pages without a browser, behind the same contract as `chromium`."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, ClassVar

from gristmill.apps.server.navigation_policy import Addresses
from gristmill.apps.server.session import LiveSession
from gristmill.caches import Caches
from gristmill.envs.actions.types import Action
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import (
    CAPABILITIES_OF,
    NavigationResult,
    ObservationMode,
    PageObservation,
    Pixels,
    Viewport,
    completed,
)
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
        self._session: LiveSession | None = None

    def start(self, session: LiveSession, url: str) -> "Future[NavigationResult]":
        """See `Page.start`."""
        addresses = Addresses(sorted(session.apps))
        return self._navigate(session, lambda: self._tab.start(session.token, url, addresses))

    def capture(self) -> PageState:
        """See `Page.capture`."""
        return capture(self._tab)

    def restore(self, session: LiveSession, saved: PageState) -> "Future[NavigationResult]":
        """See `Page.restore`."""
        addresses = Addresses(sorted(session.apps))
        return self._navigate(session, lambda: resume(self._tab, session.token, addresses, saved))

    def perform(self, action: Action) -> "Future[NavigationResult]":
        """See `Page.perform`."""
        assert self._session is not None
        return self._navigate(self._session, lambda: self._perform(action))

    def _perform(self, action: Action) -> None:
        try:
            self._executor.perform(action)
        except RecursionError as error:
            raise EngineFault("The page is nested too deeply.") from error

    def _navigate(self, session: LiveSession, work: Callable[[], None]) -> "Future[NavigationResult]":
        self._session = session

        def navigate() -> NavigationResult:
            try:
                work()
            except ActionError as refusal:
                return NavigationResult.of(session, self._address, refusal)
            return NavigationResult.of(session, self._address)

        return completed(navigate)

    @property
    def _address(self) -> str:
        return self._tab.url if self._tab.history else ""  # a start page may be refused

    def read(self, mode: ObservationMode) -> "Future[PageObservation]":
        """See `Page.read`."""
        return completed(lambda: self._read(mode))

    def _read(self, mode: ObservationMode) -> PageObservation:
        tab = self._tab
        aria = tab.observe() if mode.has_aria else ""
        return PageObservation(url=tab.url, title=tab.page.document.title, aria=aria, pixels=None)

    def screenshot(self) -> Pixels:
        """Not supported.

        Raises:
            EngineFault: always; `gym.make` refuses pixel observations with this engine.
        """
        raise EngineFault('The dom engine has no pixels: make the environment with engine="chromium".')

    def close(self) -> None:
        """See `Page.close`."""
        self._session = None
