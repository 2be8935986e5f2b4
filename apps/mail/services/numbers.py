"""Ids of rows that can be deleted, from the world's sequences, so that none is used again."""

from gristmill.apps.world.models import Model
from gristmill.apps.world.world import World


def new_id(world: World, model: type[Model]) -> int:
    """The next id of a table."""
    return world.next_number(model.__tablename__)
