"""The numbers of a run: what `summary.json` holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from gristmill.agents.bench.episodes import BenchEpisode, EpisodeKey
from gristmill.agents.bench.run import Run
from gristmill.agents.bench.statistics import wilson
from gristmill.agents.rollouts.results import EndedBy

FORMAT = 1
DIGITS = 6  # of rates
DEFAULTS = EpisodeKey(task="", seed=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What happened in some episodes. Faults are in `episodes` and `faults` alone.

    Attributes:
        judged: episodes with a verdict.
        false_completions: the agent said `done` without success.
        wrong_answers: it gave an answer without success.
        right_give_ups: it gave up, as the task asks.
        wrong_give_ups: it gave up a task that can and may be done, or not as the task asks.
        must_give_up: tasks that cannot or must not be done.
        side_effects: episodes with changes that the task did not permit.
        step_limits: episodes that ran out of steps.
        refused_actions: steps whose action was refused or not understood.
    """

    episodes: int
    judged: int
    successes: int
    progress: float | None
    mean_steps: float | None
    false_completions: int
    wrong_answers: int
    right_give_ups: int
    wrong_give_ups: int
    must_give_up: int
    side_effects: int
    step_limits: int
    refused_actions: int
    faults: int

    @property
    def success_rate(self) -> float | None:
        """Share of judged episodes that succeeded; None without any."""
        return self.successes / self.judged if self.judged else None

    def to_json(self) -> dict[str, Any]:
        """These counts as JSON, with the success rate and its 95 % interval."""
        interval = wilson(self.successes, self.judged)
        return {
            "episodes": self.episodes,
            "judged": self.judged,
            "faults": self.faults,
            "successes": self.successes,
            "success_rate": rounded(self.success_rate),
            "success_95": None if interval is None else [rounded(interval.low), rounded(interval.high)],
            "progress": rounded(self.progress),
            "mean_steps": rounded(self.mean_steps),
            "false_completions": self.false_completions,
            "wrong_answers": self.wrong_answers,
            "right_give_ups": self.right_give_ups,
            "wrong_give_ups": self.wrong_give_ups,
            "must_give_up": self.must_give_up,
            "side_effects": self.side_effects,
            "step_limits": self.step_limits,
            "refused_actions": self.refused_actions,
        }


def count(episodes: Iterable[BenchEpisode]) -> Counts:
    """Count what happened."""
    episodes = list(episodes)
    judged = [each for each in episodes if each.success is not None]
    gave_up = [each for each in judged if each.ended_by is EndedBy.GIVE_UP]
    answered = [each for each in judged if each.ended_by is EndedBy.ANSWER]
    return Counts(
        episodes=len(episodes),
        judged=len(judged),
        successes=sum(each.success is True for each in judged),
        progress=fmean(each.progress or 0.0 for each in judged) if judged else None,
        mean_steps=fmean(len(each.steps) for each in judged) if judged else None,
        false_completions=sum(each.is_false_completion for each in judged),
        wrong_answers=sum(not each.success for each in answered),
        right_give_ups=sum(each.success is True for each in gave_up),
        wrong_give_ups=sum(not each.success for each in gave_up),
        must_give_up=sum(each.ends_with == EndedBy.GIVE_UP for each in judged),
        side_effects=sum(bool(each.side_effects) for each in judged),
        step_limits=sum(each.ended_by is EndedBy.STEP_LIMIT for each in judged),
        refused_actions=sum(bool(step.error) for each in judged for step in each.steps),
        faults=len(episodes) - len(judged),
    )


GROUPINGS: Mapping[str, Callable[[BenchEpisode], Iterable[str]]] = {
    "suite": lambda episode: episode.suites,
    "app": lambda episode: episode.apps,
    "kind": lambda episode: [episode.kind],
    "level": lambda episode: [episode.level],
    "family": lambda episode: [episode.key.task],
    "skin": lambda episode: [episode.key.skin],
}
"""By what numbers are broken down; an episode may be in several groups, such as one for each of its apps."""


def grouped(episodes: Sequence[BenchEpisode], by: str) -> dict[str, list[BenchEpisode]]:
    """Episodes by the groups of one of `GROUPINGS`, sorted by name."""
    groups: dict[str, list[BenchEpisode]] = {}
    for episode in episodes:
        for name in GROUPINGS[by](episode):
            groups.setdefault(name, []).append(episode)
    return dict(sorted(groups.items()))


def summary_of(run: Run) -> dict[str, Any]:
    """All numbers of a run as JSON. Equal runs have equal numbers but for the key `times`."""
    settings, episodes = run.settings, run.episodes
    return {
        "format": FORMAT,
        "agent": settings.agent,
        "suites": list(settings.suites),
        "command": settings.command,
        "is_complete": run.is_complete,
        "asked": settings.episodes,
        "versions": {"machinery": settings.machinery, "tasks": dict(sorted(settings.task_versions.items()))},
        "all": count(episodes).to_json(),
        "by": {
            name: {group: count(members).to_json() for group, members in grouped(episodes, name).items()}
            for name in GROUPINGS
        },
        "faults": [fault_row(episode) for episode in episodes if episode.fault is not None],
        "usage": usage_of(episodes),
        "outcomes": {label(episode.key): outcome(episode) for episode in episodes},
        "times": times_of(run),
    }


def fault_row(episode: BenchEpisode) -> dict[str, Any]:
    """An episode that has no verdict, and why."""
    fault = episode.fault
    assert fault is not None
    return {"episode": label(episode.key), "source": fault.source, "message": fault.message}


def outcome(episode: BenchEpisode) -> dict[str, Any]:
    """What a later run is compared with."""
    return {"success": episode.success, "tasks": episode.versions.tasks, "world": episode.versions.world}


def label(key: EpisodeKey) -> str:
    """An episode in one line that names what is not at its default, such as `Shop-X-v0 seed=3 split=test`.

    Engine and observation are left out: they are the agent's matter, and runs in two engines are compared.
    """
    names = ("split", "wordings", "worlds", "size", "skin", "brief", "news")
    options = [
        f"{name}={getattr(key, name)}"
        for name in names
        if getattr(key, name) != (key.split if name == "wordings" else getattr(DEFAULTS, name))
    ]
    return " ".join([key.task, f"seed={key.seed}", *options])


def usage_of(episodes: Sequence[BenchEpisode]) -> dict[str, Any] | None:
    """Tokens and costs of all episodes together; None if no agent says any."""
    used = [episode.usage for episode in episodes if episode.usage is not None]
    if not used:
        return None
    costs = [each.cost_usd for each in used if each.cost_usd is not None]
    return {
        "input_tokens": sum(each.input_tokens for each in used),
        "output_tokens": sum(each.output_tokens for each in used),
        "calls": sum(each.calls for each in used),
        "cost_usd": rounded(sum(costs)) if costs else None,
    }


def times_of(run: Run) -> dict[str, Any]:
    """What differs between equal runs: when and how long, and how often something had to be repeated."""
    judged = [episode for episode in run.episodes if episode.success is not None]
    steps = [step for episode in judged for step in episode.steps]
    return {
        "created_at": run.settings.created_at,
        "commit": run.settings.commit,
        "dirty": run.settings.dirty,
        "machine": dict(run.settings.machine),
        "reset_ms": milliseconds([episode.times.reset_s for episode in judged]),
        "step_ms": milliseconds([step.wall_s for step in steps]),
        "agent_ms": milliseconds([step.agent_s for step in steps]),
        "episodes_s": round(sum(episode.times.total_s for episode in run.episodes), 3),
        "retries": sum(episode.retries for episode in run.episodes),
        "damaged_lines": run.damaged_lines,
    }


def milliseconds(durations_s: Sequence[float]) -> float | None:
    """The median in milliseconds; None without any."""
    return round(1000 * median(durations_s), 3) if durations_s else None


def rounded(number: float | None) -> float | None:
    """A rate or mean as it is stored."""
    return None if number is None else round(number, DIGITS)
