"""The folder of a benchmark run: what was asked for, and the episodes that are finished."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import msgspec

from gristmill.agents.bench.episodes import BenchEpisode
from gristmill.apps.base import Json
from gristmill.errors import RecordError

FORMAT = 1
SETTINGS, EPISODES, FRAMES = "run.json", "episodes.jsonl", "frames"
SUMMARY, JUNIT, REPORT = "summary.json", "junit.xml", "report.html"


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSettings:
    """What a run was asked for, and where it ran: `run.json`.

    Attributes:
        agent: the agent as it was asked for, such as `oracle` or `my_package.agents:MyAgent`.
        suites: names of the suites, or paths of their files; empty if ids were listed.
        tasks: ids of the families, in the order of play.
        seeds: the seeds that were asked for, such as `0:50`; empty if those of the suites.
        options: further options of the run that decide what is played.
        engine: engine of the environments, or `mixed`.
        episodes: number of episodes of the whole run.
        command: what asks for the same again, without what has no effect on results; empty if unknown.
        plan: digest of the episodes to play and of the agent: a run is resumed only with an equal one.
        machinery: Gristmill's version.
        task_versions: digest of each family's code, by id.
        commit: of the working copy that Gristmill runs from; None if there is none.
        dirty: whether that working copy had changes.
        machine: operating system, processor and Python.
        created_at: when the run began, in ISO 8601.
    """

    agent: str
    suites: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    seeds: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    engine: str = "chromium"
    episodes: int = 0
    command: str = ""
    plan: str = ""
    machinery: str = ""
    task_versions: Mapping[str, str] = field(default_factory=dict)
    commit: str | None = None
    dirty: bool = False
    machine: Mapping[str, Any] = field(default_factory=dict)
    created_at: str = ""
    format: int = FORMAT

    def to_json(self) -> dict[str, Json]:
        """These settings as JSON."""
        plain: dict[str, Json] = msgspec.to_builtins(self, enc_hook=dict)
        return plain

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Read the settings of a run.

        Raises:
            RecordError: the folder holds no run, or one of another format.
        """
        path = directory / SETTINGS
        try:
            data = msgspec.json.decode(path.read_bytes())
            if data["format"] == FORMAT:
                return msgspec.convert(data, cls)
        except FileNotFoundError:
            raise RecordError(
                f"{directory} holds no benchmark run: {SETTINGS} is missing. Make one: "
                f"gristmill bench --suite smoke --out {directory}"
            ) from None
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise RecordError(f"{path} is not the settings of a benchmark run: {error}.") from error
        raise RecordError(
            f"{path} has the format {data['format']}; this Gristmill reads format {FORMAT}. "
            "Install the version that wrote it."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A benchmark run as it is stored.

    Attributes:
        directory: its folder.
        episodes: the finished ones, sorted by key: independent of the order in which they ended.
        damaged_lines: number of lines that no episode could be read from, such as a half-written last one.
    """

    directory: Path
    settings: RunSettings
    episodes: Sequence[BenchEpisode]
    damaged_lines: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every episode that was asked for is finished."""
        return len(self.episodes) >= self.settings.episodes

    def frame(self, name: str) -> Path:
        """The file of a screenshot."""
        return self.directory / FRAMES / name


def load_run(directory: str | Path) -> Run:
    """Read a run, finished or not. Half-written and damaged lines are left out and counted.

    Where an episode occurs twice, the later line counts.

    Raises:
        RecordError: the folder holds no run, or one of another format.
    """
    directory = Path(directory)
    settings = RunSettings.load(directory)
    found, damaged = {}, 0
    for episode in episodes_in(directory / EPISODES):
        if episode is None:
            damaged += 1
        else:
            found[episode.key] = episode
    return Run(
        directory=directory,
        settings=settings,
        episodes=[found[key] for key in sorted(found)],
        damaged_lines=damaged,
    )


def episodes_in(path: Path) -> Iterator[BenchEpisode | None]:
    """The episodes of a file, in order; None for each line that holds none. A missing file has none."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            yield episode_of(line)


def episode_of(line: bytes) -> BenchEpisode | None:
    """The episode of a line; None if the line is damaged or without its line feed."""
    try:
        return BenchEpisode.from_line(line) if line.endswith(b"\n") else None
    except RecordError:
        return None
