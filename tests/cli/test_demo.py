import base64
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from click.testing import Result

from gristmill.agents.rollouts.summary import Summary
from gristmill.cli.console import new_console
from gristmill.cli.demo import numbers_of, require_wins, summary_table

Run = Callable[..., Result]
PROC = Path("/proc")


def summary(**fields: object) -> Summary:
    known = {
        "agent": "oracle",
        "episodes": 24,
        "successes": 18,
        "mean_steps": 12.96,
        "steps_per_s": 17.04,
        "reset_ms": 99.6,
        "step_ms": 48.2,
        "faults": 0,
        "retries": 0,
    }
    return Summary(**(known | fields))  # type: ignore[arg-type]


def test_the_table_shows_the_numbers_rounded() -> None:
    assert numbers_of(summary()) == ["24", "75%", "13.0", "17.0", "100", "48", "0"]


def test_faults_are_shown_beside_a_rate_that_leaves_them_out() -> None:
    assert numbers_of(summary(faults=4, retries=6))[1] == "90%"
    assert numbers_of(summary(faults=4, retries=6))[-1] == "4 (6 retried)"


def test_what_there_is_none_of_is_a_dash() -> None:
    nothing = summary(successes=0, faults=24, mean_steps=None, reset_ms=None, step_ms=None, steps_per_s=0.0)
    assert numbers_of(nothing)[1:6] == ["-", "-", "0.0", "-", "-"]


def test_the_table_has_a_line_for_each_agent() -> None:
    assert summary_table([summary(), summary(agent="null")]).row_count == 2


@pytest.mark.parametrize("lost", [{"successes": 23}, {"successes": 0, "faults": 24}])
def test_a_demo_whose_oracle_loses_or_is_never_judged_fails(
    lost: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    require_wins(new_console(), summary(successes=24))
    require_wins(new_console(), summary(successes=20, faults=4))
    with pytest.raises(SystemExit) as end:
        require_wins(new_console(), summary(**lost))
    assert end.value.code == 1
    assert "Failed: the oracle won" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--agents", "0"], ["--episodes", "0"], ["--seed", "-1"]])
def test_numbers_out_of_range_are_refused(run: Run, arguments: list[str]) -> None:
    assert run("demo", *arguments).exit_code == 2


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_played(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    result = run("demo", "--engine", "dom", "--out", str(tmp_path / "file" / "out"))
    assert result.exit_code == 2
    assert result.output == (
        f"Error: The report cannot be written to {tmp_path}/file/out: Not a directory. "
        "Choose another directory with --out.\n"
    )


@pytest.mark.browser
def test_three_agents_play_and_a_page_shows_how(run: Run, tmp_path: Path) -> None:
    task = ["--task", "Shop-AddToCart-v0", "--agents", "2", "--episodes", "2"]
    result = run("demo", *task, "--out", str(tmp_path / "out"))
    assert result.exit_code == 0
    rows = {line.split()[0]: line.split()[1:3] for line in result.output.splitlines() if "%" in line}
    assert rows == {"oracle": ["2", "100%"], "random": ["1", "0%"], "null": ["1", "0%"]}
    assert result.output.rstrip().endswith(str((tmp_path / "out" / "index.html").resolve()))
    pictures = {picture.name for picture in (tmp_path / "out" / "frames").iterdir()}
    assert len(pictures) > 5
    details = unpacked(tmp_path / "out" / "index.html", "chunk-0-0")
    assert {name for each in details for name in each["frames"]} == pictures


def unpacked(page: Path, name: str) -> Any:
    """The data inside a report under this id."""
    found = re.search(rf'id="{name}">([^<]+)<', page.read_text())
    assert found is not None
    return json.loads(gzip.decompress(base64.b64decode(found[1])))


@pytest.mark.slow
def test_agents_to_watch_are_on_a_local_page_with_a_token(run: Run, tmp_path: Path) -> None:
    task = ["--task", "Shop-AddToCart-v0", "--agents", "2", "--episodes", "2", "--engine", "dom"]
    result = run("demo", *task, "--size", "small", "--watch", "--out", str(tmp_path))
    assert result.exit_code == 0
    assert re.search(r"^Watch +http://127\.0\.0\.1:\d+/[\w-]{20,}/$", result.output, re.MULTILINE)


def test_agents_on_a_cluster_cannot_be_watched(run: Run) -> None:
    result = run("demo", "--watch", "--ray", "local")
    assert result.exit_code == 2
    assert "leave out --watch or --ray" in result.output + result.stderr


@pytest.mark.slow
def test_a_crowd_plays_without_a_browser_one_episode_each(run: Run, tmp_path: Path) -> None:
    task = ["--task", "Shop-AddToCart-v0", "--agents", "30", "--engine", "dom"]
    worlds = ["--size", "small", "--worlds", "2", "--split", "test", "--wordings", "train"]
    result = run("demo", *task, *worlds, "--out", str(tmp_path))
    assert result.exit_code == 0
    rows = {line.split()[0]: line.split()[1:3] for line in result.output.splitlines() if "%" in line}
    assert rows["oracle"] == ["30", "100%"]
    assert "its peak memory was" in result.output
    assert not (tmp_path / "frames").exists()


@pytest.mark.ray
@pytest.mark.sweep
def test_a_demo_on_a_cluster_plays_the_same_episodes(ray: Any, run: Run, tmp_path: Path) -> None:
    task = ["--task", "Shop-AddToCart-v0", "--engine", "dom", "--agents", "2", "--episodes", "4"]
    rows = []
    for where in ([], ["--ray", "local"]):
        result = run("demo", *task, *where, "--out", str(tmp_path / f"out{len(where)}"))
        assert result.exit_code == 0
        rows.append([line.split()[:4] for line in result.output.splitlines() if "%" in line])
    assert rows[0] == rows[1]
    assert rows[0][0][:3] == ["oracle", "4", "100%"]
    assert not ray.is_initialized()


def test_without_ray_a_demo_on_a_cluster_names_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    result = run("demo", "--ray", "local")
    assert result.exit_code == 1
    assert "pip install 'gristmill[ray]'" in result.output + result.stderr


def parents() -> dict[int, int]:
    """The parent of every process of this machine."""
    found = {}
    for process in PROC.glob("[0-9]*"):
        try:
            found[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended meanwhile
    return found


def below(pid: int) -> set[int]:
    """The processes that one has started, and those that they have."""
    children = [child for child, parent in parents().items() if parent == pid]
    return set(children).union(*(below(child) for child in children))


def wait_until(claim: Callable[[], bool], *, timeout_s: float) -> bool:
    deadline = monotonic() + timeout_s
    while not claim() and monotonic() < deadline:
        threading.Event().wait(0.1)
    return claim()


def heed_ctrl_c() -> None:
    """Undo what shells do to all that runs behind them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.browser
@pytest.mark.skipif(not (PROC / "self" / "environ").exists(), reason="looks at processes in /proc")
def test_ctrl_c_in_mid_run_ends_every_process_and_leaves_no_temporary_folder(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    command = [
        sys.executable,
        "-m",
        "gristmill",
        "demo",
        "--episodes",
        "500",
        "--out",
        str(tmp_path / "out"),
    ]
    with subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_ctrl_c,
    ) as demo:
        try:
            assert wait_until(lambda: len(below(demo.pid)) > 4, timeout_s=60)  # driver, browser, its helpers
            started = below(demo.pid)
            demo.send_signal(signal.SIGINT)
            _, output = demo.communicate(timeout=60)
        finally:
            demo.kill()
    assert demo.returncode == 130
    assert output.endswith("Stopped.\n")
    assert "Traceback" not in output
    assert wait_until(lambda: not started & parents().keys(), timeout_s=5)
    assert [path.name for path in temporary.iterdir()] == []
