"""`gristmill record`."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gristmill.agents.recording.minari import ROOT, dataset_id_of, require_minari, write_minari
from gristmill.agents.recording.trajectories import Trajectory, fault_of
from gristmill.agents.recording.video import require_opencv, write_video
from gristmill.agents.registry import agent_factory
from gristmill.agents.rollouts.recorder import Keeping
from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.cli.console import new_console
from gristmill.cli.output_folder import require_writable
from gristmill.cli.world_options import Choices, world_options
from gristmill.envs.engines.base import WITHOUT_PIXELS
from gristmill.envs.episode.runtime import ENGINES, require_engine
from gristmill.errors import InvalidOptionError
from gristmill.plugins import installed
from gristmill.suites.schema import parsed_seeds

TRAJECTORIES, FAULTS, VIDEOS = "trajectories.jsonl", "faults.jsonl", "videos"


@click.command()
@click.argument("task_id", metavar="ID")
@click.option(
    "--agent",
    "spec",
    metavar="AGENT",
    default="oracle",
    show_default=True,
    help="Who plays: a built-in name, module:Class, llm:..., policy:DIR.",
)
@click.option("--seeds", metavar="A:B|N,...", default="0:50", show_default=True, help="Seeds of the tasks.")
@click.option(
    "--engine", type=click.Choice(list(ENGINES)), help="Engine.  [default: dom; chromium with --video]"
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("gristmill-trajectories"),
    show_default=True,
    help="Directory for the trajectories.",
)
@click.option(
    "--parallel",
    "num_envs",
    type=click.IntRange(1, 1000),
    default=4,
    show_default=True,
    help="Episodes at a time.",
)
@click.option("--only-successes", is_flag=True, help="Leave out episodes without success.")
@click.option("--minari", "with_minari", is_flag=True, help="Write a Minari data set too (extra `minari`).")
@click.option("--video", is_flag=True, help="Write a video of each episode too (extra `video`).")
@world_options
def record(
    task_id: str, spec: str, seeds: str, engine: str | None, out: Path, num_envs: int, **chosen: Any
) -> None:
    """Play an agent and write its trajectories for training.

    They are observations as text, actions and rewards: a line of trajectories.jsonl for each judged episode,
    in the order of the seeds. Episodes that ended with an infrastructure failure are listed in faults.jsonl.
    Files of an earlier recording in DIR are replaced.

    \b
    Examples:
      gristmill record Shop-Checkout-v0 --seeds 0:1000 --only-successes
      gristmill record Shop-Checkout-v0 --seeds 0:200 --minari
      gristmill record Shop-AddToCart-v0 --agent my_agent:MyAgent --seeds 0:5 --video
    """  # noqa: D301 - click reads \b
    outputs = Outputs(
        folder=out,
        only_successes=chosen.pop("only_successes"),
        with_minari=chosen.pop("with_minari"),
        with_video=chosen.pop("video"),
    )
    engine = engine or ("chromium" if outputs.with_video else "dom")
    choices = Choices(**chosen)
    family = choices.configured(installed().family(task_id))
    outputs.require(engine)
    require_engine(engine, family, with_pixels=outputs.with_video)
    choices.worlds_of(family)
    asked, factory = parsed_seeds(seeds), agent_factory(spec)
    require_writable(out, "recording")
    console, options = new_console(), {"engine": engine, **choices.to_options()}
    playing = play_episodes(
        task_id,
        factory,
        asked,
        num_envs=num_envs,
        record_frames=len(asked) if outputs.with_video else 0,
        options=options,
        keeping=Keeping(outlines=True, record=True),
    )
    with Recording(outputs, options) as recording, new_progress(console) as progress, closing(playing):
        bar = progress.add_task(task_id, total=len(asked))
        for result in in_order(playing, asked):
            recording.add(result)
            progress.update(bar, advance=1)
    recording.finish(console, task_id, factory().name)


def in_order(results: Iterable[EpisodeResult], seeds: Sequence[int]) -> Iterator[EpisodeResult]:
    """The results in the order of their seeds, so that the same recording gives the same file."""
    waiting: dict[int, EpisodeResult] = {}
    due = iter(seeds)
    seed = next(due, None)
    for result in results:
        waiting[result.seed] = result
        while seed is not None and seed in waiting:
            yield waiting.pop(seed)
            seed = next(due, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outputs:
    """What is written, and where."""

    folder: Path
    only_successes: bool
    with_minari: bool
    with_video: bool

    def require(self, engine: str) -> None:
        """Check that all of it can be made, before anything is played.

        Raises:
            MissingExtraError: a library is not installed.
            InvalidOptionError: the engine has no pixels.
        """
        if self.with_minari:
            require_minari()
        if self.with_video:
            require_opencv()
            if engine in WITHOUT_PIXELS:
                raise InvalidOptionError(f"--video needs screenshots, which the engine {engine} has not.")


class Recording:
    """The files of a recording, written as episodes end."""

    def __init__(self, outputs: Outputs, options: Mapping[str, Any]) -> None:
        self._outputs, self._options = outputs, options
        self._stack = ExitStack()
        self.written = self.left_out = self.faults = 0

    def __enter__(self) -> "Recording":
        """Open the files."""
        folder = self._outputs.folder
        self._lines: IO[bytes] = self._stack.enter_context((folder / TRAJECTORIES).open("wb"))
        (folder / FAULTS).unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Close them."""
        self._stack.close()

    def add(self, result: EpisodeResult) -> None:
        """Write an episode."""
        folder = self._outputs.folder
        if result.success is None:
            self.faults += 1
            with (folder / FAULTS).open("a", encoding="utf-8") as file:
                file.write(json.dumps(fault_of(result)) + "\n")
            return
        if self._outputs.only_successes and not result.success:
            self.left_out += 1
            return
        self.written += 1
        self._lines.write(Trajectory.of(result, self._options).to_line())
        self._lines.flush()
        if self._outputs.with_video:
            (folder / VIDEOS).mkdir(exist_ok=True)
            write_video(result, folder / VIDEOS / f"{result.task_id}-{result.seed}.mp4")

    def finish(self, console: Console, task_id: str, agent: str) -> None:
        """Write what is made of all trajectories together, and say what there is."""
        file = self._outputs.folder / TRAJECTORIES
        console.print(f"{self.written} trajectories: {file.resolve()}", soft_wrap=True)
        if self.left_out:
            console.print(f"{self.left_out} episodes without success were left out.")
        if self.faults:
            console.print(f"{self.faults} episodes ended with an infrastructure failure: see {FAULTS}.")
        if self._outputs.with_minari and self.written:
            dataset_id = dataset_id_of(task_id, agent)
            data = write_minari(file, self._outputs.folder / ROOT, dataset_id, description=task_id)
            console.print(f"Minari data set {dataset_id}: {data.resolve()}", soft_wrap=True)
        if self._outputs.with_video and self.written:
            console.print(f"Videos: {(self._outputs.folder / VIDEOS).resolve()}", soft_wrap=True)


def new_progress(console: Console) -> Progress:
    """A bar with the time that is left."""
    return Progress(
        TextColumn("{task.description}", style="bold"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
