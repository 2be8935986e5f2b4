"""Weeks of deployment on a changed site of the tiny task: what is learned, forgotten, resumed and refused."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from numpy.random import default_rng  # noqa: E402 - needs torch

from gristmill.agents.deployment.feedback import judgement  # noqa: E402
from gristmill.agents.deployment.weeks import Deployment  # noqa: E402
from gristmill.agents.deployment.weeks_config import DeployConfig, require_sound  # noqa: E402
from gristmill.agents.training.runs import restore_state, run, save_state  # noqa: E402
from gristmill.errors import InvalidOptionError, LearningFileError, TrainingError  # noqa: E402

pytestmark = pytest.mark.train

SMALL = {
    "skin": "confirming", "weeks": 2, "days": 4, "episodes_per_day": 20, "num_envs": 20, "lesson_steps": 160,
    "steps_per_week": 40, "learning_rate": 3e-3, "warm_steps": 5, "word_dropout": 0.0, "held_out": 60,
    "thumb_noise": 0.05,
}  # fmt: skip
SHORT = SMALL | {
    "days": 2, "episodes_per_day": 8, "lesson_steps": 3, "steps_per_week": 3, "batch_size": 8, "held_out": 4,
}  # fmt: skip

Make = Callable[..., Deployment]


@pytest.fixture
def make(toy: ModuleType, small_policy: Callable[..., Any], demonstrations: list[Any]) -> Make:
    def trainer(method: str, settings: dict[str, Any] = SHORT, env: Any = None) -> Deployment:
        config = DeployConfig(method=method, **settings)
        policy = small_policy(2)  # from some other weights, these lessons do not teach it to read notes
        return Deployment(config, policy, ["Toy"], demonstrations, env or toy.ToyEnv)

    return trainer


def weeks(trainer: Deployment) -> list[dict[str, float]]:
    found = []
    while trainer.share_done < 1:
        found.append(trainer.update())
        assert all(value == value for value in found[-1].values())
    return found


def are_equal(some: Deployment, others: Deployment) -> bool:
    ours, theirs = some.policy.state_dict(), others.policy.state_dict()
    return all(torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.mark.parametrize("method", ["replay", "distil"])
def test_an_approved_week_is_learned_and_the_old_site_is_not_forgotten(method: str, make: Make) -> None:
    before, after = weeks(make(method, SMALL | {"weeks": 1}))
    assert before["held_out_deployed"] < 0.4
    assert after["held_out_deployed"] >= 0.9
    assert before["held_out_old"] >= 0.95
    assert after["held_out_old"] >= 0.95


def test_notes_help_without_a_change_of_the_weights_and_a_frozen_agent_stays(make: Make) -> None:
    frozen, noting = make("frozen", SMALL | {"weeks": 1}), make("notes", SMALL | {"weeks": 1})
    start, still = weeks(frozen)
    _, noted = weeks(noting)
    assert start["held_out_deployed"] == still["held_out_deployed"]
    assert still["notes"] == 0
    assert noted["success_in_training"] > still["success_in_training"] + 0.1
    assert noted["held_out_deployed"] > still["held_out_deployed"] + 0.3
    assert are_equal(frozen, noting)


@pytest.mark.parametrize("method", ["replay", "distil"])
def test_a_run_resumes_to_the_same_weights_bit_for_bit(method: str, make: Make, tmp_path: Path) -> None:
    whole, killed, rest = (make(method) for _ in range(3))
    run(whole, tmp_path / "whole", save_every=1)
    killed.update()
    killed.update()
    save_state(killed, tmp_path / "killed")
    killed.update()  # lost: no state was saved after it
    restore_state(rest, tmp_path / "killed")
    run(rest, tmp_path / "killed", save_every=1)
    assert rest.updates_done == 3
    assert are_equal(whole, rest)
    assert whole._notes == rest._notes


def test_episodes_with_a_fault_leave_the_week(toy: ModuleType, make: Make) -> None:
    class Faulty(toy.ToyEnv):  # type: ignore[name-defined, misc]
        faulty_seeds = frozenset({750_000, 750_003})

    trainer = make("replay", env=Faulty)
    trainer.update()
    assert trainer.update()["faults"] == 2
    trainer = make("replay", SHORT | {"held_out": 0}, toy.BrokenEnv)
    trainer.update()
    with pytest.raises(TrainingError, match="infrastructure failure"):
        trainer.update()
    assert trainer.updates_done == 1


def test_a_loss_that_is_no_number_leaves_the_weights(make: Make, tmp_path: Path) -> None:
    trainer = make("distil")
    trainer.update()
    with torch.no_grad():
        trainer.policy.logit.bias[0] = float("nan")
    before = {name: value.clone() for name, value in trainer.policy.state_dict().items()}
    with pytest.raises(TrainingError, match=r"Update 2 failed: The loss is nan"):
        run(trainer, tmp_path, save_every=1)
    after = trainer.policy.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before if name != "logit.bias")


def test_without_approval_nothing_is_learned(toy: ModuleType, make: Make) -> None:
    class Hopeless(toy.ToyEnv):  # type: ignore[name-defined, misc]
        def _press(self, action: str) -> bool:
            return False

    for method in ("replay", "distil"):
        trainer = make(method, SHORT | {"thumb_noise": 0.0}, Hopeless)
        trainer.update()
        before = {name: value.clone() for name, value in trainer.policy.state_dict().items()}
        found = trainer.update()
        assert (found["approved"], found["states"], found["notes"]) == (0, 0, 0)
        assert all(torch.equal(before[name], value) for name, value in trainer.policy.state_dict().items())


def test_adjacent_families_are_measured_where_the_agent_is_deployed(make: Make) -> None:
    found = make("frozen", SHORT | {"adjacent": "Toy,Toy2", "lesson_steps": 0}).update()
    assert found["held_out_adjacent"] == found["held_out_deployed"] < 1
    assert "held_out_adjacent" not in make("frozen", SHORT | {"lesson_steps": 0}).update()


def test_a_state_of_another_version_is_named(make: Make) -> None:
    trainer = make("replay", SHORT | {"thumb_noise": 0.5})
    weeks(trainer)
    state = trainer.state()
    state["experience"]["lines"].append([])
    with pytest.raises(LearningFileError, match="go on with the version that wrote it"):
        trainer.restore(state)


def test_a_judgement_is_wrong_as_often_as_stated() -> None:
    rng = default_rng(0)
    for is_right in (True, False):
        wrong = sum(judgement(is_right, 0.2, rng) != is_right for _ in range(2000))
        assert 340 < wrong < 460
    assert judgement(True, 0.0, rng)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "learn"}, "method must be one of distil, replay, notes, frozen, not 'learn'"),
        ({"days": 0}, "days must be 1 or more"),
        ({"thumb_noise": 0.6}, "thumb_noise must be 0.5 at most"),
        ({"batch_size": 1}, "batch_size must be 2 or more"),
    ],
)
def test_settings_must_make_sense(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidOptionError, match=message):
        require_sound(DeployConfig(**settings))


def test_imitation_of_nothing_is_an_error(small_policy: Callable[..., Any]) -> None:
    nothing: Sequence[Any] = []
    with pytest.raises(TrainingError, match="nothing to learn from"):
        Deployment(DeployConfig(), small_policy(), ["Toy"], nothing)
