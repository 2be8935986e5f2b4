"""How many source files of the core somebody has to read to follow one step of the `dom` engine."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys, threading
from pathlib import Path
import gymnasium as gym
import gristmill

ROOT = Path(gristmill.__file__).resolve().parents[2]
entered = set()

def note(frame, event, _):
    entered.add(frame.f_code.co_filename)

env = gym.make("Shop-Checkout-v0", engine="dom", size="small").unwrapped
env.reset(seed=3)
outline = env.runner.outline()
found = next(node for node in outline.walk() if node.role == sys.argv[1] and node.ref)
action = sys.argv[2].format(ref=found.ref)
threading.setprofile(note)
sys.setprofile(note)
observation = env.step(action)[0]
sys.setprofile(None)
assert observation["error"] == "", observation["error"]
env.close()
files = {Path(name).resolve() for name in entered if Path(name).is_file()}
core = {path.relative_to(ROOT) for path in files if path.is_relative_to(ROOT)}
print(json.dumps(sorted(str(path) for path in core if path.parts[0] != ".venv")))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "action", "most"), [("combobox", 'fill {ref} "lamp"', 36), ("button", "click {ref}", 46)]
)
def test_one_step_enters_few_files_the_first_time(role: str, action: str, most: int) -> None:
    """A worker thread that runs a view is not counted: what it enters belongs to the app clone."""
    command = [sys.executable, "-c", SCRIPT, role, action]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    files = json.loads(done.stdout.splitlines()[-1])
    assert "envs/episode/runner.py" in files
    assert len(files) <= most, files
