"""Against the real Minari, where it is installed."""

import sys
from pathlib import Path

import pytest

from gristmill.agents.recording.minari import dataset_id_of, require_minari, spaces_of, write_minari
from gristmill.agents.recording.trajectories import Trajectory
from gristmill.errors import MissingExtraError


@pytest.fixture
def file(trajectories: list[Trajectory], tmp_path: Path) -> Path:
    file = tmp_path / "trajectories.jsonl"
    file.write_bytes(b"".join(each.to_line() for each in trajectories))
    return file


def test_minari_reads_what_was_written(
    file: Path, trajectories: list[Trajectory], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("h5py")
    minari = pytest.importorskip("minari")
    dataset_id = dataset_id_of("Shop-AddToCart-v0", "oracle")
    for _ in range(2):  # the second replaces the first
        write_minari(file, tmp_path / "minari", dataset_id)
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path / "minari"))
    dataset = minari.load_dataset(dataset_id)
    assert dataset.total_episodes == len(trajectories)
    for episode, trajectory in zip(dataset.iterate_episodes(), trajectories, strict=True):
        assert tuple(episode.actions) == trajectory.actions
        assert tuple(episode.rewards) == trajectory.rewards
        assert list(episode.observations["aria"]) == [each.aria for each in trajectory.observations]
        assert (episode.terminations[-1], episode.truncations[-1]) == (True, False)
        first = {name: texts[0] for name, texts in episode.observations.items()}
        assert dataset.observation_space.contains(first)
        assert all(map(dataset.action_space.contains, episode.actions))
    seeds = [each["seed"] for each in dataset.storage.get_episode_metadata(range(3))]
    assert seeds == [each.seed for each in trajectories]


def test_a_relative_folder_is_as_good(
    file: Path, trajectories: list[Trajectory], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("h5py")
    minari = pytest.importorskip("minari")
    monkeypatch.chdir(tmp_path)
    data = write_minari(Path(file.name), Path("minari"), dataset_id_of("Shop-AddToCart-v0", "oracle"))
    assert data.is_absolute()
    assert minari.MinariDataset(data).total_episodes == len(trajectories)


def test_without_minari_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "minari", None)
    with pytest.raises(MissingExtraError, match=r"gristmill\[minari\]"):
        require_minari()


def test_the_id_of_a_data_set_is_one_that_minari_accepts() -> None:
    assert dataset_id_of("Shop-X-v0", "llm:openai/gpt 7") == "gristmill/Shop-X-v0/llm-openai-gpt-7-v0"
    assert dataset_id_of("Shop-X-v0", "::") == "gristmill/Shop-X-v0/agent-v0"


def test_the_spaces_hold_every_text(trajectories: list[Trajectory]) -> None:
    spaces = spaces_of(trajectories)
    assert all(spaces["action"].contains(action) for each in trajectories for action in each.actions)
    assert all(
        spaces["observation"]["aria"].contains(observation.aria)  # type: ignore[index]
        for each in trajectories
        for observation in each.observations
    )
    with pytest.raises(ValueError, match="no trajectory"):
        spaces_of([])
