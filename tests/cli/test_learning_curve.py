"""Success during a training: told family by family, measured once for each update."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("torch")

from gristmill.agents.training.evaluation import evaluation_of
from gristmill.cli.learning_curve import LearningCurve


@pytest.mark.train
def test_each_familys_success_is_told_before_the_next_family_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []

    def play(policy: Any, task_ids: list[str], seeds: range, *, is_greedy: bool, options: Any) -> list[Any]:
        events.append(f"play {task_ids[0]} {is_greedy}")
        return [evaluation_of(task_ids[0], options["engine"], [], is_greedy=is_greedy)]

    monkeypatch.setattr("gristmill.cli.learning_curve.evaluate", play)
    trainer: Any = SimpleNamespace(updates_done=3, policy=None)
    plan: Any = SimpleNamespace(folder=tmp_path, task_ids=["A-v0", "B-v0"], site={})
    curve = LearningCurve(trainer, plan, range(5), ("dom",), every=0)
    curve.latest(on_found=lambda found: events.append(f"told {found.task_id} {found.is_greedy}"))
    once = [f"{what} {task} {greedy}" for greedy in (True, False) for task in ("A-v0", "B-v0")
            for what in ("play", "told")]  # fmt: skip
    assert events == once
    curve.latest(on_found=lambda found: events.append(f"told {found.task_id} {found.is_greedy}"))
    assert events[len(once) :] == [each for each in once if each.startswith("told")]
