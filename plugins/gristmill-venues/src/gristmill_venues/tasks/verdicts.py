"""Checks that several families share."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from gristmill import Check, Evidence
from gristmill.apps.kit import Allowance, RowView, check, deletes, inserts, only_inserted, term, trap, updates

from gristmill_venues.models import CATERING_CENTS, Catering


def one_booking(
    evidence: Evidence, expected: Mapping[str, Any], venue_ids: Collection[int]
) -> tuple[tuple[Check, ...], RowView]:
    """Check that one booking was made, at one of these venues and with these values; returns it too."""
    made = evidence.diff.inserted("venues_booking")
    row = only_inserted(evidence, "venues_booking")
    checks = (
        trap("no second booking", len(made) < 2, f"{len(made)} bookings"),
        check("one booking made", bool(row), f"{len(made)} bookings"),
        check("the venue", row.get("venue_id") in venue_ids, f"venue {row.get('venue_id')}"),
        *(term(name, value, row.get(name)) for name, value in expected.items()),
        check(
            "its number and times",
            bool(row) and is_well_formed(evidence, row),
            f"{row.text('number')}, {row.text('made_at')}",
        ),
        check("priced by the venue", bool(row) and is_priced(evidence, row), "total or deposit"),
    )
    return checks, row


def is_well_formed(evidence: Evidence, row: RowView) -> bool:
    """Whether a booking has a number of its own, and the hold the end that its venue gives it."""
    venue = RowView(evidence.before.get("venues_venue", row.get("venue_id")) or {})
    hours = timedelta(hours=venue.integer("hold_hours"))
    made_at, held_until = (row.get(name) for name in ("made_at", "held_until"))
    is_held = row.text("status") == "held"
    until = datetime.fromisoformat(str(made_at)) + hours if is_held else None
    has_number = row.text("number") == f"HS-{4000 + row.integer('id') * 7}"
    ends = datetime.fromisoformat(str(held_until)) if held_until else None
    return has_number and ends == until and row.get("cancelled_at") is None


def is_priced(evidence: Evidence, row: RowView) -> bool:
    """Whether a booking's total and deposit are those of its venue."""
    venue = RowView(evidence.before.get("venues_venue", row.get("venue_id")) or {})
    price = venue.integer("day_cents") + row.integer("guests") * CATERING_CENTS[Catering(row.text("catering"))]
    paid = price * venue.integer("deposit_percent") // 100 if row.text("status") == "confirmed" else 0
    return (row.integer("total_cents"), row.integer("paid_cents")) == (price, paid)


def booking_changes(row: RowView, person_id: int) -> tuple[Allowance, ...]:
    """Allow the rows of one booking of a person: itself, and its day."""
    taken = {"venue_id": row.get("venue_id"), "day": row.get("day")}
    return (
        inserts("venues_booking", {"person_id": person_id}, at_most=1),
        inserts("venues_taken_day", taken, at_most=1),
    )


def taken_day(evidence: Evidence, venue_id: object, day: object) -> Check:
    """Check that a venue's day is taken now."""
    return check("the day is taken", evidence.after.get("venues_taken_day", venue_id, day) is not None)


def status_changes(booking_id: int, *columns: str) -> Allowance:
    """Allow changes of one booking, within these columns."""
    return updates("venues_booking", [booking_id], columns)


def freed_day(venue_id: int, day: date | str) -> Allowance:
    """Allow that one venue's day becomes free."""
    return deletes("venues_taken_day", where={"venue_id": venue_id, "day": str(day)})
