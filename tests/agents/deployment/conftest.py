"""The tiny known task of the trainings, and what it takes to be deployed on a changed site of it."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest


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


@pytest.fixture
def demonstrations(toy_demonstrations: Callable[[int], list[Any]]) -> list[Any]:
    """On the site as it was."""
    return toy_demonstrations(40)


@pytest.fixture(scope="session")
def trained_weights(
    toy_demonstrations: Callable[[int], list[Any]], small_policy: Callable[..., Any]
) -> dict[str, Any]:
    """Weights of a small policy that knows the tiny task as it was."""
    from gristmill.agents.training.samples import imitation_loss, samples_of
    from gristmill.agents.training.updates import Optimiser

    policy = small_policy()
    samples = samples_of(toy_demonstrations(60), note_words=0).samples
    optimiser = Optimiser(policy, learning_rate=3e-3)
    for place in range(80):
        first = place * 20 % len(samples)
        optimiser.step(imitation_loss(policy, samples[first : first + 20], None))
    weights: dict[str, Any] = policy.state_dict()
    return weights


@pytest.fixture
def trained_policy(small_policy: Callable[..., Any], trained_weights: dict[str, Any]) -> Callable[..., Any]:
    def policy() -> Any:
        fresh = small_policy()
        fresh.load_state_dict(trained_weights)
        return fresh

    return policy


@pytest.fixture(autouse=True)
def _in_one_thread(_one_thread: None) -> None:
    pass
