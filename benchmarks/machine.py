"""Machine, commit and library versions of a measurement."""

import datetime
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

LIBRARIES = ("gristmill", "playwright", "gymnasium", "flask", "sqlalchemy", "waitress")


def described() -> dict[str, Any]:
    """The origin of a measurement, as fields of every result row."""
    return {
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "commit": commit(),
        "cpu": cpu_model(),
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def heading() -> str:
    """The origin of a measurement in one line."""
    found = described()
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return (
        f"{found['cpu']}, {found['cpus']} CPUs, {found['system']}, Python {found['python']}; "
        f"{found['date']}, commit {found['commit']}; {versions}"
    )


def commit() -> str:
    """The short commit hash, with a `+` if measured code has uncommitted changes."""
    root = Path(__file__).parents[1]

    def git(*arguments: str) -> str:
        asked = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
        return asked.stdout.strip()

    measured = ("agents", "apps", "benchmarks/*.py", "envs", "snapshots", "src", "verifiers")
    return git("rev-parse", "--short=7", "HEAD") + ("+" if git("status", "--short", "--", *measured) else "")


def cpu_model() -> str:
    """The CPU's model name."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    return next((line.split(":")[1].strip() for line in lines if "model name" in line), platform.processor())


def available_mb() -> float:
    """Memory in MB available without swapping."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) / 1024
