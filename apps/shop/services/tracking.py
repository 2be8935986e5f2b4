"""Where a parcel is, from what the order knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gristmill.apps.shop.models import Delivery, Order, OrderStatus
from gristmill.apps.shop.services.checkout import add_working_days
from gristmill.apps.shop.services.numbers import tracking_number

LOST_AFTER_DAYS = 3  # working days after the last promised one


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """A stage of a parcel's way, and when it was reached; None if it was not."""

    text: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """A parcel: its number at the courier, and the stages of its way."""

    number: str
    stages: Sequence[Stage]

    @property
    def is_sent(self) -> bool:
        """Whether the courier has it, or had it."""
        return any(stage.at for stage in self.stages[1:])


def parcel(order: Order) -> Parcel:
    """The parcel of an order."""
    last = "Ready to be picked up" if order.delivery is Delivery.PICKUP else "Delivered"
    stages = [Stage(text="Order placed", at=order.placed_at)]
    if order.status is OrderStatus.CANCELLED:
        stages.append(Stage(text="Order cancelled", at=order.cancelled_at))
    else:
        stages.append(Stage(text="Handed to Fleetwren, our courier", at=order.shipped_at))
        stages.append(Stage(text=last, at=order.delivered_at))
    return Parcel(number=tracking_number(order.number), stages=stages)


def lost_from(order: Order) -> date | None:
    """The day from which a parcel that has not arrived counts as lost; None if it is not on its way."""
    if order.status is not OrderStatus.SHIPPED:
        return None
    return add_working_days(order.arrives_by, LOST_AFTER_DAYS)
