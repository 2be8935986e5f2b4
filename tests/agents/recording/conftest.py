from functools import partial
from typing import Any

import pytest

from gristmill.agents.recording.trajectories import Trajectory
from gristmill.agents.registry import new_agent
from gristmill.agents.rollouts.recorder import Keeping
from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.agents.rollouts.runner import play_episodes

OPTIONS: dict[str, Any] = {"engine": "dom", "size": "small"}


@pytest.fixture(scope="session")
def played() -> list[EpisodeResult]:
    """Two episodes of the oracle and one of an agent that gives up at once, with outlines and records."""
    keeping = Keeping(outlines=True, record=True)
    return [
        result
        for agent, seeds in (("oracle", (0, 1)), ("null", (0,)))
        for result in play_episodes(
            "Shop-AddToCart-v0", partial(new_agent, agent), seeds, options=OPTIONS, keeping=keeping
        )
    ]


@pytest.fixture
def trajectories(played: list[EpisodeResult]) -> list[Trajectory]:
    return [Trajectory.of(result, OPTIONS) for result in played]
