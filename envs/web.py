"""`WebEnv`: a task on app clones as a Gymnasium environment."""

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

import gymnasium as gym
from gymnasium.error import ResetNeeded

from gristmill.envs.actions import Action, Answer, Done
from gristmill.envs.base import ObservationMode, Page, PageState, Pixels
from gristmill.envs.checkpoint import Checkpoint, require_fitting
from gristmill.envs.episode import Episode, require_split
from gristmill.envs.grammar import parse
from gristmill.envs.options import RewardMode, StopMode, checked_viewport, choose
from gristmill.envs.phases import Phases, run
from gristmill.envs.runtime import require_engine, shared_runtime
from gristmill.envs.spaces import (
    MAX_ERROR_LENGTH,
    MAX_TITLE_LENGTH,
    MAX_URL_LENGTH,
    ActionText,
    observation_space,
)
from gristmill.errors import ActionError, EngineFault, InvalidOptionError, UnknownNameError
from gristmill.plugins import installed

Observation = dict[str, Any]
Info = dict[str, Any]
StepResult = tuple[Observation, float, bool, bool, Info]
Start = Callable[[Page], Callable[[], None]]
Beginning = Callable[[], tuple[Episode, Start]]


class WebEnv(gym.Env[Observation, Any]):
    """One task family as an environment; each `reset` draws a task of it.

    The same seed and the same actions give the same observations, rewards and rows, on every
    machine with the same versions. An environment may be used from any thread, by one at a time.

    Reward: 1.0 when the episode ends with success, else 0.0. With `reward="progress"` the change
    in the share of passed checks is added at each step (Ng, Harada and Russell 1999, potential-based
    shaping with discount 1; the potential is not zeroed at the end, so partial success shows in the
    return).

    Args:
        task: id of the task family.
        engine: `chromium`, or `dom`: the same pages and outlines without a browser, without pixels.
        observation: `aria`, `pixels` or `aria+pixels`.
        reward: `sparse` or `progress`.
        stop: `auto` ends at success; `agent` ends only at `done` or `answer`. Both end at those.
        split: `train` or `test`: different worlds.
        viewport: width and height in CSS pixels.
        render_mode: `rgb_array` or None.

    Raises:
        UnknownNameError: a name does not exist; the message lists those that do.
        InvalidOptionError: the viewport is out of range, or the engine cannot do what is asked of it.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 4}  # noqa: RUF012 - Gymnasium's name

    def __init__(
        self,
        task: str,
        *,
        engine: str = "chromium",
        observation: str = "aria",
        reward: str = "sparse",
        stop: str = "auto",
        split: str = "train",
        viewport: tuple[int, int] = (1024, 768),
        render_mode: str | None = None,
    ) -> None:
        self.family = installed().family(task)
        require_split(split)
        if render_mode not in {None, *self.metadata["render_modes"]}:
            raise UnknownNameError("render_mode", render_mode, self.metadata["render_modes"])
        self._engine_name, self._split = engine, split
        self._mode = choose(ObservationMode, "observation", observation)
        wants_pixels = self._mode.has_pixels or render_mode is not None
        require_engine(engine, self.family, with_pixels=wants_pixels)
        self._reward_mode = choose(RewardMode, "reward", reward)
        self._stop_mode = choose(StopMode, "stop", stop)
        self._viewport = checked_viewport(viewport)
        self.render_mode = render_mode
        self.observation_space = observation_space(self._mode, self._viewport)
        self.action_space = ActionText(viewport=self._viewport)
        self._turn = threading.RLock()
        self._page: Page | None = None
        self._pid = os.getpid()
        self._episode: Episode | None = None
        self._is_over = True
        self._state: PageState | None = None
        self._error, self._steps_taken = "", 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, Info]:
        """Draw a task and open its start page, or go on from a checkpoint.

        Args:
            seed: the task's seed; without one, a next one is drawn.
            options: nothing, or `{"checkpoint": c}`: the episode goes on as that of `c` would, and what
                is returned is its last observation. `seed` then decides the tasks of later resets alone.

        Raises:
            InvalidOptionError: `options` holds anything else.
            CheckpointError: the checkpoint cannot be continued here; the running episode goes on.
            BrowserNotFoundError: the engine needs a browser and there is none.
            EngineFault: the machinery failed twice in a row.
        """
        checkpoint = checkpoint_of(options or {})
        with self._turn:
            return run(self.resetting(seed=seed, checkpoint=checkpoint))

    def step(self, action: Any) -> StepResult:
        """Perform an action (a line of the grammar, a tool call or an `Action`), then judge and observe.

        An action that cannot be parsed or performed costs a step and comes back as the observation's
        `error`. If the machinery fails, the episode is truncated with `info["infra_error"]`, its
        `success` and `verdict` are None, and the next `reset` starts afresh.

        Raises:
            ResetNeeded: no episode is under way.
        """
        with self._turn:
            return run(self.stepping(action))

    def resetting(
        self, *, seed: int | None = None, checkpoint: Checkpoint | None = None
    ) -> Phases[tuple[Observation, Info]]:
        """`reset` in phases; see `envs.phases`."""
        if checkpoint is not None:
            self.require_fitting(checkpoint)
        super().reset(seed=seed)
        beginning = self._drawing(seed) if checkpoint is None else self._resuming(checkpoint)
        self._forget_parent()
        try:
            yield from self._begin(beginning)
        except EngineFault:
            self._drop_page()
            yield from self._begin(beginning)
        self._is_over = False
        self._steps_taken = checkpoint.steps_taken if checkpoint is not None else 0
        self._error = checkpoint.error if checkpoint is not None else ""
        return self._shown(), self._info()

    def require_fitting(self, checkpoint: Checkpoint) -> None:
        """Refuse a checkpoint that this environment cannot continue.

        Raises:
            CheckpointError: it is of another task, split, viewport or version.
        """
        require_fitting(
            checkpoint,
            task=self.family.id,
            split=self._split,
            viewport=self._viewport,
            versions=shared_runtime().versions(self.family),
        )

    def _drawing(self, seed: int | None) -> Beginning:
        task_seed = seed if seed is not None else int(self.np_random.integers(2**31))

        def begin() -> tuple[Episode, Start]:
            episode = Episode.draw(shared_runtime(), self.family, seed=task_seed, split=self._split)
            return episode, lambda page: page.begin_start(episode.session, episode.task.start_url)

        return begin

    def _resuming(self, checkpoint: Checkpoint) -> Beginning:
        def begin() -> tuple[Episode, Start]:
            episode = Episode.resume(shared_runtime(), self.family, checkpoint)
            return episode, lambda page: page.begin_resume(episode.session, checkpoint.page)

        return begin

    def stepping(self, action: Any) -> Phases[StepResult]:
        """`step` in phases; see `envs.phases`."""
        episode = self._running("env.step()")
        self._steps_taken += 1
        try:
            return (yield from self._step(episode, action))
        except EngineFault as fault:
            return self._give_up(fault)

    def _step(self, episode: Episode, said: Any) -> Phases[StepResult]:
        before = episode.verdict
        self._error, final = yield from self._perform(said)
        finish_reading = self._open_page().begin_read(self._mode)  # while the database is judged
        episode.tick()
        answer = final.text if isinstance(final, Answer) else None
        verdict = judged(episode, answer, is_over=final is not None)
        yield
        self._state = finish_reading()
        won = verdict.success and (final is not None or self._stop_mode is StopMode.AUTO)
        self._is_over = won or final is not None
        reward = 1.0 if won else 0.0
        if self._reward_mode is RewardMode.PROGRESS:
            reward += verdict.progress - before.progress
        return self._shown(), reward, self._is_over, False, self._info()

    def _perform(self, said: Any) -> Phases[tuple[str, Answer | Done | None]]:
        """The error text of an action, and the action itself if it ends the episode."""
        try:
            action: Action = parse(said)
            if isinstance(action, Answer | Done):
                return "", action
            finish = self._open_page().begin_perform(action)
            yield
            finish()
            self._require_shown()
        except ActionError as error:
            return str(error)[:MAX_ERROR_LENGTH], None
        finally:
            self._check_host()
        return "", None

    def _check_host(self) -> None:
        fault = self._episode.session.fault if self._episode else None
        if fault is not None:
            raise EngineFault(f"The app clone failed: {type(fault).__name__}: {fault}") from fault

    def _require_shown(self) -> None:
        """Refuse a page that the host has kept back; the tab has stayed on the one before."""
        refusal = self._episode.session.gate.take_refusal() if self._episode else None
        if refusal is not None:
            raise refusal

    def _give_up(self, fault: EngineFault) -> StepResult:
        """End an episode whose machinery failed; what was last seen stands in for an observation."""
        self._is_over = True
        self._drop_page()
        self._error = str(fault)[:MAX_ERROR_LENGTH]
        info = self._info() | {"success": None, "verdict": None, "infra_error": str(fault)}
        return self._shown(), 0.0, False, True, info

    def _begin(self, beginning: Beginning) -> Phases[None]:
        episode, start = beginning()  # if it cannot be had, the running one goes on
        self._end_episode()
        self._episode = episode
        finish_start = start(self._open_page())
        yield
        try:
            finish_start()
            self._require_shown()
        except (ActionError, EngineFault) as error:
            refusal = episode.session.gate.take_refusal() or error
            raise EngineFault(f"The start page cannot be opened: {refusal}") from error
        finally:
            self._check_host()
        finish_reading = self._open_page().begin_read(self._mode)
        yield
        self._state = finish_reading()

    def _open_page(self) -> Page:
        if self._page is None:
            self._page = shared_runtime().engine(self._engine_name).open(self._viewport)
        return self._page

    def _running(self, what: str) -> Episode:
        """The episode under way."""
        if self._is_over or self._episode is None or self._pid != os.getpid():
            raise ResetNeeded(f"Cannot call {what} before calling env.reset(), or after the end.")
        return self._episode

    def _shown(self) -> Observation:
        assert self._state is not None
        assert self._episode is not None
        shown: Observation = {
            "goal": self._episode.task.goal,
            "url": self._state.url[:MAX_URL_LENGTH],
            "title": self._state.title[:MAX_TITLE_LENGTH],
            "error": self._error,
        }
        if self._mode.has_aria:
            shown["aria"] = self._state.aria
        if self._mode.has_pixels:
            shown["pixels"] = self._state.pixels
        return shown

    def _info(self) -> Info:
        assert self._episode is not None
        verdict = self._episode.verdict
        return {
            "success": verdict.success,
            "verdict": verdict,
            "infra_error": None,
            "task": self._episode.task,
        }

    def oracle(self) -> str:
        """The next right action from here, as a line of the grammar. Privileged: it reads the database.

        Raises:
            ResetNeeded: no episode is under way.
        """
        with self._turn:
            episode = self._running("oracle()")
            state = self._state
            if state is None or not self._mode.has_aria:
                state = self._open_page().begin_read(ObservationMode.ARIA)()
            return episode.oracle(state.url, state.aria)

    def checkpoint(self) -> Checkpoint:
        """The episode as it stands, for `reset(options={"checkpoint": ...})` of any such environment.

        Raises:
            ResetNeeded: no episode is under way.
            EngineFault: the machinery failed.
        """
        with self._turn:
            return self._running("checkpoint()").checkpoint(
                versions=shared_runtime().versions(self.family),
                viewport=self._viewport,
                steps_taken=self._steps_taken,
                error=self._error,
                page=self._open_page().remember(),
            )

    @property
    def steps_taken(self) -> int:
        """Steps since the episode began, those before a checkpoint included."""
        return self._steps_taken

    def state_digest(self) -> str:
        """The sha256 of the episode's rows, bookkeeping left out.

        Raises:
            ResetNeeded: there was no episode yet.
        """
        with self._turn:
            if self._episode is None:
                raise ResetNeeded("Cannot call state_digest() before calling env.reset().")
            return self._episode.state_digest()

    def render(self) -> Pixels | None:
        """With `render_mode="rgb_array"` what the viewport shows, (height, width, 3); else None."""
        with self._turn:
            if self.render_mode is None or self._page is None or self._pid != os.getpid():
                return None
            return self._page.screenshot()

    def close(self) -> None:
        """Give back the session and the page. Twice is harmless; a later `reset` opens new ones."""
        with self._turn:
            self._forget_parent()
            self._end_episode()
            self._drop_page()

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


def judged(episode: Episode, answer: str | None, *, is_over: bool) -> Any:
    """The verdict on an episode's state; a verifier that raises is a fault, not a failure."""
    try:
        return episode.judge(answer, is_over=is_over)
    except Exception as error:
        raise EngineFault(f"The verifier failed: {type(error).__name__}: {error}") from error


def checkpoint_of(options: Mapping[str, Any]) -> Checkpoint | None:
    """The checkpoint that a reset was given, if it was.

    Raises:
        InvalidOptionError: it is none, or there are other options.
    """
    others = [name for name in options if name != "checkpoint"]
    if others:
        raise InvalidOptionError(f"reset takes the option checkpoint alone, but got: {', '.join(others)}.")
    checkpoint = options.get("checkpoint")
    if checkpoint is not None and not isinstance(checkpoint, Checkpoint):
        raise InvalidOptionError(
            f"The option checkpoint must be a Checkpoint, not {type(checkpoint).__name__}. "
            "If it is one as bytes, read it with Checkpoint.from_bytes."
        )
    return checkpoint
