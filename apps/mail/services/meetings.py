"""Meetings as invitations carry them, and their rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gristmill.apps.mail.models import Answer, Guest, Meeting
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.directory import owners
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.world.world import World

Row = dict[str, Any]


def invitation(
    key: str, organiser: Mailbox, guests: Sequence[Mailbox], *, title: str, place: str, starts: str, ends: str
) -> Row:  # fmt: skip
    """A meeting as JSON, for the payload of an event; times are ISO texts."""
    return {
        "key": key, "title": title, "place": place, "starts": starts, "ends": ends,
        "organiser": {"name": organiser.name, "email": organiser.email},
        "guests": [{"name": each.name, "email": each.email} for each in guests],
    }  # fmt: skip


def meeting_columns(meeting: Row, accounts: Mapping[str, int]) -> Row:
    """The columns of a meeting but for its id."""
    organiser = meeting["organiser"]
    return {
        "key": meeting["key"], "organiser_id": accounts.get(organiser["email"]),
        "organiser_name": organiser["name"], "organiser_email": organiser["email"],
        "title": meeting["title"], "place": meeting["place"], "notes": "",
        "starts_at": datetime.fromisoformat(meeting["starts"]),
        "ends_at": datetime.fromisoformat(meeting["ends"]), "revision": 0, "is_cancelled": False,
    }  # fmt: skip


def guest_rows(meeting: Row, accounts: Mapping[str, int]) -> list[Row]:
    """The columns of its guests, who have not answered yet; the organiser is none of them."""
    return [
        {
            "account_id": accounts.get(each["email"]), "name": each["name"], "email": each["email"],
            "answer": str(Answer.PENDING), "comment": "", "answered_at": None, "proposed_starts_at": None,
            "proposed_ends_at": None,
        }
        for each in meeting["guests"]
        if each["email"] != meeting["organiser"]["email"]
    ]  # fmt: skip


def create_meeting(world: World, meeting: Row) -> Meeting:
    """Write a meeting with its guests."""
    people = [meeting["organiser"], *meeting["guests"]]
    accounts = owners(world.db, [each["email"] for each in people])
    row = Meeting(id=new_id(world, Meeting), **meeting_columns(meeting, accounts))
    row.guests = [Guest(**each) for each in guest_rows(meeting, accounts)]
    world.db.add(row)
    world.db.flush()
    return row
