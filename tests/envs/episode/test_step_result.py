"""What is paid and when an episode ends follows from two verdicts and the options alone."""

from dataclasses import replace

import pytest

from gristmill.envs.config import EnvConfig, RewardMode, StopMode
from gristmill.envs.engines.base import ObservationMode, Viewport
from gristmill.envs.episode.step_result import Payout, payout
from gristmill.verifiers.base import Check, Verdict, verdict

CONFIG = EnvConfig(
    engine="dom", split="train", wordings="train", worlds=1, observation=ObservationMode.ARIA,
    reward=RewardMode.SPARSE, stop=StopMode.AUTO, step_cost=0.0,
    viewport=Viewport(width=800, height=600), with_pixels=False,
)  # fmt: skip


def passed(count: int, of: int = 4) -> Verdict:
    return verdict(*(Check(name=f"check {i}", passed=i < count) for i in range(of)))


@pytest.mark.parametrize(
    ("stop", "has_finished", "is_success", "is_over"),
    [
        (StopMode.AUTO, False, True, True),
        (StopMode.AUTO, True, True, True),
        (StopMode.AGENT, False, False, False),
        (StopMode.AGENT, True, True, True),
    ],
)
def test_the_goals_state_is_paid_at_once_or_when_the_agent_has_finished(
    stop: StopMode, has_finished: bool, is_success: bool, is_over: bool
) -> None:
    paid = payout(passed(3), passed(4), has_finished=has_finished, config=replace(CONFIG, stop=stop))
    assert paid == Payout(reward=float(is_success), is_success=is_success, is_over=is_over)


@pytest.mark.parametrize("stop", StopMode)
def test_finishing_without_the_goals_state_ends_the_episode_unpaid(stop: StopMode) -> None:
    paid = payout(passed(4), passed(3), has_finished=True, config=replace(CONFIG, stop=stop))
    assert paid == Payout(reward=0.0, is_success=False, is_over=True)


def test_progress_pays_the_change_in_the_share_of_passed_checks_both_ways() -> None:
    config = replace(CONFIG, reward=RewardMode.PROGRESS)
    rewards = [
        payout(passed(a), passed(b), has_finished=False, config=config).reward
        for a, b in ((0, 2), (2, 1), (1, 4))
    ]
    assert rewards == [0.5, -0.25, 1 + 0.75]


def test_the_step_cost_is_subtracted_from_every_step() -> None:
    config = replace(CONFIG, step_cost=0.25)
    assert payout(passed(0), passed(0), has_finished=False, config=config).reward == -0.25
    assert payout(passed(0), passed(4), has_finished=False, config=config).reward == 0.75
