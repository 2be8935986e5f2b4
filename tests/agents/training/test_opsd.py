"""On-policy self-distillation on the tiny task: what it learns, what its controls do not, hints, faults."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from numpy.random import default_rng  # noqa: E402

from gristmill.agents.policies.batches import collate  # noqa: E402 - needs torch
from gristmill.agents.policies.choices import action_of  # noqa: E402
from gristmill.agents.policies.distribution import label_log_probs  # noqa: E402
from gristmill.agents.policies.tokens import Kind  # noqa: E402
from gristmill.agents.training.hints import HINTS, demonstrated, instruction, sibling_lines  # noqa: E402
from gristmill.agents.training.opsd import Opsd  # noqa: E402
from gristmill.agents.training.opsd_config import OpsdConfig, require_sound  # noqa: E402
from gristmill.agents.training.played import Job  # noqa: E402
from gristmill.agents.training.playing import Players  # noqa: E402
from gristmill.agents.training.runs import restore_state, run, save_state  # noqa: E402
from gristmill.errors import InvalidOptionError, TrainingError  # noqa: E402

pytestmark = pytest.mark.train

Policy = Callable[..., Any]
HELD_OUT = range(1_000_000, 1_000_060)
SMALL = {
    "rounds": 4, "groups_per_round": 16, "steps_per_round": 25, "lesson_steps": 150, "batch_size": 32,
    "learning_rate": 3e-3, "warm_steps": 5, "num_envs": 16,
}  # fmt: skip
SHORT = SMALL | {"rounds": 2, "groups_per_round": 4, "steps_per_round": 3, "lesson_steps": 3, "batch_size": 8}


@pytest.fixture
def make(toy: ModuleType, small_policy: Policy, toy_demonstrations: Policy) -> Callable[..., Opsd]:
    def trainer(settings: dict[str, Any], count: int = 4, env: Any = None) -> Opsd:
        config = OpsdConfig(**settings)
        states = demonstrated(toy_demonstrations(count), config.hint, note_words=0, make_env=toy.ToyEnv)
        return Opsd(config, small_policy(), ["Toy"], states, env or toy.ToyEnv)

    return trainer


def success(trainer: Opsd, toy: ModuleType) -> float:
    players = Players(num_envs=30, make_env=toy.ToyEnv)
    played = players.play(trainer.policy, [Job(task_id="Toy", seed=seed) for seed in HELD_OUT])
    return sum(each.success is True for each in played) / len(played)


def trained(trainer: Opsd) -> dict[str, float]:
    while trainer.share_done < 1:
        measured = trainer.update()
        assert all(value == value for value in measured.values())
    return measured


def weights(trainer: Opsd) -> dict[str, Any]:
    return {name: value.clone() for name, value in trainer.policy.state_dict().items()}


def are_equal(some: dict[str, Any], others: dict[str, Any]) -> bool:
    return all(torch.equal(some[name], others[name]) for name in some)


HARD = SMALL | {"lesson_steps": 60, "rounds": 1}


def after_lessons(trainer: Opsd) -> Opsd:
    trainer.update()
    return trainer


def confidence(trainer: Opsd, samples: list[Any]) -> float:
    """Mean probability of the right action."""
    states, labels = collate([each.features for each in samples]), [each.label for each in samples]
    trainer.policy.eval()
    with torch.no_grad():
        return label_log_probs(trainer.policy, trainer.policy(states), states, labels).exp().mean().item()


@pytest.mark.parametrize(
    "settings",
    [
        {},
        *(
            pytest.param(each, marks=pytest.mark.sweep)
            for each in (
                {"teacher": "ema", "divergence": "jsd"},
                {"teacher": "moving", "divergence": "reverse"},
                {"teacher": "labels"},
            )
        ),
    ],
)
def test_hints_at_the_next_step_solve_the_tiny_task_from_one_demonstration(
    settings: dict[str, Any],
    toy: ModuleType,
    make: Callable[..., Opsd],
    toy_samples: Callable[[int], Any],
) -> None:
    trainer = make(HARD | settings, 1)
    assert success(trainer, toy) < 0.6
    before = confidence(after_lessons(trainer), toy_samples(30))
    measured = trainer.update()
    assert measured.get("teacher_agreement", 1) > 0.9
    assert confidence(trainer, toy_samples(30)) > before
    assert success(trainer, toy) >= 0.95


def test_wrong_hints_teach_what_is_wrong(
    make: Callable[..., Opsd], toy_samples: Callable[[int], Any]
) -> None:
    right, wrong = (
        after_lessons(make(HARD | {"wrong_hints": is_wrong, "steps_per_round": 10}, 2))
        for is_wrong in (False, True)
    )
    assert right.update()["teacher_agreement"] > 0.9
    assert wrong.update()["teacher_agreement"] < 0.5
    assert confidence(wrong, toy_samples(30)) < confidence(right, toy_samples(30)) - 0.2


@pytest.mark.parametrize(
    "teacher", ["ema", *(pytest.param(each, marks=pytest.mark.sweep) for each in ("fixed", "moving"))]
)
def test_a_run_resumes_to_the_same_weights_bit_for_bit(
    teacher: str, make: Callable[..., Opsd], tmp_path: Path
) -> None:
    whole, killed, rest = (make(SHORT | {"teacher": teacher}) for _ in range(3))
    run(whole, tmp_path / "whole", save_every=1)
    killed.update()
    killed.update()
    save_state(killed, tmp_path / "killed")
    killed.update()  # lost: no state was saved after it
    restore_state(rest, tmp_path / "killed")
    run(rest, tmp_path / "killed", save_every=1)
    assert rest.updates_done == 3
    assert are_equal(weights(whole), weights(rest))
    assert are_equal(whole._teacher.state_dict(), rest._teacher.state_dict())


def test_the_average_follows_and_a_fixed_teacher_stays(make: Callable[..., Opsd]) -> None:
    fixed, ema = (after_lessons(make(SHORT | {"teacher": teacher})) for teacher in ("fixed", "ema"))
    start = weights(fixed)
    for trainer in (fixed, ema):
        trainer.update()
    assert are_equal(fixed._teacher.state_dict(), start)
    assert not are_equal(fixed.policy.state_dict(), start)
    far, near = (
        sum((value - start[name]).square().sum() for name, value in network.state_dict().items())
        for network in (ema.policy, ema._teacher)
    )
    assert 0 < near < far


def test_a_teacher_that_is_not_sure_teaches_nothing(make: Callable[..., Opsd]) -> None:
    trainer = after_lessons(make(SHORT | {"least_confidence": 1.1}))
    assert trainer.update()["divergence"] == 0


def test_a_loss_that_is_no_number_leaves_the_weights(make: Callable[..., Opsd], tmp_path: Path) -> None:
    trainer = after_lessons(make(SHORT))
    with torch.no_grad():
        trainer.policy.logit.bias[0] = float("nan")
    before = weights(trainer)
    with pytest.raises(TrainingError, match=r"Update 2 failed: The loss is nan"):
        run(trainer, tmp_path, save_every=1)
    after = weights(trainer)
    assert all(torch.equal(before[name], after[name]) for name in before if name != "logit.bias")


def test_episodes_with_a_fault_leave_the_round(toy: ModuleType, make: Callable[..., Opsd]) -> None:
    trainer = after_lessons(make(SHORT, env=toy.BrokenEnv))
    with pytest.raises(TrainingError, match="infrastructure failure"):
        trainer.update()

    class Faulty(toy.ToyEnv):  # type: ignore[name-defined, misc]
        faulty_seeds = frozenset({600_000, 600_001})

    trainer = after_lessons(make(SHORT, env=Faulty))
    assert trainer.update()["faults"] == 2


def test_states_after_a_mistake_that_cannot_be_undone_are_not_kept(make: Callable[..., Opsd]) -> None:
    trainer = make(SHORT)
    trained(trainer)
    assert {observation["url"] for observation, _, _ in trainer._met.states.sources.values()} == {
        "http://toy.test/start"
    }


def test_a_sibling_is_the_shortest_other_episode_that_succeeded(
    toy: ModuleType, small_policy: Policy
) -> None:
    players = Players(num_envs=40, make_env=toy.ToyEnv)
    jobs = [Job(task_id="Toy", seed=3, draw=draw) for draw in range(40)]
    group = players.play(small_policy(), jobs)
    winners = [each for each in group if each.success]
    assert 0 < len(winners) < len(group)
    best = min(winners, key=lambda each: len(each.steps))
    for episode, lines in zip(group, sibling_lines(group), strict=True):
        assert len(lines) == len(episode.steps)
        if episode is not best:
            assert lines[0][-1].startswith("click button")
            assert len(lines[0]) == len(best.steps)
    losers = [each for each in group if not each.success]
    assert {line for lines in sibling_lines(losers) for line in lines} == {()}
    assert sibling_lines([best, losers[0]])[0][0] == ()


def test_siblings_and_no_hints_run(toy: ModuleType, make: Callable[..., Opsd]) -> None:
    trainer = make(SHORT | {"hint": "sibling", "group_size": 4})
    trained(trainer)
    key, lines = next(iter(trainer._met.lines.items()))
    hinted = trainer._met.hinted([key], default_rng(0))[0]
    assert lines[-1].startswith("click button")
    assert [token.kind for token in hinted.hint] == [Kind.HINT] * len(lines)
    trained(make(SHORT | {"hint": "none"}))


def test_an_instruction_is_an_action_that_its_hint_names(toy_samples: Callable[[int], Any]) -> None:
    features, rng = toy_samples(1)[0].features, default_rng(0)
    instructions = [instruction(features, rng) for _ in range(40)]
    for each in instructions:
        choice, (token,) = each.sample.label[0], each.hint
        assert token.name == features.tokens[choice.token].name
        if features.takes_text[choice.token]:
            assert token.value in action_of(features, choice)
    assert len({each.sample.label[0].token for each in instructions}) > 6


@pytest.mark.slow
def test_open_checks_are_those_of_the_verdict_in_each_state() -> None:
    from gristmill.agents.training.drawing import draw_demonstrations
    from gristmill.envs.env import WebEnv

    demonstration = draw_demonstrations(["Shop-AddToCart-v0"], range(1))[0]
    found = HINTS["open_checks"].of_demonstration(demonstration, WebEnv)
    assert len(found) == len(demonstration.steps)
    assert found[0]
    assert found[-1] == ()
    assert all(": " in line for line in found[0])
    states = demonstrated([demonstration], "open_checks", note_words=64)
    assert [each.lines for each in states] == found


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hint": "all"}, "hint must be one of next_step, open_checks, sibling, none, not 'all'"),
        ({"teacher": "strict"}, "teacher must be one of fixed, ema, moving, labels"),
        ({"divergence": "kl"}, "divergence must be one of forward, reverse, jsd"),
        ({"hint": "sibling"}, "need a group_size of 2"),
        ({"divergence": "jsd", "beta": 1.0}, "beta must lie between 0 and 1"),
    ],
)
def test_settings_must_name_what_there_is(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidOptionError, match=message):
        require_sound(OpsdConfig(**settings))


def test_imitation_of_nothing_is_an_error(small_policy: Policy) -> None:
    with pytest.raises(TrainingError, match="nothing to learn from"):
        Opsd(OpsdConfig(), small_policy(), ["Toy"], [])
