"""Counting successes."""

import pytest

pytest.importorskip("torch")

from gristmill.agents.training.evaluation import evaluation_of, wilson
from gristmill.agents.training.played import Job, Played


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(58, 64)
    assert (low, high) == (pytest.approx(0.8103, abs=1e-3), pytest.approx(0.9562, abs=1e-3))
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(10, 10)[1] == pytest.approx(1.0)


def test_infrastructure_failures_are_counted_apart() -> None:
    played = [Played(Job(task_id="X", seed=seed), success=success) for seed, success in
              enumerate([True, False, None, True])]  # fmt: skip
    found = evaluation_of("X", "dom", played, is_greedy=True)
    assert (found.judged, found.successes, found.faults) == (3, 2, 1)
    assert str(found) == "X dom greedy: 67% [21-94] (2/3), 0.0 steps, 1 infrastructure failures"
    assert found.to_json()["success_rate"] == pytest.approx(0.6667)
