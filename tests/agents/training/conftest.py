"""Policies and samples that are small enough to train in a test."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def load_toy() -> ModuleType:
    """The module beside this file: tests are no package."""
    if "gristmill_toy" not in sys.modules:
        path = Path(__file__).with_name("toy.py")
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
def small_policy() -> Callable[..., Any]:
    from gristmill.agents.policies.network import PolicyConfig
    from gristmill.agents.training.cloning import new_policy

    return lambda seed=0: new_policy(PolicyConfig(width=16, heads=2, note_words=0), seed)


@pytest.fixture
def toy_samples(toy: ModuleType) -> Callable[[int], Any]:
    from gristmill.agents.training.demonstrations import Demonstration, DemonstrationStep
    from gristmill.agents.training.samples import samples_of

    def samples(count: int) -> Any:
        demonstrations = []
        for seed in range(count):
            env = toy.ToyEnv("Toy")
            env.reset(seed=seed)
            page = env.observation()
            goal = page.pop("goal")
            step = DemonstrationStep(action=env.oracle(), **page)
            demonstrations.append(Demonstration(task_id="Toy", seed=seed, goal=goal, steps=(step,)))
        return samples_of(demonstrations, note_words=0).samples

    return samples


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    if importlib.util.find_spec("torch") is not None:
        import torch

        torch.set_num_threads(1)
