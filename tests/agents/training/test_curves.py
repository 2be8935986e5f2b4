"""Learning curves that are read from runs, what it took to reach a rate, and their figure."""

import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.training.curves import read_curve  # noqa: E402 - needs torch
from gristmill.errors import LearningFileError  # noqa: E402


def write_run(
    folder: Path, points: list[tuple[int, int, float, int]], *, start: Path | None = None, **settings: Any
) -> Path:
    """A run of two families whose points are update, environment steps, CPU seconds and successes of ten."""
    folder.mkdir()
    config = {
        "algorithm": "clone" if start is None else "grpo",
        "tasks": ["A-v0", "B-v0"],
        "start": str(start) if start else None,
        "settings": settings,
    }
    (folder / "config.json").write_text(json.dumps(config))
    lines = [
        {
            "update": update, "task": task_id, "engine": "dom", "mode": mode, "successes": won, "judged": 5,
            "training": {"env_steps": steps, "cpu_s": cpu_s},
        }
        for update, steps, cpu_s, successes in points
        for mode, share in (("greedy", successes), ("sampled", 0))
        for task_id, won in (("A-v0", min(share, 5)), ("B-v0", max(share - 5, 0)))
    ]  # fmt: skip
    (folder / "curve.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """A clone, and a run that went on from it."""
    clone = write_run(tmp_path / "clone", [(80, 0, 12.0, 4)], demonstrations=20)
    points = [(1, 100, 5.0, 6), (2, 200, 9.0, 9), (3, 300, 14.0, 8), (4, 400, 20.0, 10)]
    return [clone, write_run(tmp_path / "grpo", points, start=clone)]


def test_a_curve_begins_with_the_run_it_went_on_from_and_pools_families(runs: list[Path]) -> None:
    curve = read_curve(runs[1])
    assert [(each.env_steps, each.cpu_s, each.successes, each.judged) for each in curve.points] == [
        (0, 0.0, 4, 10), (100, 5.0, 6, 10), (200, 9.0, 9, 10), (300, 14.0, 8, 10), (400, 20.0, 10, 10),
    ]  # fmt: skip
    assert (curve.algorithm, curve.demonstrations) == ("grpo", 40)
    assert curve.points[2].interval == pytest.approx((0.596, 0.982), abs=0.001)
    assert {each.rate for each in read_curve(runs[1], mode="sampled").points} == {0.0}


def test_what_it_took_to_reach_a_rate_is_its_first_point_and_whether_it_was_kept(runs: list[Path]) -> None:
    curve = read_curve(runs[1])
    reached = [curve.reached(rate) for rate in (0.5, 0.9, 0.95)]
    assert [each.env_steps for each in reached if each] == [100, 200, 400]
    assert [curve.is_kept(rate) for rate in (0.5, 0.9, 0.95)] == [True, False, True]
    assert read_curve(runs[0]).reached(0.5) is None
    assert not read_curve(runs[0]).is_kept(0.5)


def test_a_run_whose_start_is_gone_begins_at_its_own_first_point(runs: list[Path], tmp_path: Path) -> None:
    runs[0].rename(tmp_path / "elsewhere")
    curve = read_curve(runs[1])
    assert curve.points[0].env_steps == 100
    assert curve.demonstrations == 0


def test_what_was_not_measured_is_an_error(runs: list[Path], tmp_path: Path) -> None:
    with pytest.raises(LearningFileError, match="no success measured greedy in chromium"):
        read_curve(runs[1], engine="chromium")
    with pytest.raises(LearningFileError, match="cannot be read"):
        read_curve(tmp_path)
    (runs[1] / "curve.jsonl").write_text("{")
    with pytest.raises(LearningFileError, match=r"curve\.jsonl cannot be read"):
        read_curve(runs[1])


def test_the_figure_holds_all_runs_and_is_the_same_each_time(runs: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from gristmill.agents.training.plots import save_figure

    curves = [read_curve(folder) for folder in runs]
    for name in ("one.svg", "two.svg"):
        save_figure(curves, tmp_path / name, title="Two runs")
    text = (tmp_path / "one.svg").read_text()
    assert text == (tmp_path / "two.svg").read_text()
    for words in ("Two runs", "clone", "grpo", "environment steps", "CPU seconds", "95 %"):
        assert words in text
    assert "demonstrations" not in text, "both runs had as many"
    curves.append(read_curve(write_run(tmp_path / "more", [(80, 0, 30.0, 9)], demonstrations=60)))
    save_figure(curves, tmp_path / "three.svg", title="Three runs")
    assert "demonstrations" in (tmp_path / "three.svg").read_text()
    with pytest.raises(LearningFileError, match="cannot be written"):
        save_figure(curves, tmp_path / "one.xyz", title="")
