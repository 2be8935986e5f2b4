"""Suggestions on a changed site of the tiny task: what one bit each teaches, resuming, faults."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.deployment.suggestions import (  # noqa: E402 - needs torch
    SuggestConfig,
    Suggestions,
    leave_one_out,
    require_sound,
)
from gristmill.agents.training.runs import restore_state, run, save_state  # noqa: E402
from gristmill.agents.training.samples import samples_of  # noqa: E402
from gristmill.errors import EngineFault, InvalidOptionError, TrainingError  # noqa: E402

pytestmark = pytest.mark.train

SMALL = {
    "skin": "confirming", "suggestions": 3_000, "batch_size": 60, "learning_rate": 2e-3, "warm_updates": 5,
    "word_dropout": 0.0,
}  # fmt: skip
SHORT = SMALL | {"suggestions": 30, "batch_size": 10, "old_states": 4}

Make = Callable[..., Suggestions]


@pytest.fixture
def make(stepped: Any, trained_policy: Callable[..., Any], demonstrations: list[Any]) -> Make:
    def trainer(settings: dict[str, Any], env: Any = None) -> Suggestions:
        old = samples_of(demonstrations, note_words=0).samples
        return Suggestions(SuggestConfig(**settings), trained_policy(), ["Toy"], old, env or stepped)

    return trainer


def all_of(trainer: Suggestions) -> list[dict[str, float]]:
    found = []
    while trainer.share_done < 1:
        found.append(trainer.update())
        assert all(value == value for value in found[-1].values())
    return found


def are_equal(some: Suggestions, others: Suggestions) -> bool:
    ours, theirs = some.policy.state_dict(), others.policy.state_dict()
    return all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_one_bit_for_each_suggestion_teaches_the_changed_site(make: Make) -> None:
    found = all_of(make(SMALL))
    first, last = found[0]["right"], sum(each["right"] for each in found[-5:]) / 5
    assert first < 0.7
    assert last > 0.9
    assert found[-1]["suggestions"] >= SMALL["suggestions"]


def test_without_a_signal_nothing_changes(make: Make) -> None:
    trainer, fresh = make(SHORT | {"signal": "none"}), make(SHORT)
    all_of(trainer)
    assert are_equal(trainer, fresh)


def test_acceptance_is_what_the_user_said_and_not_what_is_right(make: Make) -> None:
    still = SHORT | {"signal": "none"}
    assert all(each["acceptance"] == each["right"] for each in all_of(make(still | {"noise": 0.0})))
    assert any(each["acceptance"] != each["right"] for each in all_of(make(still | {"noise": 0.4})))


@pytest.mark.parametrize("signal", ["verdict", "labels"])
def test_a_run_resumes_to_the_same_weights_bit_for_bit(signal: str, make: Make, tmp_path: Path) -> None:
    whole, killed, rest = (make(SHORT | {"signal": signal}) for _ in range(3))
    run(whole, tmp_path / "whole", save_every=1)
    killed.update()
    save_state(killed, tmp_path / "killed")
    killed.update()  # lost: no state was saved after it
    restore_state(rest, tmp_path / "killed")
    run(rest, tmp_path / "killed", save_every=1)
    assert rest.updates_done == whole.updates_done
    assert are_equal(whole, rest)


def test_the_gradient_moves_probability_to_what_is_accepted_more_often_than_the_rest() -> None:
    logits = torch.zeros(3, requires_grad=True)
    choices, accepted = torch.tensor([0, 0, 1, 2]), torch.tensor([1.0, 1.0, 0.0, 0.0])
    advantages = leave_one_out(accepted)
    assert torch.allclose(advantages, torch.tensor([2 / 3, 2 / 3, -2 / 3, -2 / 3]))
    (advantages * logits.log_softmax(-1)[choices]).mean().backward()
    assert logits.grad is not None
    assert torch.allclose(logits.grad, torch.tensor([1 / 3, -1 / 6, -1 / 6]))


def test_episodes_with_a_fault_are_counted_and_nothing_is_suggested_in_them(stepped: Any, make: Make) -> None:
    class Faulty(stepped):  # type: ignore[misc]
        faulty_seeds = frozenset({750_000, 750_001})

    trainer = make(SHORT, Faulty)
    found = trainer.update()
    assert found["faults"] == 2
    assert found["suggestions"] == 10

    class Gone(stepped):  # type: ignore[misc]
        def reset(self, *, seed: int) -> Any:
            raise EngineFault("The server is gone.")

    trainer = make(SHORT, Gone)
    with pytest.raises(TrainingError, match="None of 10 episodes could be played"):
        trainer.update()
    assert trainer.updates_done == 0


def test_a_loss_that_is_no_number_leaves_the_weights(make: Make, tmp_path: Path) -> None:
    trainer = make(SHORT)
    with torch.no_grad():
        trainer.policy.logit.bias[0] = float("nan")
    before = {name: value.clone() for name, value in trainer.policy.state_dict().items()}
    with pytest.raises(TrainingError, match=r"Update 1 failed: The loss is nan"):
        run(trainer, tmp_path, save_every=1)
    after = trainer.policy.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before if name != "logit.bias")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"signal": "all"}, "signal must be one of verdict, labels, none, not 'all'"),
        ({"batch_size": 1}, "batch_size must be 2 or more"),
        ({"suggestions": 0}, "suggestions must be 1 or more"),
        ({"noise": 0.6}, "noise must be 0.5 at most"),
    ],
)
def test_settings_must_make_sense(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidOptionError, match=message):
        require_sound(SuggestConfig(**settings))


def test_old_states_that_are_missing_are_an_error(small_policy: Callable[..., Any]) -> None:
    with pytest.raises(TrainingError, match="nothing to learn from"):
        Suggestions(SuggestConfig(), small_policy(), ["Toy"], [])
