"""The learned model on the tiny known task."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from numpy.random import default_rng

torch = pytest.importorskip("torch")

from gristmill.agents.dreams.comparison import errors_by_horizon  # noqa: E402 - needs torch
from gristmill.agents.dreams.environment import DreamEnv, world_of  # noqa: E402
from gristmill.agents.dreams.files import Dream, load_dream, save_dream  # noqa: E402
from gristmill.agents.dreams.learned import learn  # noqa: E402
from gristmill.agents.dreams.logs import Episode, episode_of  # noqa: E402
from gristmill.agents.dreams.model import ModelConfig, trained  # noqa: E402
from gristmill.agents.dreams.replay import replayed  # noqa: E402
from gristmill.agents.recording.trajectories import Trajectory  # noqa: E402
from gristmill.agents.training.played import Job  # noqa: E402
from gristmill.agents.training.playing import Players  # noqa: E402
from gristmill.errors import TrainingError  # noqa: E402

pytestmark = pytest.mark.train
CONFIG = ModelConfig(width=16, updates=300, learning_rate=4e-3)


@pytest.fixture(scope="module")
def learned(dream: Dream) -> Dream:
    model = learn(dream.episodes, dream.recovered, CONFIG)
    return Dream(episodes=dream.episodes, recovered=dream.recovered, model=model)


def test_it_tells_which_button_is_rewarded_on_tasks_that_were_not_logged(
    learned: Dream, played: Callable[[int, Iterable[str]], Trajectory]
) -> None:
    rng = default_rng(2)
    held_out = [
        episode_of(played(seed, [f"click e{n}" for n in rng.integers(1, 7, size=3)]))
        for seed in range(6000, 6040)
    ]
    first = errors_by_horizon(world_of(learned), held_out)[0]
    assert first.steps == 1
    assert first.reward > 0.95
    assert first.end > 0.95
    assert first.template > 0.95
    assert first.elements > 0.9


def test_training_repeats_bit_for_bit(dream: Dream) -> None:
    few = dream.episodes[:20]
    brief = ModelConfig(width=16, updates=5)
    assert learn(few, dream.recovered, brief) == learn(few, dream.recovered, brief)


def test_episodes_begin_in_logged_states_and_end_at_the_horizon(learned: Dream, tmp_path: Path) -> None:
    save_dream(learned, tmp_path / "toy.dream")
    env = DreamEnv(tmp_path / "toy.dream", horizon=2)
    begun = [env.reset(seed=seed) for seed in range(30)]
    assert {observation["url"] for observation, _ in begun} == {
        "http://toy.test/start", "http://toy.test/spoilt"
    }  # fmt: skip
    assert {len(info["before"]) for _, info in begun} == {0, 1, 2}
    env.reset(seed=0)
    assert [env.step("scroll down")[3] for _ in range(2)] == [False, True]
    assert load_dream(tmp_path / "toy.dream").model == learned.model


def test_a_policy_remembers_what_led_to_the_state_where_it_begins(
    learned: Dream, small_policy: Callable[..., Any]
) -> None:
    players = Players(num_envs=4, make_env=lambda task_id, **_: DreamEnv(learned))
    played = players.play(small_policy(), [Job(task_id="dream", seed=seed) for seed in range(30)])
    first = [episode.steps[0].memory.actions for episode in played]
    assert {len(actions) for actions in first} == {0, 1, 2}
    assert all(action.startswith("click button") for actions in first for action in actions)


def test_what_a_policy_did_in_the_dream_is_repeated_in_reality(
    dream: Dream, toy: ModuleType, small_policy: Callable[..., Any]
) -> None:
    found = replayed(small_policy(), dream, dream.episodes, make_env=toy.ToyEnv)
    assert found.both > 5
    assert found.neither > 5
    assert found.false_successes == found.missed == 0


def test_nothing_to_learn_from_is_an_error(dream: Dream) -> None:
    with pytest.raises(TrainingError, match="nothing to learn"):
        trained([], ["stays"], CONFIG)
    silent = [
        Episode(
            task=each.task, seed=each.seed, goal=each.goal, scenes=each.scenes[:1], actions=(), rewards=(),
            is_cut=True,
        )
        for each in dream.episodes[:3]
    ]  # fmt: skip
    with pytest.raises(TrainingError, match="nothing to learn"):
        learn(silent, dream.recovered, CONFIG)
