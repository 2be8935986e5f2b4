from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.envs.env import WebEnv
from gristmill.verifiers.base import Check

PASSED = Check(name="one order placed", passed=True, detail="1 new order")
FAILED = Check(name="quantity", passed=False, detail="2 instead of 1")
MakeResult = Callable[..., EpisodeResult]


@pytest.fixture
def env() -> Iterator[WebEnv]:
    """An environment that was not reset: no browser runs."""
    env = WebEnv("Shop-AddToCart-v0")
    yield env
    env.close()


@pytest.fixture
def result() -> MakeResult:
    """Makes an episode result with as many steps as wanted, each of 10 ms and reward 0.25."""

    def make(*, steps: int = 2, **fields: Any) -> EpisodeResult:
        step = StepRecord(
            action="click e3",
            target='button "Buy"',
            error="",
            reward=0.25,
            url="http://shop.test/",
            wall_s=0.01,
        )
        known: dict[str, Any] = {
            "task_id": "Shop-Checkout-v0",
            "agent": "oracle",
            "seed": 7,
            "goal": "Buy a lamp.",
            "success": False,
            "steps": (step,) * steps,
            "checks": (PASSED, FAILED),
            "reset_s": 0.1,
        }
        return EpisodeResult(**(known | fields))

    return make
