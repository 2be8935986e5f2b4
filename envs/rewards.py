"""What a step is paid, and when an episode ends: pure functions of verdicts and of what was asked for."""

from dataclasses import dataclass

from gristmill.envs.config import EnvConfig, RewardMode, StopMode
from gristmill.verifiers.base import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Payout:
    """What a step comes to for the agent.

    Attributes:
        reward: what is paid for the step.
        is_success: whether success was paid with it.
        is_over: whether the episode ends with it.
    """

    reward: float
    is_success: bool
    is_over: bool


def payout(before: Verdict, after: Verdict, *, has_finished: bool, config: EnvConfig) -> Payout:
    """What a step is paid that led from one verdict to another.

    Args:
        before: the verdict on the state before the step.
        after: the verdict on the state after it.
        has_finished: whether the agent said `done` or `answer`.
        config: the environment's `reward`, `stop` and `step_cost`.
    """
    is_success = pays_success(after, has_finished=has_finished, stop=config.stop)
    reward = float(is_success) - config.step_cost
    if config.reward is RewardMode.PROGRESS:
        reward += progress_made(before, after)
    return Payout(reward=reward, is_success=is_success, is_over=is_success or has_finished)


def pays_success(verdict: Verdict, *, has_finished: bool, stop: StopMode) -> bool:
    """Whether the goal's state counts: at once with `stop="auto"`, else only once the agent has finished."""
    return verdict.success and (has_finished or stop is StopMode.AUTO)


def progress_made(before: Verdict, after: Verdict) -> float:
    """The change in the share of passed checks.

    Potential-based shaping with discount 1 (Ng, Harada and Russell 1999); the potential is not zeroed at the
    end, so partial success shows in the return.
    """
    return after.progress - before.progress
