"""Reward and end of a step: pure functions of verdicts and options."""

from dataclasses import dataclass

from gristmill.envs.config import EnvConfig, RewardMode, StopMode
from gristmill.verifiers.base import Verdict


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
