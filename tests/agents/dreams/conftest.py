"""Logs of the tiny known task: six buttons, of which the goal names one."""

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import pytest
from numpy.random import default_rng

from gristmill.agents.dreams.files import Dream
from gristmill.agents.dreams.logs import Episode, episode_of
from gristmill.agents.dreams.recovery import recovered
from gristmill.agents.recording.trajectories import TextObservation, Trajectory

Played = Callable[[int, Iterable[str]], Trajectory]


@pytest.fixture(scope="session")
def played(toy: ModuleType) -> Played:
    """Plays actions on a seed's task until it ends, as `gristmill record` writes it."""

    def play(seed: int, actions: Iterable[str]) -> Trajectory:
        env = toy.ToyEnv("Toy")
        env.reset(seed=seed)
        seen, done, rewards = [env.observation()], [], []
        over = False
        for action in actions:
            if over or env.steps_taken == env.family.max_steps:
                break
            observation, reward, over, _, _ = run_to_end(env.stepping(action))
            seen.append(observation)
            done.append(action)
            rewards.append(reward)
        return Trajectory(
            task="Toy", seed=seed, options={}, agent="test", goal=seen[0]["goal"], success=over,
            observations=tuple(
                TextObservation(**{name: text for name, text in o.items() if name != "goal"}) for o in seen
            ),
            actions=tuple(done), rewards=tuple(rewards), terminated=over, truncated=not over,
            ended_by="success" if over else "step limit", checks={},
        )  # fmt: skip

    return play


def run_to_end(work: Any) -> Any:
    try:
        next(work)
    except StopIteration as end:
        return end.value
    raise AssertionError("The tiny task never waits.")


@pytest.fixture(scope="session")
def logged(played: Played) -> list[Trajectory]:
    """Presses of random buttons, three an episode."""
    rng = default_rng(7)
    return [played(seed, [f"click e{n}" for n in rng.integers(1, 7, size=3)]) for seed in range(120)]


@pytest.fixture(scope="session")
def episodes(logged: list[Trajectory]) -> list[Episode]:
    return [episode_of(each) for each in logged]


@pytest.fixture(scope="session")
def dream(episodes: list[Episode]) -> Dream:
    return Dream(episodes=tuple(episodes), recovered=recovered(episodes))


@pytest.fixture
def small_policy() -> Callable[..., Any]:
    from gristmill.agents.policies.network import PolicyConfig
    from gristmill.agents.training.cloning import new_policy

    return lambda seed=0: new_policy(PolicyConfig(width=16, heads=2, note_words=16), seed)
