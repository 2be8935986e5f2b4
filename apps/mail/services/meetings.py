"""Meetings as invitations carry them, and their rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gristmill.apps.mail.models import Answer, Guest, Meeting, MeetingSeries
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.directory import owners
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.series import last_day, single_meetings
from gristmill.apps.world.world import World

Row = dict[str, Any]


def invitation(
    key: str, organiser: Mailbox, guests: Sequence[Mailbox], *, title: str, place: str, starts: str,
    ends: str, **more: Any,
) -> Row:  # fmt: skip
    """A meeting as JSON, for the payload of an event; times are ISO texts.

    `more` may be `repeats`, `until` and the days `without` a meeting of a series, and the `answers` that
    guests have given with their times, by address.
    """
    return {
        "key": key, "title": title, "place": place, "starts": starts, "ends": ends,
        "organiser": {"name": organiser.name, "email": organiser.email},
        "guests": [{"name": each.name, "email": each.email} for each in guests],
        **{name: value for name, value in more.items() if value},
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
        "series_id": None,
    }  # fmt: skip


def guest_rows(meeting: Row, accounts: Mapping[str, int]) -> list[Row]:
    """The columns of its guests with the answers that are known; the organiser is none of them."""
    answers, none = meeting.get("answers", {}), (str(Answer.PENDING), None)
    return [
        {
            "account_id": accounts.get(each["email"]), "name": each["name"], "email": each["email"],
            "answer": given, "comment": "", "answered_at": datetime.fromisoformat(at) if at else None,
            "proposed_starts_at": None, "proposed_ends_at": None,
        }
        for each in meeting["guests"]
        for given, at in [answers.get(each["email"], none)]
        if each["email"] != meeting["organiser"]["email"]
    ]  # fmt: skip


def series_columns(meeting: Row) -> Row:
    """The columns of an invitation's series but for its id."""
    return {"repeats": meeting["repeats"], "ends_on": last_day(meeting)}


def create_meeting(world: World, meeting: Row) -> Meeting:
    """Write a meeting with its guests, or all those of its series; returns the first."""
    people = [meeting["organiser"], *meeting["guests"]]
    accounts = owners(world.db, [each["email"] for each in people])
    series = None
    if "repeats" in meeting:
        series = MeetingSeries(id=new_id(world, MeetingSeries), **series_columns(meeting))
        world.db.add(series)
        world.db.flush()
    found = []
    for single in single_meetings(meeting):
        row = Meeting(id=new_id(world, Meeting), **meeting_columns(single, accounts))
        row.series_id = series.id if series else None
        row.guests = [Guest(**each) for each in guest_rows(single, accounts)]
        world.db.add(row)
        found.append(row)
    world.db.flush()
    return found[0]
