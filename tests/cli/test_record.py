import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from gristmill.agents.recording.trajectories import read_trajectories
from gristmill.cli.record import in_order

Run = Callable[..., Result]


def test_the_trajectories_of_an_agent_are_written_in_the_order_of_seeds(run: Run, tmp_path: Path) -> None:
    (tmp_path / "faults.jsonl").write_text("of an earlier recording")
    options = ["--seeds", "3,0", "--size", "small", "--parallel", "2", "--out", str(tmp_path)]
    result = run("record", "Shop-AddToCart-v0", *options)
    assert result.exit_code == 0
    assert "2 trajectories" in result.output
    recorded = list(read_trajectories(tmp_path / "trajectories.jsonl"))
    assert [(each.seed, each.success) for each in recorded] == [(3, True), (0, True)]
    assert recorded[0].options["size"] == "small"
    assert [each.name for each in tmp_path.iterdir()] == ["trajectories.jsonl"]


def test_episodes_without_success_can_be_left_out(run: Run, tmp_path: Path) -> None:
    options = ["--agent", "null", "--seeds", "0:2", "--size", "small", "--only-successes"]
    result = run("record", "Shop-AddToCart-v0", *options, "--out", str(tmp_path))
    assert "0 trajectories" in result.output
    assert "2 episodes without success were left out." in result.output
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--seeds", "5:5"], "seeds must be"),
        (["--agent", "orakel"], "Unknown agent 'orakel'"),
        (["--video", "--engine", "dom"], "the engine dom has not"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_played(
    run: Run, tmp_path: Path, options: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", SimpleNamespace())
    result = run("record", "Shop-AddToCart-v0", *options, "--out", str(tmp_path / "new"))
    assert result.exit_code == 2
    assert message in result.output + result.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("option", "module"), [("minari", "minari"), ("video", "cv2")])
def test_a_missing_library_is_named_before_anything_is_played(
    run: Run, tmp_path: Path, option: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    result = run("record", "Shop-AddToCart-v0", f"--{option}", "--out", str(tmp_path / "new"))
    assert result.exit_code == 1
    assert f"gristmill[{option}]" in result.output + result.stderr
    assert not (tmp_path / "new").exists()


def test_results_come_in_the_order_of_their_seeds() -> None:
    results: Any = [SimpleNamespace(seed=seed) for seed in (2, 0, 1, 7)]
    assert [each.seed for each in in_order(results, [0, 1, 2, 7])] == [0, 1, 2, 7]
