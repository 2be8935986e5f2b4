"""Judges stored episodes with today's verifiers, and says which verdicts moved and why."""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from gristmill.agents.bench.episodes import BenchEpisode
from gristmill.agents.bench.run import Run
from gristmill.agents.bench.summary import label
from gristmill.agents.bench.versions import machinery_version, task_version
from gristmill.agents.rollouts.results import EndedBy
from gristmill.envs.episode.record import family_of, rescore
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import GristmillError
from gristmill.verifiers.base import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Rescored:
    """A stored episode and today's verdict.

    Attributes:
        episode: in one line.
        before: whether it succeeded, as stored.
        now: whether it succeeds by today's verifier; None if it cannot be judged.
        changed: for each check that is new, gone or decided otherwise: its name and how.
        versions: the versions that differ between then and now, in words.
        problem: why it cannot be judged; a traceback if the verifier raised.
    """

    episode: str
    before: bool | None
    now: bool | None
    changed: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    problem: str = ""

    @property
    def has_moved(self) -> bool:
        """Whether success or a check is decided otherwise than it was."""
        return not self.problem and (self.before != self.now or bool(self.changed))

    def to_json(self) -> dict[str, Any]:
        """This as JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def rescored(run: Run, runtime: Runtime | None = None) -> Iterator[Rescored]:
    """Judge each stored episode again; those that ended in a fault are left out.

    Worlds are built in `runtime`, by default the process's, or come from the cache; no browser is needed.
    """
    for episode in run.episodes:
        if episode.fault is None and episode.record is not None:
            yield rescored_episode(episode, runtime)


def rescored_episode(episode: BenchEpisode, runtime: Runtime | None = None) -> Rescored:
    """Judge one stored episode again."""
    name = label(episode.key)
    try:
        record = episode.final_state
        assert record is not None
        family = family_of(record.task)
        versions = tuple(differences(episode, task_version(family)))
        verdict = rescore(record, runtime, is_over=episode.ended_by is not EndedBy.STEP_LIMIT)
    except GristmillError as error:
        return Rescored(episode=name, before=episode.success, now=None, problem=str(error))
    except Exception:  # noqa: BLE001 - the verifier is at fault, and the others are judged all the same
        return Rescored(episode=name, before=episode.success, now=None, problem=traceback.format_exc())
    return Rescored(
        episode=name,
        before=episode.success,
        now=succeeds(episode, verdict, is_final=family.success_is_final),
        changed=tuple(changes(episode, verdict)),
        versions=versions,
    )


def succeeds(episode: BenchEpisode, verdict: Verdict, *, is_final: bool) -> bool:
    """Whether an episode with this verdict is rewarded: out of steps only if success would have ended it."""
    return verdict.success and (episode.ended_by is not EndedBy.STEP_LIMIT or is_final)


def changes(episode: BenchEpisode, verdict: Verdict) -> Iterator[str]:
    """The checks that are decided otherwise than they were, with their details now."""
    before = {check.name: check for check in episode.checks}
    now = {check.name: check for check in verdict.checks}
    words = {True: "passed", False: "failed"}
    for name in {**before, **now}:
        if name not in now:
            yield f"{name}: {words[before[name].passed]}, and is gone"
        elif name not in before:
            yield f"{name}: new, {words[now[name].passed]} ({now[name].detail})"
        elif before[name].passed != now[name].passed:
            yield f"{name}: {words[before[name].passed]}, now {words[now[name].passed]} ({now[name].detail})"


def differences(episode: BenchEpisode, tasks: str) -> Iterator[str]:
    """The versions that differ between a stored episode and this installation, in words."""
    if episode.versions.tasks != tasks:
        yield f"code of {episode.key.task} {episode.versions.tasks}, now {tasks}"
    if episode.versions.machinery != machinery_version():
        yield f"Gristmill {episode.versions.machinery}, now {machinery_version()}"
