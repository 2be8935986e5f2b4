"""What is done about meetings: inviting, answering, proposing another time, moving, calling off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from gristmill.apps.kit.forms import FormError, first_error
from gristmill.apps.mail.models import (
    Account,
    Answer,
    Entry,
    Guest,
    InvitationMethod,
    Mail,
    Meeting,
    MessageKind,
)
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.directory import own_emails
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.meeting_form import NOTES_RULES, MeetingEntry
from gristmill.apps.mail.services.meetings import create_meeting, invitation
from gristmill.apps.mail.services.series import coming, rhythm
from gristmill.apps.world.world import World

WORDS = {Answer.ACCEPTED: "Accepted", Answer.MAYBE: "Maybe", Answer.DECLINED: "Declined"}


def invite(world: World, account: Account, entry: MeetingEntry) -> Meeting:
    """Create a meeting, and invite its guests by mail.

    Raises:
        FormError: one organises the same at this time already.
    """
    same = Meeting.organiser_id == account.id, Meeting.title == entry.title, Meeting.is_cancelled.is_(False)
    times = Meeting.starts_at == entry.starts_at, Meeting.ends_at == entry.ends_at
    if world.db.scalar(select(Meeting.id).where(*same, *times).limit(1)) is not None:
        raise FormError({"title": "You have a meeting of this title at this time already."})
    organiser = Mailbox(name=account.name, email=own_emails(account)[0])
    guests = [each for each in entry.guests if each.email not in own_emails(account)]
    number = world.next_number("mail_invitation")
    meeting = create_meeting(
        world,
        invitation(
            f"invitation-{number}", organiser, guests, title=entry.title, place=entry.place,
            starts=entry.starts_at.isoformat(), ends=entry.ends_at.isoformat(), repeats=entry.repeats,
            until=entry.until.isoformat() if entry.until else None,
        ),
    )  # fmt: skip
    for each in meeting.series.meetings if meeting.series else [meeting]:
        each.notes = entry.notes
    world.db.flush()
    subject, is_series = f"Invitation: {entry.title}", meeting.series is not None
    notify(world, account, meeting, InvitationMethod.REQUEST, subject, entry.notes, is_series=is_series)
    return meeting


def change_meeting(world: World, account: Account, meeting: Meeting, entry: MeetingEntry) -> bool:
    """Change a meeting that one organises; guests are asked again if its time has changed.

    Returns whether anything has changed.
    """
    before = (meeting.title, meeting.place, meeting.notes, meeting.starts_at, meeting.ends_at)
    after = (entry.title, entry.place, entry.notes, entry.starts_at, entry.ends_at)
    if before == after:
        return False
    meeting.title, meeting.place, meeting.notes, meeting.starts_at, meeting.ends_at = after
    meeting.revision += 1
    if before[3:] != after[3:]:
        for guest in meeting.guests:
            set_answer(guest, Answer.PENDING, "", None, None)
    world.db.flush()
    notify(world, account, meeting, InvitationMethod.REQUEST, f"Changed: {entry.title}", entry.notes)
    return True


def call_off(world: World, account: Account, meeting: Meeting, *, is_series: bool = False) -> None:
    """Cancel a meeting that one organises, or all that are to come of its series, and say so to its guests.

    Idempotent.
    """
    if meeting.is_cancelled:
        return
    for each in chosen(world, meeting, is_series=is_series):
        each.is_cancelled = True
        each.revision += 1
    world.db.flush()
    subject = f"Cancelled: {meeting.title}"
    notify(world, account, meeting, InvitationMethod.CANCEL, subject, "", is_series=is_series)


def chosen(world: World, meeting: Meeting, *, is_series: bool) -> Sequence[Meeting]:
    """What a change is about: a meeting, or all that are to come of its series, if there are any."""
    return (coming(meeting, world.now) if is_series else ()) or [meeting]


def notify(
    world: World, account: Account, meeting: Meeting, method: InvitationMethod, subject: str, text: str,
    *, is_series: bool = False,
) -> None:  # fmt: skip
    """Write to all guests of a meeting."""
    to = tuple(Mailbox(name=each.name, email=each.email) for each in meeting.guests)
    if to:
        sender = Mailbox(name=account.name, email=meeting.organiser_email)
        body = "\n\n".join(filter(None, (facts(meeting, is_series=is_series), text)))
        mailing = Mailing(sender=sender, to=to, subject=subject, body=body, **about(meeting, method))
        deliver(world, mailing)


def facts(meeting: Meeting, *, is_series: bool = False) -> str:
    """A meeting, or its series, in a few lines."""
    start, end = meeting.starts_at, meeting.ends_at
    when = f"{start:%a} {start.day} {start:%B %Y}, {start:%H:%M} to {end:%H:%M}"
    if is_series and meeting.series is not None:
        last = meeting.series.ends_on
        when = f"{rhythm(meeting)}, {start:%H:%M} to {end:%H:%M}, until {last:%a} {last.day} {last:%B %Y}"
    return "\n".join(filter(None, (meeting.title, when, meeting.place)))


def about(meeting: Meeting, method: InvitationMethod) -> dict[str, Any]:
    """The columns of a mail about a meeting."""
    return {"kind": MessageKind.INVITATION, "meeting_id": meeting.id, "meeting_method": str(method)}


def answer(
    world: World, account: Account, meeting: Meeting, given: str, comment: str, *, is_series: bool = False
) -> bool:
    """Accept or decline a meeting, or all that are to come of its series, and write so to the organiser.

    The same answer again is not sent twice.

    Returns whether a mail was sent.

    Raises:
        FormError: the answer or the comment is malformed, or it is too late.
    """
    meetings = chosen(world, meeting, is_series=is_series)
    guests = [own_guest(account, each) for each in meetings]
    comment = require_answerable(world, meetings[0], comment)
    if given not in WORDS:
        raise FormError({"answer": "Choose an answer."})
    same = (given, comment, None)
    if all((each.answer, each.comment, each.proposed_starts_at) == same for each in guests):
        return False
    for each in guests:
        set_answer(each, given, comment, world.now, None)
    word = WORDS[Answer(given)]
    send_answer(world, account, meetings[0], InvitationMethod.REPLY, word, comment, is_series=is_series)
    return True


def propose(
    world: World, account: Account, meeting: Meeting, times: tuple[datetime, datetime], comment: str
) -> bool:
    """Propose another time to the organiser; the same proposal again is not sent twice.

    Raises:
        FormError: the comment is malformed, it is too late, or it is the time of the meeting.
    """
    guest = own_guest(account, meeting)
    comment = require_answerable(world, meeting, comment)
    if times == (meeting.starts_at, meeting.ends_at):
        raise FormError({"starts": "The meeting is at this time already."})
    if times == (guest.proposed_starts_at, guest.proposed_ends_at) and guest.comment == comment:
        return False
    set_answer(guest, Answer.MAYBE, comment, world.now, times)
    start, end = times
    text = f"Proposed instead: {start:%a} {start.day} {start:%B %Y}, {start:%H:%M} to {end:%H:%M}"
    text = "\n\n".join(filter(None, (text, comment)))
    send_answer(world, account, meeting, InvitationMethod.COUNTER, "Another time proposed", text)
    return True


def require_answerable(world: World, meeting: Meeting, comment: str) -> str:
    """Check that a meeting can still be answered; returns the comment as it is stored.

    Raises:
        FormError: it was cancelled or is over, or the comment is malformed.
    """
    comment = comment.replace("\r\n", "\n").strip()
    if meeting.is_cancelled:
        raise FormError({"answer": "This meeting was cancelled."})
    if meeting.ends_at <= world.now:
        raise FormError({"answer": "This meeting is over."})
    if problem := first_error(comment, NOTES_RULES):
        raise FormError({"comment": problem})
    return comment


def own_guest(account: Account, meeting: Meeting) -> Guest:
    """One's own row among a meeting's guests.

    Raises:
        FormError: one organises it.
    """
    guest = next((each for each in meeting.guests if each.account_id == account.id), None)
    if guest is None:
        raise FormError({"answer": "You organise this meeting and need not answer."})
    return guest


def set_answer(
    guest: Guest, given: str, comment: str, at: datetime | None, times: Sequence[datetime] | None
) -> None:
    """Set what a guest has answered."""
    guest.answer, guest.comment, guest.answered_at = str(given), comment, at
    guest.proposed_starts_at, guest.proposed_ends_at = times or (None, None)


def send_answer(
    world: World, account: Account, meeting: Meeting, method: InvitationMethod, word: str, text: str,
    *, is_series: bool = False,
) -> None:  # fmt: skip
    """Write an answer to the organiser, in the thread of the invitation."""
    world.db.flush()
    sender = next(each for each in meeting.guests if each.account_id == account.id).email
    mailing = Mailing(
        sender=Mailbox(name=account.name, email=sender), subject=f"{word}: {meeting.title}",
        to=(Mailbox(name=meeting.organiser_name, email=meeting.organiser_email),),
        body="\n\n".join(filter(None, (f"{word}: {facts(meeting, is_series=is_series)}", text))),
        **about(meeting, method),
    )  # fmt: skip
    parent = invitation_mail(world, account.id, meeting)
    deliver(world, mailing.answering(parent) if parent else mailing)


def invitation_mail(world: World, account_id: int, meeting: Meeting) -> Mail | None:
    """The latest mail in a mailbox that invites to a meeting or its series."""
    ids = [each.id for each in meeting.series.meetings] if meeting.series else [meeting.id]
    asked = Mail.meeting_id.in_(ids), Mail.meeting_method == InvitationMethod.REQUEST
    own = select(Mail).join(Entry, Entry.message_id == Mail.id).where(Entry.account_id == account_id, *asked)
    return world.db.scalar(own.order_by(Mail.id.desc()).limit(1))
