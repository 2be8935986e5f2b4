"""Plays one episode from reset to its end in one environment."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import gymnasium as gym
from gymnasium.error import ResetNeeded

from gristmill.agents.base import AnyAgent, Observation, ReportingAgent
from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.recorder import LOGGER, NOTHING, EpisodeRecorder, Keeping, Stepped
from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.watch.events import WatchedEpisode, Watcher
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.faults import reported
from gristmill.envs.episode.scheduling import Coroutine, run
from gristmill.errors import AgentFault, BudgetSpent, EndpointFault, EngineFault, InfraError

OnStep = Callable[[StepRecord], None]


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
        agent_timeout_s: seconds after which an answer that is awaited is an infrastructure failure, at once
            and not after a second attempt; None for no limit. An agent that is asked in the player's own
            thread is not limited: see `Answers`.

    Attributes:
        is_hung: whether the agent owes an answer for too long; another one should play what follows.
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
        agent_timeout_s: float | None = None,
    ) -> None:
        self._watcher, self._worker = watcher, worker
        self._agent_timeout_s, self.is_hung = agent_timeout_s, False
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
        if result.infra_error is not None and not self._is_final and not self.is_hung:
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

    def _show(self, episode: WatchedEpisode, recorder: EpisodeRecorder) -> None:
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
                with self._limited(answer):
                    return (yield from awaited(answer))
            except CancelledError:
                if self._answers.is_closed:
                    raise Stopped from None
                raise

    @contextmanager
    def _limited(self, answer: "Future[Any]") -> Iterator[None]:
        """Cancel an answer that takes too long."""
        if self._agent_timeout_s is None:
            yield
            return
        timer = threading.Timer(self._agent_timeout_s, self._give_up, (answer,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _give_up(self, answer: "Future[Any]") -> None:
        self.is_hung = answer.cancel() or self.is_hung

    def _stepping(self, recorder: EpisodeRecorder, action: Any, agent_s: float) -> Coroutine[Stepped]:
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
            limit = f" within {self._agent_timeout_s:g} s" if self.is_hung else " in time"
            raise AgentFault(f"The agent did not answer{limit}.") from error
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


def watched(result: EpisodeResult) -> WatchedEpisode:
    """The description of a result's episode for watchers."""
    return WatchedEpisode(task_id=result.task_id, seed=result.seed, agent=result.agent, goal=result.goal)


def awaited(answer: "Future[str]") -> Coroutine[str]:
    """An answer, once it is there; it is cancelled if nobody waits for it any more."""
    try:
        yield answer
        return answer.result()
    finally:
        answer.cancel()


def web_env(env: gym.Env[Any, Any]) -> WebEnv:
    """Return the `WebEnv` inside Gymnasium's wrappers.

    Raises:
        TypeError: the innermost environment is not a `WebEnv`.
    """
    inner = env.unwrapped
    if not isinstance(inner, WebEnv):
        raise TypeError(f"Expected a WebEnv, got a {type(inner).__name__}. Episodes are played in a WebEnv.")
    return inner
