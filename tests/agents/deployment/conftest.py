"""The tiny known task of the trainings, and what it takes to be deployed on a changed site of it."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def load_toy() -> ModuleType:
    """The module of the trainings' tests: tests are no package."""
    if "gristmill_toy" not in sys.modules:
        path = Path(__file__).parents[1] / "training" / "toy.py"
        spec = importlib.util.spec_from_file_location("gristmill_toy", path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules["gristmill_toy"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["gristmill_toy"])
    return sys.modules["gristmill_toy"]


@pytest.fixture
def toy() -> ModuleType:
    return load_toy()


@pytest.fixture
def stepped(toy: ModuleType) -> Any:
    """The tiny task with the plain interface of `WebEnv` as well, which a user's own steps go through."""

    class Stepped(toy.ToyEnv):  # type: ignore[name-defined, misc]
        def reset(self, *, seed: int) -> Any:
            super().reset(seed=seed)
            return self.observation(), {"infra_error": None}

        def step(self, action: str) -> Any:
            stepping = self.stepping(action)
            try:
                next(stepping)
            except StopIteration as ended:
                return ended.value
            raise AssertionError("the tiny task never waits")

    return Stepped


def played_by_the_oracle(toy: ModuleType, count: int) -> list[Any]:
    from gristmill.agents.training.demonstrations import Demonstration, DemonstrationStep

    found = []
    for seed in range(count):
        env = toy.ToyEnv("Toy")
        env.reset(seed=seed)
        page = env.observation()
        goal = page.pop("goal")
        step = DemonstrationStep(action=env.oracle(), **page)
        found.append(Demonstration(task_id="Toy", seed=seed, goal=goal, steps=(step,)))
    return found


@pytest.fixture
def demonstrations(toy: ModuleType) -> list[Any]:
    """On the site as it was."""
    return played_by_the_oracle(toy, 40)


@pytest.fixture
def small_policy() -> Callable[..., Any]:
    from gristmill.agents.policies.network import PolicyConfig
    from gristmill.agents.training.cloning import new_policy

    return lambda seed=0: new_policy(PolicyConfig(width=16, heads=2, note_words=0), seed)


@pytest.fixture(scope="session")
def trained_weights() -> dict[str, Any]:
    """Weights of a small policy that knows the tiny task as it was."""
    import torch

    from gristmill.agents.policies.network import PolicyConfig
    from gristmill.agents.training.cloning import new_policy
    from gristmill.agents.training.samples import imitation_loss, samples_of
    from gristmill.agents.training.updates import Optimiser

    torch.set_num_threads(1)
    policy = new_policy(PolicyConfig(width=16, heads=2, note_words=0), 0)
    samples = samples_of(played_by_the_oracle(load_toy(), 60), note_words=0).samples
    optimiser = Optimiser(policy, learning_rate=3e-3)
    for place in range(80):
        first = place * 20 % len(samples)
        optimiser.step(imitation_loss(policy, samples[first : first + 20], None))
    return policy.state_dict()


@pytest.fixture
def trained_policy(small_policy: Callable[..., Any], trained_weights: dict[str, Any]) -> Callable[..., Any]:
    def policy() -> Any:
        fresh = small_policy()
        fresh.load_state_dict(trained_weights)
        return fresh

    return policy


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    if importlib.util.find_spec("torch") is not None:
        import torch

        torch.set_num_threads(1)
