"""Reports of stored benchmark runs."""

import base64
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from gristmill.agents.bench import BenchEpisode, Run, RunSettings, load_run
from gristmill.agents.bench.episodes import EpisodeKey
from gristmill.agents.bench.run import FRAMES, REPORT
from gristmill.agents.bench.storage import store
from gristmill.agents.report.document import ReportRun, render
from gristmill.agents.report.episode import ReportEpisode

Names = Callable[[Sequence[str]], Sequence[str]]


def write_run_report(
    directory: Path, *, against: Path | None = None, out: Path | None = None, embeds: bool = False
) -> Path:
    """Write the report of a stored run, finished or not; returns the file's path.

    Args:
        directory: folder of the run.
        against: folder of another run, whose episodes are put beside those of this one.
        out: the file to write; by default `report.html` in the folder of the run.
        embeds: put the screenshots into the file, which then needs no folder beside it.

    Raises:
        RecordError: a folder holds no run.
        StorageError: the file cannot be written; an earlier one stays.
    """
    out = out or directory / REPORT
    other = None if against is None else load_run(against)
    text = render_runs(
        load_run(directory),
        other,
        frames=address_of(directory / FRAMES, out.parent),
        other_frames="" if against is None else address_of(against / FRAMES, out.parent),
        embeds=embeds,
    )
    store(out, text.encode())
    return out


def render_runs(
    run: Run, other: Run | None, *, frames: str, other_frames: str = "", embeds: bool = False
) -> str:
    """The report of a run as HTML, beside another one; `frames` are the addresses of their screenshots."""
    heading = title_of(run.settings)
    if other is None:
        label = run.directory.resolve().name
        return render(heading, subtitle_of(run), report_of(run, label=label, frames=frames, embeds=embeds))
    here, there = labels_of(run, other)
    return render(
        f"{heading}: {here} against {there}",
        subtitle_of(run),
        report_of(run, label=here, frames=frames, embeds=embeds),
        against=report_of(other, label=there, frames=other_frames, embeds=embeds),
    )


def address_of(folder: Path, origin: Path) -> str:
    """The address of a folder of screenshots, relative to the folder of the report."""
    return f"{quote(Path(os.path.relpath(folder, origin)).as_posix())}/"


def title_of(settings: RunSettings) -> str:
    """What was asked for and of whom, such as `smoke · oracle`."""
    subject = ", ".join(settings.suites) or ", ".join(settings.tasks[:3])
    more = "" if settings.suites or len(settings.tasks) <= 3 else f" and {len(settings.tasks) - 3} more"
    return f"{subject}{more} · {settings.agent}" if subject else settings.agent


def subtitle_of(run: Run) -> str:
    """The size of a run and when it was made."""
    settings = run.settings
    number = len(run.episodes)
    parts = [f"{number:,} episode{'' if number == 1 else 's'}", f"engine {settings.engine}"]
    if settings.seeds:
        parts.append(f"seeds {settings.seeds}")
    if settings.commit:
        parts.append(f"commit {settings.commit[:10]}{' with changes' if settings.dirty else ''}")
    return ", ".join([*parts, *([settings.created_at[:16].replace("T", " ")] if settings.created_at else [])])


def labels_of(run: Run, other: Run) -> tuple[str, str]:
    """Short names that tell two runs apart: of their folders, or with the folders above them."""
    here, there = run.directory.resolve(), other.directory.resolve()
    if here.name != there.name:
        return here.name, there.name
    return "/".join(here.parts[-2:]), "/".join(there.parts[-2:])


def report_of(run: Run, *, label: str, frames: str, embeds: bool = False) -> ReportRun:
    """A stored run as the report shows it."""
    keys = [episode.key for episode in run.episodes]
    varying = varying_options(keys)
    pairs = Counter(key.pair for key in keys)
    names: Names = (lambda given: [embedded(run.frame(name)) for name in given]) if embeds else list
    return ReportRun(
        label=label,
        episodes=[
            of_bench(episode, varying, names=names, is_unique=pairs[episode.key.pair] == 1)
            for episode in run.episodes
        ],
        settings=settings_of(run),
        versions=versions_of(run),
        frames=frames,
        notice=notice_of(run),
    )


def settings_of(run: Run) -> dict[str, Any]:
    """The settings for the page that shows them; digests of families are among the versions."""
    plain: dict[str, Any] = msgspec.to_builtins(run.settings, enc_hook=dict)
    for name in ("task_versions", "format"):
        plain.pop(name, None)
    return plain | {"versions": versions_of(run)}


def versions_of(run: Run) -> dict[str, str]:
    """The three versions: of Gristmill, of each family, of the worlds of each family."""
    versions = {"machinery": run.settings.machinery}
    versions |= {f"tasks {task}": digest for task, digest in sorted(run.settings.task_versions.items())}
    worlds: dict[str, set[str]] = {}
    for episode in run.episodes:
        if episode.versions.world is not None:
            worlds.setdefault(episode.key.task, set()).add(episode.versions.world)
    return versions | {f"worlds {task}": " ".join(sorted(found)) for task, found in sorted(worlds.items())}


def notice_of(run: Run) -> str:
    """What a reader has to know before the numbers; or empty."""
    parts = []
    if not run.is_complete:
        parts.append(
            f"This run is not complete: {len(run.episodes):,} of {run.settings.episodes:,} episodes."
        )
    if run.damaged_lines:
        parts.append(f"{run.damaged_lines} damaged lines of its file were left out.")
    return " ".join(parts)


def varying_options(keys: Sequence[EpisodeKey]) -> list[str]:
    """The options that are not the same for all episodes of a run."""
    names = [field.name for field in fields(EpisodeKey) if field.name not in {"task", "seed"}]
    return [name for name in names if len({getattr(key, name) for key in keys}) > 1]


def of_bench(
    episode: BenchEpisode, varying: Sequence[str] = (), *, names: Names = list, is_unique: bool = True
) -> ReportEpisode:
    """What the report shows of a stored episode.

    Args:
        episode: the episode.
        varying: the options to name beside task and seed.
        names: turns names of screenshots into what the page loads.
        is_unique: whether no other episode of the run asks for the same with another engine or observation.
    """
    key, fault, usage = episode.key, episode.fault, episode.usage
    own = () if is_unique else (key.engine, key.observation)
    return ReportEpisode(
        key=" ".join(map(str, (*key.pair, *own))),
        task=key.task,
        seed=key.seed,
        agent=episode.agent,
        goal=episode.goal,
        success=episode.success,
        reward=episode.reward,
        ended_by=str(episode.ended_by),
        steps=[msgspec.to_builtins(step) for step in episode.steps],
        checks=episode.checks,
        variant=", ".join(f"{name} {getattr(key, name)}" for name in varying),
        kind=episode.kind,
        level=episode.level,
        apps=episode.apps,
        suites=episode.suites,
        answer=(episode.record or {}).get("answer"),
        side_effects=episode.side_effects,
        changes=episode.changes,
        reset_s=episode.times.reset_s,
        total_s=episode.times.total_s,
        retries=episode.retries,
        tokens=None if usage is None else usage.input_tokens + usage.output_tokens,
        cost=None if usage is None else usage.cost_usd,
        infra_error=None if fault is None else message_of(fault.source, fault.message),
        traceback="" if fault is None else fault.traceback,
        frames=names(episode.frames),
        outlines=episode.outlines,
        transcript=episode.transcript,
    )


def message_of(source: str, message: str) -> str:
    """A fault's message, with what failed unless that is the infrastructure."""
    return message if source == "infrastructure" else f"{source}: {message}"


def embedded(frame: Path) -> str:
    """A screenshot as a `data:` URL; its name if it is missing."""
    if not frame.exists():
        return frame.name
    return f"data:image/jpeg;base64,{base64.b64encode(frame.read_bytes()).decode()}"
