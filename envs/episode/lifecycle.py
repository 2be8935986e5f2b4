"""The page and the episode of one environment: how they begin, fail and end."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gymnasium.error import ResetNeeded

from gristmill.apps.base import TaskFamily
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.config import EnvConfig
from gristmill.envs.engines.base import Page, PageObservation
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.envs.episode.scheduling import Coroutine
from gristmill.errors import ActionError, EngineFault

Start = Callable[[Page], Callable[[], None]]
Beginning = Callable[[], tuple[Episode, Start]]


class Lifecycle:
    """Holds at most one page, which outlives episodes, and at most one episode."""

    def __init__(self, family: TaskFamily, options: EnvConfig, runtime: Runtime | None = None) -> None:
        self.family = family
        self._own_runtime = runtime
        self._config = options
        self._pid = os.getpid()
        self._page: Page | None = None
        self._episode: Episode | None = None
        self._state: PageObservation | None = None
        self._is_over = True

    @property
    def runtime(self) -> Runtime:
        """The runtime that it was made with, else that of this process.

        Raises:
            InvalidOptionError: it was made with that of another process.
        """
        if self._own_runtime is None:
            return default_runtime()
        self._own_runtime.require_own_process()
        return self._own_runtime

    def _sampling(self, task_seed: int) -> Beginning:
        def begin() -> tuple[Episode, Start]:
            options = self._config
            episode = Episode.draw(
                self.runtime,
                self.family,
                seed=task_seed,
                split=options.split,
                worlds=options.worlds,
                wordings=options.wordings,
            )
            return episode, lambda page: page.begin_start(episode.session, episode.task.start_url)

        return begin

    def _restoring(self, checkpoint: Checkpoint) -> Beginning:
        def begin() -> tuple[Episode, Start]:
            episode = Episode.restore(self.runtime, self.family, checkpoint)
            return episode, lambda page: page.begin_restore(episode.session, checkpoint.page)

        return begin

    def _opening(self, beginning: Beginning) -> Coroutine[None]:
        """Begin an episode; once more on another page if the machinery fails."""
        self._forget_parent()
        try:
            yield from self._begin(beginning)
        except EngineFault:
            self._drop_page()
            yield from self._begin(beginning)
        self._is_over = False

    def _begin(self, beginning: Beginning) -> Coroutine[None]:
        episode, start = beginning()  # if it cannot be had, the running one goes on
        self._end_episode()
        self._episode = episode
        finish_start = start(self._open_page())
        yield
        with self._watching_host():
            try:
                finish_start()
                self._require_shown()
            except (ActionError, EngineFault) as error:
                refusal = episode.session.navigation_policy.pop_error() or error
                raise EngineFault(f"The start page cannot be opened: {refusal}") from error
        finish_reading = self._open_page().begin_read(self._config.observation)
        yield
        self._state = finish_reading()

    @contextmanager
    def _watching_host(self) -> Iterator[None]:
        """A fault of the host says more than what came of it; but a Ctrl-C stays what it is."""
        try:
            yield
        except Exception:
            self._check_host()
            raise
        self._check_host()

    def _open_page(self) -> Page:
        if self._page is None:
            engine = self.runtime.engine(self._config.engine)
            self._page = engine.open(self._config.viewport, with_pixels=self._config.with_pixels)
        return self._page

    def _running(self, what: str) -> Episode:
        """The episode under way."""
        if self._is_over or self._episode is None or self._pid != os.getpid():
            raise ResetNeeded(f"Cannot call {what} before calling env.reset(), or after the end.")
        return self._episode

    def _check_host(self) -> None:
        fault = self._episode.session.fault if self._episode else None
        if fault is not None:
            failure = EngineFault(f"The app clone failed: {type(fault).__name__}: {fault}")
            failure.url = self._episode.session.fault_url if self._episode else ""
            raise failure from fault

    def _require_shown(self) -> None:
        """Refuse a page that the host has kept back; the tab has stayed on the one before."""
        refusal = self._episode.session.navigation_policy.pop_error() if self._episode else None
        if refusal is not None:
            raise refusal

    def _end_episode(self) -> None:
        self._is_over = True
        if self._episode is not None:
            self._episode.close()
            self._episode = None

    def _drop_page(self) -> None:
        if self._page is not None:
            self._page.close()
            self._page = None

    def _forget_parent(self) -> None:
        """In a forked child: page and session belong to the parent process."""
        if self._pid != os.getpid():
            self._pid, self._page, self._episode = os.getpid(), None, None
