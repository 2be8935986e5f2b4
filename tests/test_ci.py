"""The examples for CI systems and the Dockerfile: they parse, and their steps run as far as a shell can."""

import fnmatch
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gristmill.cli.group import COMMANDS

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "ci"
GITHUB, GITLAB = FOLDER / "github.yml", FOLDER / "gitlab.yml"
SUITE = """
name = "tiny"
description = "Two episodes."

[[episodes]]
tasks = ["Shop-AddToCart-v0"]
seeds = "0:2"
engine = "dom"
size = "small"
"""

needs_bench = pytest.mark.skipif("bench" not in COMMANDS, reason="there is no `gristmill bench`")
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


def workflow() -> dict[str, Any]:
    """GitHub's workflow. The key `on` is a truth value to YAML 1.1."""
    loaded: dict[Any, Any] = yaml.safe_load(GITHUB.read_text())
    return {"on" if key is True else key: value for key, value in loaded.items()}


def steps() -> list[dict[str, Any]]:
    return list(workflow()["jobs"]["smoke"]["steps"])


def gitlab_job() -> dict[str, Any]:
    job: dict[str, Any] = yaml.safe_load(GITLAB.read_text())["gristmill"]
    return job


class Machine:
    """A folder in which steps run; programs that need the network are replaced by ones that note the call."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.work = folder, folder / "work"
        self.work.mkdir()
        (self.work / "tiny.toml").write_text(SUITE)
        programs = folder / "bin"
        programs.mkdir()
        for name in ("apt-get", "curl", "python"):
            self.write(programs / name, f'echo {name} "$@" >> "{folder}/calls"; [ {name} != curl ]')
        self.write(programs / "gristmill", f'exec {shlex.quote(sys.executable)} -m gristmill "$@"')
        self.variables = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "GRISTMILL": "gristmill",
            "SUITE": "tiny.toml",
            "AGENT": "oracle",
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "COLUMNS": "160",
        }

    @staticmethod
    def write(path: Path, script: str) -> None:
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.work, env=self.variables, text=True, capture_output=True)

    def bash(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script as GitHub does with `shell: bash`."""
        return self.run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def script_of(name: str) -> str:
    (script,) = [step["run"] for step in steps() if step.get("name") == name]
    return str(script)


def test_the_workflow_asks_for_no_rights_and_publishes_the_run_even_if_it_failed() -> None:
    assert workflow()["permissions"] == {"contents": "read"}
    assert set(workflow()["on"]) == {"pull_request", "push", "workflow_dispatch"}
    (upload,) = [step for step in steps() if "upload-artifact" in step.get("uses", "")]
    assert (upload["if"], upload["with"]["path"]) == ("always()", "run")


def test_a_baseline_is_restored_by_the_key_under_which_main_keeps_it() -> None:
    (restored,) = [step for step in steps() if "cache/restore" in step.get("uses", "")]
    (kept,) = [step for step in steps() if "cache/save" in step.get("uses", "")]
    assert restored["with"]["key"] == kept["with"]["key"]
    assert kept["with"]["key"].startswith(restored["with"]["restore-keys"])
    assert restored["with"]["path"] == kept["with"]["path"] == "baseline"
    assert kept["if"] == "github.ref == 'refs/heads/main'"


def test_gitlab_publishes_junit_and_the_run() -> None:
    artifacts = gitlab_job()["artifacts"]
    assert artifacts["when"] == "always"
    assert artifacts["paths"] == ["run"]
    assert artifacts["reports"] == {"junit": "run/junit.xml"}


def test_both_pin_the_version_of_this_tree_alike() -> None:
    from gristmill import __version__

    pinned = {workflow()["env"]["GRISTMILL"], gitlab_job()["variables"]["GRISTMILL"]}
    assert pinned == {f"gristmill=={__version__}"}


@needs_bash
def test_what_is_installed_is_gristmill_and_the_projects_own_package(machine: Machine) -> None:
    done = machine.bash(script_of("Install"))
    assert done.returncode == 0, done.stderr
    (machine.work / "pyproject.toml").touch()
    machine.bash(script_of("Install"))
    install = "python -m pip install"
    assert machine.calls == [f"{install} gristmill", f"{install} gristmill", f"{install} ."]


@needs_bash
@needs_bench
@pytest.mark.slow
def test_githubs_steps_bench_keep_a_baseline_and_compare_with_it(machine: Machine) -> None:
    for has_baseline in (False, True):
        assert (machine.work / "baseline" / "summary.json").exists() is has_baseline
        done = machine.bash(script_of("Bench"))
        assert done.returncode == 0, done.stdout + done.stderr
        assert machine.bash(script_of("Summary")).returncode == 0
        assert machine.bash(script_of("New baseline")).returncode == 0
        assert {"episodes.jsonl", "junit.xml", "summary.json"} <= {
            path.name for path in (machine.work / "run").iterdir()
        }
        shutil.rmtree(machine.work / "run")
    assert "baseline" in done.stdout
    assert (machine.folder / "summary.md").read_text().count("```") == 4
    machine.variables["AGENT"] = "null"
    assert machine.bash(script_of("Bench")).returncode == 1


@needs_bench
@pytest.mark.slow
def test_gitlabs_script_benches_without_a_baseline_and_then_with_one(machine: Machine) -> None:
    script = "\n".join(["set -e", *gitlab_job()["before_script"], *gitlab_job()["script"]])
    first = machine.run("sh", "-c", script)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "There is no baseline yet." in first.stdout
    kept = machine.folder / "kept.json"
    (machine.work / "run" / "summary.json").rename(kept)
    shutil.rmtree(machine.work / "run")
    Machine.write(machine.folder / "bin" / "curl", f'cp "{kept}" baseline/summary.json')
    second = machine.run("sh", "-c", script)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "There is no baseline yet." not in second.stdout
    assert json.loads((machine.work / "run" / "summary.json").read_text())


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines]


def copied() -> set[str]:
    """What is copied from the working copy."""
    sources = [
        shlex.split(rest)[:-1] for name, rest in instructions() if name == "COPY" and "--from" not in rest
    ]
    return {source for each in sources for source in each}


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] not in {"", "#"}]
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert copied() == let_in
    assert all((ROOT / source).exists() for source in copied())
    assert lines[0] == "*"
    assert not any(fnmatch.fnmatch(name, line) for name in copied() for line in lines[1:] if line[0] != "!")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_the_images_commands_are_valid_shell() -> None:
    runs = [rest for name, rest in instructions() if name == "RUN"]
    assert len(runs) == 4
    for run in runs:
        done = subprocess.run(["bash", "-n", "-c", run], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("apt-cache") is None, reason="not Debian")
def test_debian_has_what_the_image_installs() -> None:
    (apt,) = [rest for name, rest in instructions() if name == "RUN" and "apt-get install" in rest]
    packages = [word for word in apt.partition("install")[2].partition("&&")[0].split() if word[0] != "-"]
    for package in packages:
        done = subprocess.run(["apt-cache", "show", package], capture_output=True, text=True)
        if not done.stdout and not Path("/var/lib/apt/lists").glob("*_Packages"):
            pytest.skip("there are no package lists: apt-get update")
        assert f"Package: {package}" in done.stdout


def test_the_image_runs_a_command_that_exists() -> None:
    given = {name: json.loads(rest) for name, rest in instructions() if name in {"ENTRYPOINT", "CMD"}}
    assert given["ENTRYPOINT"] == ["gristmill"]
    if "bench" not in COMMANDS:
        pytest.skip("there is no `gristmill bench`")
    assert given["CMD"][0] in COMMANDS


@pytest.mark.slow
def test_a_wheel_is_built_from_what_is_copied_alone(tmp_path: Path) -> None:
    for source in copied():
        path = ROOT / source
        if path.is_dir():
            shutil.copytree(
                path, tmp_path / source, symlinks=True, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(path, tmp_path / source)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "wheels", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "wheels").glob("gristmill-*.whl"))
