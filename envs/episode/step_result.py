"""What a step returns: observation and info, reward and end."""

from dataclasses import dataclass
from typing import Any

from gristmill.apps.kit.aria import AriaSnapshot, LazyOutline
from gristmill.envs.config import EnvConfig, RewardMode, StopMode
from gristmill.envs.engines.base import PageObservation
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.presentation import TextParts, scaled
from gristmill.envs.spaces import MAX_TITLE_LENGTH, MAX_URL_LENGTH
from gristmill.errors import InfraError
from gristmill.verifiers.base import Verdict

Observation = dict[str, Any]
Info = dict[str, Any]
StepResult = tuple[Observation, float, bool, bool, Info]


def observation_of(
    page: PageObservation, config: EnvConfig, parts: TextParts | None, *, goal: str, error: str
) -> Observation:
    """The observation of a page with these options; of a long text one of the `parts`, if they are given."""
    mode, scale = config.observation, config.pixel_scale
    observation: Observation = {
        "goal": goal,
        "url": page.url[:MAX_URL_LENGTH],
        "title": page.title[:MAX_TITLE_LENGTH],
        "error": error,
    }
    if mode.has_aria:
        observation["aria"] = page.aria if parts is None else parts.shown(page.aria)
    if mode.has_pixels:
        observation["pixels"] = (
            page.pixels if scale == 1 or page.pixels is None else scaled(page.pixels, scale)
        )
    return observation


def info_of(
    episode: Episode,
    *,
    is_success: bool,
    outline: AriaSnapshot | None,
    actions_done: int,
    steps_taken: int,
    pixel_scale: float,
) -> Info:
    """The info of a judged step."""
    return {
        "success": is_success,
        "goal_reached": episode.verdict.success,
        "verdict": episode.verdict,
        "infra_error": None,
        "task": episode.task,
        "outline": outline,
        "actions_done": actions_done,
        "steps_taken": steps_taken,
        "pixel_scale": pixel_scale,
    }


def unjudged(infra_error: InfraError) -> Info:
    """The entries of an info that an infrastructure failure replaces: there is no verdict."""
    return {"success": None, "goal_reached": None, "verdict": None, "infra_error": infra_error}


class OutlineParser:
    """Parses an observed page into nodes, lazily and once per page."""

    def __init__(self) -> None:
        self._parsed: tuple[PageObservation, AriaSnapshot] | None = None

    def outline(self, page: PageObservation) -> AriaSnapshot:
        """The nodes of an observed page."""
        if self._parsed is None or self._parsed[0] is not page:
            self._parsed = page, LazyOutline(page.aria)
        return self._parsed[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Payout:
    """The consequences of a step.

    Attributes:
        reward: the step's reward.
        is_success: whether it includes the reward for success.
        is_over: whether the episode ends.
    """

    reward: float
    is_success: bool
    is_over: bool


def payout(before: Verdict, after: Verdict, *, has_finished: bool, config: EnvConfig) -> Payout:
    """Compute reward and end of a step that led from one verdict to another.

    Args:
        before: verdict on the state before the step.
        after: verdict on the state after it.
        has_finished: whether the agent said `done` or `answer`.
        config: the environment's `reward`, `stop` and `step_cost`.
    """
    is_success = pays_success(after, has_finished=has_finished, stop=config.stop)
    reward = float(is_success) - config.step_cost
    if config.reward is RewardMode.PROGRESS:
        reward += progress_made(before, after)
    return Payout(reward=reward, is_success=is_success, is_over=is_success or has_finished)


def pays_success(verdict: Verdict, *, has_finished: bool, stop: StopMode) -> bool:
    """Whether success is rewarded: immediately with `stop="auto"`, else once the agent has finished."""
    return verdict.success and (has_finished or stop is StopMode.AUTO)


def progress_made(before: Verdict, after: Verdict) -> float:
    """The change in the share of passed checks.

    Potential-based shaping with discount 1 (Ng, Harada and Russell 1999); the potential is not zeroed at the
    end, so partial success shows in the return.
    """
    return after.progress - before.progress
