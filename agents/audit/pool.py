"""Audits in several processes. One that hangs or dies costs its job, which is a finding."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import monotonic
from typing import cast

from gristmill.agents.audit.family_audit import Job, audit_family
from gristmill.agents.audit.report import FamilyReport
from gristmill.agents.processes import WorkerProcess, wait_for_any

GRACE_S = 60.0  # beyond a job's deadline, until its process is killed


@dataclass(slots=True)
class Worker:
    """A process that audits one job at a time."""

    process: WorkerProcess
    job: Job | None = None
    killed_at: float = float("inf")

    def start(self, job: Job) -> None:
        """Give it a job."""
        self.job, self.killed_at = job, monotonic() + job.deadline_s + GRACE_S
        self.process.connection.send(job)


def audited(jobs: Sequence[Job], *, processes: int) -> Iterator[FamilyReport]:
    """Yield the report of each job as it is done; in this process if one is enough."""
    if processes == 1 or len(jobs) == 1:
        yield from map(audit_family, jobs)
        return
    waiting, workers = deque(jobs), [new_worker() for _ in range(min(processes, len(jobs)))]
    try:
        for worker in workers:
            worker.start(waiting.popleft())
        while any(worker.job for worker in workers):
            for place, worker in enumerate(workers):
                if (report := collected(worker)) is None:
                    continue
                if not worker.process.is_alive or monotonic() > worker.killed_at:
                    worker.process.stop()
                    worker = workers[place] = new_worker()
                worker.job = None
                if waiting:
                    worker.start(waiting.popleft())
                yield report
            wait_until_one_reports(workers)
    finally:
        for worker in workers:
            worker.process.stop()


def collected(worker: Worker) -> FamilyReport | None:
    """The report of a worker's job, or a report that it failed; None while it works or has no job."""
    job = worker.job
    if job is None:
        return None
    try:
        if worker.process.connection.poll():
            return cast(FamilyReport, worker.process.connection.recv())
    except (EOFError, OSError):
        return lost(job, "the process ended unexpectedly")
    if monotonic() > worker.killed_at:
        return lost(job, f"the process did not react {GRACE_S:.0f} s after its deadline, and was killed")
    return None


def wait_until_one_reports(workers: Sequence[Worker]) -> None:
    """Wait until a busy worker has something to say, or is overdue."""
    busy = [worker for worker in workers if worker.job is not None]
    if busy:
        nearest = min(worker.killed_at for worker in busy)
        wait_for_any([worker.process for worker in busy], nearest - monotonic())


def lost(job: Job, why: str) -> FamilyReport:
    """The report of a job whose process is gone."""
    report = FamilyReport(task_id=job.task_id, split=job.split)
    report.find(job.seeds[0], "process", f"{why}; seeds {job.seeds[0]} to {job.seeds[-1]} are not audited")
    return report


def new_worker() -> Worker:
    """Start a process that waits for jobs."""
    return Worker(WorkerProcess(serve))


def serve(connection: Connection) -> None:
    """Audit each job that arrives, until the connection is closed."""
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(audit_family(job))
