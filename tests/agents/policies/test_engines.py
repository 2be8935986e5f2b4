"""A policy decides alike in both engines."""

import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.policies.agent import PolicyAgent  # noqa: E402 - needs torch
from gristmill.agents.policies.network import PolicyConfig  # noqa: E402
from gristmill.agents.rollouts.runner import play_episodes  # noqa: E402
from gristmill.agents.training.cloning import new_policy  # noqa: E402


@pytest.mark.browser
def test_a_policy_makes_the_same_decisions_in_both_engines() -> None:
    torch.set_num_threads(1)
    policy = new_policy(PolicyConfig(width=16, heads=2), 0)
    dom, chromium = (
        {
            result.seed: [(step.action, step.target, step.url) for step in result.steps]
            for result in play_episodes(
                "Shop-AddToCart-v0",
                lambda: PolicyAgent(policy, greedy=False),
                [1, 2],
                options={"engine": engine, "max_episode_steps": 8},
            )
        }
        for engine in ("dom", "chromium")
    )
    assert dom == chromium
    assert sum(map(len, dom.values())) > 5
