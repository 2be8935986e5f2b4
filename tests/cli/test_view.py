import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import msgspec
import pytest
from click.testing import Result

from gristmill.agents.bench.run import RunSettings

Run = Callable[..., Result]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A run that was killed before its first episode ended."""
    folder = tmp_path / "run"
    folder.mkdir()
    settings = RunSettings(agent="oracle", suites=("smoke",), episodes=3)
    (folder / "run.json").write_bytes(msgspec.json.encode(settings, enc_hook=dict))
    return folder


def test_a_report_is_built_again(run: Run, stored: Path) -> None:
    result = run("report", str(stored))
    assert (result.exit_code, result.output.strip()) == (0, str(stored / "report.html"))
    assert "smoke · oracle" in (stored / "report.html").read_text()


def test_two_runs_are_put_into_one_file(run: Run, stored: Path, tmp_path: Path) -> None:
    out = tmp_path / "compared.html"
    assert run("report", str(stored), "--against", str(stored), "--out", str(out)).exit_code == 0
    assert 'id="index-1"' in out.read_text()


def test_a_report_that_cannot_be_written_is_an_error_in_one_line(run: Run, stored: Path) -> None:
    result = run("report", str(stored), "--out", str(stored / "run.json" / "report.html"))
    assert result.exit_code == 1
    assert "Choose another folder with --out" in result.output + result.stderr


@pytest.mark.parametrize("command", ["report", "view"])
def test_a_folder_without_a_run_is_an_error_in_one_line(run: Run, tmp_path: Path, command: str) -> None:
    result = run(command, str(tmp_path))
    assert result.exit_code == 1
    assert "holds no benchmark run" in result.output + result.stderr


@pytest.mark.slow
def test_a_run_is_served_until_ctrl_c(stored: Path) -> None:
    command = [sys.executable, "-m", "gristmill", "view", str(stored), "--no-headed"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as viewing:
        try:
            assert viewing.stdout is not None
            found = re.fullmatch(r"Open +(http://127\.0\.0\.1:\d+/[\w-]+/)\n", viewing.stdout.readline())
            assert found is not None
            with urlopen(found[1], timeout=20) as page:
                assert "smoke · oracle" in page.read().decode()
            viewing.send_signal(signal.SIGINT)
            _, errors = viewing.communicate(timeout=20)
        finally:
            viewing.kill()
    assert (viewing.returncode, errors) == (0, "")
