"""The spaces hold what they should, can be batched, and sample what can be read."""

import copy
import pickle

import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate

from gristmill.envs.actions.grammar import MAX_STEP_LENGTH, parse, verbs_of
from gristmill.envs.actions.types import VERBS
from gristmill.envs.engines.base import ObservationMode, Viewport
from gristmill.envs.spaces import ActionText, PageText, observation_space

SMALL = Viewport(width=320, height=200)
MODES = list(ObservationMode)


@pytest.fixture
def actions() -> ActionText:
    return ActionText(viewport=SMALL, seed=3)


def observation(mode: ObservationMode) -> dict[str, object]:
    seen: dict[str, object] = {"goal": "Käse kaufen", "url": "http://shop.test/", "title": "", "error": ""}
    if mode.has_aria:
        seen["aria"] = '- button "Añadir" [ref=e1]'
    if mode.has_pixels:
        seen["pixels"] = np.full((200, 320, 3), 7, np.uint8)
    return seen


def test_sampled_actions_parse_and_reach_every_verb_and_stay_in_the_viewport(actions: ActionText) -> None:
    sampled = [parse(actions.sample()) for _ in range(600)]
    assert {action.verb for action in sampled} == set(VERBS)
    assert max(getattr(action, "x", 0) for action in sampled) < SMALL.width
    assert max(getattr(action, "y", 0) for action in sampled) < SMALL.height


def test_samples_are_in_the_space_and_repeat_with_the_seed(actions: ActionText) -> None:
    again = ActionText(viewport=SMALL, seed=3)
    samples = [actions.sample() for _ in range(50)]
    assert all(sample in actions for sample in samples)
    assert samples == [again.sample() for _ in range(50)]
    actions.seed(3)
    assert samples == [actions.sample() for _ in range(50)]


def test_text_spaces_hold_any_writable_text_up_to_their_length() -> None:
    space = PageText(10)
    for held in ("", "é漢\U0001f600", "a\nb\x00", "x" * 10):
        assert held in space
    for not_held in ("x" * 11, "\ud800", b"x", None, 5, np.str_("x" * 11)):
        assert not_held not in space


def test_the_action_space_holds_lines_of_the_longest_length(actions: ActionText) -> None:
    assert "x" * MAX_STEP_LENGTH in actions
    assert "x" * (MAX_STEP_LENGTH + 1) not in actions


@pytest.mark.parametrize("mode", MODES)
def test_observation_spaces_hold_their_samples_and_what_an_environment_shows(mode: ObservationMode) -> None:
    space = observation_space(mode, SMALL)
    space.seed(1)
    assert space.sample() in space
    assert observation(mode) in space
    assert ("pixels" in space.spaces) is mode.has_pixels
    assert ("aria" in space.spaces) is mode.has_aria


@pytest.mark.parametrize("mode", MODES)
def test_observation_spaces_refuse_a_missing_an_extra_and_a_wrong_part(mode: ObservationMode) -> None:
    space = observation_space(mode, SMALL)
    seen = observation(mode)
    assert {key: value for key, value in seen.items() if key != "error"} not in space
    assert seen | {"extra": ""} not in space
    assert seen | {"title": "x" * 1_001} not in space
    if mode.has_pixels:
        assert seen | {"pixels": np.zeros((200, 320, 4), np.uint8)} not in space


@pytest.mark.parametrize("mode", MODES)
def test_observations_can_be_batched_and_taken_apart_again(mode: ObservationMode) -> None:
    space = observation_space(mode, SMALL)
    batched = batch_space(space, 3)
    seen = [observation(mode) | {"title": str(i)} for i in range(3)]
    stacked = concatenate(space, seen, create_empty_array(space, 3))
    assert stacked in batched
    for one, other in zip(iterate(batched, stacked), seen, strict=True):
        assert one.keys() == other.keys()
        assert all(np.array_equal(one[key], other[key]) for key in one)


def test_actions_can_be_batched(actions: ActionText) -> None:
    batched = batch_space(actions, 4)
    batched.seed(5)
    sampled = batched.sample()
    assert sampled in batched
    assert len({*sampled}) > 1
    for one in sampled:
        parse(one)
    assert concatenate(actions, ["done", "back"], create_empty_array(actions, 2)) == ("done", "back")


def test_text_spaces_flatten_the_text_that_they_sample() -> None:
    space = PageText(12, seed=1)
    text = space.sample()
    assert spaces.unflatten(space, spaces.flatten(space, text)) == text
    assert spaces.flatdim(space) == 12


def test_what_a_text_space_holds_is_what_its_characters_say() -> None:
    space = PageText(40)
    for character in ("a", "\n", "\x00", "\ud7ff", "\ue000", "é", "\U0010ffff"):
        assert character in space
        assert character in space.character_set
        assert space.character_list[space.character_index(character)] == character
    assert "\ud800" not in space
    assert "\ud800" not in space.character_set
    text = "Käse, 漢字 \U0001f600\n"
    flat = spaces.flatten(space, text)
    assert flat in spaces.flatten_space(space)
    assert spaces.unflatten(space, flat) == text
    assert len(space.character_list) == len(space.character_set) == 0x110000 - 0x800


def test_actions_are_sampled_from_those_that_an_engine_can_do() -> None:
    space = ActionText(viewport=SMALL, verbs=verbs_of("dom"), seed=3)
    sampled = {parse(space.sample()).verb for _ in range(600)}
    assert sampled == {verb for verb in VERBS if not verb.startswith("mouse_")}


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda space: pickle.loads(pickle.dumps(space))])
def test_copied_spaces_are_equal_and_sample_alike(copied: object, actions: ActionText) -> None:
    assert callable(copied)
    twin = copied(actions)
    assert twin == actions
    assert twin.sample() == actions.sample()


def test_spaces_of_other_lengths_or_kinds_differ() -> None:
    assert PageText(5) == PageText(5)
    assert PageText(5) != PageText(6)
    assert PageText(MAX_STEP_LENGTH) != ActionText(viewport=SMALL)
    assert repr(PageText(5)) == "PageText(5)"
