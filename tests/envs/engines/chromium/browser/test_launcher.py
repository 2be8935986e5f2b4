"""Browsers start wherever people run them, say why if they do not, and are replaced when they hang."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.chromium.browser.driver import Driver
from gristmill.envs.engines.chromium.browser.executable import child_environment, launch_flags
from gristmill.envs.engines.chromium.browser.launcher import profile_in
from gristmill.envs.engines.chromium.engine import ChromiumEngine
from gristmill.errors import EngineFault

SIZE = Viewport(width=400, height=300)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EPISODE = """
import asyncio, sys
if "no-watcher" in sys.argv:  # as uvloop's policy: it refuses to watch child processes
    class Policy(asyncio.DefaultEventLoopPolicy):
        def get_child_watcher(self):
            raise NotImplementedError
        def new_event_loop(self):
            raise NotImplementedError
    asyncio.set_event_loop_policy(Policy())
from gristmill.envs.engines.chromium.browser.locate import locate_browser
from gristmill.envs.env import WebEnv
assert locate_browser().path.is_file()
env = WebEnv("Shop-Checkout-v0")
env.reset(seed=1)
print(env.step("goto /cart")[0]["url"])
env.close()
"""


@pytest.fixture
def engine() -> Iterator[ChromiumEngine]:
    engine = ChromiumEngine(host_port=9, fixed_now=NOW)
    yield engine
    engine.close()


def running(engine: ChromiumEngine) -> Any:
    (found,) = engine.driver._browsers._running.values()
    return found


def play(*arguments: str, **environment: str) -> None:
    """An episode in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", EPISODE, *arguments],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr, done.returncode) == ("http://shop.test/cart\n", "", 0)


@pytest.mark.browser
def test_proxies_odd_folders_and_event_loops_that_refuse_child_processes_do_not_matter(
    tmp_path: Path,
) -> None:
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    proxies = dict.fromkeys(names, "http://127.0.0.1:9")
    folder = tmp_path / 'it\'s "größe" 東 --a=b\n c'
    folder.mkdir()
    lower = {name.lower(): proxy for name, proxy in proxies.items()}
    play("no-watcher", TMPDIR=str(folder), **proxies, **lower)
    assert not list(folder.glob("*profile*"))


def test_a_profile_is_found_in_a_command_line_whatever_its_folder_is_called() -> None:
    for folder in ("/tmp", '/t/a "b" --c=d', "/t/it's\nodd"):
        path = f"{folder}/playwright_chromiumdev_profile-aB3xYz"
        for line in (
            f"sh --headless --user-data-dir={path} --remote-debugging-pipe",
            f"--user-data-dir={path}",
        ):
            assert profile_in(line) == Path(path)
    with pytest.raises(EngineFault, match="profile"):
        profile_in("sh --headless")


def test_no_proxy_reaches_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "all_proxy", "No_Proxy"):
        monkeypatch.setenv(name, "x")
    assert not [name for name in child_environment() if "proxy" in name.lower()]
    assert "--no-proxy-server" in launch_flags(1)


@pytest.mark.browser
@pytest.mark.parametrize("hung", ["browser", "zygote"])
def test_a_browser_that_hangs_or_opens_no_pages_is_killed_and_replaced(
    hung: str, engine: ChromiumEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gristmill.envs.engines.chromium.browser.driver.PAGE_DEADLINE_S", 5.0)
    engine.open(SIZE, with_pixels=False).close()
    before = running(engine)
    if hung == "browser":
        os.kill(before.pid, signal.SIGSTOP)
    else:
        for zygote in zygotes_of(before.pid):
            os.kill(zygote, signal.SIGKILL)
    engine.open(SIZE, with_pixels=False).close()
    after = running(engine)
    assert after.pid != before.pid
    with pytest.raises(ProcessLookupError):
        os.kill(before.pid, 0)
    engine.open(SIZE, with_pixels=False).close()
    assert running(engine).pid == after.pid
    engine.close()
    assert not before.profile.exists()
    assert not after.profile.exists()


def zygotes_of(browser: int) -> list[int]:
    """The processes that a browser makes its pages' processes from."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == browser and "--type=zygote" in (process / "cmdline").read_text(errors="replace"):
                found.append(int(process.name))
    assert found
    return found


def failing(folder: Path, *lines: str) -> str:
    script = folder / "chromium"
    script.write_text("\n".join(("#!/bin/sh", *lines)))
    script.chmod(0o755)
    return str(script)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            (
                'echo "chromium: error while loading shared libraries: libnss3.so: cannot open" >&2',
                "exit 127",
            ),
            r"did not start: chromium: error while loading shared libraries: libnss3.so: cannot open\. In",
        ),
        (
            (
                'echo "[1126/1:INFO:a.cc(1)] hello" >&2',
                'echo "[1126/1:FATAL:zygote.cc(9)] No usable sandbox!" >&2',
                'echo "#0 0x55d base::debug" >&2',
                "exit 1",
            ),
            r"did not start: \[1126/1:FATAL:zygote.cc\(9\)\] No usable sandbox!$",
        ),
        (("exit 3",), r"did not start: it ended at once \(exitCode=3, signal=null\) and printed nothing$"),
    ],
)
def test_a_browser_that_does_not_start_says_why(lines: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    engine = ChromiumEngine(host_port=9, fixed_now=NOW, executable=failing(tmp_path, *lines))
    for _ in range(2):
        with pytest.raises(EngineFault, match=reason) as raised:
            engine.open(SIZE, with_pixels=False)
        assert "\n" not in str(raised.value)
    engine.close()


@pytest.mark.browser
def test_a_driver_that_cannot_be_started_is_an_engine_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError("no child processes here")

    driver = Driver(host_port=9, fixed_now=NOW)
    monkeypatch.setattr(asyncio.SelectorEventLoop, "subprocess_exec", refuse)
    with pytest.raises(EngineFault, match="did not start: NotImplementedError: no child processes here"):
        driver.run(driver.open_page(SIZE, with_pixels=False))
    driver.close()


@pytest.mark.browser
def test_a_browser_that_hangs_is_killed_at_the_end(engine: ChromiumEngine) -> None:
    engine.open(SIZE, with_pixels=False)
    hung = running(engine)
    os.kill(hung.pid, signal.SIGSTOP)
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(hung.pid, 0)
    assert not hung.profile.exists()
