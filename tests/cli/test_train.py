"""`gristmill train`: a whole run on a real task, what its folder holds, and what it refuses."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gristmill.cli import main

TRAIN = ("train", "clone", "--env", "Shop-AddToCart-v0", "--set", "demonstrations=2", "--set", "updates=4",
         "--set", "batch_size=4")  # fmt: skip


@pytest.mark.train
def test_a_run_trains_evaluates_and_can_be_played(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from gristmill.agents.policies import load

    out = tmp_path / "run"
    found = CliRunner().invoke(main, [*TRAIN, "--out", str(out), "--evaluate", "1", "--evaluate-every", "2"])
    assert found.exit_code == 0, found.output
    curve = [json.loads(line) for line in (out / "curve.jsonl").read_text().splitlines()]
    assert [(each["update"], each["mode"]) for each in curve] == [
        (2, "greedy"), (2, "sampled"), (4, "greedy"), (4, "sampled"),
    ]  # fmt: skip
    assert curve[0]["training"]["cpu_s"] <= curve[2]["training"]["cpu_s"]
    assert "4 updates in" in found.output
    assert "Shop-AddToCart-v0 dom greedy:" in found.output
    assert "Shop-AddToCart-v0 dom sampled:" in found.output
    played_by = "gristmill bench --env Shop-AddToCart-v0 --engine dom --agent policy:"
    assert f"Play with it: {played_by}{out}" in found.output
    written = json.loads((out / "evaluation.json").read_text())
    assert [(each["mode"], each["judged"], each["first_seed"]) for each in written] == [
        ("greedy", 1, 1_000_000),
        ("sampled", 1, 1_000_000),
    ]
    assert [json.loads(line)["update"] for line in (out / "metrics.jsonl").read_text().splitlines()] == [
        1,
        2,
        3,
        4,
    ]
    assert json.loads((out / "config.json").read_text())["settings"]["demonstrations"] == 2
    assert load(out)().name == "policy"
    again = CliRunner().invoke(main, [*TRAIN, "--out", str(out)])
    assert again.exit_code == 1
    assert "holds a run already" in again.output


@pytest.mark.train
def test_a_killed_run_resumes_to_the_same_weights(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from gristmill.agents.policies.files import load_policy

    whole, killed = tmp_path / "whole", tmp_path / "killed"
    arguments = [*TRAIN, "--evaluate", "0", "--out"]
    assert CliRunner().invoke(main, [*arguments, str(whole)]).exit_code == 0
    code = (
        "import os, signal, sys\n"
        "from gristmill.agents.training import runs, cloning\n"
        "from gristmill.agents.training.algorithms import ALGORITHMS, Algorithm\n"
        "update = cloning.Cloning.update\n"
        "def fatal(self):\n"
        "    if self.updates_done == 2:\n"
        "        runs.save_state(self, __import__('pathlib').Path(sys.argv[-1]))\n"
        "    if self.updates_done == 3:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return update(self)\n"
        "cloning.Cloning.update = fatal\n"
        "from gristmill.cli import main\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, *arguments, str(killed)], check=False, env=os.environ)
    assert ended.returncode == -signal.SIGKILL
    resumed = CliRunner().invoke(main, ["train", "--resume", str(killed), "--evaluate", "0"])
    assert resumed.exit_code == 0, resumed.output
    one, other = (load_policy(folder).state_dict() for folder in (whole, killed))
    assert all(one[name].equal(other[name]) for name in one)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train"], "ALGO one of clone, dagger, deploy, expert, grpo, opsd, ppo, suggest"),
        (["train", "sarsa", "--env", "Shop-Checkout-v0", "--out", "x"], "Unknown algorithm 'sarsa'"),
        (["train", "clone", "--out", "x"], "Name the task families"),
        (["train", "clone", "--suite", "tiny", "--out", "x"], "Unknown suite 'tiny'"),
        (["train", "clone", "--env", "Nothing-v0", "--out", "x"], "Nothing-v0"),
        (["train", "clone", "--env", "Shop-Checkout-v0", "--out", "x", "--set", "step=3"], "setting 'step'"),
        (["train", "clone", "--env", "Shop-Checkout-v0", "--out", "x", "--set", "?"], "no TOML"),
        (["train", "clone", "--resume", "x"], "leave out the rest"),
        (["train", "--resume", "x"], "cannot be read"),
        (["train", "grpo", "--env", "Shop-Checkout-v0", "--start", "x", "--out", "y"], "x/policy.pt cannot"),
        (["train", "dagger", "--env", "Shop-Checkout-v0", "--out", "y"], "--start DIR"),
        (["train", "opsd", "--env", "Shop-Checkout-v0", "--out", "y"], "opsd needs a policy to begin with"),
        (["train", "grpo", "--env", "Shop-Checkout-v0", "--out", "y", "--set", "limit_share=2"], "at most 1"),
    ],
)  # fmt: skip
def test_misuse_is_explained(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code in {1, 2}
    assert message in found.output
    assert "Traceback" not in found.output
    assert not list(tmp_path.glob("*/config.json")), "the folder can be named again"


@pytest.mark.train
def test_the_families_of_a_suite_are_trained_on_and_the_curve_ends_with_the_run(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    suite, out = tmp_path / "carts.toml", tmp_path / "run"
    suite.write_text('[[episodes]]\ntasks = ["Shop-AddToCart-v0", "Shop-WishMov*"]\nsplit = "test"\n')
    arguments = ("clone", "--suite", str(suite), "--set", "demonstrations=1", "--set", "updates=2")
    found = CliRunner().invoke(main, ["train", *arguments, "--evaluate", "1", "--out", str(out)])
    assert found.exit_code == 0, found.output
    tasks = json.loads((out / "config.json").read_text())["tasks"]
    assert tasks[0] == "Shop-AddToCart-v0"
    assert len(tasks) > 1
    assert all(each.startswith("Shop-WishMov") for each in tasks[1:])
    curve = [json.loads(line) for line in (out / "curve.jsonl").read_text().splitlines()]
    assert {(each["update"], each["task"]) for each in curve} == {(2, task_id) for task_id in tasks}
    assert all(each["training"]["cpu_s"] > 0 for each in curve)


@pytest.mark.train
def test_a_trained_agent_is_deployed_and_makes_suggestions(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    clone = tmp_path / "clone"
    assert CliRunner().invoke(main, [*TRAIN, "--out", str(clone), "--evaluate", "0"]).exit_code == 0
    begin = ("--env", "Shop-AddToCart-v0", "--start", str(clone), "--set", "skin='ledger'", "--evaluate", "1")
    weeks = ("weeks=1", "days=1", "episodes_per_day=1", "lesson_steps=1", "steps_per_week=1", "held_out=0")
    suggestions = ("suggestions=4", "batch_size=2", "old_states=2", "signal='labels'")
    for name, settings in (("deploy", weeks), ("suggest", suggestions)):
        out = tmp_path / name
        given = [each for setting in settings for each in ("--set", setting)]
        found = CliRunner().invoke(main, ["train", name, *begin, "--out", str(out), *given])
        assert found.exit_code == 0, found.output
        assert "Shop-AddToCart-v0 dom greedy:" in found.output
        assert json.loads((out / "config.json").read_text())["settings"]["skin"] == "ledger"
        again = CliRunner().invoke(main, ["train", name, *begin[:2], "--out", str(tmp_path / f"no-{name}")])
        assert f"{name} needs a policy to begin with" in again.output
