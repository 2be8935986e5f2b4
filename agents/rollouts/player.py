"""Plays one episode from reset to its end in one environment."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from types import MappingProxyType
from typing import Any, TypeVar

import gymnasium as gym
from gymnasium.error import ResetNeeded

from gristmill.agents.base import AnyAgent, Observation, ReportingAgent
from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.frames import encode
from gristmill.agents.rollouts.results import EndedBy, EpisodeResult, StepRecord
from gristmill.agents.watch.events import WatchedEpisode, Watcher
from gristmill.apps.kit.aria import LINE
from gristmill.envs.engines.base import Pixels
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.faults import reported
from gristmill.envs.episode.record import EpisodeRecord
from gristmill.envs.episode.scheduling import READY, Coroutine, run
from gristmill.errors import AgentFault, BudgetSpent, EndpointFault, EngineFault, InfraError
from gristmill.verifiers.checks import described

T = TypeVar("T")

OnStep = Callable[[StepRecord], None]

THUMBNAIL_WIDTH = 400
MAX_ACTION_LENGTH = 4000  # of what is kept of an action that is no text


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeping:
    """What is kept of an episode besides its steps and checks.

    Attributes:
        frames: screenshots; about 50 ms a step.
        outlines: accessibility trees.
        record: the record, with which it can be scored again, and the changed rows in words.
    """

    frames: bool = False
    outlines: bool = False
    record: bool = False


NOTHING = Keeping()
LOGGER = logging.getLogger("gristmill")
Stepped = tuple[dict[str, Any], dict[str, Any], bool]


class Stopped(Exception):  # noqa: N818 - cancellation, not an error
    """The episode was cancelled because its consumer is gone."""


class Player:
    """One agent in one environment, which the caller owns. Of its wrappers only the time limit is applied.

    Args:
        on_step: called after each step, in the player's thread; may raise `Stopped`.
        answers: through which the agent is asked; the caller closes it.
        isolates_agent: whether an exception of the agent is an infrastructure failure of this episode alone;
            otherwise it propagates.
        watcher: gets a report of each step and end.
        worker: the number of this environment in those reports.

    Attributes:
        asked_at: when the agent was asked for what it is at work on (`time.perf_counter`), else None.
        answer: the future of its answer, if it is not asked in the player's own thread.
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        agent: AnyAgent,
        *,
        on_step: OnStep,
        answers: Answers,
        isolates_agent: bool = False,
        watcher: Watcher | None = None,
        worker: int = 0,
    ) -> None:
        self._watcher, self._worker = watcher, worker
        self._agent, self._on_step, self._answers = agent, on_step, answers
        self._isolates_agent = isolates_agent
        self.asked_at: float | None = None
        self.answer: Future[Any] | None = None
        self._web = web_env(env)
        limit = env.spec.max_episode_steps if env.spec else None
        self._max_steps = limit or self._web.family.max_steps

    def play(self, seed: int, *, keeping: Keeping = NOTHING) -> EpisodeResult:
        """Play the episode of this seed; it is retried once after an infrastructure failure.

        An `EndpointFault` is not: the agent has retried already.
        """
        return run(self.playing(seed, keeping=keeping))

    def playing(self, seed: int, *, keeping: Keeping = NOTHING) -> Coroutine[EpisodeResult]:
        """`play` as a coroutine that pauses while a page is busy; see `envs.episode.scheduling`."""
        result = yield from self._attempt(seed, keeping=keeping, retries=0)
        if result.infra_error is not None and not self._is_final:
            result = yield from self._attempt(seed, keeping=keeping, retries=1)
        if self._watcher is not None:
            self._watcher.on_end(self._worker, watched(result), result)
        return result

    def _attempt(self, seed: int, *, keeping: Keeping, retries: int) -> Coroutine[EpisodeResult]:
        recorder = EpisodeRecorder(self._web, max_steps=self._max_steps, keeping=keeping)
        fault: InfraError | None
        self._is_final = False
        try:
            observation, info = yield from recorder.resetting(seed)
            with self._asking():
                self._agent.begin(self._web, seed)
            episode = WatchedEpisode(
                task_id=self._web.family.id, seed=seed, agent=self._agent.name, goal=observation["goal"]
            )
            self._show(episode, recorder)
            is_over = False
            while not is_over:
                asked_at = perf_counter()
                action = yield from self._action(observation)
                agent_s = perf_counter() - asked_at
                observation, info, is_over = yield from self._stepping(recorder, action, agent_s)
                self._on_step(recorder.steps[-1])
                self._show(episode, recorder)
            fault = info["infra_error"]
        except BudgetSpent:
            fault = None
        except EngineFault as error:
            fault, self._is_final = reported(error), isinstance(error, EndpointFault)
        report = self._report()
        return recorder.result(agent=self._agent.name, seed=seed, fault=fault, retries=retries, report=report)

    def _show(self, episode: WatchedEpisode, recorder: "EpisodeRecorder") -> None:
        if self._watcher is not None:
            steps = recorder.steps
            last = steps[-1] if steps else None
            self._watcher.on_step(self._worker, episode, len(steps), last, recorder.thumbnail)

    def _action(self, observation: Observation) -> Coroutine[Any]:
        with self._asking():
            try:
                answer = self._answers.ask(self._agent, observation)
                if not isinstance(answer, Future):
                    return answer
                self.answer = answer
                return (yield from awaited(answer))
            except CancelledError:
                if self._answers.is_closed:
                    raise Stopped from None
                raise

    def _stepping(self, recorder: "EpisodeRecorder", action: Any, agent_s: float) -> Coroutine[Stepped]:
        try:
            return (yield from recorder.stepping(action, agent_s))
        except ResetNeeded as error:
            if not self._isolates_agent:
                raise
            message = "The agent ended the episode itself: it used the environment instead of its actions."
            raise AgentFault(message) from error

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Note that the agent is at work; its exceptions are failures of the episode if it is isolated."""
        self.asked_at = perf_counter()
        try:
            yield
        except CancelledError as error:
            if not self._isolates_agent:
                raise
            raise AgentFault("The agent did not answer in time.") from error
        except (Stopped, EngineFault, BudgetSpent):
            raise
        except (Exception, SystemExit) as error:
            if not self._isolates_agent:
                raise
            raise AgentFault(f"The agent failed: {type(error).__name__}: {error}") from error
        finally:
            self.asked_at, self.answer = None, None

    def _report(self) -> Mapping[str, Any]:
        """What the agent says about the episode; a report that fails is left out."""
        if not isinstance(self._agent, ReportingAgent):
            return {}
        try:
            return dict(self._agent.episode_report())
        except Exception as error:
            if not self._isolates_agent:
                raise
            LOGGER.warning("%s has no report of its episode: %r", self._agent.name, error)
            return {}


class EpisodeRecorder:
    """Collects the steps and frames of one episode."""

    def __init__(self, web: WebEnv, *, max_steps: int, keeping: Keeping) -> None:
        self._web, self._max_steps, self._keeping = web, max_steps, keeping
        web.step_limit = max_steps
        self._info: dict[str, Any] = {}
        self._has_begun = self._is_terminated = False
        self._outlines: list[str] = []
        self._goal, self._aria, self._reset_s = "", "", 0.0
        self._pixels: Pixels | None = None
        self.steps: list[StepRecord] = []
        self._frames: list[bytes] = []

    def resetting(self, seed: int) -> Coroutine[tuple[dict[str, Any], dict[str, Any]]]:
        """Reset the environment and start its record; returns observation and info."""
        resetting = timed(self._web, self._web.resetting(seed=seed))
        (observation, self._info), self._reset_s = yield from resetting
        self._goal, self._aria = observation["goal"], observation.get("aria", "")
        self._pixels = observation.get("pixels")
        self._has_begun = True
        self._record_page()
        return observation, self._info

    def stepping(self, action: Any, agent_s: float = 0.0) -> Coroutine[Stepped]:
        """Perform and record a step; returns observation, info and whether the episode is over."""
        text = action if isinstance(action, str) else as_text(action)
        target = named_element(text, self._aria)
        result, wall_s = yield from timed(self._web, self._web.stepping(action))
        observation, reward, terminated, truncated, self._info = result
        self._aria, self._pixels = observation.get("aria", ""), observation.get("pixels")
        self.steps.append(
            StepRecord(
                action=text,
                target=target,
                error=observation["error"],
                reward=float(reward),
                url=observation["url"],
                wall_s=wall_s,
                agent_s=agent_s,
            )
        )
        self._is_terminated = bool(terminated)
        if self._info["infra_error"] is None:
            self._record_page()
        is_over = terminated or truncated or self._info["steps_taken"] >= self._max_steps
        return observation, self._info, is_over

    def _record_page(self) -> None:
        if self._keeping.outlines:
            self._outlines.append(self._aria)
        if self._keeping.frames and (pixels := self._web.render()) is not None:
            self._frames.append(encode(pixels))

    def thumbnail(self) -> bytes | str:
        """A picture of the page: what was recorded or observed, if possible; without pixels the outline."""
        if self._frames:
            return self._frames[-1]
        if self._pixels is None and self._web.render_mode is not None and self._info["infra_error"] is None:
            self._pixels = self._web.render()
        return self._aria if self._pixels is None else encode(self._pixels, width=THUMBNAIL_WIDTH)

    def result(
        self,
        *,
        agent: str,
        seed: int,
        fault: str | None,
        retries: int,
        report: Mapping[str, Any] = MappingProxyType({}),
    ) -> EpisodeResult:
        """Return the result of the episode so far; `fault` is the infrastructure failure, if any."""
        verdict = None if fault is not None else self._info["verdict"]
        record = self._record(fault) if self._keeping.record and self._has_begun else None
        keeps_changes = self._keeping.record and fault is None
        return EpisodeResult(
            task_id=self._web.family.id,
            agent=agent,
            seed=seed,
            goal=self._goal,
            success=None if fault is not None else self._info["success"],
            steps=tuple(self.steps),
            checks=() if verdict is None else verdict.checks,
            reset_s=self._reset_s,
            retries=retries,
            infra_error=fault,
            frames=tuple(self._frames),
            ended_by=self._ended_by(fault),
            outlines=tuple(self._outlines),
            verdict=verdict,
            record=record,
            changes=self._changes() if keeps_changes else (),
            report=report,
        )

    def _record(self, fault: str | None) -> EpisodeRecord | None:
        """The record; after a failure only as far as there is one."""
        try:
            record = self._web.record()
        except Exception:
            if fault is None:
                raise
            return None
        return record if fault is None else replace(record, verdict=None, infra_error=str(fault))

    def _changes(self) -> tuple[str, ...]:
        """The rows that the agent changed, in words."""
        changes = self._web.runner.begun("the changes").diff().changes
        return tuple(described([change]) for change in changes)

    def _ended_by(self, fault: str | None) -> EndedBy:
        if fault is not None:
            return EndedBy.FAULT
        episode = self._web.runner.begun("the end")
        if episode.answer is not None:
            return EndedBy.ANSWER
        if episode.gave_up is not None:
            return EndedBy.GIVE_UP
        if not self._is_terminated:
            return EndedBy.STEP_LIMIT
        is_done = not self._info["success"] or '"done"' in self.steps[-1].action
        return EndedBy.DONE if is_done or self.steps[-1].action.strip() == "done" else EndedBy.SUCCESS


def watched(result: EpisodeResult) -> WatchedEpisode:
    """What a watcher is told about the episode of a result."""
    return WatchedEpisode(task_id=result.task_id, seed=result.seed, agent=result.agent, goal=result.goal)


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


def as_text(action: object) -> str:
    """An action that is no text, such as a tool call or garbage, as it is kept."""
    return json.dumps(action, ensure_ascii=False, default=repr)[:MAX_ACTION_LENGTH]


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
