"""The oracle's moves on Hallstead's pages. Each returns an action, or None if it is accomplished."""

from collections.abc import Sequence
from datetime import date

from gristmill.apps.kit import OraclePage
from sqlalchemy import select

from gristmill_venues.models import CATERING_TITLES, SORTS, Booking, Catering, Venue
from gristmill_venues.seed import AMENITIES


class Booker(OraclePage):
    """A page object of Hallstead."""

    def new_bookings(self, last_id: int) -> Sequence[Booking]:
        """What the person has booked since the start of the episode."""
        own = select(Booking).where(Booking.person_id == self.view.task.person_id, Booking.id > last_id)
        return self.db.scalars(own.order_by(Booking.id)).all()

    def find(self, venue: Venue) -> str | None:
        """Open a venue's page by searching its town alone, page by page."""
        if self.path == f"/v/{venue.slug}":
            return None
        return self.found(venue, town=venue.town)

    def found(
        self,
        venue: Venue,
        *,
        town: str,
        day: str = "",
        guests: str = "",
        order: str = "name",
        amenities: Sequence[str] = (),
    ) -> str:
        """Search by exactly these conditions, and open the venue from the results."""
        asked = {"town": town, "day": day, "guests": guests, "sort": order}
        shown = {name: self.query.get(name, [""])[0] for name in asked}
        if self.path == "/search" and shown == asked and sorted(self.query.get("amenity", [])) == sorted(amenities):
            return self.click("link", venue.name) or self.click("link", "Next") or f"goto /v/{venue.slug}"
        if self.page.find("button", "Search venues") is None:
            return self.click("link", "Find a venue") or "goto /"
        checked = (self.check("checkbox", name) for name in amenities)
        unchecked = (self.uncheck("checkbox", name) for name in AMENITIES if name not in amenities)
        return (
            self.select("Town", town)
            or self.fill("textbox", "Day", day)
            or self.fill("spinbutton", "Guests", guests)
            or self.select("Order", SORTS[order])
            or next(filter(None, (*checked, *unchecked)), None)
            or self.click("button", "Search venues")
            or "goto /"
        )

    def to_quote(self, venue: Venue, day: date, guests: int, catering: str) -> str | None:
        """Get a quote for this day, number of guests and catering."""
        asked = {"day": [day.isoformat()], "guests": [str(guests)], "catering": [catering]}
        if self.path == f"/v/{venue.slug}/quote" and {key: self.query.get(key) for key in asked} == asked:
            return None if self.page.find("button", "Hold it") else f"goto /v/{venue.slug}"
        return (
            self.find(venue)
            or self.fill("textbox", "Day", day.isoformat())
            or self.fill("spinbutton", "Guests", str(guests))
            or self.select("Catering", CATERING_TITLES[Catering(catering)])
            or self.click("button", "Get a quote")
            or "goto /"
        )

    def to_booking(self, booking: Booking) -> str | None:
        """Open a booking's page from the list."""
        if self.path == f"/bookings/{booking.id}":
            return None
        at_list = self.path == "/bookings"
        return self.click("link", booking.number) if at_list else self.click("link", "My bookings") or "goto /bookings"

    def cancel(self, booking: Booking) -> str:
        """Cancel a booking."""
        if self.path == f"/bookings/{booking.id}/cancel":
            return self.click("button", "Cancel the booking") or "goto /bookings"
        return self.to_booking(booking) or self.click("link", "Cancel the booking") or "goto /bookings"
