"""A running episode: its session, task, initial state and verdict."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from gristmill.apps.base import Task, TaskFamily, View
from gristmill.apps.briefing import reading_step
from gristmill.apps.kit.aria import AriaSnapshot
from gristmill.apps.server.database import LentConnection
from gristmill.apps.world.events import run_due
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.recording import BOOKKEEPING
from gristmill.envs.actions.grammar import parse
from gristmill.envs.actions.types import ENDINGS, Action, Answer, GiveUp, Wait, WaitForNews
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.episode.finalizers import finalize_if_unclosed
from gristmill.envs.episode.runtime import Runtime
from gristmill.envs.episode.task_sampling import SampledTask, carrier_of
from gristmill.envs.episode.worlds import ONE_STANDARD_WORLD, WorldOptions, require_split
from gristmill.errors import (
    ActionError,
    CheckpointError,
    EngineFault,
    HandlerError,
    PluginError,
    SnapshotDamagedError,
    VerifierFault,
)
from gristmill.snapshots.diff import StateDiff, state_digest
from gristmill.snapshots.pages import PatchedImage
from gristmill.snapshots.world_changes import agent_diff
from gristmill.verifiers.base import Evidence, Verdict

HIDDEN = BOOKKEEPING  # hidden from verifiers, who get `Evidence.world_changes` instead
NOWHERE: frozenset[str] = frozenset()
UNDIGESTED = frozenset({"world_clock", "world_sequence", "world_settings", "world_dismissal"})


def canonical(task: Task) -> str:
    """A text that is equal for equal tasks only."""
    return json.dumps(task.to_json(), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Ending:
    """How an agent ended its episode, and the pages that it had opened; both empty while it goes on."""

    answer: str | None = None
    gave_up: str | None = None
    visited: frozenset[str] = NOWHERE


class Episode:
    """A session on a sampled task. Equal family, split, seed and world options give equal rows.

    Splits are different worlds (other people, products and prices), so memorising one does not help in the
    other. The caller closes the episode.
    """

    def __init__(
        self, runtime: Runtime, family: TaskFamily, sampled: SampledTask, *, start: PatchedImage
    ) -> None:
        self.family, self.task = family, sampled.task
        self.runtime, self._sampled = runtime, sampled
        self.answer: str | None = None
        self.gave_up: str | None = None
        self.infra_error: str | None = None  # the infrastructure failure that ended it early
        specs = runtime.specs(family)
        of_apps = frozenset[str]().union(*(spec.bookkeeping for spec in specs))
        self._hidden, self._undigested = HIDDEN | of_apps, UNDIGESTED | of_apps
        self._verdict_key = canonical(sampled.task), sampled.start.content_digest()
        self._handlers = Handlers.of(specs)
        session = self.session = runtime.sessions.open(start, family.apps, handlers=self._handlers)
        self._finalizer = finalize_if_unclosed(self, lambda: runtime.sessions.discard(session))
        try:
            self._judged_changes = self.session.change_count
            self.verdict = self._verdict(Ending())
        except BaseException:
            self.close()
            raise

    @classmethod
    def draw(
        cls,
        runtime: Runtime,
        family: TaskFamily,
        *,
        seed: int,
        split: str,
        worlds: WorldOptions = ONE_STANDARD_WORLD,
        wordings: str | None = None,
    ) -> "Episode":
        """Start an episode of a sampled task; worded in the split's wordings unless others are given."""
        require_split(split)
        choice = worlds.choice(split, seed)
        world = runtime.world(family, choice).data
        sampled = runtime.task_cache.get(
            family, world, choice=choice, seed=seed, split=split, wordings=wordings
        )
        return cls(runtime, family, sampled, start=sampled.start)

    @classmethod
    def restore(cls, runtime: Runtime, family: TaskFamily, checkpoint: Checkpoint) -> "Episode":
        """Resume a checkpoint of this family.

        Raises:
            CheckpointError: its database is unusable.
        """
        try:
            episode = cls(runtime, family, checkpoint.sampled, start=checkpoint.now)
        except (sqlite3.DatabaseError, SnapshotDamagedError) as error:
            raise CheckpointError(
                f"The checkpoint's database cannot be used: {error} Take another checkpoint."
            ) from error
        episode.session.visited.update(checkpoint.visited)
        return episode

    def checkpoint(self, **rest: Any) -> Checkpoint:
        """Take a checkpoint of the current state; `rest` holds the other fields of `Checkpoint`."""
        visited = tuple(sorted(self.session.visited))
        return Checkpoint(sampled=self._sampled, now=self.session.snapshot(), visited=visited, **rest)

    @property
    def start(self) -> PatchedImage:
        """The database at the start of the episode."""
        return self._sampled.start

    @property
    def hidden_tables(self) -> frozenset[str]:
        """The bookkeeping tables, which no verifier reads."""
        return self._hidden

    def tick(self, action: Action | None = None) -> None:
        """Advance the world's clock by one agent step, or as long as the action waits, and run due events.

        Raises:
            EngineFault: an event handler failed.
        """
        minutes = action.minutes if isinstance(action, Wait | WaitForNews) else None
        steps = self._steps(minutes) if minutes else 1
        try:
            self.session.tick(steps, run=self._run_due, until_event=isinstance(action, WaitForNews))
        except HandlerError as error:
            raise EngineFault(str(error)) from error

    def _steps(self, minutes: int) -> int:
        """How many steps some minutes take, rounded up; one in a world whose clock does not move."""
        time = self.session.time()
        tick_s = time[1] if time else 0
        return -(-minutes * 60 // tick_s) if tick_s > 0 else 1

    def _run_due(self) -> None:
        """Run due events, or apply the cached delta: the result is a function of handlers, rows and time."""
        session, deltas = self.session, self.runtime.event_deltas
        time = session.time()
        key = self._handlers.key, session.content(), time
        known = deltas.reuse(key)
        if known is not None:
            session.apply_delta(known)
            return
        before = session.rows()
        with session.connection() as connection:
            self._run_handlers(connection)
        if session.time() == time:
            deltas.put(key, session.delta_since(before))

    def _run_handlers(self, connection: LentConnection) -> None:
        dispatcher = self.runtime.dispatcher
        try:
            dispatcher.within_deadline(self.session, lambda: run_due(connection), "An event")
        except TimeoutError as error:
            kinds = ", ".join(connection.causes) or "an event"
            raise HandlerError(
                f"The handler of {kinds} did not end within {dispatcher.deadline_s:g} s."
            ) from error

    def judge(
        self, answer: str | None = None, *, gave_up: str | None = None, is_over: bool = False
    ) -> Verdict:
        """Return the verdict on the current state; recomputed only if rows changed or the agent finished."""
        changes = self.session.change_count
        self.answer, self.gave_up = answer, gave_up
        if changes != self._judged_changes or is_over:
            self._judged_changes = changes
            visited = frozenset(self.session.visited) if is_over else NOWHERE
            self.verdict = self._verdict(Ending(answer, gave_up, visited))
        return self.verdict

    def verdict_if(self, ending: Ending) -> Verdict:
        """The verdict if the episode ended like this now. Changes nothing."""
        return self._verdict(ending)

    def diff(self) -> StateDiff:
        """The agent's changes since the start of the episode, without bookkeeping tables."""
        with self.evidence(Ending()) as evidence:
            return evidence.diff

    def _verdict(self, ending: Ending) -> Verdict:
        key = self.family.key, *self._verdict_key, self.session.content(), ending
        return self.runtime.verdicts.get_or_compute(key, lambda: self._verify(ending))

    def _verify(self, ending: Ending) -> Verdict:
        with self.evidence(ending) as evidence:
            return self.family.judge(self.task, evidence)

    @contextmanager
    def evidence(self, ending: Ending) -> Iterator[Evidence]:
        """What the verifier reads if the episode ends like this now."""
        with self.session.compare_with(self._sampled.start, ignore=self._hidden) as comparison:
            by_world = self.session.world_changes(ignore=self._hidden)
            after = comparison.after
            rows = self.session.rows() if self.runtime.tuning.touched_tables else None
            yield Evidence(
                before=comparison.before,
                after=after,
                diff=agent_diff(comparison.diff(rows), by_world, after),
                world_changes=by_world,
                answer=ending.answer,
                gave_up=ending.gave_up,
                visited=ending.visited,
            )

    def oracle(self, url: str, page: AriaSnapshot, *, task: Task | None = None) -> str:
        """Return the oracle's next action on this page.

        Args:
            url: address of the open page.
            page: its accessibility tree.
            task: what the oracle works towards; by default the episode's task.

        Raises:
            Unwinnable: no action leads to success.
            PluginError: the oracle returned an invalid action, such as one with an empty ref.
        """
        with self.session.orm_session() as db:
            view = self.view(db, url, page, task=task)
            reading = (
                reading_step(view, self.family, carrier_of(self.family)) if self.family.has_notes else None
            )
            line = reading or self.family.oracle(view)
        try:
            parse(line)
        except ActionError as error:
            raise PluginError(
                f"The oracle of {self.family.id} returned {line!r} on {url}: {error}"
            ) from error
        return line

    def view(self, db: Session, url: str, page: AriaSnapshot, *, task: Task | None = None) -> View:
        """An oracle's input on this page."""
        visited = frozenset(self.session.visited)
        return View(task=task or self.task, url=url, page=page, db=db, visited=visited)

    def state_digest(self) -> str:
        """The sha256 of all rows without clock and sequences; about 50 ms if it is not cached."""
        key = self._undigested, self.session.content()
        return self.runtime.digests.get_or_compute(key, self._digest)

    def _digest(self) -> str:
        with self.session.connection() as connection:
            return state_digest(connection, ignore=self._undigested)

    def close(self) -> None:
        """Close the session. Idempotent."""
        self._finalizer.detach()
        self.runtime.sessions.close(self.session)


def judged(episode: Episode, action: Action | None) -> Verdict:
    """Judge an episode after an action; an exception of the verifier is an infrastructure failure."""
    answer = action.text if isinstance(action, Answer) else None
    gave_up = action.reason if isinstance(action, GiveUp) else None
    try:
        return episode.judge(answer, gave_up=gave_up, is_over=isinstance(action, ENDINGS))
    except Exception as error:
        raise VerifierFault(f"The verifier failed: {type(error).__name__}: {error}") from error
