"""The proof of determinism catches app clones whose rows depend on the clock, on chance or on the process."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROVE = Path(__file__).parents[2] / "tools" / "prove.py"
SEED = """
def seed(world, rng):
    world.people[0].phone = {}

APP = AppSpec(name="desk", title="Desk", version="1", create_app=create_app, seed=seed, tasks=TASKS)
"""


def prove(site: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, str(PROVE), "--engine=dom", "--task=Plugin-Desk-v0", "--seeds=0"]
    return subprocess.run(
        [*command, "--determinism=1"],
        env=os.environ | {"PYTHONPATH": path, "XDG_CACHE_HOME": str(site / "cache")},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.one_in(3)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("str(rng.integers(1000))", "All proved."),
        ("str(__import__('random').random())", "uses random"),
        pytest.param(
            "str(__import__('datetime').datetime.now())",
            "uses datetime.datetime.now",
            marks=pytest.mark.sweep,
        ),
        ("'-'.join({'ash', 'beech', 'cedar', 'elm', 'fir', 'oak'})", "two processes differ from step 0 on"),
        pytest.param(
            "str(__import__('os').getpid())", "two processes differ from step 0 on", marks=pytest.mark.sweep
        ),
    ],
)
def test_a_seed_is_built_twice_in_empty_caches_and_compared(
    distribution: Callable[..., Path], value: str, told: str
) -> None:
    done = prove(distribution("desk", SEED.format(value)))
    assert told in done.stdout, done.stderr
    assert (done.returncode == 0) == (told == "All proved.")
