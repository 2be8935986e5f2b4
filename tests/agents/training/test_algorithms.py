"""Each algorithm on a tiny known task: what it learns, that it repeats, and what it refuses."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.policies.files import load_policy  # noqa: E402 - needs torch
from gristmill.agents.policies.sealed_file import write_sealed  # noqa: E402
from gristmill.agents.training.algorithms import ALGORITHMS, config_of  # noqa: E402
from gristmill.agents.training.cloning import Cloning, CloningConfig  # noqa: E402
from gristmill.agents.training.dagger import Dagger, DaggerConfig  # noqa: E402
from gristmill.agents.training.expert import Expert, ExpertConfig  # noqa: E402
from gristmill.agents.training.groups import weighted_steps  # noqa: E402
from gristmill.agents.training.grpo import Grpo, GrpoConfig  # noqa: E402
from gristmill.agents.training.played import Job  # noqa: E402
from gristmill.agents.training.playing import Players  # noqa: E402
from gristmill.agents.training.ppo import Ppo, PpoConfig  # noqa: E402
from gristmill.agents.training.runs import restore_state, run, save_state  # noqa: E402
from gristmill.errors import (  # noqa: E402
    InvalidOptionError,
    LearningFileError,
    TrainingError,
    UnknownNameError,
)

pytestmark = pytest.mark.train

Policy = Callable[..., Any]
Samples = Callable[[int], Any]
HELD_OUT = range(1_000_000, 1_000_060)


def make_trainer(name: str, toy: ModuleType, policy: Policy, samples: Samples, steps: int) -> Any:
    """A trainer for so many environment steps, or samples that are cloned."""
    env = toy.ToyEnv
    match name:
        case "clone":
            cloning = Cloning(
                CloningConfig(updates=steps // 16, batch_size=16, learning_rate=3e-3, note_words=0),
                samples(64),
            )
            return cloning
        case "dagger":
            config = DaggerConfig(
                episodes=steps // 2, episodes_per_round=16, steps_per_round=25, num_envs=8,
                learning_rate=3e-3, warm_steps=5,
            )  # fmt: skip
            return Dagger(config, policy(), ["Toy"], samples(4), env)
        case "expert":
            practice = ExpertConfig(
                env_steps=steps, episodes_per_round=32, steps_per_round=25, num_envs=16,
                learning_rate=3e-3, warm_steps=5,
            )  # fmt: skip
            return Expert(practice, policy(), ["Toy"], samples(4), env)
        case "steps":
            steps_alone = GrpoConfig(
                env_steps=steps, groups=4, most_groups=8, group_size=1, step_groups=2, branches=4,
                learning_rate=3e-3, largest_kl=0.2,
            )  # fmt: skip
            return Grpo(steps_alone, policy(), ["Toy", "Other"], env)
        case "grpo":
            settings = GrpoConfig(
                env_steps=steps, groups=8, learning_rate=3e-3, step_cost=0.05, largest_kl=0.2
            )
            return Grpo(settings, policy(), ["Toy"], env)
    return Ppo(
        PpoConfig(env_steps=steps, episodes=48, learning_rate=3e-3, step_cost=0.05, value_updates=1,
                  largest_kl=0.2),
        policy(), ["Toy"], env,
    )  # fmt: skip


def success(trainer: Any, toy: ModuleType) -> float:
    players = Players(num_envs=30, make_env=toy.ToyEnv)
    played = players.play(trainer.policy, [Job(task_id="Toy", seed=seed) for seed in HELD_OUT])
    return sum(each.success is True for each in played) / len(played)


def weights(trainer: Any) -> dict[str, Any]:
    return {name: value.clone() for name, value in trainer.policy.state_dict().items()}


def read_lines(folder: Path) -> list[str]:
    return (folder / "metrics.jsonl").read_text().splitlines()


def are_equal(some: dict[str, Any], others: dict[str, Any]) -> bool:
    return all(torch.equal(some[name], others[name]) for name in some)


@pytest.mark.parametrize(
    ("name", "steps"),
    [("clone", 1600), ("dagger", 192), ("expert", 900), ("grpo", 2600), ("ppo", 1700)],
)
def test_an_algorithm_solves_the_tiny_task(
    name: str, steps: int, toy: ModuleType, small_policy: Policy, toy_samples: Samples
) -> None:
    trainer = make_trainer(name, toy, small_policy, toy_samples, steps)
    before = success(trainer, toy)
    while trainer.share_done < 1:
        measured = trainer.update()
        assert all(value == value for value in measured.values())
    assert before < 0.6
    assert success(trainer, toy) >= 0.95


@pytest.mark.parametrize(
    ("name", "steps"),
    [("clone", 64), ("dagger", 64), ("expert", 160), ("grpo", 500), ("steps", 400), ("ppo", 256)],
)
def test_a_run_repeats_and_resumes_to_the_same_weights_bit_for_bit(
    name: str, steps: int, toy: ModuleType, small_policy: Policy, toy_samples: Samples, tmp_path: Path
) -> None:
    trainers = [make_trainer(name, toy, small_policy, toy_samples, steps) for _ in range(3)]
    run(trainers[0], tmp_path / "whole", save_every=1)
    trainers[1].update()
    save_state(trainers[1], tmp_path / "killed")
    trainers[1].update()  # lost: no state was saved after it
    restore_state(trainers[2], tmp_path / "killed")
    run(trainers[2], tmp_path / "killed", save_every=1)
    assert trainers[0].updates_done > 1
    assert are_equal(weights(trainers[0]), weights(trainers[2]))
    assert are_equal(weights(trainers[0]), load_policy(tmp_path / "killed").state_dict())
    updates = [json.loads(line)["update"] for line in read_lines(tmp_path / "whole")]
    assert updates == list(range(1, trainers[0].updates_done + 1))


def test_ctrl_c_ends_a_run_after_its_update_and_it_resumes_to_the_same_weights(
    toy: ModuleType, small_policy: Policy, toy_samples: Samples, tmp_path: Path
) -> None:
    whole, stopped, rest = (make_trainer("clone", toy, small_policy, toy_samples, 96) for _ in range(3))
    run(whole, tmp_path / "whole", save_every=100)
    with pytest.raises(KeyboardInterrupt):
        run(
            stopped, tmp_path / "stopped", save_every=100,
            on_update=lambda metrics, share: signal.raise_signal(signal.SIGINT),
        )  # fmt: skip
    assert stopped.updates_done == 1
    restore_state(rest, tmp_path / "stopped")
    run(rest, tmp_path / "stopped", save_every=100)
    assert are_equal(weights(whole), weights(rest))
    of_stopped, of_whole = (
        [json.loads(line) for line in read_lines(tmp_path / name)] for name in ("stopped", "whole")
    )
    costs = [each.pop("cpu_s") for each in of_stopped]
    assert costs == sorted(costs)
    assert all(each.pop("cpu_s") > 0 for each in of_whole)
    assert of_stopped == of_whole


def test_a_loss_that_is_no_number_stops_the_run_and_leaves_the_weights(
    toy: ModuleType, small_policy: Policy, toy_samples: Samples, tmp_path: Path
) -> None:
    trainer = make_trainer("clone", toy, small_policy, toy_samples, 256)
    trainer.update()
    with torch.no_grad():
        trainer.policy.logit.bias[0] = float("nan")
    before = weights(trainer)
    with pytest.raises(TrainingError, match=r"Update 2 failed: The loss is nan.*state before it"):
        run(trainer, tmp_path, save_every=1)
    assert trainer.updates_done == 1
    after = weights(trainer)
    assert all(torch.equal(before[name], after[name]) for name in before if name != "logit.bias")
    assert (tmp_path / "state.pt").exists()


def test_an_exploding_gradient_is_refused(
    toy: ModuleType, small_policy: Policy, toy_samples: Samples
) -> None:
    from gristmill.agents.training.updates import Optimiser

    policy = small_policy()
    before = {name: value.clone() for name, value in policy.state_dict().items()}
    with pytest.raises(TrainingError, match="gradient's norm"):
        Optimiser(policy, learning_rate=0.1).step(1e9 * policy.logit.weight.sum())
    assert are_equal(before, policy.state_dict())


@pytest.mark.parametrize(
    ("warm_steps", "rates"), [(0, [0.1, 0.1, 0.1]), (1, [0.1, 0.1, 0.1]), (4, [0.025, 0.05, 0.075])]
)
def test_the_learning_rate_rises_over_its_first_steps_also_after_resuming(
    warm_steps: int, rates: list[float]
) -> None:
    from gristmill.agents.training.updates import Optimiser

    layer = torch.nn.Linear(2, 1)
    first, second = (Optimiser(layer, learning_rate=0.1, warm_steps=warm_steps) for _ in range(2))
    used = []
    for optimiser in (first, first, second):
        if optimiser is second:
            second.restore(first.state())
        optimiser.step(layer(torch.ones(2)).sum())
        used.append(optimiser.state()["adam"]["param_groups"][0]["lr"])
    assert used == pytest.approx(rates)


def test_a_state_of_another_version_is_refused(
    toy: ModuleType, small_policy: Policy, toy_samples: Samples, tmp_path: Path
) -> None:
    trainer = make_trainer("dagger", toy, small_policy, toy_samples, 96)
    write_sealed(tmp_path / "state.pt", "training-state-1", b"")
    with pytest.raises(LearningFileError, match="another version of Gristmill"):
        restore_state(trainer, tmp_path)


def test_a_state_of_another_size_is_refused(
    toy: ModuleType, small_policy: Policy, toy_samples: Samples, tmp_path: Path
) -> None:
    small = make_trainer("grpo", toy, small_policy, toy_samples, 256)
    large = make_trainer("clone", toy, small_policy, toy_samples, 256)
    save_state(small, tmp_path)
    with pytest.raises(LearningFileError, match="another size"):
        restore_state(large, tmp_path)


def test_a_full_disk_keeps_the_last_state(
    toy: ModuleType, small_policy: Policy, toy_samples: Samples, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    import errno
    import os

    trainer = make_trainer("clone", toy, small_policy, toy_samples, 256)
    save_state(trainer, tmp_path)
    saved = (tmp_path / "state.pt").read_bytes()
    trainer.update()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LearningFileError, match="No space left"):
        save_state(trainer, tmp_path)
    assert (tmp_path / "state.pt").read_bytes() == saved
    assert sorted(path.name for path in tmp_path.iterdir()) == ["policy.pt", "state.pt"]


def test_episodes_with_a_fault_leave_their_group(toy: ModuleType, small_policy: Policy) -> None:
    class Faulty(toy.ToyEnv):  # type: ignore[name-defined, misc]
        faulty_seeds = frozenset({7})

    players = Players(num_envs=4, make_env=Faulty)
    played = players.play(small_policy(), [Job(task_id="Toy", seed=seed, draw=1) for seed in (7, 8, 9, 7)])
    assert [each.success for each in played][::3] == [None, None]
    assert None not in [each.success for each in played[1:3]]
    judged_steps = {id(step) for each in played[1:3] for step in each.steps}
    assert {id(each.step) for each in weighted_steps(played)} <= judged_steps
    assert weighted_steps([played[0], played[3]]) == []


@pytest.mark.parametrize("name", ["dagger", "expert", "ppo"])
def test_a_round_of_nothing_but_faults_is_an_error(
    name: str, toy: ModuleType, small_policy: Policy, toy_samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toy, "ToyEnv", toy.BrokenEnv)
    trainer = make_trainer(name, toy, small_policy, lambda count: [], 256)
    with pytest.raises(TrainingError, match="infrastructure failure"):
        trainer.update()


def test_forks_of_failed_episodes_find_more_successes(
    toy: ModuleType, small_policy: Policy, toy_samples: Samples
) -> None:
    found = {}
    for forks in (0, 6):
        config = ExpertConfig(
            env_steps=10_000, episodes_per_round=24, forks=forks, steps_per_round=1, num_envs=24
        )
        trainer = Expert(config, small_policy(), ["Toy"], toy_samples(4), toy.ToyEnv)
        found[forks] = trainer.update()
    won = found[0]["success_in_training"]
    assert won == found[6]["success_in_training"]
    assert found[0]["rewarded"] == won * 24
    assert found[6]["rewarded"] > found[0]["rewarded"]
    assert found[6]["env_steps"] > found[0]["env_steps"]


def test_a_group_of_equal_returns_teaches_nothing(toy: ModuleType, small_policy: Policy) -> None:
    players = Players(num_envs=4, make_env=toy.ToyEnv)
    played = players.play(small_policy(), [Job(task_id="Toy", seed=3) for _ in range(4)])
    assert weighted_steps(played) == []


def test_labels_end_where_the_task_can_no_longer_be_won(
    toy: ModuleType, small_policy: Policy, toy_samples: Samples
) -> None:
    trainer = make_trainer("dagger", toy, small_policy, toy_samples, 64)
    trainer.update()
    sources = trainer._labelled.sources.values()
    assert sources
    assert {observation["url"] for observation, _, _ in sources} == {"http://toy.test/start"}


@pytest.mark.parametrize("name", ["clone", "dagger", "expert"])
def test_imitation_of_nothing_is_an_error(name: str, toy: ModuleType, small_policy: Policy) -> None:
    with pytest.raises(TrainingError, match="nothing to learn from"):
        make_trainer(name, toy, small_policy, lambda count: [], 256).update()


def test_settings_are_checked() -> None:
    with pytest.raises(UnknownNameError, match="groups"):
        config_of(ALGORITHMS["grpo"], {"group": 3})
    with pytest.raises(InvalidOptionError, match="must be of type int"):
        config_of(ALGORITHMS["grpo"], {"groups": "many"})
    with pytest.raises(InvalidOptionError, match="negative"):
        config_of(ALGORITHMS["clone"], {"learning_rate": -1.0})
    assert config_of(ALGORITHMS["clone"], {"learning_rate": 1}).learning_rate == 1
