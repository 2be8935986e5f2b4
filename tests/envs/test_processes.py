"""Environments in processes of their own: equal everywhere, forkable, and gone without a trace."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

TREE = """
import json, os, signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells have what runs behind them ignore it
def below(root):
    table = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            table[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            pass
    tree, front = [], [root]
    while front:
        front = [pid for pid, parent in table.items() if parent in front]
        tree += front
    return tree
def report(**more):
    from gristmill.envs.episode.runtime import default_runtime
    port = default_runtime().host.port
    print(json.dumps({"below": below(os.getpid()), "port": port, **more}), flush=True)
"""
START = (
    TREE
    + """
import gristmill
from gristmill.envs.env import WebEnv
env = WebEnv("Shop-AddToCart-v0")
env.reset(seed=3)
env.step("goto /cart")
report()
"""
)
ENDINGS = {
    "its end": "",
    "an exception": "raise LookupError",
    "Ctrl-C": "import time\nfor _ in iter(int, 1): env.step('back')",
    "SIGTERM": "import threading; threading.Event().wait()",
    "SIGKILL": "import threading; threading.Event().wait()",
}
SIGNALS = {
    "Ctrl-C": signal.SIGINT,
    "SIGTERM": signal.SIGTERM,
    "SIGKILL": signal.SIGKILL,
}


def run(script: str, tmp: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"TMPDIR": str(tmp), "XDG_CACHE_HOME": cache} | environment,
    )


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until_gone(pids: list[int], deadline_s: float = 10) -> list[int]:
    end = time.monotonic() + deadline_s
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < end:
        os.sched_yield()
    return left


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "ending", [pytest.param("its end", marks=pytest.mark.sweep), *list(ENDINGS)[1:]]
)  # an exception ends as its end does, and later
def test_no_process_port_or_file_is_left(ending: str, tmp_path: Path) -> None:
    process = run(START + ENDINGS[ending], tmp_path)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    told = json.loads(line)
    assert len(told["below"]) >= 3
    if ending in SIGNALS:
        os.killpg(process.pid, SIGNALS[ending])
    _, errors = process.communicate(timeout=30)
    assert wait_until_gone(told["below"]) == []
    if ending not in {"SIGTERM", "SIGKILL"}:  # after those Python does not clean up
        assert "Exception ignored" not in errors
        assert "never awaited" not in errors
        assert list(tmp_path.iterdir()) == []


def press_ctrl_c(process: "subprocess.Popen[str]") -> tuple[str, str]:
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=30)


VECTOR = (
    TREE
    + """
import sys, threading
import gymnasium as gym, gristmill
engine = sys.argv[1]
envs = gym.make_vec("Shop-AddToCart-v0", num_envs=4, engine=engine)
envs.reset(seed=3)
try:
    print(json.dumps({"below": below(os.getpid())}), flush=True)
    for _ in iter(int, 1):
        envs.step(["goto /cart", "back", "goto /orders", "scroll down"])
except KeyboardInterrupt:
    print("interrupted", flush=True)
    if len(sys.argv) > 2:
        seen, _ = envs.reset(seed=3)
        print(seen["url"], flush=True)
        envs.close()
        sys.exit(0)
    raise
"""
)


@pytest.mark.parametrize("engine", [pytest.param("dom", marks=pytest.mark.sweep), "chromium"])
def test_ctrl_c_in_a_batch_reaches_the_caller_and_leaves_nothing(engine: str, tmp_path: Path) -> None:
    process = run(VECTOR, tmp_path, engine)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    below = json.loads(line)["below"]
    assert (len(below) > 0) == (engine == "chromium")
    output, errors = press_ctrl_c(process)
    assert output == "interrupted\n", errors
    assert process.returncode == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt")
    for sign in ("Exception ignored", "never awaited", "never retrieved"):
        assert sign not in errors
    assert wait_until_gone(below) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("engine", ["dom", pytest.param("chromium", marks=pytest.mark.sweep)])
def test_after_ctrl_c_a_batch_can_be_reset(engine: str, tmp_path: Path) -> None:
    process = run(VECTOR, tmp_path, engine, "again")
    assert process.stdout is not None
    below = json.loads(process.stdout.readline())["below"]
    output, errors = press_ctrl_c(process)
    assert (process.returncode, errors) == (0, "")
    assert output.splitlines() == ["interrupted", str(("http://shop.test/",) * 4)]
    assert wait_until_gone(below) == []


TASKS = ["Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0"]
DIGESTS = """
import hashlib, json, sys
import numpy as np
from gristmill.envs.env import WebEnv
told = []
tasks, seeds = json.loads(sys.argv[1])
for task in tasks:
    env = WebEnv(task, observation="aria+pixels", viewport=(640, 480))
    for seed in seeds:
        seen, _ = env.reset(seed=seed)
        for _ in range(5):
            for key in sorted(seen):
                part = np.ascontiguousarray(seen[key]).tobytes() if key == "pixels" else seen[key].encode()
                told.append([task, seed, key, hashlib.sha256(part).hexdigest()])
            seen, *_ = env.step(env.oracle())
        told.append([task, seed, "rows", env.state_digest()])
    env.close()
print(json.dumps(told))
"""


@pytest.mark.parametrize(
    ("tasks", "seeds"), [(TASKS[1:2], [1]), pytest.param(TASKS, [1, 2], marks=pytest.mark.sweep)]
)
def test_two_processes_with_other_hash_seeds_see_equal_bytes(
    tasks: list[str], seeds: list[int], tmp_path: Path
) -> None:
    asked = json.dumps([tasks, seeds])
    started = [run(DIGESTS, tmp_path, asked, PYTHONHASHSEED=seed) for seed in ("1", "2")]
    told = []
    for process in started:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        told.append(json.loads(output))
    assert len(told[0]) == len(tasks) * len(seeds) * (5 * 6 + 1)
    assert [pair for pair in zip(*told, strict=True) if pair[0] != pair[1]] == []


FORK = (
    TREE
    + """
import gristmill
from gristmill.envs.env import WebEnv
from gymnasium.error import ResetNeeded
def play(env):
    seen, _ = env.reset(seed=3)
    return [seen["aria"], env.step("goto /cart")[0]["aria"], env.state_digest()]
env = WebEnv("Shop-AddToCart-v0", render_mode="rgb_array")
mine = play(env)
read, write = os.pipe()
if os.fork() == 0:
    refused = 0
    for early in (lambda: env.step("back"), env.oracle):
        try:
            early()
        except ResetNeeded:
            refused += 1
    assert env.render() is None
    ok = refused == 2 and play(env) == mine and play(WebEnv("Shop-AddToCart-v0")) == mine
    os.write(write, json.dumps({"ok": ok, "below": below(os.getpid())}).encode())
    os._exit(0 if ok else 1)
_, status = os.wait()
child = json.loads(os.read(read, 65536))
assert env.step("back")[0]["url"] == "http://shop.test/"
report(child=child, status=status, again=play(env) == mine)
"""
)


def test_a_forked_child_plays_by_itself_and_its_parent_goes_on_unharmed(tmp_path: Path) -> None:
    process = run(FORK, tmp_path)
    output, errors = process.communicate(timeout=90)
    assert process.returncode == 0, errors
    told = json.loads(output)
    assert told["status"] == 0
    assert told["child"]["ok"]
    assert told["again"]
    assert len(told["child"]["below"]) >= 3
    assert wait_until_gone([*told["child"]["below"], *told["below"]]) == []


NO_BROWSER = """
from gristmill.envs.env import WebEnv
from gristmill.errors import BrowserNotFoundError
env = WebEnv("Shop-AddToCart-v0")
for _ in range(2):
    try:
        env.reset(seed=1)
    except BrowserNotFoundError as error:
        print(error)
env.close()
"""


def test_without_the_named_browser_reset_says_how_to_get_one(tmp_path: Path) -> None:
    process = run(NO_BROWSER, tmp_path, GRISTMILL_CHROMIUM="/nowhere/chromium")
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert output.count("GRISTMILL_CHROMIUM names '/nowhere/chromium', which is not an executable.") == 2
    assert output.count("apt-get install") == 2
