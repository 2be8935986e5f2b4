"""`EpisodeRunner`: the page and episode of one environment, from reset to end or failure."""

import math
import os
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from gymnasium.error import ResetNeeded

from gristmill.apps.base import TaskFamily
from gristmill.apps.kit.aria import AriaSnapshot, LazyOutline
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.config import EnvConfig
from gristmill.envs.engines.base import NavigationResult, ObservationMode, Page, PageObservation
from gristmill.envs.episode.episode import Episode, judged
from gristmill.envs.episode.faults import reported
from gristmill.envs.episode.performing import AppTabs, BatchProgress, actions_of, opened, performed, shortened
from gristmill.envs.episode.presentation import TextParts
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.envs.episode.scheduling import Coroutine, result_of, run
from gristmill.envs.episode.step_result import (
    Info,
    Observation,
    OutlineParser,
    StepResult,
    info_of,
    observation_of,
    payout,
    unjudged,
)
from gristmill.errors import EngineFault

Start = Callable[[Page], "Future[NavigationResult]"]
Beginning = Callable[[], tuple[Episode, Start]]


class EpisodeRunner:
    """Owns at most one page, which is reused across episodes, and at most one episode.

    Args:
        family: the family to sample tasks from.
        config: the environment's options.
        runtime: servers, engines and caches to use; by default those of the process.

    Attributes:
        steps_taken: number of actions taken in the episode, those before a checkpoint included.
        step_limit: value of `steps_taken` at which a list of actions stops; the caller truncates the episode.
    """

    def __init__(self, family: TaskFamily, config: EnvConfig, runtime: Runtime | None = None) -> None:
        self.family, self.config = family, config
        self.page: Page | None = None
        self.episode: Episode | None = None
        self.steps_taken = 0
        self.step_limit = math.inf
        self.is_over = True
        self._own_runtime, self.process_id = runtime, os.getpid()
        self._state: PageObservation | None = None
        self._error, self._is_success, self._actions_done = "", False, 0
        self._parser, self._tabs = OutlineParser(), AppTabs()
        self._parts = self._divided()

    @property
    def runtime(self) -> Runtime:
        """The runtime passed to the constructor, else the process's.

        Raises:
            InvalidOptionError: it belongs to another process.
        """
        if self._own_runtime is None:
            return default_runtime()
        self._own_runtime.require_own_process()
        return self._own_runtime

    def start(self, task_seed: int) -> Coroutine[None]:
        """Start the episode of this seed.

        Raises:
            EngineFault: the infrastructure failed twice in a row.
        """
        config = self.config

        def begin() -> tuple[Episode, Start]:
            episode = Episode.draw(
                self.runtime,
                self.family,
                seed=task_seed,
                split=config.split,
                worlds=config.worlds,
                wordings=config.wordings,
            )
            return episode, lambda page: page.start(episode.session, episode.task.start_url)

        yield from self._begin(begin)
        self.steps_taken, self._error, self._is_success, self._actions_done = 0, "", False, 0
        self._tabs, self._parts = AppTabs(), self._divided()

    def restore(self, checkpoint: Checkpoint) -> Coroutine[None]:
        """Resume a checkpoint, which must be compatible with this environment.

        Raises:
            CheckpointError: its database is unusable; the running episode is unchanged.
            EngineFault: the infrastructure failed twice in a row.
        """

        def begin() -> tuple[Episode, Start]:
            episode = Episode.restore(self.runtime, self.family, checkpoint)
            return episode, lambda page: page.restore(episode.session, checkpoint.page)

        yield from self._begin(begin)
        self.steps_taken, self._error = checkpoint.steps_taken, checkpoint.error
        self._is_success, self._actions_done = False, checkpoint.actions_done
        self._tabs, self._parts = AppTabs(checkpoint.tabs), self._divided(checkpoint.aria_part)

    def step(self, action: Any) -> Coroutine[StepResult]:
        """Perform an action, advance the world's clock, judge the state, compute the reward and observe.

        Of several actions each is performed, judged and paid for as if it were a step, and the last one is
        observed. They stop at the first that fails, leads to another page or ends the episode, and at the
        step limit.

        Raises:
            ResetNeeded: no episode is running.
        """
        episode = self.running("env.step()")
        try:
            return (yield from self._step(episode, action))
        except EngineFault as fault:
            return self._give_up(episode, fault)

    def observation(self) -> Observation:
        """The last observation of the episode."""
        assert self._state is not None
        assert self.episode is not None
        goal = self.episode.task.goal
        return observation_of(self._state, self.config, self._parts, goal=goal, error=self._error)

    def info(self) -> Info:
        """The info of the last step."""
        assert self.episode is not None
        return info_of(
            self.episode,
            is_success=self._is_success,
            outline=self.outline(),
            actions_done=self._actions_done,
            steps_taken=self.steps_taken,
            pixel_scale=self.config.pixel_scale,
        )

    def outline(self) -> AriaSnapshot | None:
        """The last observed page as nodes; None if observations have no text."""
        assert self._state is not None
        return self._parser.outline(self._state) if self.config.observation.has_aria else None

    def oracle(self) -> str:
        """The next correct action; see `WebEnv.oracle`."""
        episode = self.running("oracle()")
        assert self._state is not None
        url, outline = self._state.url, self.outline()
        if outline is None:
            state = run(result_of(self._open_page().read(ObservationMode.ARIA)))
            url, outline = state.url, LazyOutline(state.aria)
        return episode.oracle(url, outline)

    def checkpoint(self) -> Checkpoint:
        """Capture the episode; see `WebEnv.checkpoint`."""
        return self.running("checkpoint()").checkpoint(
            versions=self.runtime.versions(self.family),
            viewport=self.config.viewport,
            steps_taken=self.steps_taken,
            error=self._error,
            page=self._open_page().capture(),
            tabs=dict(self._tabs.left),
            aria_part=0 if self._parts is None else self._parts.at,
            actions_done=self._actions_done,
        )

    def running(self, call: str) -> Episode:
        """The running episode.

        Raises:
            ResetNeeded: there is none, which `call` requires.
        """
        if self.is_over or self.episode is None or self.process_id != os.getpid():
            raise ResetNeeded(f"Cannot call {call} before env.reset() or after the end of the episode.")
        return self.episode

    def begun(self, call: str) -> Episode:
        """The running episode or the last one.

        Raises:
            ResetNeeded: there was none yet, which `call` requires.
        """
        if self.episode is None:
            raise ResetNeeded(f"Cannot call {call} before calling env.reset().")
        return self.episode

    def own_page(self) -> Page | None:
        """The page; None if there is none yet or it belongs to the parent process."""
        return self.page if self.process_id == os.getpid() else None

    def close(self) -> None:
        """Close session and page. Idempotent; another episode can be started."""
        self._forget_parent()
        self._end_episode()
        self._drop_page()

    def _begin(self, begin: Beginning) -> Coroutine[None]:
        """Start an episode; after an infrastructure failure once more on another page."""
        self._forget_parent()
        try:
            yield from self._open(begin)
        except EngineFault:
            self._drop_page()
            yield from self._open(begin)
        self.is_over = False

    def _open(self, begin: Beginning) -> Coroutine[None]:
        episode, start = begin()  # if this raises, the running episode is unchanged
        self._end_episode()
        self.episode = episode
        yield from opened(episode.session, start(self._open_page()))
        self._state = yield from result_of(self._open_page().read(self.config.observation))

    def _step(self, episode: Episode, given: Any) -> Coroutine[StepResult]:
        assert self._state is not None
        actions, reward, page = actions_of(given), 0.0, self._open_page()
        progress = BatchProgress(count=len(actions), url=self._state.url)
        for each in actions:
            before = episode.verdict
            self.steps_taken += 1
            outcome = yield from performed(episode.session, self._tabs, page, each)
            if self._parts is not None:
                self._parts.turn(outcome.action, self._state.url, outcome.url or self._state.url)
            is_last = progress.add(outcome) or self.steps_taken >= self.step_limit
            self._actions_done = progress.done
            # The database is judged while the browser reads the page.
            reading = page.read(self.config.observation) if is_last else None
            episode.tick(outcome.action)
            verdict = judged(episode, outcome.action)
            paid = payout(before, verdict, has_finished=outcome.ends_episode, config=self.config)
            reward += paid.reward
            if is_last or paid.is_over:
                break
        self._error = progress.explain(is_over=paid.is_over)
        self._state = yield from result_of(reading or page.read(self.config.observation))
        self._is_success, self.is_over = paid.is_success, paid.is_over
        return self.observation(), reward, paid.is_over, False, self.info()

    def _give_up(self, episode: Episode, fault: EngineFault) -> StepResult:
        """End an episode after an infrastructure failure; returns the last observation."""
        self.is_over = True
        self._drop_page()
        self._error = shortened(fault)
        episode.infra_error = str(fault)
        info = self.info() | unjudged(reported(fault, url=self._state.url if self._state else ""))
        return self.observation(), 0.0, False, True, info

    def _divided(self, at: int = 0) -> TextParts | None:
        limit = self.config.aria_limit
        return None if limit is None else TextParts(limit, at=at)

    def _open_page(self) -> Page:
        if self.page is None:
            engine = self.runtime.engine(self.config.engine)
            self.page = engine.open(self.config.viewport, with_pixels=self.config.with_pixels)
        return self.page

    def _end_episode(self) -> None:
        self.is_over = True
        if self.episode is not None:
            self.episode.close()
            self.episode = None

    def _drop_page(self) -> None:
        if self.page is not None:
            self.page.close()
            self.page = None

    def _forget_parent(self) -> None:
        """In a forked child, drop page and session, which belong to the parent process."""
        if self.process_id != os.getpid():
            self.process_id, self.page, self.episode = os.getpid(), None, None
