"""Samples that are few enough to train on in a test."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def toy_samples(toy_demonstrations: Callable[[int], list[Any]]) -> Callable[[int], Any]:
    from gristmill.agents.training.samples import samples_of

    return lambda count: samples_of(toy_demonstrations(count), note_words=0).samples


@pytest.fixture(autouse=True)
def _in_one_thread(_one_thread: None) -> None:
    pass
