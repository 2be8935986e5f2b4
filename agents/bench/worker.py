"""A worker process: plays the episodes that it is given in several environments side by side."""

import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

import gymnasium as gym

from gristmill.agents.base import AnyAgent, BatchAgent
from gristmill.agents.bench.episodes import EpisodeKey
from gristmill.agents.bench.job import Job, Played, failed, played
from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.player import Player
from gristmill.agents.rollouts.results import StepRecord
from gristmill.agents.watch.events import Watcher, WatchEvent
from gristmill.envs.episode.scheduling import Coroutine, run_round_robin
from gristmill.errors import AgentFault, BrowserNotFoundError, MissingExtraError

WATCH_S = 0.5  # between looks at agents that are at work
PING_S = 5.0
LOST = 3  # exit code of a worker whose run is gone


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerSettings:
    """What a worker process is started with; sent to it by pickle.

    Attributes:
        agent: name of the agent, for episodes in which none could be made.
        slots: number of environments.
        agent_timeout_s: seconds that an agent may take for one answer.
        is_watched: whether to send a `WatchEvent` of what the agents do.
    """

    make_agent: Callable[[], AnyAgent]
    agent: str
    slots: int = 1
    agent_timeout_s: float = 300.0
    is_watched: bool = False


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step was taken in the episode of a job."""

    index: int
    step: StepRecord


@dataclass(frozen=True, slots=True)
class Hung:
    """An agent blocks the process; it has to be killed. Holds where it hangs."""

    index: int
    traceback: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """Nothing can be played on this machine; holds the error."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Ping:
    """The process is alive."""


Message = Played | Stepped | Hung | Unusable | Ping | WatchEvent


def serve(connection: Connection, settings: WorkerSettings) -> None:
    """Play each job that arrives, until the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run's process decides what Ctrl-C means
    Worker(connection, settings).work()


class Inbox:
    """Jobs that wait for a slot, and slots that wait for a job."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: deque[Job] = deque()
        self._waiting: deque[Future[Job]] = deque()

    def put(self, job: Job) -> None:
        """Give a job to the slot that has waited longest, or keep it."""
        with self._lock:
            waiting = self._waiting.popleft() if self._waiting else None
            if waiting is None:
                self._jobs.append(job)
        if waiting is not None:
            waiting.set_result(job)

    def next(self) -> "Future[Job]":
        """A future of the next job."""
        future: Future[Job] = Future()
        with self._lock:
            if not self._jobs:
                self._waiting.append(future)
                return future
            job = self._jobs.popleft()
        future.set_result(job)
        return future


class Worker:
    """The slots of this process, in its main thread, a thread that receives jobs, and one that watches."""

    def __init__(self, connection: Connection, settings: WorkerSettings) -> None:
        self._connection, self._settings = connection, settings
        self._sending, self._is_closed = threading.Lock(), threading.Event()
        self._inbox, self._answers = Inbox(), Answers()
        agents = AgentMaker(settings.make_agent)
        watcher = Watcher(self.send) if settings.is_watched else None
        self._slots = [
            Slot(self.send, self._answers, agents, settings, watcher=watcher, number=number)
            for number in range(settings.slots)
        ]

    def work(self) -> None:
        """Play until the run's process closes the connection or ends."""
        main = threading.get_ident()
        threading.Thread(target=self._receive, name="gristmill-jobs", daemon=True).start()
        threading.Thread(target=self._watch, args=(main,), name="gristmill-watch", daemon=True).start()
        run_round_robin([slot.play_all(self._inbox) for slot in self._slots])

    def send(self, message: Message) -> None:
        """Send a message to the run's process, or end this one if that is gone."""
        try:
            with self._sending:
                self._connection.send(message)
        except (OSError, EOFError):
            os._exit(LOST)

    def _receive(self) -> None:
        try:
            while True:
                self._inbox.put(self._connection.recv())
        except (OSError, EOFError):
            os._exit(0)  # an agent may block all other threads

    def _watch(self, main: int) -> None:
        pinged_at = 0.0
        while not self._is_closed.wait(WATCH_S):
            now = perf_counter()
            if now - pinged_at > PING_S:
                pinged_at = now
                self.send(Ping())
            for slot in self._slots:
                if slot.is_overdue(now) and not slot.cancel():
                    frames = sys._current_frames().get(main)
                    where = "".join(traceback.format_stack(frames)) if frames else ""
                    self.send(Hung(slot.job.index if slot.job else -1, where))
                    return  # this process is killed


class AgentMaker:
    """Makes an agent for each slot, or one batch agent for all."""

    def __init__(self, make_agent: Callable[[], AnyAgent]) -> None:
        self._make_agent = make_agent
        self._batch_agent: AnyAgent | None = None

    def new(self) -> AnyAgent:
        """An agent for a slot."""
        if self._batch_agent is not None:
            return self._batch_agent
        agent = self._make_agent()
        if isinstance(agent, BatchAgent):
            self._batch_agent = agent
        return agent


class Slot:
    """One environment, replaced when the next episode needs another one, and the agent in it."""

    def __init__(
        self,
        send: Callable[[Message], None],
        answers: Answers,
        agents: AgentMaker,
        settings: WorkerSettings,
        *,
        watcher: Watcher | None = None,
        number: int = 0,
    ) -> None:
        self._watcher, self._number = watcher, number
        self._send, self._answers, self._agents, self._settings = send, answers, agents, settings
        self._env: gym.Env[Any, Any] | None = None
        self._setting: tuple[Any, ...] = ()
        self._player: Player | None = None
        self._agent: AnyAgent | None = None
        self._making_since: float | None = None
        self.job: Job | None = None

    def play_all(self, inbox: Inbox) -> Coroutine[None]:
        """Play one job after the other."""
        while True:
            future = inbox.next()
            yield future
            self.job = job = future.result()
            try:
                self._send((yield from self._playing(job)))
            except (BrowserNotFoundError, MissingExtraError) as error:
                self._send(Unusable(error))
            self.job = None

    def is_overdue(self, now: float) -> bool:
        """Whether the agent has been at work for too long."""
        asked_at = self._making_since or (self._player.asked_at if self._player else None)
        return asked_at is not None and now - asked_at > self._settings.agent_timeout_s

    def cancel(self) -> bool:
        """Stop waiting for the agent's answer; False if it blocks this process."""
        answer = self._player.answer if self._player else None
        if answer is None:
            return False
        self._agent = None if not isinstance(self._agent, BatchAgent) else self._agent
        answer.cancel()
        return True

    def _playing(self, job: Job) -> Coroutine[Played]:
        try:
            player = self._new_player(job)
            result = yield from player.playing(job.key.seed, keeping=job.keeping)
            return played(job, result)
        except (BrowserNotFoundError, MissingExtraError):
            raise
        except Exception as error:  # noqa: BLE001 - a fault of this episode alone
            self._close()
            return failed(job, self._settings.agent, error)

    def _new_player(self, job: Job) -> Player:
        index = job.index
        self._player = Player(
            self._new_env(job.key, with_frames=job.keeping.frames),
            self._made_agent(),
            on_step=lambda step: self._send(Stepped(index, step)),
            answers=self._answers,
            isolates_agent=True,
            watcher=self._watcher,
            worker=self._number,
        )
        return self._player

    def _made_agent(self) -> AnyAgent:
        if self._agent is None:
            self._making_since = perf_counter()
            try:
                self._agent = self._agents.new()
            except Exception as error:
                raise AgentFault(f"The agent cannot be made: {type(error).__name__}: {error}") from error
            finally:
                self._making_since = None
        return self._agent

    def _new_env(self, key: EpisodeKey, *, with_frames: bool) -> gym.Env[Any, Any]:
        setting = (key.task, *sorted(key.options.items()), with_frames)
        if self._env is None or setting != self._setting:
            self._close()
            options = key.options | ({"render_mode": "rgb_array"} if with_frames else {})
            self._env = gym.make(key.task, disable_env_checker=True, **options)
            self._setting = setting
        return self._env

    def _close(self) -> None:
        self._player = None
        if self._env is not None:
            with suppress(Exception):
                self._env.close()
            self._env = None
