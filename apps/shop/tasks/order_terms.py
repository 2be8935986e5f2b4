"""Terms of tasks about one of a customer's orders, and marks that show whether one was touched."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from gristmill.apps.shop.models import Order
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.world.people import EPOCH
from gristmill.errors import Unwinnable


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderedTerms(Terms):
    """Something is asked about one order.

    Attributes:
        marks: `mark` of each of the customer's orders at the start, by number.
    """

    order_id: int
    number: str
    marks: Mapping[str, int]


def marks(db: Session, customer_id: int) -> dict[str, int]:
    """`mark` of each of a customer's orders, by number."""
    own = select(Order).where(Order.customer_id == customer_id).order_by(Order.id)
    loaded = own.options(selectinload(Order.lines), selectinload(Order.returns))
    return {order.number: mark(order) for order in db.scalars(loaded)}


def mark(order: Order) -> int:
    """A number that is another one once a customer has changed, cancelled or returned an order."""
    opened = [each.number for each in order.returns if each.opened_at >= EPOCH]
    cancelled = order.cancelled_at is not None and order.cancelled_at >= EPOCH
    lines = [(line.variant_id, line.is_changed) for line in order.lines]
    return zlib.crc32(repr((order.ship_to, order.card_id, cancelled, lines, opened)).encode())


def require_untouched(db: Session, terms: OrderedTerms, *but: str) -> None:
    """Check that the customer has neither touched an order, except these, nor placed another.

    Raises:
        Unwinnable: they have, which cannot be undone.
    """
    now = marks(db, terms.customer_id)
    touched = [number for number in now if number not in but and now[number] != terms.marks.get(number)]
    if touched:
        raise Unwinnable(f"Orders that nothing was asked about were placed or changed: {', '.join(touched)}.")
