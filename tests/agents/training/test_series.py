"""What updates logged, read as a line of a figure."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from gristmill.agents.training.series import read_series
from gristmill.errors import LearningFileError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run of four updates, the second of which did not log its divergence."""
    (tmp_path / "config.json").write_text('{"algorithm": "opsd", "tasks": ["A"], "settings": {}}')
    rows = [
        '{"update": 1, "divergence": 4.0, "env_steps": 10}',
        '{"update": 2, "env_steps": 20}',
        '{"update": 3, "divergence": 2.0, "env_steps": 30}',
        '{"update": 4, "divergence": 1.0, "env_steps": 40}',
    ]
    (tmp_path / "metrics.jsonl").write_text("\n".join(rows))
    return tmp_path


def test_updates_without_the_metric_are_left_out(folder: Path) -> None:
    found = read_series(folder, "divergence")
    assert (found.algorithm, found.x, found.y) == ("opsd", (1, 3, 4), (4.0, 2.0, 1.0))


def test_a_mean_is_of_the_last_values_and_of_fewer_at_the_beginning(folder: Path) -> None:
    found = read_series(folder, "divergence", against="env_steps", mean=2)
    assert (found.x, found.y) == ((10, 30, 40), (4.0, 3.0, 1.5))


def test_what_was_not_logged_is_an_error_that_names_what_was(folder: Path) -> None:
    with pytest.raises(LearningFileError, match=r"wrong and update\. It has: divergence, env_steps"):
        read_series(folder, "wrong")
