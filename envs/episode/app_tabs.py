"""The tabs of the apps of a task: `switch_app` returns to the page that was open, as it was left."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from gristmill.apps.server.session import LiveSession
from gristmill.envs.actions.types import Action, SwitchApp
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import NavigationResult, Page
from gristmill.envs.episode.scheduling import Coroutine, result_of


class AppTabs:
    """Performs actions on a page that stands for the open tab, and keeps the state of the others.

    A tab is restored from its captured state, half-filled forms included; nothing is loaded again, so it
    shows what it showed when it was left. Clipboard, cookies and web storage are common to all tabs.

    Attributes:
        left: the state of each app's tab that is not open, by app.
    """

    def __init__(self, left: Mapping[str, PageState] | None = None) -> None:
        self.left = dict(left or {})

    def perform(self, page: Page, session: LiveSession, action: Action) -> Coroutine[NavigationResult]:
        """Perform an action; `switch_app` captures the open tab and restores the other app's, if any."""
        if not isinstance(action, SwitchApp) or len(session.apps) == 1:
            return (yield from result_of(page.perform(action)))
        leaving = page.capture()
        current, waiting = app_of(leaving.url), self.left.get(action.app)
        if waiting is None or action.app == current:
            result = yield from result_of(page.perform(action))
        else:
            common = {"clipboard": leaving.clipboard, "cookies": leaving.cookies, "storage": leaving.storage}
            result = yield from result_of(page.restore(session, replace(waiting, **common)))  # type: ignore[arg-type]
        if result.refusal is None and action.app != current:
            self.left.pop(action.app, None)
            self.left[current] = leaving
        return result


def app_of(url: str) -> str:
    """The app that serves a URL."""
    return (urlsplit(url).hostname or "").partition(".")[0]
