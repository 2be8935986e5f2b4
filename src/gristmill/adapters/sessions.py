"""Sessions: each client of a server has one, with episodes of its own, one after another."""

import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import numpy as np

from gristmill.adapters.serving import Serving
from gristmill.adapters.task_index import TaskChoice, TaskIndex, checked_name
from gristmill.envs.actions.grammar import write
from gristmill.envs.actions.types import Action
from gristmill.envs.engines.base import WITHOUT_PIXELS, Pixels
from gristmill.envs.env import WebEnv
from gristmill.errors import GristmillError, InfraError

WORKERS = 16
STALE = "The page changed meanwhile, and the ref of this action is stale: {}. Take it from this observation."


class SessionError(GristmillError):
    """A request that a session cannot serve now: no episode, a closed session, a full server, a taken id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """The reply to a client after a reset or an action.

    Attributes:
        observation: the last observation, as `WebEnv` has it.
        reward: of these actions.
        is_over: whether the episode has ended.
        success: whether it ended with success; None while it runs and after an infrastructure failure.
        infra_error: the infrastructure failure that ended it: the reward is to be ignored.
        performed: the number of actions that were performed, the refused one included.
        asked: the number of actions that were asked for.
        steps_taken: steps of the episode, refused ones included.
    """

    observation: dict[str, Any]
    reward: float = 0.0
    is_over: bool = False
    success: bool | None = None
    infra_error: InfraError | None = None
    performed: int = 0
    asked: int = 0
    steps_taken: int = 0

    @property
    def error(self) -> str:
        """Why the last action was refused; empty if it was not."""
        return str(self.observation["error"])


class SessionPool:
    """The sessions of a server, at most `serving.max_sessions`. Thread-safe.

    Args:
        serving: the server's options; the environments are made with its `env_options`.

    Raises:
        UnknownNameError, InvalidOptionError: there is no such task or option.
    """

    def __init__(self, serving: Serving) -> None:
        options = dict(serving.env_options)
        self.index = TaskIndex(serving.task_ids, split=options.pop("split", "train"), fixed_seed=serving.seed)
        self.has_pixels = options.get("engine", "chromium") not in WITHOUT_PIXELS
        self._options = {**options, "observation": "aria"}
        if self.has_pixels:
            self._options["render_mode"] = "rgb_array"
        self._max_sessions = serving.max_sessions
        self._lock = threading.Lock()
        self._sessions: set[Session] = set()
        self._owners: dict[str, Session] = {}
        self.executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="gristmill-session")
        for task_id in serving.task_ids:
            self.new_env(task_id, self.index.split).close()

    def __len__(self) -> int:
        """The number of open sessions."""
        return len(self._sessions)

    def open(self) -> "Session":
        """Open a session, which the caller closes.

        Raises:
            SessionError: the server has as many as it may.
        """
        with self._lock:
            if len(self._sessions) >= self._max_sessions:
                raise SessionError(
                    f"All {self._max_sessions} sessions of this server are in use: close one or wait."
                )
            session = Session(self)
            self._sessions.add(session)
        return session

    def new_env(self, task_id: str, split: str) -> WebEnv:
        """An environment for a session; costs little until its first reset."""
        return WebEnv(task_id, split=split, **self._options)

    def claim(self, session: "Session", episode_id: str) -> None:
        """Give an episode id to a session, in the place of the one that it had.

        Raises:
            SessionError: another session has it.
            InvalidOptionError: it is no text, or too long.
        """
        checked_name(episode_id)
        with self._lock:
            if self._owners.get(episode_id, session) is not session:
                raise SessionError(
                    f"The episode_id {episode_id!r} is in use by another client: choose another one, or "
                    "close that client's session first."
                )
            self._owners.pop(session.episode_id, None)
            self._owners[episode_id] = session

    def forget(self, session: "Session") -> None:
        """Make room for another session; called by `Session.close`."""
        with self._lock:
            self._sessions.discard(session)
            if self._owners.get(session.episode_id) is session:
                del self._owners[session.episode_id]

    def close(self) -> None:
        """Close all sessions and the threads. Idempotent."""
        for session in list(self._sessions):
            session.close()
        self.executor.shutdown(wait=False, cancel_futures=True)


class Session:
    """One client's episodes. Thread-safe: a call waits until the one before is done."""

    def __init__(self, pool: SessionPool) -> None:
        self.pool, self.episode_id = pool, ""
        self.choice: TaskChoice | None = None
        self.turn: Turn | None = None
        self._env: WebEnv | None = None
        self._is_closed = False
        self._lock = threading.RLock()

    def begin(self, *, episode_id: str | None = None, **chosen: Any) -> Turn:
        """Begin an episode; one that is running ends without a result.

        Args:
            episode_id: its name, which no other session may have at the same time; by default a random one.
            chosen: `task`, `split`, `index` and `seed`; see `TaskIndex.choose`.

        Raises:
            SessionError: the session is closed, or another one has this id.
            UnknownNameError, InvalidOptionError: there is no such task.
            EngineFault, BrowserNotFoundError: the infrastructure failed.
        """
        with self._lock:
            self._require_open()
            choice = self.pool.index.choose(episode_id=episode_id, **chosen)
            name = episode_id or uuid4().hex
            self.pool.claim(self, name)
            self.episode_id, self.choice, self.turn = name, choice, None
            observation, _ = self._env_for(choice).reset(seed=choice.seed)
            self.turn = Turn(observation=observation)
            return self.turn

    def perform(self, actions: Sequence[Action]) -> Turn:
        """Perform actions until one is refused, opens another page or ends the episode.

        Each one counts as a step of the episode's limit. Refs are those of the observation before the first:
        an element that is no longer what it was is refused.

        Raises:
            SessionError: no episode is running.
        """
        with self._lock:
            env, turn = self.running()
            reward, before = 0.0, turn.observation
            for performed, action in enumerate(actions, 1):
                if is_stale(action, before["aria"], turn.observation["aria"]):
                    turn = replace(
                        turn, observation={**turn.observation, "error": STALE.format(write(action))}
                    )
                    break
                observation, paid, terminated, truncated, info = env.step(action)
                reward += paid
                is_late = env.steps_taken >= env.family.max_steps
                turn = Turn(
                    observation=observation,
                    reward=reward,
                    is_over=terminated or truncated or is_late,
                    success=info["success"] if terminated or truncated or is_late else None,
                    infra_error=info["infra_error"],
                    performed=performed,
                    asked=len(actions),
                    steps_taken=env.steps_taken,
                )
                if turn.is_over or turn.error or observation["url"] != before["url"]:
                    break
            self.turn = turn
            return turn

    def running(self) -> tuple[WebEnv, Turn]:
        """The environment and the last turn of the running episode.

        Raises:
            SessionError: there is none.
        """
        self._require_open()
        if self._env is None or self.turn is None:
            raise SessionError("No episode is running: begin one first.")
        if self.turn.is_over:
            raise SessionError("The episode is over: begin another one.")
        return self._env, self.turn

    def screenshot(self) -> Pixels:
        """The viewport as an array (height, width, 3).

        Raises:
            SessionError: no episode is running, or the engine has no pixels.
        """
        with self._lock:
            pixels = self.running()[0].render() if self.pool.has_pixels else None
            if pixels is None:
                raise SessionError("This server's engine has no pixels.")
            return np.ascontiguousarray(pixels)

    def close(self) -> None:
        """Close page and episode, after a call that is in progress. Idempotent."""
        with self._lock:
            if not self._is_closed:
                self._is_closed, self.turn = True, None
                self.pool.forget(self)
                self._drop_env()

    def _require_open(self) -> None:
        if self._is_closed:
            raise SessionError("This session is closed: open another one.")

    def _env_for(self, choice: TaskChoice) -> WebEnv:
        """The environment of the last episode if it fits, so that its page is used again; else a new one."""
        env = self._env
        if env is None or env.family.id != choice.task_id or env.config.split != choice.split:
            self._drop_env()
            env = self._env = self.pool.new_env(choice.task_id, choice.split)
        return env

    def _drop_env(self) -> None:
        if self._env is not None:
            self._env.close()
            self._env = None


def is_stale(action: Action, before: str, now: str) -> bool:
    """Whether an action's ref names another element, or none, on a page that has changed."""
    ref = getattr(action, "ref", None)
    return ref is not None and before is not now and label_of(ref, before) != label_of(ref, now)


def label_of(ref: str, aria: str) -> str | None:
    """Role and name of the element with this ref; None if there is none."""
    found = re.search(rf'^ *- (\w+(?: "(?:[^"\\]|\\.)*")?)[^\n"]*\[ref={ref}\]', aria, re.MULTILINE)
    return found and found[1]
