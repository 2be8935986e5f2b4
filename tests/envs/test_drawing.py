"""What was drawn or judged before is handed out again, and is what it would be anew."""

from dataclasses import replace

import pytest

from gristmill.apps.base import TaskFamily
from gristmill.envs.drawing import Draws, Verdicts, draw
from gristmill.envs.episode import WORLD_SEEDS
from gristmill.envs.runtime import shared_runtime
from gristmill.plugins import installed
from gristmill.verifiers.base import Check, Verdict

PASSED, FAILED = Verdict((Check(name="x", passed=True),)), Verdict((Check(name="x", passed=False),))


@pytest.fixture
def family() -> TaskFamily:
    return installed().family("Shop-Checkout-v0")


@pytest.fixture
def world(family: TaskFamily) -> bytes:
    return shared_runtime().world(family, WORLD_SEEDS["train"]).data


def test_a_task_is_drawn_once(family: TaskFamily, world: bytes) -> None:
    draws = Draws()
    first = draws.get(family, world, seed=3, split="train")
    assert draws.get(family, world, seed=3, split="train") is first
    assert draws.get(family, world, seed=4, split="train") != first


def test_it_is_what_it_would_be_anew(family: TaskFamily, world: bytes) -> None:
    kept = Draws().get(family, world, seed=3, split="train")
    anew = draw(family, world, seed=3, split="train")
    assert kept == anew
    assert kept.start.data() == anew.start.data()
    assert kept.start.data() != world


def test_another_world_is_drawn_in_anew(family: TaskFamily, world: bytes) -> None:
    draws = Draws()
    draws.get(family, world, seed=3, split="train")
    other = shared_runtime().world(family, WORLD_SEEDS["test"]).data
    assert draws.get(family, other, seed=3, split="train").start.base is other


def test_a_verdict_is_reached_once_for_each_task_content_and_answer(family: TaskFamily, world: bytes) -> None:
    verdicts, task = Verdicts(), draw(family, world, seed=3, split="train").task
    assert verdicts.get(family, task, b"state", None, lambda: PASSED) is PASSED
    assert verdicts.get(family, task, b"state", None, lambda: FAILED) is PASSED
    others = [
        (family, task, b"other", None),
        (family, task, b"state", "42"),
        (family, replace(task, seed=4), b"state", None),
        (family, replace(task, split="test"), b"state", None),
        (installed().family("Shop-AddToCart-v0"), task, b"state", None),
    ]
    for other in others:
        assert verdicts.get(*other, lambda: FAILED) is FAILED


def test_a_verifier_that_raised_is_asked_again(family: TaskFamily, world: bytes) -> None:
    verdicts, task = Verdicts(), draw(family, world, seed=3, split="train").task
    with pytest.raises(ZeroDivisionError):
        verdicts.get(family, task, b"state", None, lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    assert verdicts.get(family, task, b"state", None, lambda: PASSED) is PASSED
