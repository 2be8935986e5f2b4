"""`gristmill plot`: a figure of runs and a table of what they took."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

pytest.importorskip("torch")

LINE = (
    '{"update": 1, "task": "A", "engine": "dom", "mode": "greedy", "successes": 19, "judged": 20, '
    '"training": {"env_steps": 1234, "cpu_s": 56.7}}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run that was measured once."""
    config = '{"algorithm": "grpo", "tasks": ["A"], "start": null, "settings": {}}'
    (tmp_path / "grpo").mkdir()
    (tmp_path / "grpo/config.json").write_text(config)
    (tmp_path / "grpo/curve.jsonl").write_text(LINE)
    return tmp_path / "grpo"


def test_a_figure_is_written_and_the_efficiency_printed(run: Run, folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    found = run("plot", str(folder), "--out", str(tmp_path / "curves.png"))
    assert found.exit_code == 0, found.output
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert "95% [76-99] (19/20)" in found.output
    assert found.output.count("1,234 steps, 57 CPU s") == 3


def test_what_is_missing_is_explained(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gristmill.cli.plot.find_spec", lambda name: None if name == "matplotlib" else name)
    found = run("plot", str(folder), "--out", str(tmp_path / "curves.png"))
    assert found.exit_code == 1
    assert "gristmill[learn]" in found.output


def test_what_the_updates_logged_is_plotted_by_name(run: Run, folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    rows = '{"update": 1, "right": 0.5, "seen": 64}\n{"update": 2, "right": 0.75, "seen": 128}\n'
    (folder / "metrics.jsonl").write_text(rows)
    out = tmp_path / "right.svg"
    found = run(
        "plot", str(folder), "--metric", "right", "--against", "seen", "--mean", "2", "--out", str(out)
    )
    assert found.exit_code == 0, found.output
    assert [text in out.read_text() for text in ("right by seen", "mean of 2 updates", "grpo")] == [True] * 3
    assert {"0.5", "0.625"} < set(found.output.split())
    found = run("plot", str(folder), "--metric", "wrong", "--out", str(out))
    assert found.exit_code == 1
    assert "no update with wrong and update. It has: right, seen, update." in " ".join(found.output.split())
