"""Episodes of the chat's families by what they are about: those that can be done, and those that cannot."""

from collections.abc import Callable

import pytest

from gristmill.apps.base import EndsWith

SEEDS = range(60)


@pytest.fixture
def ordinary(play) -> Callable:
    """An episode of a family that can be done, whose terms fit."""
    return lambda task, fits=lambda terms: True: found(
        play, task, lambda each: each is not EndsWith.GIVE_UP, fits
    )


@pytest.fixture
def impossible(play) -> Callable:
    """An episode of a family that cannot be done, whose terms fit."""
    return lambda task, fits=lambda terms: True: found(
        play, task, lambda each: each is EndsWith.GIVE_UP, fits
    )


def found(play, task: str, ends, fits):
    episodes = (play(task, seed) for seed in SEEDS)
    return next(
        each for each in episodes if ends(each.env.runner.episode.task.ends_with) and fits(each.terms)
    )
