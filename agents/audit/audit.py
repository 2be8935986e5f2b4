"""Audits of many families: proofs that verifiers accept what is right and nothing else."""

from collections.abc import Callable, Sequence

from gristmill.agents.audit.family_audit import DEADLINE_S, Job
from gristmill.agents.audit.plan import require_parts
from gristmill.agents.audit.pool import audited
from gristmill.agents.audit.report import FamilyReport
from gristmill.envs.episode.worlds import require_split
from gristmill.plugins import installed

SEEDS_PER_JOB = 25
LEAST_S = 60.0  # of a job's deadline


def audit(
    ids: Sequence[str] = (),
    *,
    seeds: int = 50,
    first: int = 0,
    split: str = "train",
    only: tuple[str, ...] = (),
    processes: int = 1,
    deadline_s: float = DEADLINE_S,
    on_progress: Callable[[int], None] = lambda _: None,
) -> list[FamilyReport]:
    """Audit task families; one report for each, in the order given.

    Deterministic in its arguments, except where a deadline ends it.

    Args:
        ids: of the families; empty for all that are installed.
        seeds: number of tasks of each family.
        first: seed of the first one.
        split: whose worlds and wordings are used.
        only: names of the parts to run, see `plan.NAMES`; empty for all. The oracle is always played.
        processes: how many work at a time.
        deadline_s: for each family, after which the rest of its tasks is left out; that is a finding.
        on_progress: called with the number of tasks that were done since the last call.

    Raises:
        UnknownNameError: a family, split or part does not exist.
    """
    require_split(split)
    require_parts(only)
    chosen = [installed().family(task_id).id for task_id in dict.fromkeys(ids)] or list(installed().families)
    reports = {task_id: FamilyReport(task_id=task_id, split=split) for task_id in chosen}
    jobs = [
        job
        for task_id in chosen
        for job in jobs_of(
            task_id, split=split, seeds=range(first, first + seeds), only=only, deadline_s=deadline_s
        )
    ]
    for part in audited(jobs, processes=processes):
        reports[part.task_id].merge(part)
        on_progress(part.seeds)
    for report in reports.values():
        report.require_mutation_bar()
    return list(reports.values())


def jobs_of(task_id: str, *, split: str, seeds: range, only: tuple[str, ...], deadline_s: float) -> list[Job]:
    """The jobs of a family's audit, each with its share of the deadline."""
    parts = [seeds[at : at + SEEDS_PER_JOB] for at in range(0, len(seeds), SEEDS_PER_JOB)]
    return [
        Job(
            task_id=task_id,
            split=split,
            seeds=part,
            first=seeds[0],
            only=only,
            deadline_s=max(deadline_s * len(part) / len(seeds), min(LEAST_S, deadline_s)),
        )
        for part in parts
    ]
