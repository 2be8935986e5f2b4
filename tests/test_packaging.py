"""What a wheel holds: everything that lies in the layers, although they are reached by symlinks."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from gristmill._clone import LAYERS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


def shipped(folder: Path) -> set[str]:
    """The files below `folder` that a distribution has to hold, as paths inside the package."""
    paths = {path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    return {path.relative_to(folder).as_posix() for path in paths if path.name != ".DS_Store"}


def tree() -> set[str]:
    package = ROOT / "src" / "gristmill"
    core = {path for path in shipped(package) if path.split("/")[0] not in LAYERS}
    return core | {f"{layer}/{path}" for layer in LAYERS for path in shipped(ROOT / layer)}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of this tree and the wheel made from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_built_from_the_sdist_holds_every_file_of_the_layers(wheel: zipfile.ZipFile) -> None:
    inside = {name.removeprefix("gristmill/") for name in wheel.namelist() if name.startswith("gristmill/")}
    assert inside == tree()


def test_the_wheel_installs_nothing_beside_gristmill(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel.namelist()} == {"gristmill"}


def test_the_wheel_carries_the_licences_and_the_entry_points(wheel: zipfile.ZipFile) -> None:
    (info,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    assert b"Apache License" in wheel.read(f"{info}/licenses/LICENSE")
    assert b"htmx" in wheel.read(f"{info}/licenses/THIRD_PARTY.md")
    assert b"[gristmill.apps]" in wheel.read(f"{info}/entry_points.txt")


def test_the_sdist_holds_what_building_and_testing_need(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "Makefile", "constraints.txt", "tools/get_browser.sh"} <= names
    assert {f"tests/{path}" for path in shipped(ROOT / "tests")} <= names
