"""Plays jobs in worker processes; one that dies or hangs loses nothing that is finished."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from gristmill.agents.bench.episodes import Fault
from gristmill.agents.bench.job import Job, Played, without_verdict
from gristmill.agents.bench.worker import Hung, Message, Ping, Stepped, Unusable, WorkerSettings, serve
from gristmill.agents.processes import WorkerProcess, wait_for_any
from gristmill.agents.watch.events import WatchEvent

MAX_LOSSES = 3  # an episode during which the process died this often is assumed to cause it
MAX_HANGS = 2
SILENCE_S = 120.0  # without a sign of life, until a process is killed; imports and worlds take seconds
WAIT_S = 0.5  # between looks at whether the run is to stop


@dataclass(slots=True)
class PoolWorker:
    """A process and the jobs that it is at work on."""

    process: WorkerProcess
    jobs: dict[int, Job] = field(default_factory=dict)
    heard_at: float = field(default_factory=monotonic)
    is_reserved: bool = False  # plays an episode that may have killed a process, and nothing else

    def start(self, job: Job) -> None:
        """Give it a job."""
        if not self.jobs:
            self.heard_at = monotonic()
        self.jobs[job.index] = job
        self.process.connection.send(job)


class BenchPool:
    """Processes that play jobs.

    Args:
        settings: of each process.
        processes: their number.
        stopping: once set, no further job is started, and those that are under way are finished.
        watch: receives what the agents do, if that is to be watched.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        *,
        processes: int,
        stopping: threading.Event,
        watch: Callable[[WatchEvent], None] | None = None,
    ) -> None:
        self._watch = watch
        settings = replace(settings, is_watched=watch is not None)
        self._settings, self._processes, self._stopping = settings, processes, stopping
        self._waiting: deque[Job] = deque()
        self._workers: list[PoolWorker] = []
        self._losses: Counter[int] = Counter()
        self._hangs: Counter[int] = Counter()

    def play(self, jobs: Sequence[Job]) -> Generator[Played | Stepped, None, None]:
        """Yield what is played, in the order in which it ends, and each step as it is taken.

        A job whose process dies is played again, alone; after three deaths, or two answers that an agent
        owed for too long, it is yielded as a fault. The processes end with the iterator.

        Raises:
            BrowserNotFoundError, MissingExtraError: nothing can be played on this machine.
        """
        self._waiting = deque(jobs)
        wanted = min(self._processes, -(-len(jobs) // self._settings.slots))
        try:
            self._workers = [self._new_worker() for _ in range(wanted)]
            while self._is_at_work():
                self._assign()
                wait_for_any([worker.process for worker in self._workers], WAIT_S)
                for place in range(len(self._workers)):
                    yield from self._heard(place)
        finally:
            for worker in self._workers:
                worker.process.stop()

    def _is_at_work(self) -> bool:
        has_more = bool(self._waiting) and not self._stopping.is_set()
        return has_more or any(worker.jobs for worker in self._workers)

    def _new_worker(self) -> PoolWorker:
        return PoolWorker(WorkerProcess(serve, self._settings))

    def _assign(self) -> None:
        """Give waiting jobs to free slots; one that may have killed a process gets a process of its own."""
        if self._stopping.is_set():
            return
        for worker in self._workers:
            while self._waiting and self._has_room(worker, self._waiting[0]):
                job = self._waiting.popleft()
                worker.is_reserved = self._is_suspect(job)
                try:
                    worker.start(job)
                except OSError:  # it has died; what it was given is recovered when that is noticed
                    break

    def _has_room(self, worker: PoolWorker, job: Job) -> bool:
        if self._is_suspect(job):
            return not worker.jobs
        return len(worker.jobs) < self._settings.slots and not (worker.jobs and worker.is_reserved)

    def _is_suspect(self, job: Job) -> bool:
        return self._losses[job.index] + self._hangs[job.index] > 0

    def _heard(self, place: int) -> Iterator[Played | Stepped]:
        """What a worker has to say; one that is lost is replaced."""
        worker = self._workers[place]
        try:
            while worker.process.connection.poll():
                message: Message = worker.process.connection.recv()
                worker.heard_at = monotonic()
                if isinstance(message, WatchEvent):
                    self._pass_on(place, message)
                    continue
                if isinstance(message, Hung):
                    yield from self._replaced(place, hung=message)
                    return
                yield from self._received(worker, message)
        except (EOFError, OSError):
            yield from self._replaced(place)
            return
        if worker.jobs and monotonic() - worker.heard_at > SILENCE_S + self._settings.agent_timeout_s:
            yield from self._replaced(place, is_silent=True)

    def _pass_on(self, place: int, event: WatchEvent) -> None:
        """Hand a report on, with the number of the environment among those of all processes."""
        if self._watch is not None:
            self._watch(replace(event, worker=place * self._settings.slots + event.worker))

    def _received(self, worker: PoolWorker, message: Message) -> Iterator[Played | Stepped]:
        match message:
            case Unusable(error):
                raise error
            case Ping():
                return
            case Stepped():
                yield message
            case Played(index=index) if worker.jobs.pop(index, None) is not None:
                retries = message.episode.retries + self._losses[index] + self._hangs[index]
                yield replace(message, episode=replace(message.episode, retries=retries))

    def _replaced(self, place: int, *, hung: Hung | None = None, is_silent: bool = False) -> Iterator[Played]:
        """Start another process in place of one that is lost; its jobs are played again, or given up."""
        worker = self._workers[place]
        worker.process.stop()
        self._workers[place] = self._new_worker()
        for job in sorted(worker.jobs.values(), key=lambda job: job.index, reverse=True):
            if hung is None:
                self._losses[job.index] += 1
            elif job.index == hung.index:
                self._hangs[job.index] += 1
            fault = self._fault(job, worker, hung, is_silent=is_silent)
            if fault is None:
                self._waiting.appendleft(job)
            else:
                retries = self._losses[job.index] + self._hangs[job.index] - 1
                yield without_verdict(job, self._settings.agent, fault, retries=retries)

    def _fault(self, job: Job, worker: PoolWorker, hung: Hung | None, *, is_silent: bool) -> Fault | None:
        """Why a job is given up; None if it is played again."""
        if self._hangs[job.index] >= MAX_HANGS and hung is not None:
            return Fault(
                message=f"The agent did not answer within {self._settings.agent_timeout_s:g} s.",
                source="agent",
                kind="TimeoutError",
                traceback=hung.traceback,
            )
        if self._losses[job.index] < MAX_LOSSES:
            return None
        how = "gave no sign of life and was killed" if is_silent else f"died ({worker.process.exit_text})"
        return Fault(
            message=f"The process that played it {how}, {MAX_LOSSES} times in a row.", source="process"
        )
