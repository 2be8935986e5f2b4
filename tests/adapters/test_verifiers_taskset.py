"""Tasks as a taskset of `verifiers`: its command evaluates a model on them."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.adapters

ROOT = Path(__file__).parents[2]
ENDPOINT = Path(__file__).parent / "probes" / "model_endpoint.py"
TASK, SEED = "Shop-AddToCart-v0", "3"
ONE_TASK = ("--env.taskset.first-seed", SEED, "--env.taskset.num-seeds", "1")


@pytest.fixture(scope="module")
def venv(adapter_venv: Callable[[str], Any]) -> Any:
    return adapter_venv("verifiers")


@pytest.fixture
def base_url(venv: Any) -> Iterator[str]:
    """A model that plays the oracle, behind OpenAI's protocol."""
    command = [str(venv.python), str(ENDPOINT), TASK, SEED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.kill()


def run(venv: Any, tmp_path: Path, command: str, *arguments: str) -> str:
    """Run one of its commands, with the example's plugin on the path."""
    programs = venv.python.parent
    variables = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    variables |= {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "examples")}
    done = subprocess.run(
        [str(programs / command), "gristmill-taskset", *arguments],
        cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_a_model_that_calls_the_oracles_tools_is_rewarded(venv: Any, tmp_path: Path, base_url: str) -> None:
    harness = ("--env.agent.harness.id", "null", "--env.agent.runtime.type", "subprocess")
    where = ("--client.base-url", base_url, "-o", str(tmp_path), "--run.name", "one", "--no-push")
    run(venv, tmp_path, "vf-eval", "-m", "oracle", "-r", "1", *harness, *ONE_TASK, *where)
    (stored,) = (tmp_path / "one").rglob("traces.jsonl")
    (line,) = stored.read_text().splitlines()
    trace = json.loads(line)
    trace = trace["traces"][0] if "traces" in trace else trace
    assert trace["errors"] == []
    assert trace["rewards"]["episode_reward"]["score"] == 1.0
    assert trace["metrics"]["success"] == 1.0
    assert trace["metrics"]["steps"] > 3
    assert trace["task"]["data"]["prompt"].startswith("Task: ")
