"""Ids of rows that can be deleted, from the world's sequences, so that none is used again."""

from gristmill.apps.world.models import Model, Sequence
from gristmill.apps.world.world import World


def new_id(world: World, model: type[Model]) -> int:
    """The next id of a table."""
    return world.next_number(model.__tablename__)


def new_ids(world: World, model: type[Model], count: int) -> range:
    """The next `count` ids of a table."""
    first = world.next_number(model.__tablename__)
    if count > 1:
        world.db.get_one(Sequence, model.__tablename__).last += count - 1
        world.db.flush()
    return range(first, first + count)
