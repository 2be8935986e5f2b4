"""Tasks as SkyRL's text environments, with the real package."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.adapters

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "probes" / "skyrl_run.py"
BROKEN = """
from gristmill.adapters.skyrl import GristmillTextEnv
from gristmill.envs.episode.episode import Episode
from gristmill.errors import EngineFault, InvalidOptionError

env = GristmillTextEnv({}, {"task": "Shop-AddToCart-v0", "seed": 3})
env.init([])
def fail(*arguments, **options):
    raise EngineFault("broken on purpose")
Episode.judge = fail
try:
    env.step("<action>done</action>")
except EngineFault as fault:
    print(fault)
try:
    GristmillTextEnv({}, {"task": "Shop-AddToCart-v0"})
except InvalidOptionError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def venv(adapter_venv: Callable[[str], Any]) -> Any:
    return adapter_venv("skyrl")


def test_turns_of_text_are_actions(venv: Any) -> None:
    played = json.loads(venv.run(str(PROGRAM)).splitlines()[-1])
    oracle, silent, reader = played["oracle"], played["silent"], played["reader"]
    assert oracle["turns"][0].startswith("Task: ")
    assert sum(oracle["rewards"]) == oracle["rewards"][-1] == 1.0
    assert oracle["metrics"]["success"] == 1.0
    assert silent["turns"][1] == "Error: write one action between <action> and </action>."
    assert silent["rewards"] == [0.0, 0.0]
    assert "(part 2 of " in reader["turns"][1]
    assert played["averaged"]["success"] == 0.5


def test_an_infrastructure_failure_and_a_row_without_seed_are_errors(venv: Any) -> None:
    first, second = venv.run("-c", BROKEN).splitlines()
    assert first.startswith("The episode must not be scored: ")
    assert second == "A row needs the columns 'task' and 'seed'; it has: task."


def test_the_example_writes_rows_and_plays_one(venv: Any, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    printed = venv.run(str(ROOT / "examples" / "skyrl_rows.py"), "--rows", "3", "--output", str(rows))
    assert printed.splitlines()[-1] == "reward 1.0"
    written = [json.loads(line) for line in rows.read_text().splitlines()]
    assert [row["seed"] for row in written] == [0, 1, 2]
    assert "fill <ref>" in written[0]["prompt"][0]["content"]
