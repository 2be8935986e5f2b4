"""The network: its size, that padding and company do not matter, and the distribution over choices."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.policies.batches import collate  # noqa: E402 - needs torch
from gristmill.agents.policies.choices import Choice, choices_of  # noqa: E402
from gristmill.agents.policies.distribution import (  # noqa: E402
    choice_log_probs,
    decide,
    label_log_probs,
)
from gristmill.agents.policies.drawing import draw  # noqa: E402
from gristmill.agents.policies.features import Features, features_of  # noqa: E402
from gristmill.agents.policies.memory import Memory  # noqa: E402
from gristmill.agents.policies.moments import words_of  # noqa: E402
from gristmill.agents.policies.network import PagePolicy, PolicyConfig  # noqa: E402
from gristmill.agents.policies.texts import Piece  # noqa: E402
from gristmill.agents.policies.writing import text_log_probs  # noqa: E402
from gristmill.agents.training.cloning import new_policy  # noqa: E402

BOX = '- searchbox "Search" [ref=e1]\n- button "Go now" [ref=e2]'
LONG = BOX + "\n" + "\n".join(f'- link "Page {i}" [ref=e{i}]' for i in range(3, 30))


def features(goal: str, aria: str = BOX, notes: tuple[str, ...] = ()) -> Features:
    page: dict[str, Any] = {"goal": goal, "url": "http://shop.test/", "title": "Shop", "error": ""}
    return features_of(page | {"aria": aria}, Memory(notes=notes))


@pytest.fixture(scope="module")
def policy() -> PagePolicy:
    torch.set_num_threads(1)
    return new_policy(PolicyConfig(width=16, heads=2), 0).eval()


def test_the_default_policy_has_about_a_million_parameters() -> None:
    assert 1.1e6 < sum(each.numel() for each in PagePolicy(PolicyConfig()).parameters()) < 1.5e6


def test_a_page_is_encoded_alike_whatever_is_beside_it(policy: PagePolicy) -> None:
    small, large = features("find a pan"), features("find a very large pan for the kitchen", LONG)
    alone, together = policy(collate([small])), policy(collate([small, large]))
    size = len(small.tokens)
    assert torch.allclose(alone.log_probs[0], together.log_probs[0, :size], atol=1e-5)
    assert torch.allclose(alone.values[0], together.values[0], atol=1e-5)


def test_names_of_the_same_words_in_another_order_are_told_apart(policy: PagePolicy) -> None:
    page = '- button "Price: {}" [ref=e1]'
    states = [features("sort", page.format(order)) for order in ("low to high", "high to low")]
    up, down = (policy(collate([state])).tokens[0, 0] for state in states)
    assert not torch.allclose(up, down, atol=1e-3)


def test_notes_are_read_and_leave_the_encodings_of_the_goals_words(policy: PagePolicy) -> None:
    states = [features("find one", notes=notes) for notes in ((), ("Black pan, 20 cm",), ("Red pot, 20 cm",))]
    bare, black, red = (policy(collate([state])) for state in states)
    together = policy(collate(states))
    size = states[0].goal_size
    for alone, row in zip((bare, black, red), together.goal, strict=True):
        assert torch.allclose(alone.goal[0], row[: alone.goal.shape[1]], atol=1e-5)
        assert torch.allclose(alone.goal[0, :size], bare.goal[0], atol=1e-5)
    assert not torch.allclose(black.goal[0, size:], red.goal[0, size:], atol=1e-2)
    assert not torch.allclose(black.log_probs, red.log_probs, atol=1e-6)


def test_a_word_is_encoded_by_those_near_it_alone(policy: PagePolicy) -> None:
    states = [features(goal) for goal in ("3 of a b c d e f", "3 of a b c d e g", "3 of a b c g e f")]
    one, far, near = (policy(collate([state])).goal[0] for state in states)
    reach = policy.reader.REACH * policy.reader.LAYERS
    changed = [(one - other).abs().amax(-1) > 1e-5 for other in (far, near)]
    assert changed[0].tolist() == [place >= 7 - reach for place in range(8)]
    assert changed[1].tolist() == [place >= 5 - reach for place in range(8)]


def test_a_word_of_the_page_is_read_with_its_neighbours_in_the_same_text(policy: PagePolicy) -> None:
    words = torch.tensor([[5, 6, 7], [5, 8, 7], [5, 6, 9]])
    parts = torch.tensor([[1, 1, 2]]).expand(3, 3)
    read, other_neighbour, other_text = policy.read_page(words, torch.zeros(3, 3, 4), parts)
    assert not torch.allclose(read[0], other_neighbour[0], atol=1e-4)
    assert torch.allclose(read[0], other_text[0], atol=1e-6)


def test_a_label_with_two_places_has_the_probability_of_both(policy: PagePolicy) -> None:
    state = features("pan or pan")
    (label,) = choices_of(state, 'fill e1 "pan"')
    batch = collate([state])
    encoded = policy(batch)
    singles = [Choice(label.token, (Piece(places=(place,)),)) for place in label.pieces[0].places]
    single = choice_log_probs(policy, encoded, batch, [0, 0], singles)
    assert len(singles) == 2
    assert label_log_probs(policy, encoded, batch, [[label]]).item() == pytest.approx(
        single.logsumexp(0).item(), abs=1e-5
    )


def test_copies_from_several_places_count_together_piece_by_piece(policy: PagePolicy) -> None:
    state = features("pan or pan, pot or pot")
    (label,) = choices_of(state, 'fill e1 "pan-pot"')
    batch = collate([state])
    encoded = policy(batch)
    first, mark, last = label.pieces
    assert (len(first.places), len(last.places)) == (2, 2)
    singles = [
        Choice(label.token, (Piece(places=(one,)), mark, Piece(places=(other,))))
        for one in first.places
        for other in last.places
    ]
    single = choice_log_probs(policy, encoded, batch, [0] * 4, singles)
    whole = choice_log_probs(policy, encoded, batch, [0], [label])
    assert whole.item() == pytest.approx(single.logsumexp(0).item(), abs=1e-5)


@pytest.fixture
def talkative() -> PagePolicy:
    """A policy that writes long texts, of copies and literals alike."""
    policy = new_policy(PolicyConfig(width=16, heads=2), 0).eval()
    with torch.no_grad():
        policy.writer.literal.bias.fill_(-3.0)
    return policy


@pytest.mark.parametrize("most", [2, 24])
def test_a_decision_has_the_probability_that_it_is_scored_with(
    talkative: PagePolicy, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gristmill.agents.policies.writing.MAX_PIECES", most)
    states = [features("find a pan"), features("find a pot", LONG)] * 20
    rngs = [np.random.default_rng(i) for i in range(40)]
    plain = {
        i: [Choice(int(k)) for k in np.flatnonzero(~s.takes_text)] for i, s in enumerate(states) if i % 4
    }
    made = decide(talkative, states, rngs, plain)
    batch = collate(states)
    with torch.no_grad():
        encoded = talkative(batch)
        scored = choice_log_probs(talkative, encoded, batch, range(40), [each.choice for each in made])
    texts = [each.choice.pieces for each in made]
    assert max(map(len, texts)) == most
    assert any({bool(piece.places) for piece in text} == {True, False} for text in texts)
    of_texts = [i for i in plain if states[i].takes_text[made[i].choice.token]]
    row = encoded.log_probs[of_texts, [made[i].choice.token for i in of_texts]]
    told = torch.tensor([made[i].log_prob for i in range(40)])
    assert torch.allclose(scored, told, atol=1e-3)
    assert len(of_texts) > 10
    assert (told[of_texts] < row).all()


def test_decisions_repeat_and_greedy_ones_are_likeliest(policy: PagePolicy) -> None:
    state = features("find a pan")
    first, second = (decide(policy, [state], [np.random.default_rng(3)]) for _ in range(2))
    assert first == second
    token = decide(policy, [state], [None])[0].choice.token
    assert token == int(policy(collate([state])).log_probs[0].argmax())


def test_draws_follow_the_distribution_and_never_what_is_masked() -> None:
    log_probs = torch.tensor([0.5, 0.25, 0.25, 0.0]).log().clamp(min=-1e9)
    rng = np.random.default_rng(0)
    counts = np.bincount([draw(log_probs, rng) for _ in range(4000)], minlength=4) / 4000
    assert counts[3] == 0
    assert np.allclose(counts[:3], [0.5, 0.25, 0.25], atol=0.03)


def test_the_gradient_of_the_imitation_loss_equals_finite_differences() -> None:
    torch.manual_seed(0)
    policy = new_policy(PolicyConfig(width=16, heads=2), 1).double()
    state = features("find a pan")
    label = choices_of(state, 'fill e1 "from:a pan"')
    assert len(label[0].pieces) > 1
    batch = collate([state])
    for name in ("numbers", "matches", "goal_shapes", "covered"):
        object.__setattr__(batch, name, getattr(batch, name).double())

    def loss() -> torch.Tensor:
        encoded = policy(batch)
        (box,) = [(0, label[0].token)]
        words = words_of(policy, encoded, batch, [box])
        return -encoded.log_probs[box] - text_log_probs(policy, words, [0], [label[0].pieces])[0]

    loss().backward()
    for parameter in (
        policy.logit.weight,
        policy.writer.begin.weight,
        policy.writer.cell.weight_hh,
        policy.writer.literal.weight,
        policy.first.query.weight,
    ):
        place = int(parameter.grad.abs().argmax())
        flat, step = parameter.data.view(-1), 1e-5
        values = []
        for sign in (1, -1):
            flat[place] += sign * step
            values.append(loss().item())
            flat[place] -= sign * step
        slope = (values[0] - values[1]) / (2 * step)
        assert slope == pytest.approx(parameter.grad.view(-1)[place].item(), rel=1e-4, abs=1e-7)
