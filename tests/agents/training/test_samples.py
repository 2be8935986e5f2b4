"""States with labels: what counts as the same state."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.policies.features import features_of  # noqa: E402 - needs torch
from gristmill.agents.policies.memory import Memory  # noqa: E402
from gristmill.agents.training.samples import LabelledStates  # noqa: E402


def add(states: LabelledStates, ref: str, action: str, goal: str = "find a pan") -> str:
    page: dict[str, Any] = {
        "goal": goal, "url": "http://shop.test/", "title": "Shop", "error": "",
        "aria": f'- searchbox "Search" [ref={ref}]\n- button "Go" [ref={ref}9]',
    }  # fmt: skip
    return states.add(page, Memory(), features_of(page, Memory()), action)


def test_pages_that_differ_by_refs_alone_are_one_state() -> None:
    states = LabelledStates()
    keys = {add(states, ref, f"click {ref}9") for ref in ("e1", "e2", "e3")}
    assert len(keys) == len(states.samples) == 1
    add(states, "e4", 'fill e4 "pan"')
    add(states, "e5", "click e59", goal="find a pot")
    assert len(states.samples) == 3
    assert list(LabelledStates.from_bytes(states.to_bytes()).samples) == list(states.samples)


def test_a_state_whose_label_cannot_be_expressed_is_not_kept() -> None:
    states = LabelledStates()
    assert add(states, "e1", 'fill e1 "naïve"') not in states.samples
