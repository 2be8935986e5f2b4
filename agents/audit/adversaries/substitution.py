"""Agents that do the right thing to the wrong target: the terms of another task, all of them or one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from gristmill.agents.audit.scene import Scene, essence
from gristmill.agents.audit.stage import OracleDefect, Stuck, ending_of
from gristmill.agents.audit.trials import Group, Result, Trial, adversary, skipped
from gristmill.apps.base import Task
from gristmill.apps.kit.sampling import Sampler
from gristmill.errors import GristmillError, Unwinnable

TRIED = 3  # other tasks until one can be played
EVERY_TERM = 2  # on the first tasks each term is substituted by itself; later all or one, in turns
OWN = frozenset({"person_id", "customer_id", "account_id", "owner_id", "user_id"})
SPARE_STEPS = 8
TERMS = "terms"  # stands for a table where a family declares that a term is free
REPEATS = 2

Path = tuple[str, ...]


def substitution(scene: Scene) -> Iterator[Trial]:
    """Wrong target (all terms of another task) and near miss (one term of it), played by the oracle."""
    donors = donors_of(scene)
    if not donors:
        yield skipped(Group.ADVERSARY, "wrong-target", "no other task of this world")
        return
    if scene.place < EVERY_TERM or scene.place % 2:
        yield wrong_target(scene, donors)
    for task, path in chosen(scene, donors):
        yield excused(scene, played(scene, "near-miss", task, f"another {'.'.join(path)}"), path)


def excused(scene: Scene, trial: Trial, path: Path) -> Trial:
    """A near miss that succeeds is none, if the family declares that the term does not matter."""
    reason = scene.equivalents.get((TERMS, ".".join(path)))
    if trial.result is not Result.WRONG or reason is None:
        return trial
    return skipped(trial.group, trial.name, f"another {'.'.join(path)} is as right: {reason}")


def wrong_target(scene: Scene, donors: Sequence[Task]) -> Trial:
    """The play towards the first of some other tasks that can be played here."""
    for donor in donors[:TRIED]:
        trial = played(scene, "wrong-target", with_all_terms(scene.task, donor), "all terms of another task")
        if trial.result is not Result.SKIPPED:
            break
    return trial


def donors_of(scene: Scene) -> list[Task]:
    """Tasks of other seeds in the same world with other terms; those for the same person first."""
    own, found = scene.task, []
    for seed in scene.others:
        with suppress(GristmillError):
            other = scene.stage.sample(seed)
            if other.world == own.world and other.terms != own.terms:
                found.append(other)
    return sorted(found, key=lambda task: task.person_id != own.person_id)


def chosen(scene: Scene, donors: Sequence[Task]) -> list[tuple[Task, Path]]:
    """The near misses to play on this task: for each term the first other value that a donor has."""
    found: dict[Path, Task] = {}
    for donor in donors:
        for path in differing(scene.task.terms, donor.terms):
            found.setdefault(path, donor)
    paths = [path for path in found if path[-1] not in OWN]
    if scene.place >= EVERY_TERM and paths:
        paths = [] if scene.place % 2 else [Sampler(scene.rng("near-miss")).pick(paths)]
    terms = scene.task.terms
    return [(replace(scene.task, terms=with_term(terms, found[path].terms, path)), path) for path in paths]


def differing(own: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Path]:
    """Where two tasks' terms differ; nested terms one by one."""
    for name in sorted(own.keys() & other.keys()):
        if isinstance(own[name], Mapping) and isinstance(other[name], Mapping):
            yield from ((name, *rest) for rest in differing(own[name], other[name]))
        elif own[name] != other[name]:
            yield (name,)


def with_term(own: Mapping[str, Any], other: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Terms with one of them taken from another task."""
    name, *rest = path
    value = with_term(own[name], other[name], tuple(rest)) if rest else other[name]
    return {**own, name: value}


def with_all_terms(own: Task, other: Task) -> Task:
    """A task with another one's terms, for the same person."""
    terms = {
        name: own.terms[name] if name in OWN & own.terms.keys() else value
        for name, value in other.terms.items()
    }
    return replace(own, terms=terms, ends_with=other.ends_with)


def played(scene: Scene, name: str, task: Task, what: str) -> Trial:
    """The oracle's play towards a substituted task, judged by the right one."""
    scene.restart()
    stage, solution = scene.stage, scene.solution
    try:
        stage.solve(solution.steps + SPARE_STEPS, task=task, repeats=REPEATS)
    except (Stuck, Unwinnable, OracleDefect) as error:
        return skipped(Group.ADVERSARY, name, f"{what}: the oracle cannot play it ({error})")
    endings = [ending_of(action, frozenset()) for action in (stage.actions[-1], solution.ending)]
    if endings[0] == endings[1] and essence(stage.changes()) == essence(solution.changes):
        return skipped(Group.ADVERSARY, name, f"{what}: the outcome is the same")
    return adversary(name, has_won=stage.verdict.success, detail=f"{what} succeeds", actions=stage.actions)
