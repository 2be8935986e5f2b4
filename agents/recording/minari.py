"""Trajectories as a Minari data set with text observations."""

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import gymnasium as gym
from gymnasium.spaces import Text

from gristmill.agents.recording.trajectories import Trajectory, read_trajectories
from gristmill.errors import MissingExtraError

NAMESPACE = "gristmill"
ROOT = "minari"


def require_minari() -> Any:
    """Import Minari, and what it stores data sets with.

    Raises:
        MissingExtraError: one of them is not installed.
    """
    try:
        import h5py  # noqa: F401 - Minari asks for it only when it writes
        import minari
    except ImportError as error:
        raise MissingExtraError("Minari with HDF5", "minari") from error
    return minari


def write_minari(file: Path, root: Path, dataset_id: str, *, description: str = "") -> Path:
    """Write the trajectories of a file as a data set below `root`; returns the absolute folder of its data.

    `minari.MinariDataset(folder)` reads it; so does `minari.load_dataset(dataset_id)` if the environment
    variable `MINARI_DATASETS_PATH` names `root`. One of the same id that is there is replaced.

    Raises:
        MissingExtraError: Minari is not installed.
        RecordError: the file holds something else.
        ValueError: it holds no trajectory.
    """
    minari = require_minari()
    from minari.dataset.minari_storage import MinariStorage

    folder = (root / dataset_id / "data").resolve()  # a relative one Minari joins to itself
    spaces = spaces_of(read_trajectories(file))
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    storage = MinariStorage.new(
        folder, observation_space=spaces["observation"], action_space=spaces["action"], data_format="hdf5"
    )
    storage.update_metadata(
        {
            "dataset_id": dataset_id,
            "minari_version": minari.__version__,
            "description": description,
            "requirements": [],
        }
    )
    storage.update_episodes(buffers(read_trajectories(file)))
    return folder


def dataset_id_of(task: str, agent: str) -> str:
    """The id of the data set of a task and an agent, such as `gristmill/Shop-Checkout-v0/oracle-v0`."""
    return f"{NAMESPACE}/{task}/{re.sub(r'[^-_A-Za-z0-9]+', '-', agent).strip('-') or 'agent'}-v0"


def buffers(trajectories: Iterable[Trajectory]) -> Iterator[Any]:
    """Minari's episodes."""
    from minari.data_collector import EpisodeBuffer

    for number, each in enumerate(trajectories):
        ends = [False] * max(len(each.actions) - 1, 0)
        yield EpisodeBuffer(
            id=number,
            seed=each.seed,
            options={"task": each.task, "agent": each.agent, "success": each.success},
            observations={
                "goal": [each.goal] * len(each.observations),
                "url": [observation.url for observation in each.observations],
                "aria": [observation.aria for observation in each.observations],
                "error": [observation.error for observation in each.observations],
            },
            actions=list(each.actions),
            rewards=list(each.rewards),
            terminations=[*ends, each.terminated],
            truncations=[*ends, each.truncated],
        )


def spaces_of(trajectories: Iterable[Trajectory]) -> dict[str, gym.Space[Any]]:
    """The spaces that hold all these texts: as long as the longest one, of the characters that occur.

    Raises:
        ValueError: there are none.
    """
    lengths = dict.fromkeys(("goal", "url", "aria", "error", "action"), 1)
    characters: set[str] = set()
    for each in trajectories:
        parts = {"goal": [each.goal], "action": each.actions}
        for name in ("url", "aria", "error"):
            parts[name] = [getattr(observation, name) for observation in each.observations]
        for name, texts in parts.items():
            lengths[name] = max(lengths[name], *map(len, texts))
            characters.update(*texts)
    if not characters:
        raise ValueError("There is no trajectory to write.")
    charset = "".join(sorted(characters))
    spaces: dict[str, gym.Space[Any]] = {
        name: Text(length, min_length=0, charset=charset) for name, length in lengths.items()
    }
    action = spaces.pop("action")
    return {"observation": gym.spaces.Dict(spaces), "action": action}
