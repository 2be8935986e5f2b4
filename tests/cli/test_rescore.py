from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]


def test_a_stored_run_is_judged_again_and_nothing_has_moved(run: Run, tmp_path: Path) -> None:
    chosen = ("--env", "Shop-AddToCart-v0", "--engine", "dom", "--seeds", "0", "--agent", "human")
    run("bench", *chosen, "--out", str(tmp_path), input="done\n")
    result = run("rescore", str(tmp_path), "--json", str(tmp_path / "moved.json"))
    assert result.exit_code == 0
    assert "1 episodes: 1 as before, 0 moved, 0 not judged" in result.output
    assert '"before": false' in (tmp_path / "moved.json").read_text()


def test_a_moved_verdict_is_named_and_sets_the_exit_code(run: Run, tmp_path: Path) -> None:
    chosen = ("--env", "Shop-AddToCart-v0", "--engine", "dom", "--seeds", "0", "--agent", "human")
    run("bench", *chosen, "--out", str(tmp_path), input="done\n")
    stored = tmp_path / "episodes.jsonl"
    stored.write_text(stored.read_text().replace('"success":false', '"success":true', 1))
    result = run("rescore", str(tmp_path))
    assert result.exit_code == 1
    assert "Shop-AddToCart-v0 seed=0: success, now failure" in result.output


def test_a_folder_without_a_run_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("rescore", str(tmp_path))
    assert (result.exit_code, "holds no benchmark run" in result.stderr) == (1, True)
