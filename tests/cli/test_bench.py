import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from gristmill.agents.bench import load_run

Run = Callable[..., Result]
CART = ("--env", "Shop-AddToCart-v0", "--engine", "dom")
SLOW_AGENT = """
import threading
from pathlib import Path
from gristmill.agents.scripted.null import NullAgent
class Slow(NullAgent):
    name = "slow"
    def begin(self, env, seed):
        self._seed = seed
    def act(self, observation):
        if self._seed >= 2 and not Path("go").exists():
            Path("waiting").touch()
            threading.Event().wait()
        return "done"
"""
CLUMSY_AGENT = """
class Clumsy:
    name = "clumsy"
    def begin(self, env, seed):
        self.answers = iter(["hop e1", "hop e2", "done"])
    def act(self, observation):
        return next(self.answers)
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say what to play: --suite smoke"),
        (["--suite", "smoke", "--env", "Shop-Checkout-v0"], "and not both"),
        (["--suite", "smok"], "Unknown suite 'smok'. Available: smoke, standard, full"),
        (
            ["--env", "Shop-Chekout-v0"],
            "Error: Unknown task id 'Shop-Chekout-v0'. Did you mean",
        ),
        ([*CART, "--seeds", "a"], "seeds must be first:end"),
        ([*CART, "--skins", "neon"], "Unknown skin 'neon'"),
        ([*CART, "--observation", "pixels"], "has no pixels"),
        ([*CART, "--agent-option", "pace"], "--agent-option is NAME=VALUE"),
        ([*CART, "--agent", "mine"], "Unknown agent 'mine'"),
        ([*CART, "--agent", "no_such:Agent"], "there is no module no_such in "),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(
    run: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    agent = [] if "--agent" in arguments else ["--agent", "null"]
    result = run("bench", *arguments, *agent, "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_baseline_that_is_none_is_refused_before_anything_runs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("[]")
    result = run("bench", *CART, "--agent", "null", "--compare", str(tmp_path / "old.json"))
    assert (result.exit_code, "is no baseline" in result.stderr) == (2, True)


def bench(run: Run, out: Path, *arguments: str, agent: str = "human", **options: Any) -> Result:
    chosen = ("bench", *CART, "--seeds", "0:3", "--agent", agent, "--out", str(out))
    return run(*chosen, *arguments, **options)


def test_a_person_plays_the_same_episodes_and_can_go_on_later(run: Run, tmp_path: Path) -> None:
    first = bench(run, tmp_path, input="fly\nwait 15\ngive_up nothing fits\nquit\n")
    assert first.exit_code == 130
    assert "Not understood: 'fly'" in first.output
    assert "1 of 3 episodes are finished" in first.output
    assert f"gristmill report {tmp_path}" in first.output
    second = bench(run, tmp_path, "--min-success", "0.5", input="done\nanswer 7\n")
    assert second.exit_code == 1
    assert "1 of them finished before" in second.output
    assert "Failed: 0.0% succeeded, --min-success asks for 50.0%." in second.output
    episodes = load_run(tmp_path).episodes
    assert [each.ended_by for each in episodes] == ["give_up", "done", "answer"]
    assert [step.action for step in episodes[0].steps] == ["wait 15", 'give_up "nothing fits"']
    record = episodes[2].final_state
    assert record is not None
    assert (record.answer, record.task.seed) == ("7", 2)


def test_the_exit_code_follows_what_was_asked_for(run: Run, tmp_path: Path) -> None:
    """A finished run plays nothing: what is stored is judged by the options."""
    out = tmp_path / "out"
    bench(run, out, input="done\ndone\ndone\n")
    assert bench(run, out).exit_code == 0
    assert bench(run, out, "--min-success", "0.0", "--fail-on-fault").exit_code == 0
    baseline = tmp_path / "baseline.json"
    baseline.write_text((out / "summary.json").read_text())
    assert bench(run, out, "--compare", str(baseline)).exit_code == 0
    baseline.write_text(baseline.read_text().replace('"success": false', '"success": true'))
    worse = bench(run, out, "--compare", str(baseline), "--alpha", "0.3")
    assert worse.exit_code == 1
    assert "significantly worse than the baseline (p = 0.25)" in worse.output
    assert "lost (3): Shop-AddToCart-v0 seed=0" in worse.output
    assert bench(run, out, "--compare", str(baseline)).exit_code == 0  # p = 0.25 is not significant at 0.05
    assert json.loads((out / "comparison.json").read_text())["pairs"] == 3


@pytest.mark.slow
def test_refused_actions_of_lost_episodes_are_counted_with_their_reason(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clumsy_agent.py").write_text(CLUMSY_AGENT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    result = run("bench", *CART, "--seeds", "0,1", "--workers", "1", "--agent", "clumsy_agent:Clumsy")
    assert result.exit_code == 0, result.output
    assert "Of their 6 actions 4 were refused, 4 of them with: Unknown action 'hop'." in result.output


def test_another_run_in_the_folder_is_refused_unless_it_is_to_be_removed(run: Run, tmp_path: Path) -> None:
    bench(run, tmp_path, input="quit\n")
    other = ("bench", *CART, "--seeds", "5", "--agent", "human", "--out", str(tmp_path))
    refused = run(*other)
    assert (refused.exit_code, "--fresh" in refused.stderr) == (2, True)
    assert run(*other, "--fresh", input="done\n").exit_code == 0


@contextmanager
def benchmark(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A benchmark of an agent that waits in its third episode, in a process of its own."""
    (folder / "slow_agent.py").write_text(SLOW_AGENT)
    command = [sys.executable, "-m", "gristmill", "bench", *CART, "--seeds", "0:4", "--workers", "1"]
    process = subprocess.Popen(
        [*command, "--agent", "slow_agent:Slow", "--out", "run", *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(path: Path, deadline_s: float = 200.0) -> None:
    """Wait until a file exists."""
    looks = threading.Event()
    for _ in range(int(deadline_s / 0.1)):
        if path.exists():
            return
        looks.wait(0.1)
    raise AssertionError(f"{path} was never written")


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    with benchmark(tmp_path) as killed:
        wait_for(tmp_path / "waiting")
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert [each.key.seed for each in load_run(tmp_path / "run").episodes] == [0, 1]
    (tmp_path / "waiting").unlink()
    with benchmark(tmp_path) as stopped:
        wait_for(tmp_path / "waiting")
        stopped.send_signal(signal.SIGINT)
        line = next(line for line in stopped.stdout or () if "Finishing" in line)
        assert "Ctrl-C again stops at once" in line
        stopped.send_signal(signal.SIGINT)
        output, _ = stopped.communicate(timeout=100)
        assert stopped.returncode == 130
        assert "2 of 4 episodes are finished" in output
        assert "gristmill bench --env Shop-AddToCart-v0" in output
    assert not json.loads((tmp_path / "run" / "summary.json").read_text())["is_complete"]
    (tmp_path / "go").touch()
    with benchmark(tmp_path) as last:
        output, _ = last.communicate(timeout=200)
        assert last.returncode == 0, output
    assert "2 of them finished before" in output
    assert (tmp_path / "run" / "junit.xml").stat().st_size > 0
    assert [each.key.seed for each in load_run(tmp_path / "run").episodes] == [0, 1, 2, 3]
