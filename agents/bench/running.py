"""Runs a benchmark: what is to be played, what is left of it, and the files that are written."""

import hashlib
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from gristmill.agents.bench.episodes import BenchEpisode, EpisodeKey
from gristmill.agents.bench.job import Job, Played, family_of, played
from gristmill.agents.bench.junit import junit_of
from gristmill.agents.bench.pool import BenchPool
from gristmill.agents.bench.run import JUNIT, SETTINGS, SUMMARY, Run, RunSettings, load_run
from gristmill.agents.bench.storage import RunWriter, pretty, store
from gristmill.agents.bench.summary import summary_of
from gristmill.agents.bench.versions import commit, machine, machinery_version, task_version
from gristmill.agents.bench.worker import Stepped, WorkerSettings
from gristmill.agents.rollouts.ray_runner import play_on_ray
from gristmill.agents.rollouts.recorder import NOTHING, Keeping
from gristmill.agents.watch.events import WatchEvent
from gristmill.envs.engines.base import WITHOUT_PIXELS
from gristmill.envs.vector.ray import cluster_session
from gristmill.errors import InvalidOptionError

Event = Played | Stepped
OnEvent = Callable[[Event], None]
Source = Callable[[Sequence[Job]], Generator[Event, None, None]]
"""Plays jobs, and yields each episode as it ends; may yield steps too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The episodes of a run, in the order of play.

    Attributes:
        suites: for each episode the names of the suites that ask for it.
    """

    settings: RunSettings
    suites: Mapping[EpisodeKey, tuple[str, ...]]

    def jobs(self, done: Sequence[BenchEpisode], *, keeping: Keeping) -> list[Job]:
        """What is left to play; screenshots are kept where the engine has any."""
        finished = {episode.key for episode in done}
        return [
            Job(index=index, key=key, suites=suites, keeping=kept(keeping, key))
            for index, (key, suites) in enumerate(self.suites.items())
            if key not in finished
        ]


def kept(keeping: Keeping, key: EpisodeKey) -> Keeping:
    """What is kept of an episode, as far as its engine has it."""
    has_frames = keeping.frames and key.engine not in WITHOUT_PIXELS
    return Keeping(frames=has_frames, outlines=keeping.outlines, record=keeping.record)


def planned(
    agent: str,
    keys: Mapping[str, Sequence[EpisodeKey]],
    *,
    seeds: str = "",
    agent_options: Mapping[str, Any] | None = None,
    command: str = "",
) -> Plan:
    """Plan a run of some suites.

    Args:
        agent: the agent as it was asked for.
        keys: the episodes of each suite, by its name; under the name '' those of no suite.
        seeds: as they were asked for.
        agent_options: of the agent; none of them may be secret, for they are stored.
        command: what asks for the same again.
    """
    suites: dict[EpisodeKey, tuple[str, ...]] = {}
    for name, members in keys.items():
        for key in members:
            suites[key] = (*suites.get(key, ()), *([name] if name else []))
    tasks = tuple(dict.fromkeys(key.task for key in suites))
    engines = {key.engine for key in suites}
    options = dict(agent_options or {})
    made_from, is_dirty = commit()
    settings = RunSettings(
        agent=agent,
        suites=tuple(name for name in keys if name),
        tasks=tasks,
        seeds=seeds,
        options=options,
        engine=engines.pop() if len(engines) == 1 else "mixed",
        episodes=len(suites),
        command=command,
        plan=digest_of(agent, options, sorted(suites)),
        machinery=machinery_version(),
        task_versions={
            key.task: task_version(family_of(key)) for key in {key.task: key for key in suites}.values()
        },
        commit=made_from,
        dirty=is_dirty,
        machine=machine(),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return Plan(settings=settings, suites=suites)


def digest_of(*parts: Any) -> str:
    """A digest of values that have a JSON form."""
    return hashlib.sha256(msgspec.json.encode(parts, enc_hook=repr)).hexdigest()[:16]


def resumed(directory: Path, plan: Plan) -> Run | None:
    """The run that a folder holds, if there is one; it is then gone on with.

    Raises:
        InvalidOptionError: it is another run, or of other versions; the message says what differs.
        RecordError: its settings cannot be read.
    """
    if not (directory / SETTINGS).exists():
        return None
    run = load_run(directory)
    there, here = run.settings, plan.settings
    moved = sorted(task for task, each in here.task_versions.items() if there.task_versions.get(task) != each)
    if there.plan != here.plan:
        what = (
            f"another run: agent {there.agent}, {there.episodes} episodes of {len(there.tasks)} families "
            f"(asked for now: agent {here.agent}, {here.episodes} of {len(here.tasks)})"
        )
    elif there.machinery != here.machinery:
        what = f"a run of Gristmill {there.machinery}; this is {here.machinery}"
    elif moved:
        what = f"a run in which the code of {', '.join(moved[:5])} was another"
    else:
        return run
    raise InvalidOptionError(
        f"{directory} holds {what}. Choose another folder with --out, or start over in it with --fresh."
    )


def run_bench(
    directory: Path,
    plan: Plan,
    source: Source,
    *,
    on_event: OnEvent,
    keeping: Keeping = NOTHING,
    retries_faults: bool = False,
) -> Run:
    """Play what a run lacks, store each episode as it ends, and write summary and JUnit file.

    They are written too if the run is stopped by Ctrl-C or an error.

    Args:
        directory: of the run; made if need be.
        plan: what is asked for.
        source: plays the episodes.
        on_event: called for each step and each stored episode.
        keeping: what is kept of each episode.
        retries_faults: whether stored episodes that ended in a fault are played again.

    Raises:
        InvalidOptionError: the folder holds another run, or another process writes to it.
        StorageError: results cannot be written; those before are kept.
        GristmillError: nothing can be played, such as without a browser.
    """
    run = resumed(directory, plan)
    done = [each for each in run.episodes if each.fault is None or not retries_faults] if run else []
    jobs = plan.jobs(done, keeping=keeping)
    with RunWriter(directory, plan.settings) as writer:
        try:
            if jobs:
                with closing(source(jobs)) as events:
                    for event in events:
                        if isinstance(event, Played):
                            writer.append(event.episode, event.frames)
                        on_event(event)
        finally:
            run = load_run(directory)
            write_results(run)
    return run


def write_results(run: Run) -> None:
    """Write what is computed from the episodes: summary and JUnit file.

    Raises:
        StorageError: they cannot be written.
    """
    store(run.directory / SUMMARY, pretty(summary_of(run)))
    store(run.directory / JUNIT, junit_of(run))


def in_processes(
    settings: WorkerSettings,
    *,
    processes: int,
    stopping: threading.Event,
    watch: Callable[[WatchEvent], None] | None = None,
) -> Source:
    """A source that plays in processes of this machine; see `BenchPool`."""
    return lambda jobs: BenchPool(settings, processes=processes, stopping=stopping, watch=watch).play(jobs)


def on_ray(
    settings: WorkerSettings, *, address: str, actors: int | None, stopping: threading.Event
) -> Source:
    """A source that plays on a Ray cluster, one group of equal options after the other.

    Lost actors and nodes are replaced; an episode whose agent hangs is a fault.
    """

    def play(jobs: Sequence[Job]) -> Generator[Played, None, None]:
        with cluster_session(address):
            for _, group in groupby(
                jobs, key=lambda job: (job.key.task, job.key.options, job.keeping.frames)
            ):
                yield from play_group(list(group))

    def play_group(group: Sequence[Job]) -> Generator[Played, None, None]:
        jobs = {job.key.seed: job for job in group}
        first = group[0]
        playing = play_on_ray(
            first.key.task,
            settings.make_agent,
            list(jobs),
            address=address,
            num_actors=actors,
            num_envs=settings.slots * (actors or 1),
            record_frames=len(jobs) if first.keeping.frames else 0,
            options=first.key.options,
            keeping=first.keeping,
            isolates_agent=True,
            agent_timeout_s=settings.agent_timeout_s,
        )
        if stopping.is_set():
            return
        with closing(playing):
            for result in playing:
                yield played(jobs[result.seed], result)
                if stopping.is_set():
                    return

    return play
