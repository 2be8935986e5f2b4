"""Logs of a training run: `metrics.jsonl`, and TensorBoard's events where tensorboardX is installed."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

METRICS_FILE = "metrics.jsonl"


class TrainingLog:
    """Writes the metrics of updates. Lines of updates after the one that a run resumes from are removed.

    Args:
        updates_done: update that the run resumes from; 0 at the beginning.

    Attributes:
        cpu_s: processor time of the updates before, in seconds.
    """

    cpu_s = 0.0

    def __init__(self, folder: Path, updates_done: int) -> None:
        self._path, self._updates_done = folder / METRICS_FILE, updates_done
        self._board: Any = None

    def __enter__(self) -> Self:
        """Open the files."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = [each for each in read_metrics(self._path) if each["update"] <= self._updates_done]
        self.cpu_s = kept[-1].get("cpu_s", 0.0) if kept else 0.0
        self._file = self._path.open("w", encoding="utf-8")
        self._file.writelines(json.dumps(each) + "\n" for each in kept)
        if find_spec("tensorboardX") is not None:
            from tensorboardX import SummaryWriter

            self._board = SummaryWriter(str(self._path.parent), purge_step=self._updates_done + 1)
        return self

    def write(self, update: int, metrics: dict[str, float]) -> None:
        """Write the metrics of an update."""
        self._file.write(json.dumps({"update": update, **metrics}) + "\n")
        if self._board is not None:
            for name, value in metrics.items():
                self._board.add_scalar(name, value, update)

    def flush(self) -> None:
        """Write what is buffered to disk."""
        self._file.flush()
        if self._board is not None:
            self._board.flush()

    def __exit__(self, *_: object) -> None:
        """Close the files."""
        self._file.close()
        if self._board is not None:
            self._board.close()


def read_metrics(path: Path) -> list[dict[str, float]]:
    """The lines of `metrics.jsonl` that are complete; none if there is no file."""
    if not path.exists():
        return []
    found: list[dict[str, float]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:  # the run was killed while it wrote this line
            break
    return found
