"""Meetings that stories invite to."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gristmill.apps.mail.models import Guest, Meeting, MeetingSeries
from gristmill.apps.mail.seed.rows import Tables
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.meetings import guest_rows, invitation, meeting_columns, series_columns
from gristmill.apps.mail.services.series import single_meetings
from gristmill.apps.stories.acts import MailAct
from gristmill.apps.world.models import Person

ANSWERED_AFTER = timedelta(minutes=50)


def invitation_of(act: MailAct, people: Mapping[int, Person]) -> dict[str, Any] | None:
    """The meeting that a story's mail invites to, as JSON; None if it invites to none."""
    if act.invitation is None:
        return None
    asked = act.invitation
    sender = Mailbox(name=act.sender.name, email=act.sender.email.lower())
    organiser = people.get(asked.get("organiser", 0))
    ids = asked.get("guests") or [each.person_id for each in act.to + act.cc if each.person_id]
    at = (act.at + ANSWERED_AFTER).isoformat()
    return invitation(
        act.key, own(organiser) if organiser else sender, [own(people[each]) for each in ids],
        title=asked["title"], place=asked.get("room", ""), starts=asked["starts"], ends=asked["ends"],
        repeats=asked.get("repeats"), until=asked.get("until"), without=asked.get("without"),
        answers={own(people[each]).email: [given, at] for each, given in asked.get("answers", {}).items()},
    )  # fmt: skip


def own(person: Person) -> Mailbox:
    """A person's mailbox."""
    return Mailbox(name=person.name, email=person.email.lower())


def add_meeting(tables: Tables, meeting: dict[str, Any], accounts: Mapping[str, int]) -> int:
    """Add a meeting with its guests, or all those of its series; returns the id of the first."""
    series_id = tables.add(MeetingSeries, **series_columns(meeting)) if "repeats" in meeting else None
    ids = []
    for single in single_meetings(meeting):
        columns = meeting_columns(single, accounts) | {"series_id": series_id}
        ids.append(tables.add(Meeting, **columns))
        for guest in guest_rows(single, accounts):
            tables.add(Guest, meeting_id=ids[-1], **guest)
    return ids[0]
