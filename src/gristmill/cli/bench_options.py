"""The options of `gristmill bench`, and what they choose."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from gristmill.agents.bench.episodes import EpisodeKey
from gristmill.agents.registry import FORMS
from gristmill.envs.engines.base import ObservationMode
from gristmill.envs.episode.runtime import ENGINES
from gristmill.envs.episode.worlds import MAX_WORLDS, WORLD_SEEDS
from gristmill.errors import InvalidOptionError
from gristmill.suites import BUILT_IN, Part, Suite, find_suite
from gristmill.suites.schema import parsed_seeds

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_SEEDS = "0:5"
CHOSEN_FOR_EPISODES = (
    "seeds", "split", "wordings", "worlds", "size", "skins", "brief", "news", "engine", "observation",
)  # fmt: skip
AS_SUITE = "[default: as the suite]"

OPTIONS = (
    click.option("--suite", "suites", multiple=True, metavar="|".join((*BUILT_IN, "FILE.toml")),
                 help="Episodes to play; may be repeated."),
    click.option("--env", "ids", multiple=True, metavar="ID",
                 help="A task id or a pattern such as 'Shop-*', instead of a suite; may be repeated."),
    click.option("--agent", "spec", required=True, metavar="AGENT", help=f"One of {', '.join(FORMS)}."),
    click.option("--agent-option", "agent_options", multiple=True, metavar="NAME=VALUE",
                 help="An argument of the agent; may be repeated. Stored with the results: no secrets."),
    click.option("--base-url", metavar="URL", help="Address of the server of an llm: agent."),
    click.option("--seeds", metavar="A:B|N,...", help=f"Seeds of the tasks.  {AS_SUITE}"),
    click.option("--split", type=click.Choice(list(WORLD_SEEDS)), help=f"Worlds of the tasks.  {AS_SUITE}"),
    click.option("--wordings", type=click.Choice(list(WORLD_SEEDS)),
                 help="Phrasings of the goals.  [default: as the split]"),
    click.option("--worlds", type=click.IntRange(1, MAX_WORLDS), help=f"Number of worlds.  {AS_SUITE}"),
    click.option("--size", metavar="[small|standard|large]", help=f"Size of the worlds.  {AS_SUITE}"),
    click.option("--skins", metavar="NAME,...",
                 help=f"Looks of the pages, each of which is played; varied: one by seed.  {AS_SUITE}"),
    click.option("--brief", metavar="[explicit|ticket]", help=f"Where the details stand.  {AS_SUITE}"),
    click.option("--news", metavar="[none|midway]", help=f"Whether a message changes a term.  {AS_SUITE}"),
    click.option("--engine", type=click.Choice(list(ENGINES)), help=f"A browser, or none.  {AS_SUITE}"),
    click.option("--observation", type=click.Choice([each.value for each in ObservationMode]),
                 help=f"What the agent is given.  {AS_SUITE}"),
    click.option("--workers", type=click.IntRange(1, 256), default=2, show_default=True, help="Processes."),
    click.option("--slots", type=click.IntRange(1, 256),
                 help="Episodes at a time in each process.  [default: 32 for agents that are waited for, "
                 "such as models behind an endpoint; else 4 with a browser, 1 without]"),
    click.option("--ray", "address", metavar="ADDRESS",
                 help="Play on this Ray cluster: host:port, auto or local; --workers: number of actors."),
    click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
                 help="Folder of the run. One that holds a stopped run of the same command is gone on with.  "
                 "[default: gristmill-bench/AGENT-SUITE]"),
    click.option("--fresh", is_flag=True, help="Start over: remove the run that the folder holds."),
    click.option("--retry-faults", is_flag=True, help="Play episodes again that ended in a fault."),
    click.option("--agent-timeout", type=click.FloatRange(min=0.1), default=300.0, show_default=True,
                 metavar="SECONDS",
                 help="Seconds that the agent may take for one answer."),
    click.option("--watch", is_flag=True, help="Show the running agents in a local page."),
    click.option("--frames/--no-frames", default=True, show_default=True,
                 help="Keep screenshots (with a browser); about 50 ms a step."),
    click.option("--outlines", is_flag=True, help="Keep the text of every page, 5 to 50 KB a step."),
    click.option("--min-success", type=click.FloatRange(0, 1), metavar="RATE",
                 help="Exit with 1 if fewer of the judged episodes succeed."),
    click.option("--compare", type=click.Path(exists=True, path_type=Path), metavar="BASELINE",
                 help="Exit with 1 if significantly fewer succeed than in this summary.json or run."),
    click.option("--alpha", type=click.FloatRange(0, 1, min_open=True), default=0.05, show_default=True,
                 help="Level of significance for --compare."),
    click.option("--fail-on-fault", is_flag=True, help="Exit with 1 if an episode ended in a fault."),
)  # fmt: skip


def bench_options(command: F) -> F:
    """Give a command these options; it takes them by the names of `BenchChoices`."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, kw_only=True, slots=True)
class BenchChoices:
    """What was chosen. None leaves an option of the episodes as the suite has it."""

    suites: tuple[str, ...]
    ids: tuple[str, ...]
    spec: str
    agent_options: tuple[str, ...]
    base_url: str | None
    seeds: str | None
    split: str | None
    wordings: str | None
    worlds: int | None
    size: str | None
    skins: str | None
    brief: str | None
    news: str | None
    engine: str | None
    observation: str | None
    workers: int
    slots: int | None
    address: str | None
    out: Path | None
    fresh: bool
    retry_faults: bool
    agent_timeout: float
    watch: bool
    frames: bool
    outlines: bool
    min_success: float | None
    compare: Path | None
    alpha: float
    fail_on_fault: bool

    def keys(self) -> dict[str, list[EpisodeKey]]:
        """The episodes of each suite, by its name.

        Raises:
            UnknownNameError, InvalidOptionError: a suite, id or option is wrong; nothing was played.
        """
        if bool(self.suites) == bool(self.ids):
            raise InvalidOptionError(
                f"Say what to play: --suite {'|'.join(BUILT_IN)}|FILE.toml, or --env ID, and not both."
            )
        chosen = [find_suite(name) for name in self.suites] or [own_suite(self.ids)]
        return {suite.name: suite.with_options(**self._replaced()).episode_keys() for suite in chosen}

    def _replaced(self) -> dict[str, Any]:
        """Options of the episodes that replace those of the suites."""
        wordings = self.wordings or self.split  # a suite's own wordings belong to its own split
        return {
            "seeds": None if self.seeds is None else parsed_seeds(self.seeds),
            "split": self.split,
            "wordings": wordings,
            "worlds": self.worlds,
            "size": self.size,
            "skins": None if self.skins is None else tuple(self.skins.split(",")),
            "brief": self.brief,
            "news": self.news,
            "engine": self.engine,
            "observation": self.observation,
        }

    def options_of_agent(self) -> dict[str, Any]:
        """The arguments of the agent; a value that is JSON is taken as such.

        Raises:
            InvalidOptionError: one is not of the form NAME=VALUE.
        """
        options: dict[str, Any] = {} if self.base_url is None else {"base_url": self.base_url}
        for text in self.agent_options:
            name, equals, value = text.partition("=")
            if not equals or not name.isidentifier():
                raise InvalidOptionError(
                    f"--agent-option is NAME=VALUE, such as temperature=0, not {text!r}."
                )
            options[name] = parsed_value(value)
        return options

    @property
    def command(self) -> str:
        """The command that asks for the same episodes, without what has no effect on results."""
        parts = ["gristmill", "bench", "--agent", self.spec]
        for name, values in (("suite", self.suites), ("env", self.ids), ("agent-option", self.agent_options)):
            parts += [part for value in values for part in (f"--{name}", value)]
        for name in ("base_url", *CHOSEN_FOR_EPISODES):
            if (value := getattr(self, name)) is not None:
                parts += [f"--{name.replace('_', '-')}", str(value)]
        return shlex.join(parts)

    @property
    def directory(self) -> Path:
        """The folder of the run."""
        if self.out is not None:
            return self.out
        what = "-".join(Path(name).stem for name in self.suites) or "-".join(self.ids)
        name = "".join(
            letter if letter.isalnum() or letter in "-._" else "-" for letter in f"{self.spec}-{what}"
        )
        return Path("gristmill-bench") / name[:120]


def own_suite(ids: tuple[str, ...]) -> Suite:
    """The nameless suite of the ids that were listed."""
    return Suite(name="", description="", parts=(Part(tasks=ids, seeds=DEFAULT_SEEDS),))


def parsed_value(text: str) -> Any:
    """A value of an agent's option: JSON, or else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
