"""One task being played: its private world, what that was before, and how it stands."""

from gristmill.apps.base import Task, TaskFamily, View
from gristmill.apps.builder import stream
from gristmill.apps.outline import parse_outline
from gristmill.apps.world import World
from gristmill.envs.runtime import Runtime
from gristmill.errors import UnknownNameError
from gristmill.snapshots.diff import StateDiff, diff, state_digest
from gristmill.snapshots.rows import DatabaseRows
from gristmill.verifiers.base import Evidence, Verdict

WORLD_SEEDS = {"train": 1, "test": 2}
WORLD_BOOKKEEPING = frozenset({"world_clock", "world_sequence"})


def require_split(split: str) -> None:
    """Refuse a split that does not exist.

    Raises:
        UnknownNameError: it does not.
    """
    if split not in WORLD_SEEDS:
        raise UnknownNameError("split", split, WORLD_SEEDS)


class Episode:
    """A live session on a drawn task. The same family, split and seed give the same rows.

    The splits are different worlds (other people, products and prices), so what an agent has
    learned by heart in one does not help it in the other. The caller closes the episode.
    """

    def __init__(self, runtime: Runtime, family: TaskFamily, *, seed: int, split: str) -> None:
        require_split(split)
        self.family = family
        self._sessions = runtime.sessions
        self._bookkeeping = WORLD_BOOKKEEPING.union(*(spec.bookkeeping for spec in runtime.specs(family)))
        image = runtime.world(family, WORLD_SEEDS[split]).data
        self.session = self._sessions.open(image, family.apps)
        with self.session.open() as db:
            self.task: Task = family.draw(World(db), stream(seed, family.id, split), seed=seed, split=split)
            db.commit()
        self._before = self.session.image()
        self._seen_changes = self.session.change_count
        self.verdict = self._verify(StateDiff(()), answer=None)

    def tick(self) -> None:
        """Move the world's clock by one agent step."""
        self.session.tick()

    def judge(self, answer: str | None = None, *, is_over: bool = False) -> Verdict:
        """The verdict on the state as it is. Only computed anew if rows changed or the agent finished."""
        changes = self.session.change_count
        if changes != self._seen_changes or is_over:
            self._seen_changes = changes
            self.verdict = self._verify(self.diff(), answer)
        return self.verdict

    def diff(self) -> StateDiff:
        """What changed since the episode began, bookkeeping left out."""
        with self.session.raw() as connection:
            return diff(self._before, connection, ignore=self._bookkeeping)

    def _verify(self, changes: StateDiff, answer: str | None) -> Verdict:
        with self.session.raw() as connection:
            evidence = Evidence(
                before=DatabaseRows(self._before, ignore=self._bookkeeping),
                after=DatabaseRows(connection, ignore=self._bookkeeping),
                diff=changes,
                answer=answer,
            )
            return self.family.verify(self.task, evidence)

    def oracle(self, url: str, aria: str) -> str:
        """The oracle's next action on the page that shows `aria`."""
        with self.session.open() as db:
            return self.family.oracle(View(task=self.task, url=url, page=parse_outline(aria), db=db))

    def state_digest(self) -> str:
        """The sha256 of all rows, bookkeeping left out."""
        with self.session.raw() as connection:
            return state_digest(connection, ignore=self._bookkeeping)

    def close(self) -> None:
        """Free the session. Twice is harmless."""
        self._sessions.close(self.session)
