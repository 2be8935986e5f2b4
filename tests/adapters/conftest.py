"""Virtual environments for adapters, whose extras exclude each other and `dev`."""

import fcntl
import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from platformdirs import user_cache_path

ROOT = Path(__file__).parents[2]
INSTALL_TIMEOUT_S = 3600  # on two busy cores TRL alone takes some 20 minutes
OFFLINE = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeoutError|Temporary failure in name resolution"
    r"|Network is unreachable|Failed to establish a new connection|ProxyError"
)


@dataclass(frozen=True, slots=True)
class AdapterVenv:
    """A virtual environment with Gristmill, editable, and one of its extras."""

    python: Path

    @contextmanager
    def served(self, *arguments: str) -> Iterator[str]:
        """Run `gristmill serve` on a free port meanwhile; yields its address."""
        command = [str(self.python), "-m", "gristmill", "serve", *arguments]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment(), text=True, stderr=subprocess.PIPE
        ) as process:
            assert process.stderr is not None
            read: list[str] = []
            while not (found := re.search(r"at (http://\S+)", "".join(read[-1:]))):
                read.append(process.stderr.readline())
                assert read[-1], "".join(read)
            try:
                yield found[1]
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(60)

    def run(self, *arguments: str, timeout_s: float = 600) -> str:
        """Run Python with these arguments, in the root folder; returns what it prints, fails if it does."""
        done = subprocess.run(
            [str(self.python), *arguments],
            cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=timeout_s, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{arguments}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout


def environment() -> dict[str, str]:
    """This process's variables, without those that would make another environment's packages importable."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


@pytest.fixture(scope="session")
def adapter_venv() -> Callable[[str], AdapterVenv]:
    """Makes the virtual environment of an extra, as `adapter_venv("mcp")`; installed once, then kept.

    A test that asks for it is skipped if it is not installed and the package index cannot be reached.
    """
    return installed_venv


def installed_venv(extra: str) -> AdapterVenv:
    folder = user_cache_path("gristmill") / "adapter-venvs" / f"{extra}-{venv_key()}"
    venv = AdapterVenv(folder / "bin" / "python")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock")):
        stamp = folder / ".installed"
        if not stamp.exists():
            install(folder, extra)
            stamp.touch()
    return venv


def install(folder: Path, extra: str) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True, timeout=300)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "--retries", "1", "-e", f"{ROOT}[{extra}]", "-c", str(torch_constraint(folder))],
        env=environment(), capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False,
    )  # fmt: skip
    if done.returncode and OFFLINE.search(done.stdout + done.stderr):
        pytest.skip(f"gristmill[{extra}] is not installed, and the package index cannot be reached")
    assert done.returncode == 0, done.stderr[-3000:]


def torch_constraint(folder: Path) -> Path:
    """A file that pins PyTorch as `constraints.txt` does; other pins of it need not fit an adapter."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    path = folder / "constraints.txt"
    path.write_text("\n".join(line for line in lines if line.startswith("torch==")))
    return path


def venv_key() -> str:
    """What an installation depends on: the clone, its metadata and the Python."""
    described = f"{ROOT}\n{sys.version}\n{(ROOT / 'pyproject.toml').read_text()}"
    return hashlib.sha256(described.encode()).hexdigest()[:12]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that other processes of the test run wait for."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
