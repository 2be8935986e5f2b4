"""What Hallstead writes about bookings, in worlds that have mail."""

from gristmill import World
from gristmill.apps.kit import send_letter

from gristmill_venues.models import CATERING_TITLES, Booking, Catering

SENDER = "Hallstead"
EMAIL = "bookings@hallstead.test"
SUBJECTS = {
    "held": "Your hold {}", "confirmed": "Booking {} is confirmed", "cancelled": "Booking {} is cancelled",
    "lapsed": "Your hold {} has lapsed",
}  # fmt: skip


def send(world: World, booking: Booking, what: str) -> None:
    """Write to whoever booked; does nothing in worlds without mail."""
    lines = [
        f"{booking.venue.name}, {booking.venue.town}",
        f"{booking.day:%A, %B} {booking.day.day}, {booking.day.year}",
        f"{booking.guests} guests, {CATERING_TITLES[Catering(booking.catering)].lower()}",
        f"Number: {booking.number}",
        f"Total: ${booking.total_cents / 100:,.2f}, paid: ${booking.paid_cents / 100:,.2f}",
    ]
    if booking.held_until is not None:
        lines.append(f"Held until {booking.held_until:%A, %H:%M}. Pay the deposit before to keep it.")
    send_letter(
        world, person=booking.person, sender=SENDER, email=EMAIL,
        subject=SUBJECTS[what].format(booking.number), text="\n".join(lines),
    )  # fmt: skip
