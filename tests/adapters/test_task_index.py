"""Tasks by number, seed and episode id: equal requests give equal tasks."""

from typing import Any

import pytest

from gristmill.adapters.task_index import TASKS_OF_FAMILY, TaskChoice, TaskIndex
from gristmill.errors import InvalidOptionError, UnknownNameError

CART, TRACK = "Shop-AddToCart-v0", "Shop-CancelPending-v0"


@pytest.fixture
def index() -> TaskIndex:
    return TaskIndex([CART, TRACK])


def test_numbers_go_round_the_families(index: TaskIndex) -> None:
    assert [(index.at(n).task_id, index.at(n).seed) for n in range(4)] == [
        (CART, 0),
        (TRACK, 0),
        (CART, 1),
        (TRACK, 1),
    ]


def test_of_one_family_the_number_is_the_seed() -> None:
    assert TaskIndex([CART]).choose(seed=7) == TaskChoice(task_id=CART, split="train", seed=7)


def test_a_named_family_takes_the_seed_as_it_is(index: TaskIndex) -> None:
    assert index.choose(task=TRACK, seed=7, split="test") == TaskChoice(task_id=TRACK, split="test", seed=7)


def test_the_number_decides_before_the_seed(index: TaskIndex) -> None:
    assert index.choose(split="test", index=3, seed=99) == index.at(3, split="test")


def test_an_episode_id_alone_is_a_seed(index: TaskIndex) -> None:
    assert index.choose(episode_id="a") == index.choose(episode_id="a")
    assert index.choose(episode_id="a") != index.choose(episode_id="b")
    assert index.choose(episode_id="a", seed=4) == index.choose(seed=4)


def test_who_asks_for_nothing_gets_the_next_task(index: TaskIndex) -> None:
    assert [index.choose() for _ in range(3)] == [index.at(n) for n in range(3)]


def test_a_fixed_seed_is_every_sessions() -> None:
    fixed = TaskIndex([CART], fixed_seed=5)
    assert fixed.choose() == fixed.choose(seed=9) == TaskChoice(task_id=CART, split="train", seed=5)


def test_a_listed_task_says_how_to_get_it(index: TaskIndex) -> None:
    assert index.described(3, "test") == {
        "id": f"{TRACK}/test/1",
        "index": 3,
        "task": TRACK,
        "split": "test",
        "seed": 1,
    }
    assert len(index) == 2 * TASKS_OF_FAMILY


@pytest.mark.parametrize("number", [-1, 2 * TASKS_OF_FAMILY])
def test_what_is_not_listed_has_no_description(index: TaskIndex, number: int) -> None:
    with pytest.raises(IndexError):
        index.described(number, "train")


@pytest.mark.parametrize("wrong", [-1, 2**31, True, "7", 1.5, [1]])
def test_a_seed_is_a_whole_number(index: TaskIndex, wrong: Any) -> None:
    with pytest.raises(InvalidOptionError, match="whole number"):
        index.choose(seed=wrong)


@pytest.mark.parametrize(
    "wrong", [{"split": ["train"]}, {"task": 7}, {"episode_id": 7}, {"episode_id": "a" * 256}]
)
def test_a_name_is_text(index: TaskIndex, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidOptionError, match="A name is text"):
        index.choose(**{"seed": None if "episode_id" in wrong else 1, **wrong})


def test_unknown_names_are_refused(index: TaskIndex) -> None:
    with pytest.raises(UnknownNameError, match="task of this server"):
        index.choose(task="Mail-Send-v0", seed=1)
    with pytest.raises(UnknownNameError, match="dev"):
        index.choose(split="dev", seed=1)
    with pytest.raises(UnknownNameError):
        TaskIndex(["Nowhere-v0"])
    with pytest.raises(InvalidOptionError, match="at least one"):
        TaskIndex([])
