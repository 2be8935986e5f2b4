"""Audits some tasks of one family."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from time import perf_counter

from gristmill.agents.audit.ambiguity import reading_key, readings
from gristmill.agents.audit.deadline import Overdue, interrupted_after
from gristmill.agents.audit.plan import (
    ALL_MUTANTS,
    AXES,
    AXES_EVERY,
    MOST_MUTANTS,
    MUTANTS,
    PARTS,
    SAMPLED_MUTANTS,
)
from gristmill.agents.audit.report import FamilyReport
from gristmill.agents.audit.scene import Scene, Solution, equivalents_of
from gristmill.agents.audit.stage import Defect, Fork, Stage, Stuck, failed_checks
from gristmill.agents.audit.trials import Group, Result, Trial
from gristmill.apps.base import EndsWith
from gristmill.envs.episode.faults import detail_of
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import Unwinnable
from gristmill.plugins import installed
from gristmill.verifiers.audit.final_state import FinalState
from gristmill.verifiers.audit.scoring import mutation_score

DEADLINE_S = 900.0
MORE_SEEDS = 12  # tasks beyond the audited ones, to borrow terms from


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Some seeds of one family to be audited.

    Attributes:
        first: the first seed of the whole audit, from which the tasks are counted.
        only: names of the parts to run; empty for all. The oracle is always played.
        deadline_s: after which the rest is left out, which is a finding.
    """

    task_id: str
    split: str
    seeds: Sequence[int]
    first: int
    only: tuple[str, ...] = ()
    deadline_s: float = DEADLINE_S

    def asks_for(self, part: str) -> bool:
        """Whether a part is to be run."""
        return not self.only or part in self.only


def audit_family(
    job: Job, *, runtime: Runtime | None = None, on_seed: Callable[[], None] = lambda: None
) -> FamilyReport:
    """Audit the tasks of a job. What audited code raises becomes a finding, never an exception."""
    return FamilyAudit(job, runtime).run(on_seed)


class FamilyAudit:
    """The audit of one job, on a stage of its own."""

    def __init__(self, job: Job, runtime: Runtime | None) -> None:
        self._job, self._runtime = job, runtime
        self._report = FamilyReport(task_id=job.task_id, split=job.split)
        self._stages: dict[tuple[str, str], Stage] = {}

    def run(self, on_seed: Callable[[], None]) -> FamilyReport:
        """Audit all seeds, or as many as the deadline allows."""
        started_at, report, job = perf_counter(), self._report, self._job
        try:
            with interrupted_after(job.deadline_s):
                for done, seed in enumerate(job.seeds):
                    if perf_counter() - started_at > job.deadline_s:
                        raise Overdue(f"{done} of {len(job.seeds)} seeds done after {job.deadline_s:.0f} s")
                    self._audit_seed(seed)
                    on_seed()
        except Overdue as error:
            report.find(job.seeds[min(report.seeds, len(job.seeds) - 1)], "deadline", str(error))
        finally:
            for stage in self._stages.values():
                stage.close()
        report.duration_s = perf_counter() - started_at
        return report

    def _stage(self, brief: str = "explicit", news: str = "none") -> Stage:
        if (brief, news) not in self._stages:
            job = self._job
            self._stages[brief, news] = Stage(
                job.task_id, split=job.split, brief=brief, news=news, runtime=self._runtime
            )
        return self._stages[brief, news]

    def _audit_seed(self, seed: int) -> None:
        scene = None
        with self._reported(seed, "oracle"):
            scene = self._solved(seed)
        self._report.seeds += 1
        if scene is None:
            return
        self._judge_mutants(scene)
        for part in PARTS:
            if self._job.asks_for(part.name) and scene.place % part.every == 0:
                with self._reported(seed, part.name):
                    for trial in part.play(scene):
                        self._report.count(seed, trial)
        self._read(scene)
        if self._job.asks_for(AXES) and scene.place % AXES_EVERY == 0:
            self._audit_axes(seed)

    def _solved(self, seed: int) -> Scene | None:
        """The task of a seed with the oracle's solution; None if it has none, which is counted."""
        stage = self._stage()
        stage.begin(seed)
        self._report.refused += stage.task.ends_with is EndsWith.GIVE_UP
        start, started_at, visited_at_start = stage.fork(), stage.now(), stage.visited()
        trial, last = solved(stage, "oracle")
        self._report.count(seed, trial)
        if last is None or trial.result is not Result.RIGHT:
            return None
        solution = Solution(
            start=start,
            last=last,
            ending=stage.actions[-1],
            changes=stage.changes(),
            visited_at_start=visited_at_start,
            visited=stage.visited(),
            started_at=started_at,
            ended_at=stage.now(),
            end=stage.episode.session.snapshot(),
        )
        self._report.steps.append(solution.steps)
        self._report.idle += solution.is_idle
        return Scene(
            stage=stage,
            seed=seed,
            place=seed - self._job.first,
            task=stage.task,
            solution=solution,
            others=[other for other in self._pool() if other != seed],
            equivalents=equivalents_of(stage),
        )

    def _pool(self) -> range:
        """The seeds of this job and a few more."""
        return range(self._job.seeds[0], self._job.seeds[-1] + 1 + MORE_SEEDS)

    def _judge_mutants(self, scene: Scene) -> None:
        if not self._job.asks_for(MUTANTS):
            return
        family = scene.stage.family
        with self._reported(scene.seed, MUTANTS), closing_state(scene) as state:
            score = mutation_score(
                state,
                lambda evidence: family.judge(scene.task, evidence),
                equivalents=scene.equivalents,
                rng=scene.rng(MUTANTS),
                at_most=MOST_MUTANTS if scene.place < ALL_MUTANTS else SAMPLED_MUTANTS,
            )
            score.survivors = [f"{text}, seed {scene.seed}" for text in score.survivors]
            self._report.mutation.add(score)

    def _read(self, scene: Scene) -> None:
        given, asked = reading_key(scene)
        self._report.read(scene.seed, given, asked)
        with self._reported(scene.seed, "ambiguous goal"):
            problem = readings(scene)
            if problem:
                self._report.ambiguous += 1
                self._report.find(scene.seed, "ambiguous goal", problem)

    def _audit_axes(self, seed: int) -> None:
        axes = installed().family(self._job.task_id).axes
        briefs = ("explicit", *(["ticket"] if "brief" in axes else []))
        news = ("none", *(["midway"] if "news" in axes else []))
        for brief, arriving in list(product(briefs, news))[1:]:
            name = f"oracle, brief={brief}, news={arriving}"
            with self._reported(seed, name):
                stage = self._stage(brief, arriving)
                stage.begin(seed)
                self._report.count(seed, solved(stage, name)[0])

    @contextmanager
    def _reported(self, seed: int, where: str) -> Iterator[None]:
        """Turn what audited code raises within the block into a finding."""
        try:
            yield
        except Overdue:
            raise
        except Defect as defect:
            self._report.find(seed, where, str(defect))
        except Exception as error:  # noqa: BLE001 - whatever audited code raises is reported
            fault = detail_of(error, url="")
            self._report.find(seed, where, f"{fault} ({fault.file}:{fault.line})")


def solved(stage: Stage, name: str) -> tuple[Trial, Fork | None]:
    """Play the oracle from the start; the trial, and the moment before its last action if it got there."""
    result, detail, last = Result.WRONG, "", None
    try:
        last = stage.solve(stage.family.max_steps)
        result = Result.RIGHT if stage.verdict.success else Result.WRONG
        detail = "" if stage.verdict.success else failed_checks(stage.verdict)
    except (Stuck, Unwinnable) as error:
        detail = f"{type(error).__name__}: {error}"
    trial = Trial(group=Group.ORACLE, name=name, result=result, detail=detail, actions=stage.actions)
    return trial, last


@contextmanager
def closing_state(scene: Scene) -> Iterator[FinalState]:
    """The final state of a scene, closed after the block."""
    state = scene.final_state()
    try:
        yield state
    finally:
        state.close()
