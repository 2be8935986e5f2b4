"""Ids of cards and addresses, which are not given a second time: orders go on naming what was removed."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import Address, Card
from gristmill.apps.world.world import World


def new_id(db: Session, model: type[Address] | type[Card]) -> int:
    """An id that no row of a table has, or had before it was retired."""
    highest = db.scalar(select(func.max(model.id))) or 0
    return max(highest, World(db).last_number(model.__tablename__)) + 1


def retire_id(db: Session, row: Address | Card) -> None:
    """Keep the id of a row that is about to be deleted from being given again."""
    world, sequence = World(db), row.__tablename__
    world.skip_numbers(sequence, max(0, row.id - world.last_number(sequence)))
