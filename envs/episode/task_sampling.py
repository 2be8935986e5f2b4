"""Samples tasks, and caches samples for groups of episodes with the same seed."""

from dataclasses import dataclass, replace
from functools import partial

from gristmill.apps.base import NoteCarrier, Task, TaskFamily
from gristmill.apps.briefing import briefed
from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.server.query_cache import QueryCache
from gristmill.apps.world.builder import stream
from gristmill.apps.world.choice import WorldChoice
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.world import World
from gristmill.caches import Cache, Caches
from gristmill.errors import PluginError
from gristmill.plugins import installed
from gristmill.snapshots.image import restore, serialize
from gristmill.snapshots.pages import PatchedImage

MOST_SKIPPED = 1_000_000  # numbers of a public sequence that a task leaves out at most


@dataclass(frozen=True, slots=True)
class SampledTask:
    """A task and the database at the start of its episodes, as a patch of its world."""

    task: Task
    start: PatchedImage


class TaskCache:
    """Thread-safe LRU cache of sampled tasks."""

    def __init__(self, caches: Caches, queries: QueryCache | None = None) -> None:
        self._queries = queries
        self._tasks: Cache[SampledTask] = caches.new("tasks", caches.sizes.tasks_bytes, size_bytes)

    def get(
        self,
        family: TaskFamily,
        world: bytes,
        *,
        choice: WorldChoice,
        seed: int,
        split: str,
        wordings: str | None = None,
    ) -> SampledTask:
        """Return the task of a seed in a world; sampled if it is not cached."""
        world_id = id(world)  # unique while cached: an entry keeps its world alive
        key = family.key, split, wordings or split, seed, choice, world_id
        return self._tasks.get_or_compute(
            key,
            lambda: sample_task(
                family,
                world,
                choice=choice,
                seed=seed,
                split=split,
                wordings=wordings,
                queries=self._queries,
            ),
        )


def size_bytes(drawn: SampledTask) -> int:
    """Approximate memory of a cached sample, without the shared world."""
    return 4000 + sum(map(len, drawn.start.changes.values()))


def sample_task(
    family: TaskFamily,
    world: bytes,
    *,
    choice: WorldChoice,
    seed: int,
    split: str,
    wordings: str | None = None,
    queries: QueryCache | None = None,
) -> SampledTask:
    """Sample a task in a copy of its world and sign its person in.

    The goal uses the split's wordings unless others are given. The task records its world.

    The public sequences of a family's apps go on at a point of the task's own if it takes numbers of them,
    so that none can be known by heart. Other tasks start with the sequences of their world: a start that is
    written to in one place less shares more of its pages with those of other tasks. A task of one app that
    takes numbers is drawn twice, since that is not known before.
    """
    draw = partial(draw_task, family, world, choice=choice, seed=seed, split=split, queries=queries)
    wordings = wordings or split
    if len(family.apps) > 1:  # what the agent orders in one app, it may have to tell of in another
        return draw(wordings=wordings, skips_numbers=True)[0]
    sample, took_numbers = draw(wordings=wordings, skips_numbers=False)
    return draw(wordings=wordings, skips_numbers=True)[0] if took_numbers else sample


def draw_task(
    family: TaskFamily,
    world: bytes,
    *,
    choice: WorldChoice,
    seed: int,
    split: str,
    wordings: str,
    queries: QueryCache | None,
    skips_numbers: bool,
) -> tuple[SampledTask, bool]:
    """Sample a task, with the apps' public sequences as they are or moved on to a point of its own.

    Also tells whether it took numbers of them.
    """
    connection = restore(world, factory=LentConnection)
    connection.reader = queries.reader(PatchedImage.whole(world)) if queries is not None else None
    try:
        connection.handlers = Handlers.of(installed().app(name) for name in family.apps)
        with orm_session(connection) as db:
            drawn_in = World(db)
            sequences = public_sequences(family)
            if skips_numbers:
                numbers = stream(seed, family.id, split, "numbers")
                for sequence in sequences:
                    drawn_in.skip_numbers(sequence, int(numbers.integers(MOST_SKIPPED)))
            before = [drawn_in.last_number(sequence) for sequence in sequences]
            rng = stream(seed, family.id, split)
            task = family.draw(drawn_in, rng, seed=seed, split=split, wordings=wordings)
            if family.has_notes:
                task = briefed(drawn_in, rng, family, task, carrier_of(family))
            took_numbers = before != [drawn_in.last_number(sequence) for sequence in sequences]
            drawn_in.sign_in(task.person_id)
            db.commit()
        image = serialize(connection)
    finally:
        connection.shut()
    return SampledTask(replace(task, world=choice), PatchedImage.of(world, image)), took_numbers


def public_sequences(family: TaskFamily) -> list[str]:
    """The sequences of a family's apps whose numbers people read."""
    return [name for app in family.apps for name in sorted(installed().app(app).public_sequences)]


def carrier_of(family: TaskFamily) -> NoteCarrier:
    """How notes reach the person in a family's worlds.

    Raises:
        PluginError: the app that carries them has no notes.
    """
    carrier = installed().app(family.carrier).notes
    if carrier is None:
        raise PluginError(f"The app clone {family.carrier!r} cannot carry notes: its AppSpec.notes is None.")
    return carrier
