"""Events: a hold lapses when its time is over."""

from collections.abc import Mapping
from typing import Any

from gristmill import World
from gristmill.apps.kit import TargetGone

from gristmill_venues import letters, services
from gristmill_venues.models import Booking, Status


def lapse(world: World, payload: Mapping[str, Any]) -> None:
    """End a hold whose deposit was not paid.

    Raises:
        TargetGone: it was confirmed or cancelled meanwhile.
    """
    booking = world.db.get(Booking, payload["booking_id"])
    if booking is None or booking.status != Status.HELD:
        raise TargetGone(f"Booking {payload['booking_id']} is no hold any more.")
    booking.status, booking.held_until = Status.LAPSED, None
    services.free_day(world.db, booking)
    letters.send(world, booking, "lapsed")


EVENTS = {services.LAPSE: lapse}
