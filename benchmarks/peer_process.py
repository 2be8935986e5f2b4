"""Runs other projects' environments, each in its own virtual environment and process."""

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

WORKERS = Path(__file__).parent / "workers"


def python_with(requirement: str) -> Path:
    """Return the interpreter of a virtual environment with this requirement; creates it if missing.

    Raises:
        RuntimeError: installation failed; the message holds pip's last line.
    """
    folder = user_cache_path("gristmill") / "peers" / requirement.replace("==", "-")
    interpreter, stamp = folder / "bin" / "python", folder / "installed"
    if not stamp.exists():
        print(f"Installing {requirement} into {folder} ...", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        command = [str(interpreter), "-m", "pip", "install", "--quiet", requirement]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            stderr = done.stderr.strip() or "pip failed"
            raise RuntimeError(f"{requirement} cannot be installed: {stderr.splitlines()[-1]}")
        stamp.touch()
    return interpreter


class PeerProcess:
    """A worker process controlled by JSON lines. The caller closes it."""

    def __init__(self, interpreter: Path, script: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [str(interpreter), str(WORKERS / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def send(self, **command: Any) -> None:
        """Send a command; `answer` waits for its result."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for the result of the oldest unanswered command; a failure is given as `error`."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"error": "the process ended"}
        return found

    def close(self) -> None:
        """Terminate the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


def answers(workers: list[PeerProcess]) -> list[dict[str, Any]]:
    """Wait for the results of all workers.

    Raises:
        RuntimeError: a worker failed; raised after all have answered.
    """
    found = [worker.answer() for worker in workers]
    for one in found:
        if "error" in one:
            raise RuntimeError(f"The peer failed: {one['error'].splitlines()[0]}")
    return found
