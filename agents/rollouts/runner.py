"""Playing many episodes, side by side, in threads of this process."""

import queue
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import count
from typing import Any

import gymnasium as gym

from gristmill.agents.base import Agent
from gristmill.agents.rollouts.player import OnStep, Player, Stopped
from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.envs.episode.scheduling import Coroutine, run_round_robin
from gristmill.errors import InvalidOptionError

JOIN_S = 40.0  # longer than the engine lets any single step take
MAX_THREADS = 16  # so many agents may keep others waiting; environments wait for their pages together anyway


def play_episodes(
    task_id: str,
    make_agent: Callable[[], Agent],
    seeds: Sequence[int],
    *,
    num_envs: int = 1,
    record_frames: int = 0,
    options: Mapping[str, Any] | None = None,
    on_step: OnStep | None = None,
) -> Generator[EpisodeResult, None, None]:
    """The episodes of these seeds, as they end. What each contains does not depend on `num_envs`.

    When the iterator is closed or fails, or Ctrl-C breaks it off, all environments are closed
    before it returns. An agent or a family that raises ends the run with that error.

    Args:
        task_id: id of a task family.
        make_agent: makes a fresh agent for each environment.
        seeds: one episode each, begun in this order.
        num_envs: how many environments play side by side, in up to 16 threads.
        record_frames: of how many episodes, the first ones, to keep screenshots; each costs about 50 ms.
        options: further arguments of `gymnasium.make`.
        on_step: called after each step, in one thread at a time.

    Raises:
        InvalidOptionError: `num_envs` is less than 1.
        GristmillError: an environment cannot be made or reset, such as without a browser.
    """
    if num_envs < 1:
        raise InvalidOptionError(f"num_envs is at least 1, not {num_envs}.")
    arguments = {"disable_env_checker": True, **(options or {})}
    if record_frames:
        arguments["render_mode"] = "rgb_array"
    runner = ThreadedRunner(
        lambda: gym.make(task_id, **arguments),
        make_agent,
        seeds,
        record_frames=record_frames,
        on_step=on_step,
    )
    return runner.run(min(num_envs, len(seeds)))


class ThreadedRunner:
    """Threads with some environments each, taking seeds from one row until it is empty."""

    def __init__(
        self,
        make_env: Callable[[], gym.Env[Any, Any]],
        make_agent: Callable[[], Agent],
        seeds: Sequence[int],
        *,
        record_frames: int,
        on_step: OnStep | None,
    ) -> None:
        self._make_env, self._make_agent = make_env, make_agent
        self._seeds, self._record_frames, self._on_step = seeds, record_frames, on_step
        self._places = count()
        self._lock = threading.Lock()
        self._is_stopped = threading.Event()
        self._ended: queue.SimpleQueue[EpisodeResult | BaseException] = queue.SimpleQueue()

    def run(self, size: int) -> Generator[EpisodeResult, None, None]:
        """Play in so many environments; see `play_episodes`."""
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
            for thread in threads:
                if thread.ident is not None:
                    thread.join(JOIN_S)

    def _work(self, share: int) -> None:
        try:
            with ExitStack() as stack:
                envs = [stack.enter_context(closing(self._make_env())) for _ in range(share)]
                players = [Player(env, self._make_agent(), on_step=self._after_step) for env in envs]
                run_round_robin([self._playing_all(player) for player in players])
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._ended.put(error)

    def _playing_all(self, player: Player) -> Coroutine[None]:
        while (place := self._next_place()) is not None:
            result = yield from player.playing(self._seeds[place], records_frames=place < self._record_frames)
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
