"""`gristmill new-app`: what it writes installs, runs, and passes its own tests and every check."""

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gristmill.cli import main

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
LIMIT_S = 560
OWN_MODULE = "gristmill_ledgers"


def done(*command: str, cwd: Path) -> str:
    """The output of a command that must succeed; it does not see this checkout but by the environment."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    found = subprocess.run(
        command, cwd=cwd, env=kept, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert found.returncode == 0, f"{found.stdout[-4000:]}\n{found.stderr[-4000:]}"
    return found.stdout


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "ledgers"
    assert CliRunner().invoke(main, ["new-app", "ledgers", "--dir", str(folder)]).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, written: Path) -> str:
    """An environment of its own with the wheel in it, which finds this environment's libraries offline."""
    folder = tmp_path_factory.mktemp("python")
    wheels, home = folder / "wheels", folder / "venv"
    done(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), ".", cwd=written
    )
    venv.create(home, with_pip=False)
    executable = str(home / "bin" / "python")
    packages = Path(
        done(executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip()
    )
    (packages / "libraries.pth").write_text(f"{ROOT / 'src'}\n{sysconfig.get_path('purelib')}\n")
    (wheel,) = wheels.glob("gristmill_ledgers-*.whl")
    done(
        sys.executable, "-m", "pip", "--python", executable, "install", "--quiet", "--no-deps", "--no-index",
        str(wheel), cwd=home,
    )  # fmt: skip
    return executable


def test_nothing_is_left_to_be_filled_in(written: Path) -> None:
    files = [path for path in written.rglob("*") if path.is_file()]
    assert len(files) >= 15
    assert all("@@" not in f"{path}{path.read_text()}" and path.suffix != ".tmpl" for path in files)


def test_what_is_written_is_free_of_lint(written: Path) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", "110", "."]
    done(*command, cwd=written)


@pytest.mark.slow
def test_its_wheel_passes_its_own_tests_in_an_environment_of_its_own(python: str, written: Path) -> None:
    place = done(python, "-c", f"import {OWN_MODULE}; print({OWN_MODULE}.__file__)", cwd=written)
    assert "site-packages" in place
    output = done(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=written)
    assert " passed" in output
    assert "failed" not in output


@pytest.mark.slow
def test_the_command_finds_the_installed_app_clone(python: str, written: Path) -> None:
    output = done(
        python, "-m", "gristmill", "check", "ledgers", "--only", "pages*", "--seeds", "1", cwd=written
    )
    assert "0 failed" in output
    assert "Ledgers-Add-v0" in done(python, "-m", "gristmill", "list", "--app", "ledgers", cwd=written)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Ledgers", "must be one lower-case word"),
        ("two words", "must be one lower-case word"),
        ("shop", "is taken by an installed app clone"),
        ("world", "is taken by an installed app clone"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(name: str, message: str, run: Run, tmp_path: Path) -> None:
    result = run("new-app", name, "--dir", str(tmp_path / "new"))
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "new").exists()


def test_a_folder_with_files_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = run("new-app", "ledgers", "--dir", str(tmp_path))
    assert result.exit_code == 2
    assert "choose another folder" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
