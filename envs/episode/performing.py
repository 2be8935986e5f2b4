"""Performs actions under watch: a failure of an app clone counts more than what came of it.

Each app of a task has a tab: `switch_app` returns to the page that was open, as it was left.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from gristmill.apps.briefing import app_of
from gristmill.apps.server.session import LiveSession
from gristmill.envs.actions.grammar import parse
from gristmill.envs.actions.types import Action, Answer, Done, GiveUp, SwitchApp, Wait, WaitForNews
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import NavigationResult, Page
from gristmill.envs.episode.scheduling import Coroutine, result_of
from gristmill.envs.spaces import MAX_ERROR_LENGTH
from gristmill.errors import ActionError, EngineFault

WITHOUT_PAGE = (Answer, Done, GiveUp, Wait, WaitForNews)  # actions that no page performs


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
            restored = replace(waiting, **common, refs_issued=leaving.refs_issued)  # type: ignore[arg-type]
            result = yield from result_of(page.restore(session, restored))
        if result.refusal is None and action.app != current:
            self.left.pop(action.app, None)
            self.left[current] = leaving
        return result


def opened(session: LiveSession, opening: "Future[NavigationResult]") -> Coroutine[None]:
    """Wait until the start page of a session is open.

    Raises:
        EngineFault: it cannot be opened.
    """
    with watching_host(session):
        try:
            result = yield from result_of(opening)
        except EngineFault as fault:
            raise EngineFault(f"The start page cannot be opened: {fault}") from fault
        if result.refusal is not None:
            raise EngineFault(f"The start page cannot be opened: {result.refusal}") from result.refusal


def performed(
    session: LiveSession, tabs: AppTabs, page: Page, given: Any
) -> Coroutine[tuple[str, Action | None]]:
    """Perform an action; returns its error text, and the action itself if it could be parsed.

    Raises:
        EngineFault: the engine or an app clone failed.
    """
    with watching_host(session):
        try:
            action = parse(given)
        except ActionError as error:
            return shortened(error), None
        if isinstance(action, WITHOUT_PAGE):
            return "", action
        result = yield from tabs.perform(page, session, action)
    return "" if result.refusal is None else shortened(result.refusal), action


@contextmanager
def watching_host(session: LiveSession) -> Iterator[None]:
    """Raise what an app clone failed with in place of what came of it; but a Ctrl-C stays what it is.

    Raises:
        EngineFault: one failed while the context was entered.
    """
    try:
        yield
    except Exception:
        require_no_fault(session)
        raise
    require_no_fault(session)


def require_no_fault(session: LiveSession) -> None:
    """Report what an app clone failed with.

    Raises:
        EngineFault: one did.
    """
    if session.fault is not None:
        fault = EngineFault(f"The app clone failed: {type(session.fault).__name__}: {session.fault}")
        fault.url = session.fault_url
        raise fault from session.fault


def shortened(error: Exception) -> str:
    """The message of an error, cut to the length that an observation holds."""
    return str(error)[:MAX_ERROR_LENGTH]
