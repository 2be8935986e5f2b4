import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gristmill.cli.checkup import Finding, ask_version, cache
from gristmill.cli.doctor import line

Run = Callable[..., Result]


def test_a_finding_has_its_remedy_below_its_detail() -> None:
    finding = Finding(name="torch", healthy=None, detail="not installed", remedy="pip install it")
    first, second = line(finding).plain.splitlines()
    assert first.split() == ["-", "torch", "not", "installed"]
    assert second.strip() == "pip install it"


@pytest.mark.slow
def test_a_missing_browser_is_reported_with_the_ways_to_get_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRISTMILL_CHROMIUM", "/nowhere/chromium")
    result = run("doctor")
    assert result.exit_code == 1
    assert "MISS browser" in result.output
    assert "/nowhere/chromium" in result.output
    assert "playwright install" in result.output
    assert result.output.endswith("Problems: browser.\n")


def test_a_cache_that_cannot_be_written_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gristmill").write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    finding = cache()
    assert finding.healthy is False
    assert "XDG_CACHE_HOME" in finding.remedy


@pytest.mark.parametrize("path", ["/nowhere/chromium", "/bin/false"])
def test_an_executable_without_a_version_is_no_crash(path: str) -> None:
    assert ask_version(path).startswith("unknown version")


@pytest.mark.browser
def test_a_browser_that_does_not_start_is_reported_with_the_reason(tmp_path: Path) -> None:
    browser = tmp_path / "chromium"
    missing = "chromium: error while loading shared libraries: libnss3.so: cannot open"
    browser.write_text(f'#!/bin/sh\necho "{missing}" >&2\nexit 127\n')
    browser.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "gristmill", "doctor", "--json"],
        env={**os.environ, "GRISTMILL_CHROMIUM": str(browser)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    found = {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert (done.returncode, done.stderr) == (1, "")
    assert found["launch"]["detail"] == f"The browser did not start: {missing}"
    assert "playwright install-deps" in found["launch"]["remedy"]
    assert missing in found["browser"]["detail"]


@pytest.mark.browser
def test_a_sound_machine_is_declared_sound(run: Run) -> None:
    result = run("doctor", "--json")
    report = json.loads(result.output)
    assert (result.exit_code, report["healthy"]) == (0, True)
    details = {finding["name"]: finding["detail"] for finding in report["findings"]}
    assert "gymnasium" in details["gristmill"]
    assert "task families" in details["app shop"]
    assert "ms" in details["launch"]
    assert details["browser"][0].isalpha()
