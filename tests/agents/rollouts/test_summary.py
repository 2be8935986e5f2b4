from collections.abc import Callable

import pytest

from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.agents.rollouts.summary import summarise

MakeResult = Callable[..., EpisodeResult]


def test_the_numbers_are_those_of_the_judged_episodes(result: MakeResult) -> None:
    played = [result(success=True, steps=2, reset_s=0.1), result(success=False, steps=6, reset_s=0.3)]
    summary = summarise("oracle", played, wall_s=2.0)
    assert (summary.episodes, summary.judged, summary.successes) == (2, 2, 1)
    assert summary.success_rate == 0.5
    assert summary.mean_steps == 4.0
    assert summary.steps_per_s == 4.0
    assert summary.reset_ms == pytest.approx(200)
    assert summary.step_ms == pytest.approx(10)


def test_faults_are_counted_and_left_out_of_the_rates(result: MakeResult) -> None:
    fault = result(success=None, checks=(), infra_error="gone", retries=1, steps=9, reset_s=50.0)
    summary = summarise("oracle", [result(success=True), fault], wall_s=1.0)
    assert summary.success_rate == 1.0
    assert (summary.faults, summary.retries, summary.episodes) == (1, 1, 2)
    assert summary.mean_steps == 2.0
    assert summary.reset_ms == pytest.approx(100)


def test_with_nothing_but_faults_there_are_no_rates(result: MakeResult) -> None:
    summary = summarise("oracle", [result(success=None, checks=(), infra_error="gone")], wall_s=1.0)
    assert (summary.success_rate, summary.mean_steps, summary.reset_ms, summary.step_ms) == (None,) * 4
