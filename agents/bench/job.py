"""One episode to play, and the making of a `BenchEpisode` of what came of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gristmill.agents.bench.episodes import (
    BenchEpisode,
    BenchStep,
    EpisodeKey,
    Fault,
    Times,
    Usage,
    Versions,
)
from gristmill.agents.bench.versions import machinery_version, task_version, world_version
from gristmill.agents.rollouts.recorder import NOTHING, Keeping
from gristmill.agents.rollouts.results import EndedBy, EpisodeResult, StepRecord
from gristmill.apps.base import TaskFamily
from gristmill.envs.episode.faults import detail_of
from gristmill.errors import InfraError
from gristmill.plugins import installed


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """An episode to play.

    Attributes:
        index: its place in the run.
        suites: names of the suites that ask for it.
    """

    index: int
    key: EpisodeKey
    suites: tuple[str, ...] = ()
    keeping: Keeping = NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """A finished episode and its screenshots by name."""

    index: int
    episode: BenchEpisode
    frames: Mapping[str, bytes] = field(default_factory=dict)


def family_of(key: EpisodeKey) -> TaskFamily:
    """The family of an episode, with its options."""
    return installed().family(key.task).configured(brief=key.brief, news=key.news)


def played(job: Job, result: EpisodeResult) -> Played:
    """What is stored of a played episode."""
    frames = {f"{hashlib.sha256(data).hexdigest()[:20]}.jpg": data for data in dict.fromkeys(result.frames)}
    names = {data: name for name, data in frames.items()}
    record = None if result.record is None else json.loads(result.record.to_json())
    family = family_of(job.key)
    episode = BenchEpisode(
        key=job.key,
        agent=result.agent,
        suites=job.suites,
        goal=result.goal,
        kind=family.kind.value,
        level=family.level.value,
        apps=tuple(family.apps),
        versions=versions_of(family, record),
        ends_with=record["task"]["ends_with"] if record else "",
        success=result.success,
        reward=result.total_reward,
        progress=None if result.verdict is None else result.verdict.progress,
        ended_by=EndedBy(result.ended_by),
        checks=result.checks,
        side_effects=() if result.verdict is None else result.verdict.side_effects,
        steps=tuple(map(step_of, result.steps)),
        times=times_of(result),
        retries=result.retries,
        fault=None if result.infra_error is None else fault_of(result.infra_error),
        frames=tuple(names[data] for data in result.frames),
        outlines=result.outlines,
        record=record,
        changes=result.changes,
        usage=usage_of(result.report),
        transcript=tuple(each for each in result.report.get("transcript", ()) if isinstance(each, Mapping)),
    )
    return Played(index=job.index, episode=episode, frames=frames)


def versions_of(family: TaskFamily, record: Mapping[str, Any] | None) -> Versions:
    """The three versions of an episode."""
    return Versions(machinery=machinery_version(), tasks=task_version(family), world=world_version(record))


def step_of(step: StepRecord) -> BenchStep:
    """A step as it is stored."""
    return BenchStep(
        action=step.action,
        target=step.target,
        error=step.error,
        reward=step.reward,
        url=step.url,
        wall_s=round(step.wall_s, 5),
        agent_s=round(step.agent_s, 5),
    )


def times_of(result: EpisodeResult) -> Times:
    """The durations of an episode."""
    agent_s = sum(step.agent_s for step in result.steps)
    return Times(
        reset_s=round(result.reset_s, 5),
        agent_s=round(agent_s, 5),
        total_s=round(result.wall_s + agent_s, 5),
    )


def fault_of(error: str) -> Fault:
    """An infrastructure failure with its details, as far as it has any."""
    if not isinstance(error, InfraError):
        return Fault(message=error)
    details = {name: value for name, value in vars(error).items() if name in Fault.__dataclass_fields__}
    return Fault(message=str(error), **details)


def usage_of(report: Mapping[str, Any]) -> Usage | None:
    """What an agent says that its model used; None if it says nothing that can be read."""
    try:
        return msgspec.convert(report["usage"], Usage, strict=False) if report.get("usage") else None
    except msgspec.ValidationError:
        return None


def failed(job: Job, agent: str, error: BaseException) -> Played:
    """The episode of a job that could not be played because of an exception."""
    return without_verdict(job, agent, fault_of(detail_of(error, url="")))


def without_verdict(job: Job, agent: str, fault: Fault, *, retries: int = 0) -> Played:
    """The episode of a job of which nothing is known but why it failed."""
    family = family_of(job.key)
    episode = BenchEpisode(
        key=job.key,
        agent=agent,
        suites=job.suites,
        goal="",
        kind=family.kind.value,
        level=family.level.value,
        apps=tuple(family.apps),
        versions=versions_of(family, None),
        ends_with="",
        success=None,
        reward=0.0,
        progress=None,
        ended_by=EndedBy.FAULT,
        retries=retries,
        fault=fault,
    )
    return Played(index=job.index, episode=episode)
