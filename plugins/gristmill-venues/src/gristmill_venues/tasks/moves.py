"""The oracle's moves on Hallstead's pages. Each returns an action, or None if it is accomplished."""

from collections.abc import Sequence
from datetime import date

from gristmill.apps.kit import OraclePage
from sqlalchemy import select

from gristmill_venues.models import CATERING_TITLES, Booking, Catering, Venue


class Booker(OraclePage):
    """A page object of Hallstead."""

    def new_bookings(self, last_id: int) -> Sequence[Booking]:
        """What the person has booked since the start of the episode."""
        own = select(Booking).where(Booking.person_id == self.view.task.person_id, Booking.id > last_id)
        return self.db.scalars(own.order_by(Booking.id)).all()

    def find(self, venue: Venue) -> str | None:
        """Open a venue's page by searching its town, page by page."""
        if self.path == f"/v/{venue.slug}":
            return None
        if (
            self.path == "/search"
            and self.query.get("town") == [venue.town]
            and len(self.query.get("day", [""])[0]) == 0
        ):
            found = self.click("link", venue.name) or self.click("link", "Next")
            if found:
                return found
        return self.select("Town", venue.town) or self.search()

    def search(self) -> str:
        """Send the search form; from a page without one, open it first."""
        return self.click("button", "Search venues") or self.click("link", "Find a venue") or "goto /"

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
