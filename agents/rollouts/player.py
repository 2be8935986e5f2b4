"""Plays one episode from reset to its end in one environment."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from time import perf_counter
from typing import Any, TypeVar

import gymnasium as gym

from gristmill.agents.base import AnyAgent, Observation
from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.frames import encode
from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.apps.kit.aria import LINE
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.faults import reported
from gristmill.envs.episode.scheduling import READY, Coroutine, run
from gristmill.errors import EngineFault

T = TypeVar("T")

OnStep = Callable[[StepRecord], None]


class Stopped(Exception):  # noqa: N818 - cancellation, not an error
    """The episode was cancelled because its consumer is gone."""


class Player:
    """One agent in one environment, which the caller owns. Of its wrappers only the time limit is applied.

    Args:
        on_step: called after each step, in the player's thread; may raise `Stopped`.
        answers: through which the agent is asked; the caller closes it.
    """

    def __init__(self, env: gym.Env[Any, Any], agent: AnyAgent, *, on_step: OnStep, answers: Answers) -> None:
        self._agent, self._on_step, self._answers = agent, on_step, answers
        self._web = web_env(env)
        limit = env.spec.max_episode_steps if env.spec else None
        self._max_steps = limit or self._web.family.max_steps

    def play(self, seed: int, *, records_frames: bool = False) -> EpisodeResult:
        """Play the episode of this seed; it is retried once after an infrastructure failure."""
        return run(self.playing(seed, records_frames=records_frames))

    def playing(self, seed: int, *, records_frames: bool = False) -> Coroutine[EpisodeResult]:
        """`play` as a coroutine that pauses while a page is busy; see `envs.episode.scheduling`."""
        first = yield from self._attempt(seed, records_frames=records_frames, retries=0)
        if first.infra_error is None:
            return first
        return (yield from self._attempt(seed, records_frames=records_frames, retries=1))

    def _attempt(self, seed: int, *, records_frames: bool, retries: int) -> Coroutine[EpisodeResult]:
        recorder = EpisodeRecorder(self._web, max_steps=self._max_steps, records_frames=records_frames)
        fault: str | None
        try:
            observation, info = yield from recorder.resetting(seed)
            self._agent.begin(self._web, seed)
            is_over = False
            while not is_over:
                action = yield from self._action(observation)
                observation, info, is_over = yield from recorder.stepping(action)
                self._on_step(recorder.steps[-1])
            fault = info["infra_error"]
        except EngineFault as error:
            fault = reported(error)
        return recorder.result(agent=self._agent.name, seed=seed, fault=fault, retries=retries)

    def _action(self, observation: Observation) -> Coroutine[str]:
        try:
            answer = self._answers.ask(self._agent, observation)
            return (yield from awaited(answer)) if isinstance(answer, Future) else answer
        except CancelledError:
            if self._answers.is_closed:
                raise Stopped from None
            raise


class EpisodeRecorder:
    """Collects the steps and frames of one episode."""

    def __init__(self, web: WebEnv, *, max_steps: int, records_frames: bool) -> None:
        self._web, self._max_steps, self._records_frames = web, max_steps, records_frames
        web.step_limit = max_steps
        self._info: dict[str, Any] = {}
        self._goal, self._aria, self._reset_s = "", "", 0.0
        self.steps: list[StepRecord] = []
        self._frames: list[bytes] = []

    def resetting(self, seed: int) -> Coroutine[tuple[dict[str, Any], dict[str, Any]]]:
        """Reset the environment and start its record; returns observation and info."""
        resetting = timed(self._web, self._web.resetting(seed=seed))
        (observation, self._info), self._reset_s = yield from resetting
        self._goal, self._aria = observation["goal"], observation.get("aria", "")
        self._record_frame()
        return observation, self._info

    def stepping(self, action: str) -> Coroutine[tuple[dict[str, Any], dict[str, Any], bool]]:
        """Perform and record a step; returns observation, info and whether the episode is over."""
        target = named_element(action, self._aria)
        result, wall_s = yield from timed(self._web, self._web.stepping(action))
        observation, reward, terminated, truncated, self._info = result
        self._aria = observation.get("aria", "")
        self.steps.append(
            StepRecord(
                action=action,
                target=target,
                error=observation["error"],
                reward=float(reward),
                url=observation["url"],
                wall_s=wall_s,
            )
        )
        if self._info["infra_error"] is None:
            self._record_frame()
        is_over = terminated or truncated or self._info["steps_taken"] >= self._max_steps
        return observation, self._info, is_over

    def _record_frame(self) -> None:
        if self._records_frames and (pixels := self._web.render()) is not None:
            self._frames.append(encode(pixels))

    def result(self, *, agent: str, seed: int, fault: str | None, retries: int) -> EpisodeResult:
        """Return the result of the episode so far; `fault` is the infrastructure failure, if any."""
        verdict = None if fault else self._info["verdict"]
        return EpisodeResult(
            task_id=self._web.family.id,
            agent=agent,
            seed=seed,
            goal=self._goal,
            success=None if fault else self._info["success"],
            steps=tuple(self.steps),
            checks=() if verdict is None else verdict.checks,
            reset_s=self._reset_s,
            retries=retries,
            infra_error=fault,
            frames=tuple(self._frames),
        )


def awaited(answer: "Future[str]") -> Coroutine[str]:
    """An answer, once it is there; it is cancelled if nobody waits for it any more."""
    try:
        yield answer
        return answer.result()
    finally:
        answer.cancel()


def timed(web: WebEnv, work: Coroutine[T]) -> Coroutine[tuple[T, float]]:
    """Run an environment's coroutine; returns its value and its duration in seconds.

    An engine without a browser never waits for I/O, so its step runs to completion while the environment's
    `turn` lock is held; other environments are scheduled afterwards.
    """
    if web.has_browser:
        started_at = perf_counter()
        result = yield from work
        return result, perf_counter() - started_at
    with web.turn:
        started_at = perf_counter()
        result = run(work)
        wall_s = perf_counter() - started_at
    yield READY
    return result, wall_s


def named_element(action: str, aria: str) -> str:
    """The role and name of the element whose ref an action names, such as `button "Add to cart"`; or ''."""
    for word in action.split()[1:2]:
        for line in aria.splitlines():
            if f" [ref={word}]" in line and (found := LINE.fullmatch(line)):
                return " ".join(part for part in (found["role"], found["name"]) if part)
    return ""


def web_env(env: gym.Env[Any, Any]) -> WebEnv:
    """Return the `WebEnv` inside Gymnasium's wrappers.

    Raises:
        TypeError: the innermost environment is not a `WebEnv`.
    """
    inner = env.unwrapped
    if not isinstance(inner, WebEnv):
        raise TypeError(f"Expected a WebEnv, got a {type(inner).__name__}. Episodes are played in a WebEnv.")
    return inner
