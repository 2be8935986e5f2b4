"""Other projects' environments, each in a virtual environment and a process of its own."""

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

WORKERS = Path(__file__).parent / "workers"


def python_with(requirement: str) -> Path:
    """The interpreter of a virtual environment that holds this requirement, made if need be.

    Raises:
        RuntimeError: it cannot be installed here; the message says what pip said.
    """
    folder = user_cache_path("gristmill") / "peers" / requirement.replace("==", "-")
    interpreter, stamp = folder / "bin" / "python", folder / "installed"
    if not stamp.exists():
        print(f"Installing {requirement} into {folder} ...", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        command = [str(interpreter), "-m", "pip", "install", "--quiet", requirement]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip() or "pip failed"
            raise RuntimeError(f"{requirement} cannot be installed: {said.splitlines()[-1]}")
        stamp.touch()
    return interpreter


class PeerProcess:
    """A worker that obeys lines of JSON. The caller closes it."""

    def __init__(self, interpreter: Path, script: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [str(interpreter), str(WORKERS / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def tell(self, **command: Any) -> None:
        """Give a command; `answer` waits for its outcome."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """The outcome of the oldest command that was not asked for yet; `error` in it says that it failed."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"error": "the process ended"}
        return found

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


def answers(workers: list[PeerProcess]) -> list[dict[str, Any]]:
    """What all of them answer.

    Raises:
        RuntimeError: one failed; the others were waited for.
    """
    found = [worker.answer() for worker in workers]
    for one in found:
        if "error" in one:
            raise RuntimeError(f"The peer failed: {one['error'].splitlines()[0]}")
    return found
