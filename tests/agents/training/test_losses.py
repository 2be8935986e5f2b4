"""Losses against closed forms and finite differences."""

import math
from collections.abc import Callable

import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.training import losses  # noqa: E402 - needs torch

Tensors = Callable[..., "torch.Tensor"]


def test_the_surrogate_at_ratio_one_is_the_advantage_and_its_gradient_that_of_the_policy() -> None:
    log_probs = torch.tensor([-1.0, -2.0, -0.5], requires_grad=True)
    advantages = torch.tensor([1.0, -2.0, 0.5])
    found = losses.clipped_surrogate(log_probs, log_probs.detach(), advantages, below=0.2, above=0.28)
    found.sum().backward()
    assert torch.equal(found.detach(), advantages)
    assert torch.allclose(log_probs.grad, advantages)


@pytest.mark.parametrize(
    ("ratio", "advantage", "expected"),
    [(1.5, 1.0, 1.28), (1.5, -1.0, -1.5), (0.5, 1.0, 0.5), (0.5, -1.0, -0.8), (1.1, 2.0, 2.2)],
)
def test_the_surrogate_is_clipped_on_the_side_that_flatters(
    ratio: float, advantage: float, expected: float
) -> None:
    found = losses.clipped_surrogate(
        torch.tensor([math.log(ratio)]), torch.zeros(1), torch.tensor([advantage]), below=0.2, above=0.28
    )
    assert found.item() == pytest.approx(expected, rel=1e-5)


def test_the_gradient_of_the_surrogate_equals_finite_differences() -> None:
    generator = torch.Generator().manual_seed(0)
    old = -torch.rand(6, generator=generator, dtype=torch.float64)
    advantages = torch.randn(6, generator=generator, dtype=torch.float64)
    new = (old + 0.4 * torch.randn(6, generator=generator, dtype=torch.float64)).requires_grad_()

    def loss(values: torch.Tensor) -> torch.Tensor:
        return losses.clipped_surrogate(values, old, advantages, below=0.2, above=0.28).sum()

    assert torch.autograd.gradcheck(loss, (new,))


def test_the_divergence_of_distributions_has_its_closed_form() -> None:
    certain, even = torch.tensor([0.0, -1e9]), torch.tensor([0.5, 0.5]).log()
    found = losses.categorical_divergence(torch.stack([certain, even, even]), torch.stack([even, even, even]))
    assert torch.allclose(found, torch.tensor([math.log(2), 0.0, 0.0]))
    other = torch.tensor([0.9, 0.1]).log()
    expected = 0.5 * math.log(0.5 / 0.9) + 0.5 * math.log(0.5 / 0.1)
    assert losses.categorical_divergence(even, other).item() == pytest.approx(expected)


def test_advantages_with_trace_one_are_the_return_minus_the_value() -> None:
    rewards, values = torch.tensor([0.0, 0.0, 1.0]), torch.tensor([0.3, 0.5, 0.9])
    advantages, returns = losses.advantages_and_returns(rewards, values, 0.0, discount=0.9, trace=1.0)
    assert torch.allclose(returns, torch.tensor([0.81, 0.9, 1.0]))
    assert torch.allclose(advantages, returns - values)


def test_advantages_with_trace_zero_are_one_step_errors_and_go_on_after_a_cut() -> None:
    rewards, values = torch.tensor([0.0, -0.1]), torch.tensor([0.3, 0.5])
    advantages, _ = losses.advantages_and_returns(rewards, values, 0.7, discount=0.5, trace=0.0)
    assert torch.allclose(advantages, torch.tensor([0.5 * 0.5 - 0.3, -0.1 + 0.5 * 0.7 - 0.5]))
