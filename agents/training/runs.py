"""A training run: updates, logs, saved states, and resuming bit for bit."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import process_time
from types import FrameType
from typing import Any, Protocol

from gristmill.agents.policies.files import from_bytes, restore_weights, save_policy, to_bytes
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.policies.sealed_file import read_sealed, write_sealed
from gristmill.agents.training.logs import TrainingLog
from gristmill.errors import LearningFileError, TrainingError

STATE_FILE, CONFIG_FILE = "state.pt", "config.json"
STATE_KIND = "training-state-3"

Metrics = dict[str, float]


class Trainer(Protocol):
    """An algorithm. Everything that later updates depend on is in `state`."""

    policy: PagePolicy

    @property
    def updates_done(self) -> int:
        """Number of updates so far."""

    @property
    def share_done(self) -> float:
        """How much of the work is done, 0 to 1."""

    def update(self) -> Metrics:
        """One update of the weights, and what it measured.

        Raises:
            TrainingError: a loss or gradient is not finite; the policy is as before this step.
        """

    def state(self) -> dict[str, Any]:
        """Everything besides the weights, as tensors and plain values."""

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""

    def close(self) -> None:
        """Close environments. Idempotent."""


def run(
    trainer: Trainer,
    folder: Path,
    *,
    save_every: int,
    on_update: Callable[[Metrics, float], None] = lambda metrics, share: None,
) -> None:
    """Train to the end; weights, state and logs are written to the folder.

    A run that is killed resumes from the last state, and comes to the same weights bit for bit. On Ctrl-C
    the update in progress is completed and saved; a second Ctrl-C does not wait.

    Args:
        trainer: the caller closes it.
        folder: of the run; made if it is missing.
        save_every: updates between saved states.
        on_update: called with the metrics of each update and the share of the work that is done. `cpu_s` is
            among them, the processor time in seconds of all updates so far, before a stop too.

    Raises:
        TrainingError: an update failed. The state before it is saved, see `Trainer.update`.
        LearningFileError: a state cannot be written; the last one is unchanged.
        KeyboardInterrupt: after Ctrl-C.
    """
    with TrainingLog(folder, trainer.updates_done) as log, interruptible() as is_interrupted:
        cpu_s = log.cpu_s
        while trainer.share_done < 1:
            try:
                began = process_time()
                metrics = trainer.update() | {"cpu_s": round(cpu_s + process_time() - began, 2)}
                cpu_s = metrics["cpu_s"]
            except TrainingError as error:
                save_state(trainer, folder)
                raise TrainingError(
                    f"Update {trainer.updates_done + 1} failed: {error} The state before it is in {folder}."
                ) from error
            log.write(trainer.updates_done, metrics)
            on_update(metrics, trainer.share_done)
            if is_interrupted() or trainer.updates_done % save_every == 0:
                log.flush()
                save_state(trainer, folder)
            if is_interrupted():
                raise KeyboardInterrupt
    save_state(trainer, folder)


def save_state(trainer: Trainer, folder: Path) -> None:
    """Write weights and state.

    Raises:
        LearningFileError: they cannot be written; older files are unchanged.
    """
    content = {"weights": trainer.policy.state_dict(), "state": trainer.state()}
    write_sealed(folder / STATE_FILE, STATE_KIND, to_bytes(content))
    save_policy(trainer.policy, folder)


def restore_state(trainer: Trainer, folder: Path) -> None:
    """Go on from the state in a folder.

    Raises:
        LearningFileError: it is missing, damaged, of another version, or of a network of another size.
    """
    content = from_bytes(read_sealed(folder / STATE_FILE, STATE_KIND))
    restore_weights(trainer.policy, content["weights"], folder / STATE_FILE)
    trainer.restore(content["state"])


def write_config(folder: Path, config: dict[str, Any]) -> None:
    """Write the configuration of a run to a folder, which must not hold a run yet.

    Raises:
        LearningFileError: there is one, or it cannot be written.
    """
    if (folder / CONFIG_FILE).exists():
        raise LearningFileError(f"{folder} holds a run already: use --resume {folder}, or another --out.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG_FILE).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise LearningFileError(f"{folder} cannot be written: {error.strerror}.") from error


def read_config(folder: Path) -> dict[str, Any]:
    """The configuration of a run.

    Raises:
        LearningFileError: there is none, or it is damaged.
    """
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LearningFileError(f"{folder / CONFIG_FILE} cannot be read: {error}.") from error
    return config


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a flag; the second one interrupts as usual. In the main thread only."""
    pressed = threading.Event()

    def press(number: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    if threading.current_thread() is not threading.main_thread():
        yield pressed.is_set
        return
    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        with suppress(TypeError):  # a handler that was not installed from Python
            signal.signal(signal.SIGINT, before)
