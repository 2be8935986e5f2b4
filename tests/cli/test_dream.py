"""`gristmill dream`: from recorded episodes to an environment that trainers practise in."""

from collections.abc import Callable
from pathlib import Path

import gymnasium as gym
import pytest
from click.testing import CliRunner, Result

from gristmill.agents.dreams.comparison import translated
from gristmill.agents.dreams.logs import read_logs
from gristmill.agents.dreams.outlines import page_of
from gristmill.cli import main

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve episodes of the oracle; 0.3 CPU seconds each."""
    folder = tmp_path_factory.mktemp("logs")
    found = CliRunner().invoke(
        main, ["record", "Shop-AddToCart-v0", "--seeds", "0:12", "--out", str(folder), "--parallel", "1"]
    )
    assert found.exit_code == 0, found.output
    return folder


@pytest.mark.slow
def test_a_recorded_app_is_dreamt_and_its_episodes_succeed_there(
    run: Run, logs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "shop.dream"
    found = run("dream", str(logs), "--out", str(out), "--compare", str(logs))
    assert found.exit_code == 0, found.output
    assert "12 episodes of Shop-AddToCart-v0" in found.output
    assert "goal: " in found.output
    assert "<box Quantity> x <heading>" in found.output
    assert "12 episodes: 12 successes in both, 0 false successes of the dream, 0 missed" in found.output
    env = gym.make("gristmill/Dream-v0", dream=out, redrawn=0.0)
    logged = {episode.goal: episode for episode in read_logs([logs])}
    observation, _ = env.reset(seed=1)
    episode = logged[observation["goal"]]
    for line, scene in zip(episode.actions, episode.scenes, strict=False):
        step = env.step(translated(line, scene.page, page_of(observation["aria"])))
        observation, reward, terminated, _, info = step
    assert (reward, terminated, info["success"]) == (1.0, True, True)
    again = tmp_path / "again.dream"
    run("dream", str(logs), "--out", str(again))
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.slow
@pytest.mark.train
def test_a_policy_practises_in_a_dream_and_is_measured_outside(run: Run, logs: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    start, out, dreamt = tmp_path / "start", tmp_path / "shop.dream", tmp_path / "dreamt"
    run("dream", str(logs), "--out", str(out))
    settings = ("--set", "demonstrations=2", "--set", "updates=2", "--set", "batch_size=4")
    run("train", "clone", "--env", "Shop-AddToCart-v0", *settings, "--out", str(start), "--evaluate", "0")
    few = ("--set", "env_steps=8", "--set", "episodes_per_round=2", "--set", "steps_per_round=1")
    found = run(
        "train", "expert", "--env", f"dream:{out}", "--start", str(start), *few, "--out", str(dreamt),
        "--evaluate", "1",
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    assert "Shop-AddToCart-v0 dom greedy:" in found.output
    refused = run("train", "clone", "--env", f"dream:{out}", "--out", str(tmp_path / "x"))
    assert refused.exit_code == 2
    assert "has no oracle to learn from" in refused.output


def test_what_is_missing_is_said_before_anything_is_written(run: Run, tmp_path: Path) -> None:
    found = run("dream", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x.dream"))
    assert found.exit_code == 1
    assert "nowhere cannot be read: No such file or directory" in found.output
    refused = run("train", "grpo", "--env", f"dream:{tmp_path / 'x.dream'}", "--out", str(tmp_path / "y"))
    assert refused.exit_code == 1
    assert "Build it: gristmill dream LOGS --out" in refused.output
    assert not list(tmp_path.iterdir())
