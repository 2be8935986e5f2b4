import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from gristmill.agents.rollouts.results import EpisodeResult

MakeResult = Callable[..., EpisodeResult]


def test_reward_and_time_are_sums_over_the_steps(result: MakeResult) -> None:
    played = result(steps=3)
    assert played.total_reward == 0.75
    assert played.wall_s == pytest.approx(0.13)


def test_the_json_holds_checks_and_steps(result: MakeResult) -> None:
    content = json.loads(json.dumps(result(steps=1).to_json()))
    assert content["checks"][1] == {"name": "quantity", "passed": False, "detail": "2 instead of 1"}
    assert content["steps"] == [
        {
            "action": "click e3",
            "target": 'button "Buy"',
            "error": "",
            "reward": 0.25,
            "url": "http://shop.test/",
            "wall_s": 0.01,
        }
    ]
    assert content["reset_s"] == 0.1
    assert content["success"] is False


def test_a_fault_is_neither_success_nor_failure_in_the_json(result: MakeResult) -> None:
    content = result(success=None, checks=(), infra_error="The page crashed.").to_json()
    assert content["success"] is None
    assert content["infra_error"] == "The page crashed."


def test_without_timings_only_what_was_played_counts(result: MakeResult) -> None:
    slow = replace(result(), reset_s=9.0, retries=1)
    assert slow.to_json(with_timings=False) == result().to_json(with_timings=False)
    assert slow.to_json() != result().to_json()
    assert result(goal="Buy a desk.").to_json(with_timings=False) != result().to_json(with_timings=False)
