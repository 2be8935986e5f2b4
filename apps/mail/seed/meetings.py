"""Meetings that stories invite to."""

from collections.abc import Mapping
from typing import Any

from gristmill.apps.mail.models import Guest, Meeting
from gristmill.apps.mail.seed.rows import Tables
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.meetings import guest_rows, invitation, meeting_columns
from gristmill.apps.stories.acts import MailAct
from gristmill.apps.world.models import Person


def invitation_of(act: MailAct, people: Mapping[int, Person]) -> dict[str, Any] | None:
    """The meeting that a story's mail invites to, as JSON; None if it invites to none."""
    if act.invitation is None:
        return None
    asked = act.invitation
    sender = Mailbox(name=act.sender.name, email=act.sender.email.lower())
    organiser = people.get(asked.get("organiser", 0))
    ids = asked.get("guests") or [each.person_id for each in act.to + act.cc if each.person_id]
    return invitation(
        act.key, own(organiser) if organiser else sender, [own(people[each]) for each in ids],
        title=asked["title"], place=asked.get("room", ""), starts=asked["starts"], ends=asked["ends"],
    )  # fmt: skip


def own(person: Person) -> Mailbox:
    """A person's mailbox."""
    return Mailbox(name=person.name, email=person.email.lower())


def add_meeting(tables: Tables, meeting: dict[str, Any], accounts: Mapping[str, int]) -> int:
    """Add a meeting with its guests; returns its id."""
    meeting_id = tables.add(Meeting, **meeting_columns(meeting, accounts))
    for guest in guest_rows(meeting, accounts):
        tables.add(Guest, meeting_id=meeting_id, **guest)
    return meeting_id
