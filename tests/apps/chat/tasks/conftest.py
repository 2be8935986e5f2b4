"""Episodes of the chat's families by what they are about: those that can be done, and those that cannot."""

from collections.abc import Callable

import pytest

from gristmill.apps.base import EndsWith

SEEDS = 60


@pytest.fixture
def ordinary(play) -> Callable:
    """An episode of a family that can be done, whose terms fit."""

    def start(task: str, fits=lambda terms: True):
        return found(play, task, lambda each: each is not EndsWith.GIVE_UP, fits)

    return start


@pytest.fixture
def impossible(play) -> Callable:
    """An episode of a family that cannot be done; `first` spares the search for one."""

    def start(task: str, first: int = 0):
        return found(play, task, lambda each: each is EndsWith.GIVE_UP, lambda terms: True, first)

    return start


def found(play, task: str, ends, fits, first: int = 0):
    episodes = (play(task, seed) for seed in range(first, first + SEEDS))
    return next(
        each for each in episodes if ends(each.env.runner.episode.task.ends_with) and fits(each.terms)
    )
