"""Hints change what a network reads, and neither what it can choose nor what a student reads."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.policies.batches import collate  # noqa: E402 - needs torch
from gristmill.agents.policies.choices import Choice, choices_of  # noqa: E402
from gristmill.agents.policies.distribution import choice_log_probs  # noqa: E402
from gristmill.agents.policies.enumeration import action_log_probs, likely_boxes  # noqa: E402
from gristmill.agents.policies.features import CHANNELS, MAX_GOAL, Features, features_of  # noqa: E402
from gristmill.agents.policies.hinted import (  # noqa: E402
    LINE_WORDS,
    MAX_LINES,
    hint_of_choice,
    hint_of_texts,
    with_hint,
)
from gristmill.agents.policies.memory import Memory  # noqa: E402
from gristmill.agents.policies.network import PagePolicy, PolicyConfig  # noqa: E402
from gristmill.agents.policies.texts import CASES, Piece, Place  # noqa: E402
from gristmill.agents.policies.tokens import Kind  # noqa: E402
from gristmill.agents.policies.writer import END  # noqa: E402
from gristmill.agents.training.cloning import new_policy  # noqa: E402

PAGE = '- searchbox "Search" [ref=e1]\n- button "Go now" [ref=e2]\n- link "Frying pans" [ref=e3]'


def features(goal: str = "find a pan", aria: str = PAGE, notes: tuple[str, ...] = ()) -> Features:
    page: dict[str, Any] = {"goal": goal, "url": "http://shop.test/", "title": "Shop", "error": ""}
    return features_of(page | {"aria": aria}, Memory(notes=notes))


@pytest.fixture(scope="module")
def policy() -> PagePolicy:
    torch.set_num_threads(1)
    return new_policy(PolicyConfig(width=16, heads=2), 0).eval()


def test_a_hint_changes_the_distribution_and_not_what_it_is_over(policy: PagePolicy) -> None:
    plain = features(notes=("Black pan",))
    hinted = with_hint(plain, hint_of_texts(["Press go now", "then done"]))
    assert [token.kind for token in hinted.tokens[len(plain.tokens) :]] == [Kind.HINT] * 2
    assert hinted.usable.sum() == plain.usable.sum()
    assert hinted.words is plain.words
    alone, read = policy(collate([plain])), policy(collate([hinted]))
    size = len(plain.tokens)
    assert not torch.allclose(alone.log_probs[0], read.log_probs[0, :size], atol=1e-4)
    assert read.log_probs[0, :size].exp().sum().item() == pytest.approx(1, abs=1e-5)


def test_without_a_hint_nothing_changes() -> None:
    plain = features()
    assert with_hint(plain, ()) is plain


def test_names_that_share_words_with_a_hint_are_marked() -> None:
    plain = features()
    hinted = with_hint(plain, hint_of_texts(["frying things"]))
    new = {tuple(row) for row in hinted.matches.tolist()} - {tuple(row) for row in plain.matches.tolist()}
    row = next(i for i, token in enumerate(plain.tokens) if token.name == "Frying pans")
    assert new == {(CHANNELS - 1, row, len(plain.goal))}
    assert hinted.goal[len(plain.goal)] == plain.bags[row, 0]


def test_a_long_hint_is_divided_and_bounded() -> None:
    hint = hint_of_texts([" ".join(f"word{i}" for i in range(30)), *["frying pans"] * 60])
    assert len(hint) == MAX_LINES
    assert [len(token.name.split()) for token in hint[:4]] == [LINE_WORDS, LINE_WORDS, 30 - 2 * LINE_WORDS, 2]
    hinted = with_hint(features(), hint)
    assert len(hinted.goal) == len(hinted.goal_shapes) <= MAX_GOAL
    assert hinted.matches[:, 2].max() < len(hinted.goal)


def test_a_hint_at_a_choice_names_token_and_text() -> None:
    plain = features()
    choice = choices_of(plain, 'fill e1 "a pan"')[0]
    (token,) = hint_of_choice(plain, choice)
    assert (token.role, token.name, token.value, token.action) == ("searchbox", "Search", "a pan", None)


def test_every_action_is_counted_once_with_and_without_hints(policy: PagePolicy) -> None:
    plain = [features(), features("buy a large red pan", PAGE + '\n- textbox "Note" [ref=e9]')]
    hinted = [with_hint(each, hint_of_texts(["go now please"])) for each in plain]
    batch, read = collate(plain), collate(hinted)
    encoded, taught = policy(batch), policy(read)
    boxes = likely_boxes(batch, [encoded, taught], 0.0)
    assert len(boxes) == sum(int(each.takes_text.sum()) for each in plain)
    size = batch.usable.shape[1]
    ours = action_log_probs(policy, encoded, batch, boxes, size)
    theirs = action_log_probs(policy, taught, read, boxes, size)
    assert torch.equal(ours.rows, theirs.rows)
    for found in (ours, theirs):
        sums = torch.zeros(2).index_add(0, found.rows, found.values.exp())
        assert torch.allclose(sums, torch.ones(2), atol=1e-4)


def test_an_action_has_the_probability_that_its_choice_is_scored_with(
    policy: PagePolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gristmill.agents.policies.writing.MAX_PIECES", 1)  # no text goes on
    state = features()
    batch = collate([state])
    with torch.no_grad():
        encoded = policy(batch)
        boxes = likely_boxes(batch, [encoded], 0.0)
        found = action_log_probs(policy, encoded, batch, boxes, batch.usable.shape[1])
        texts = [
            Choice(token, (Piece(places=(Place(first, last, case),)),))
            for _, token in boxes
            for first in range(len(state.words))
            for last in range(first, len(state.words))
            if state.segments[first] == state.segments[last]
            for case in CASES
        ]
        for _, token in boxes:
            texts += [*(Choice(token, (Piece(number),)) for number in range(END)), Choice(token)]
        tokens = [Choice(int(i)) for i in np.flatnonzero(state.usable & ~state.takes_text)]
        choices = [*tokens, *texts]
        scored = choice_log_probs(policy, encoded, batch, [0] * len(choices), choices)
    assert torch.allclose(found.values, scored, atol=1e-4)


def test_boxes_that_nobody_fills_count_as_one_action(policy: PagePolicy) -> None:
    state = features()
    batch = collate([state])
    encoded = policy(batch)
    assert likely_boxes(batch, [encoded], 1.1) == []
    found = action_log_probs(policy, encoded, batch, [], batch.usable.shape[1])
    assert len(found.values) == state.usable.sum()
    assert found.values.exp().sum().item() == pytest.approx(1, abs=1e-5)
