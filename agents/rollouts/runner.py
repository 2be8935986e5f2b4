"""Plays many episodes concurrently in threads of this process."""

import queue
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import count
from typing import Any

import gymnasium as gym

from gristmill.agents.base import AnyAgent
from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.player import OnStep, Player, Stopped
from gristmill.agents.rollouts.recorder import NOTHING, Keeping
from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.watch.events import Watcher
from gristmill.envs.episode.scheduling import Coroutine, run_round_robin
from gristmill.errors import InvalidOptionError

JOIN_S = 40.0  # exceeds the engine's deadline for any single step
MAX_THREADS = 16  # waits for pages and for slow agents overlap within a thread anyway


def play_episodes(
    task_id: str,
    make_agent: Callable[[], AnyAgent],
    seeds: Sequence[int],
    *,
    num_envs: int = 1,
    record_frames: int = 0,
    options: Mapping[str, Any] | None = None,
    on_step: OnStep | None = None,
    keeping: Keeping = NOTHING,
    watcher: Watcher | None = None,
) -> Generator[EpisodeResult, None, None]:
    """Yield the results of these seeds as episodes end. Results do not depend on `num_envs`.

    A slow agent delays no other episode if it declares itself slow, see `Agent`; any other one delays those
    of its thread.

    When the iterator is closed, fails or is interrupted by Ctrl-C, all environments are closed before it
    returns. An exception of an agent or a task family ends the run and is raised here.

    Args:
        task_id: id of a task family.
        make_agent: makes an agent for each environment, or returns one `BatchAgent` for all.
        seeds: one episode each, started in this order.
        num_envs: number of concurrent environments, in up to 16 threads.
        record_frames: number of episodes, from the first, whose screenshots are kept; about 50 ms a step.
        options: further arguments of `gymnasium.make`.
        on_step: called after each step, by one thread at a time.
        keeping: what is kept besides; its `frames` follow from `record_frames`.
        watcher: gets a report of each step and end, for a `Wall`.

    Raises:
        InvalidOptionError: `num_envs` is less than 1.
        GristmillError: an environment cannot be created or reset, for example without a browser.
    """
    if num_envs < 1:
        raise InvalidOptionError(f"num_envs must be at least 1, not {num_envs}.")
    arguments = {"disable_env_checker": True, **(options or {})}
    if record_frames:
        arguments["render_mode"] = "rgb_array"
    runner = ThreadedRunner(
        lambda: gym.make(task_id, **arguments),
        make_agent,
        seeds,
        record_frames=record_frames,
        on_step=on_step,
        keeping=keeping,
        watcher=watcher,
    )
    return runner.run(min(num_envs, len(seeds)))


class ThreadedRunner:
    """Threads with several environments each, which take seeds from a shared queue until it is empty."""

    def __init__(
        self,
        make_env: Callable[[], gym.Env[Any, Any]],
        make_agent: Callable[[], AnyAgent],
        seeds: Sequence[int],
        *,
        record_frames: int,
        on_step: OnStep | None,
        keeping: Keeping = NOTHING,
        watcher: Watcher | None = None,
    ) -> None:
        self._keeping = keeping
        self._watcher, self._workers = watcher, count()
        self._make_env, self._make_agent = make_env, make_agent
        self._seeds, self._record_frames, self._on_step = seeds, record_frames, on_step
        self._places = count()
        self._lock = threading.Lock()
        self._is_stopped = threading.Event()
        self._answers = Answers()
        self._ended: queue.SimpleQueue[EpisodeResult | BaseException] = queue.SimpleQueue()

    def run(self, size: int) -> Generator[EpisodeResult, None, None]:
        """Play in `size` environments; see `play_episodes`."""
        shares = [len(range(first, size, MAX_THREADS)) for first in range(min(size, MAX_THREADS))]
        threads = [
            threading.Thread(target=self._work, args=(share,), name=f"gristmill-player-{i}", daemon=True)
            for i, share in enumerate(shares)
        ]
        try:
            for thread in threads:
                thread.start()
            for _ in self._seeds:
                ended = self._ended.get()
                if isinstance(ended, BaseException):
                    raise ended
                yield ended
        finally:
            self._is_stopped.set()
            self._answers.close()
            for thread in threads:
                if thread.ident is not None:
                    thread.join(JOIN_S)

    def _work(self, share: int) -> None:
        try:
            with ExitStack() as stack:
                envs = [stack.enter_context(closing(self._make_env())) for _ in range(share)]
                players = [self._new_player(env) for env in envs]
                run_round_robin([self._playing_all(player) for player in players])
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._ended.put(error)

    def _new_player(self, env: gym.Env[Any, Any]) -> Player:
        return Player(
            env,
            self._make_agent(),
            on_step=self._after_step,
            answers=self._answers,
            watcher=self._watcher,
            worker=next(self._workers),
        )

    def _playing_all(self, player: Player) -> Coroutine[None]:
        while (place := self._next_place()) is not None:
            keeping = replace(self._keeping, frames=place < self._record_frames)
            result = yield from player.playing(self._seeds[place], keeping=keeping)
            self._ended.put(result)

    def _next_place(self) -> int | None:
        with self._lock:
            place = next(self._places)
        return place if place < len(self._seeds) and not self._is_stopped.is_set() else None

    def _after_step(self, step: StepRecord) -> None:
        if self._is_stopped.is_set():
            raise Stopped
        if self._on_step is not None:
            with self._lock:
                self._on_step(step)
