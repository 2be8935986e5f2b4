"""Divergences against closed forms and finite differences, and what each teaches."""

import math

import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.policies.batches import collate  # noqa: E402 - needs torch
from gristmill.agents.policies.distribution import label_log_probs  # noqa: E402
from gristmill.agents.policies.enumeration import (  # noqa: E402
    ActionLogProbs,
    action_log_probs,
    likely_boxes,
)
from gristmill.agents.training.divergences import Divergence, bounded, divergences  # noqa: E402

ROWS = torch.tensor([0, 0, 0, 1, 1])
KINDS = list(Divergence)


def actions(logits: "torch.Tensor") -> ActionLogProbs:
    """Two states with three and two actions."""
    return ActionLogProbs(torch.cat([logits[:3].log_softmax(0), logits[3:].log_softmax(0)]), ROWS)


def between(student: "torch.Tensor", teacher: "torch.Tensor", kind: Divergence) -> "torch.Tensor":
    return divergences(actions(student), actions(teacher), kind=kind, beta=0.3, size=2)


def closed_form(p: "torch.Tensor", q: "torch.Tensor", kind: Divergence) -> float:
    """Of student p and teacher q, by the definitions."""
    m = 0.3 * q + 0.7 * p
    kl = lambda a, b: float((a * (a / b).log()).sum())  # noqa: E731
    return {
        Divergence.FORWARD: kl(q, p),
        Divergence.REVERSE: kl(p, q),
        Divergence.JSD: 0.3 * kl(q, m) + 0.7 * kl(p, m),
    }[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_divergence_equals_its_definition_in_each_state(kind: Divergence) -> None:
    generator = torch.Generator().manual_seed(1)
    student, teacher = (torch.randn(5, generator=generator, dtype=torch.float64) for _ in range(2))
    found = between(student, teacher, kind)
    for row, part in enumerate((slice(0, 3), slice(3, 5))):
        expected = closed_form(student[part].softmax(0), teacher[part].softmax(0), kind)
        assert found[row].item() == pytest.approx(expected, rel=1e-9)
    assert torch.allclose(between(student, student, kind), torch.zeros(2, dtype=torch.float64), atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_of_a_divergence_equals_finite_differences(kind: Divergence) -> None:
    generator = torch.Generator().manual_seed(2)
    teacher = torch.randn(5, generator=generator, dtype=torch.float64)
    student = torch.randn(5, generator=generator, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda logits: between(logits, teacher, kind), (student,))


def test_only_forward_divergence_corrects_a_student_that_is_sure_of_a_mistake() -> None:
    """Why a student with wrong habits gets worse under the reverse one: its doubts are taught alone."""
    teacher = torch.tensor([8.0, 0.0, 0.0, 0.0, 0.0])
    pulls = {}
    for kind in KINDS:
        student = torch.tensor([0.0, 9.0, 0.0, 0.0, 0.0], requires_grad=True)  # right action: 1 in 8000
        between(student, teacher, kind)[0].backward()
        pulls[kind] = -student.grad[0].item()
    assert pulls[Divergence.FORWARD] == pytest.approx(1, abs=0.01)
    assert 0 < pulls[Divergence.REVERSE] < 0.01
    assert 0 < pulls[Divergence.JSD] < 0.01


def test_a_bound_keeps_the_direction_of_what_it_scales_down() -> None:
    losses = torch.tensor([0.5, 12.0], requires_grad=True)
    found = bounded(losses, 3.0)
    found.sum().backward()
    assert found.tolist() == [0.5, 3.0]
    assert losses.grad.tolist() == [1.0, 0.25]
    assert bounded(losses, 0.0) is losses


@pytest.fixture
def states(toy_samples, small_policy):
    """A policy, a batch of six states, and their labels."""
    samples = toy_samples(6)
    return small_policy(), collate([each.features for each in samples]), [each.label for each in samples]


def perfect_teacher(ours: ActionLogProbs, batch, labels) -> ActionLogProbs:
    """All but a hundred millionth of the mass on the label. The toy has no box but the answer's."""
    values = torch.full_like(ours.values.detach(), math.log(1e-8))
    order = (batch.usable).nonzero().tolist()
    for row, label in enumerate(labels):
        values[order.index([row, label[0].token])] = 0.0
    return ActionLogProbs(values, ours.rows)


def gradient(policy, loss) -> "torch.Tensor":
    policy.zero_grad()
    loss.backward()
    return torch.cat([p.grad.flatten() for p in policy.parameters() if p.grad is not None])


def test_one_batch_of_a_perfect_teacher_teaches_what_labels_teach(states) -> None:
    policy, batch, labels = states
    size = batch.usable.shape[1]

    def ours() -> ActionLogProbs:
        return action_log_probs(policy, policy(batch), batch, [], size)

    imitated = gradient(policy, -label_log_probs(policy, policy(batch), batch, labels).mean())
    teacher = perfect_teacher(ours(), batch, labels)
    forward = divergences(ours(), teacher, kind=Divergence.FORWARD, beta=0.5, size=len(batch)).mean()
    distilled = gradient(policy, forward)
    assert torch.cosine_similarity(imitated, distilled, dim=0).item() > 0.99999
    assert distilled.norm().item() == pytest.approx(imitated.norm().item(), rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_steps_towards_a_perfect_teacher_lead_to_the_labels(kind: Divergence, states) -> None:
    policy, batch, labels = states
    size = batch.usable.shape[1]
    teacher = perfect_teacher(action_log_probs(policy, policy(batch), batch, [], size), batch, labels)
    adam = torch.optim.Adam(policy.parameters(), lr=3e-3)
    before = label_log_probs(policy, policy(batch), batch, labels).mean().item()
    for _ in range(15):
        adam.zero_grad()
        ours = action_log_probs(policy, policy(batch), batch, [], size)
        divergences(ours, teacher, kind=kind, beta=0.5, size=len(batch)).mean().backward()
        adam.step()
    after = label_log_probs(policy, policy(batch), batch, labels).mean().item()
    assert after > before + 0.5


def test_texts_count_as_actions_of_their_own(states) -> None:
    policy, batch, _ = states
    encoded = policy(batch)
    boxes = likely_boxes(batch, [encoded], 1e-3)
    assert boxes
    ours = action_log_probs(policy, encoded, batch, boxes, batch.usable.shape[1])
    generator = torch.Generator().manual_seed(0)
    moved = ActionLogProbs(
        ours.values.detach() + 0.1 * torch.randn(len(ours.values), generator=generator), ours.rows
    )
    found = divergences(ours, moved, kind=Divergence.FORWARD, beta=0.5, size=len(batch))
    assert gradient(policy, found.mean()).abs().sum() > 0
    assert policy.writer.begin.weight.grad.abs().sum() > 0
