"""TorchRL takes a task as it is: its own check passes, and no action is chosen that does not exist."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gristmill.envs.wrappers.element_actions import MASKED

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "probes" / "torchrl_run.py"


@pytest.mark.adapters
def test_torchrl_checks_the_environment_and_collects_valid_actions(
    adapter_venv: Callable[[str], Any],
) -> None:
    venv = adapter_venv("torchrl")
    printed = venv.run(str(PROGRAM), str(ROOT / "examples" / "torchrl_collect.py"), timeout_s=300)
    run = json.loads(printed.splitlines()[-1])
    assert run["steps"] == 100
    assert len(run["chosen"]) >= 100
    assert MASKED not in run["chosen"]
    assert len(set(run["chosen"])) > 10
