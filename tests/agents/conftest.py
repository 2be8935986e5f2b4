import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
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


@pytest.fixture(scope="session")
def toy() -> ModuleType:
    """The tiny known task: six buttons, of which the goal names one. A file, since tests are no package."""
    spec = importlib.util.spec_from_file_location(
        "gristmill_toy", Path(__file__).parent / "training" / "toy.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def toy_demonstrations(toy: ModuleType) -> Callable[[int], list[Any]]:
    """What the oracle does in so many tiny tasks."""
    from gristmill.agents.training.demonstrations import Demonstration, DemonstrationStep

    def demonstrated(count: int) -> list[Any]:
        found = []
        for seed in range(count):
            env = toy.ToyEnv("Toy")
            env.reset(seed=seed)
            page = env.observation()
            goal = page.pop("goal")
            step = DemonstrationStep(action=env.oracle(), **page)
            found.append(Demonstration(task_id="Toy", seed=seed, goal=goal, steps=(step,)))
        return found

    return demonstrated


@pytest.fixture(scope="session")
def small_policy() -> Callable[..., Any]:
    """Makes policies that are small enough to train in a test."""
    from gristmill.agents.policies.network import PolicyConfig
    from gristmill.agents.training.cloning import new_policy

    return lambda seed=0: new_policy(PolicyConfig(width=16, heads=2, note_words=0), seed)


@pytest.fixture
def _one_thread() -> None:
    """PyTorch in one thread, as trainings have it; for `pytest.mark.usefixtures` or an `autouse` fixture."""
    if importlib.util.find_spec("torch") is not None:
        import torch

        torch.set_num_threads(1)
