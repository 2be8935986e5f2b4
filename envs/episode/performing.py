"""Performs actions under watch: a failure of an app clone counts more than what came of it.

Each app of a task has a tab: `switch_app` returns to the page that was open, as it was left.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from gristmill.apps.briefing import app_of
from gristmill.apps.server.session import LiveSession
from gristmill.envs.actions.grammar import parse, split
from gristmill.envs.actions.types import ENDINGS, Action, SwitchApp, Wait, WaitForNews
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import NavigationResult, Page
from gristmill.envs.episode.scheduling import Coroutine, result_of
from gristmill.envs.spaces import MAX_ERROR_LENGTH
from gristmill.errors import ActionError, EngineFault

WITHOUT_PAGE = (*ENDINGS, Wait, WaitForNews)  # actions that no page performs


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Performed:
    """What came of one action.

    Attributes:
        error: why it was refused or had no effect; empty if it was done.
        action: the action itself; None if it could not be parsed.
        url: the address of the page that is open now; None if the action needed no page.
    """

    error: str = ""
    action: Action | None = None
    url: str | None = None

    @property
    def ends_episode(self) -> bool:
        """Whether the agent has finished."""
        return isinstance(self.action, ENDINGS)


class BatchProgress:
    """Counts how many actions of a step were done, and tells why the others were not.

    Args:
        count: number of actions of the step.
        url: the address of the page that was open before.

    Attributes:
        done: number of actions that were done.
    """

    def __init__(self, *, count: int, url: str) -> None:
        self.done, self._count, self._document = 0, count, url.partition("#")[0]
        self._error, self._has_moved = "", False

    def add(self, outcome: Performed) -> bool:
        """Count an action; returns whether it is the last one to be performed."""
        self._error = outcome.error
        if outcome.error:
            return True
        self.done += 1
        self._has_moved = outcome.url is not None and outcome.url.partition("#")[0] != self._document
        return self.done == self._count or self._has_moved or outcome.ends_episode

    def explain(self, *, is_over: bool) -> str:
        """The error text of the observation; empty if all actions were done."""
        if self._count == 1 or self.done == self._count:
            return self._error
        count = f"{self.done} of {self._count} actions were done"
        if self._error:
            return f"{count}; number {self.done + 1} was not: {self._error}"[:MAX_ERROR_LENGTH]
        if is_over:
            return f"{count}: the episode has ended."
        if self._has_moved:
            return f"{count}: the last of them led to another page."
        return f"{count}: the step limit is reached."


def actions_of(given: Any) -> list[Any]:
    """The actions of a step; the error of a list that cannot be read counts as one that cannot be parsed."""
    try:
        return split(given)
    except ActionError as error:
        return [error]


def performed(session: LiveSession, tabs: AppTabs, page: Page, given: Any) -> Coroutine[Performed]:
    """Perform an action.

    Raises:
        EngineFault: the engine or an app clone failed.
    """
    with watching_host(session):
        try:
            action = parse(given)
        except ActionError as error:
            return Performed(error=shortened(error))
        if isinstance(action, WITHOUT_PAGE):
            return Performed(action=action)
        result = yield from tabs.perform(page, session, action)
    error_text = "" if result.refusal is None else shortened(result.refusal)
    return Performed(error=error_text, action=action, url=result.url)


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
