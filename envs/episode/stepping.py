"""The steps of an episode: what is performed, seen, paid, and when it is over."""

from typing import Any

from gristmill.apps.base import TaskFamily
from gristmill.apps.kit.aria import AriaSnapshot, LazyOutline
from gristmill.envs.actions.grammar import parse
from gristmill.envs.actions.types import Action, Answer, Done, Wait
from gristmill.envs.config import EnvConfig, RewardMode, StopMode
from gristmill.envs.engines.base import PageObservation
from gristmill.envs.episode.episode import Episode, judged
from gristmill.envs.episode.faults import reported
from gristmill.envs.episode.lifecycle import Lifecycle
from gristmill.envs.episode.runtime import Runtime
from gristmill.envs.episode.scheduling import Coroutine
from gristmill.envs.spaces import MAX_ERROR_LENGTH, MAX_TITLE_LENGTH, MAX_URL_LENGTH
from gristmill.errors import ActionError, EngineFault, InfraError

Observation = dict[str, Any]
Info = dict[str, Any]
StepResult = tuple[Observation, float, bool, bool, Info]


class Stepping(Lifecycle):
    """Counts the steps of the episode under way, and knows what was refused in the last one."""

    def __init__(self, family: TaskFamily, options: EnvConfig, runtime: Runtime | None = None) -> None:
        super().__init__(family, options, runtime)
        self._error, self._steps_taken, self._is_won = "", 0, False
        self._parsed: tuple[PageObservation, AriaSnapshot] | None = None

    @property
    def steps_taken(self) -> int:
        """Steps since the episode began, those before a checkpoint included."""
        return self._steps_taken

    def stepping(self, action: Any) -> Coroutine[StepResult]:
        """`step` in phases; see `envs.phases`."""
        episode = self._running("env.step()")
        self._steps_taken += 1
        try:
            return (yield from self._step(episode, action))
        except EngineFault as fault:
            return self._give_up(fault)

    def _step(self, episode: Episode, said: Any) -> Coroutine[StepResult]:
        before = episode.verdict
        episode.session.navigation_policy.pop_error()  # of a window that was closed at once, and asked late
        self._error, final = yield from self._perform(said)
        finish_reading = self._open_page().begin_read(self._config.observation)
        # While the page is read, the database is judged.
        episode.tick()
        answer = final.text if isinstance(final, Answer) else None
        verdict = judged(episode, answer, is_over=final is not None)
        yield
        self._state = finish_reading()
        self._is_won = verdict.success and (final is not None or self._config.stop is StopMode.AUTO)
        self._is_over = self._is_won or final is not None
        reward = (1.0 if self._is_won else 0.0) - self._config.step_cost
        if self._config.reward is RewardMode.PROGRESS:
            reward += verdict.progress - before.progress
        return self._shown(), reward, self._is_over, False, self._info()

    def _perform(self, said: Any) -> Coroutine[tuple[str, Answer | Done | None]]:
        """The error text of an action, and the action itself if it ends the episode."""
        with self._watching_host():
            try:
                action: Action = parse(said)
                if isinstance(action, Answer | Done):
                    return "", action
                if isinstance(action, Wait):
                    return "", None
                finish = self._open_page().begin_perform(action)
                yield
                finish()
                self._require_shown()
            except ActionError as error:
                return str(error)[:MAX_ERROR_LENGTH], None
        return "", None

    def _give_up(self, fault: EngineFault) -> StepResult:
        """End an episode whose machinery failed; what was last seen stands in for an observation."""
        self._is_over = True
        self._drop_page()
        self._error = str(fault)[:MAX_ERROR_LENGTH]
        fault_report = reported(fault, url=self._state.url if self._state else "")
        if self._episode is not None:
            self._episode.infra_error = str(fault)
        info = self._info() | unjudged(fault_report)
        return self._shown(), 0.0, False, True, info

    def _shown(self) -> Observation:
        assert self._state is not None
        assert self._episode is not None
        shown: Observation = {
            "goal": self._episode.task.goal,
            "url": self._state.url[:MAX_URL_LENGTH],
            "title": self._state.title[:MAX_TITLE_LENGTH],
            "error": self._error,
        }
        if self._config.observation.has_aria:
            shown["aria"] = self._state.aria
        if self._config.observation.has_pixels:
            shown["pixels"] = self._state.pixels
        return shown

    def _outline(self) -> AriaSnapshot | None:
        """The page that is shown as nodes, parsed once and not before somebody looks; None without `aria`."""
        assert self._state is not None
        if not self._config.observation.has_aria:
            return None
        if self._parsed is None or self._parsed[0] is not self._state:
            self._parsed = self._state, LazyOutline(self._state.aria)
        return self._parsed[1]

    def _info(self) -> Info:
        assert self._episode is not None
        verdict = self._episode.verdict
        return {
            "success": self._is_won,
            "goal_reached": verdict.success,
            "verdict": verdict,
            "infra_error": None,
            "task": self._episode.task,
            "outline": self._outline(),
        }


def unjudged(infra_error: InfraError) -> Info:
    """What an info says where the machinery failed: there is no verdict, whatever was reached."""
    return {"success": None, "goal_reached": None, "verdict": None, "infra_error": infra_error}
