"""The plugin `gristmill-venues`, built as a wheel and installed beside this tree, passes its own tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).resolve().parents[1] / "plugins" / "gristmill-venues"


@pytest.fixture(scope="module")
def installed_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the plugin's wheel installs."""
    built, target = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(PLUGIN)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    (wheel,) = built.glob("*.whl")
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True, timeout=300)
    return target


def run(installed: Path, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder apart, with the wheel's packages beside those that are installed."""
    paths = filter(None, [str(installed), os.environ.get("PYTHONPATH")])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=900,
        check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_its_own_tests_pass_with_the_wheel(installed_wheel: Path, tmp_path: Path) -> None:
    command = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        str(PLUGIN / "tests"),
    ]
    done = run(installed_wheel, *command, "-c", os.devnull, f"--rootdir={PLUGIN}", folder=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.slow
def test_its_families_are_listed(installed_wheel: Path, tmp_path: Path) -> None:
    done = run(installed_wheel, "-m", "gristmill", "list", "--app", "venues", "--json", folder=tmp_path)
    assert done.stdout.count('"id": "Venues-') == 10, done.stderr


def test_it_imports_the_facade_the_kit_and_the_verifiers_alone() -> None:
    allowed = ("gristmill import", "gristmill.apps.kit", "gristmill.verifiers", "gristmill.snapshots.diff")
    for path in (PLUGIN / "src").rglob("*.py"):
        for line in path.read_text().splitlines():
            if line.startswith("from gristmill") and not line.startswith("from gristmill_venues"):
                assert line.removeprefix("from ").startswith(allowed), f"{path.name}: {line}"
