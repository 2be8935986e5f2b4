from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gristmill.agents.bench.episodes import BenchEpisode, BenchStep, EpisodeKey, Fault, Times, Versions
from gristmill.agents.bench.run import RunSettings
from gristmill.agents.bench.storage import RunWriter
from gristmill.agents.rollouts.results import EndedBy
from gristmill.verifiers.base import Check, CheckKind

MakeEpisode = Callable[..., BenchEpisode]
WriteRun = Callable[..., Path]


@pytest.fixture
def episode() -> MakeEpisode:
    """Makes a finished episode: a success, a failure or (success None) a fault."""

    def make(
        seed: int = 0, *, success: bool | None = True, task: str = "Shop-AddToCart-v0", **fields: Any
    ) -> BenchEpisode:
        passed = success is True
        step = BenchStep(
            action="click e3",
            target="",
            error="",
            reward=float(passed),
            url="http://shop.test/",
            wall_s=0.01,
        )
        known: dict[str, Any] = {
            "key": EpisodeKey(task=task, seed=seed, engine="dom"),
            "agent": "mine",
            "goal": "Put a lamp into the cart.",
            "kind": "change",
            "level": "easy",
            "apps": ("shop",),
            "versions": Versions(machinery="1.0", tasks="aa", world="bb"),
            "ends_with": "done",
            "success": success,
            "reward": float(passed),
            "progress": None if success is None else float(passed),
            "ended_by": EndedBy.FAULT if success is None else EndedBy.DONE,
            "checks": (Check(name="a lamp", passed=passed, detail="1 lamp", kind=CheckKind.GOAL),),
            "steps": (step, step),
            "times": Times(reset_s=0.1, agent_s=0.2, total_s=0.5),
            "fault": Fault(message="It broke.", traceback="Traceback: <it>\x00") if success is None else None,
        }
        return BenchEpisode(**(known | fields))

    return make


@pytest.fixture
def write_run(tmp_path: Path) -> WriteRun:
    """Writes a run of these episodes and returns its folder."""

    def write(*episodes: BenchEpisode, name: str = "run", **settings: Any) -> Path:
        tasks = {episode.key.task: episode.versions.tasks for episode in episodes}
        known = {"agent": "mine", "episodes": len(episodes), "machinery": "1.0", "task_versions": tasks}
        with RunWriter(tmp_path / name, RunSettings(**(known | settings))) as writer:
            for each in episodes:
                writer.append(each, {})
        return tmp_path / name

    return write
