"""Drawing of people and their correspondence: whose mailbox it is, who has written what, and when."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import (
    Account,
    Entry,
    Folder,
    Mail,
    MailAddress,
    MailDraft,
    Unread,
    Vacation,
)
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.answers import DELIVER
from gristmill.apps.mail.services.mailboxes import keep_copy, receive
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.messages import write_message
from gristmill.apps.mail.tasks.facts import Fact
from gristmill.apps.world.models import EventStatus, Job, Person, WorldEvent, WorldFile
from gristmill.apps.world.world import World

STAFF = "staff"
PAST_DAYS = (1, 4, 5, 6, 7, 8, 11, 12, 13)  # working days before a Tuesday


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """Somebody of the company, with all addresses that reach them, the one at work first."""

    id: int
    name: str
    given_name: str
    family_name: str
    emails: tuple[str, ...]
    role: str

    @property
    def mailbox(self) -> Mailbox:
        """Name and address at work."""
        return Mailbox(name=self.name, email=self.emails[0])

    @property
    def group(self) -> list[str]:
        """The addresses as a recipient of `Wanted`."""
        return list(self.emails)

    def is_namesake(self, other: "Party") -> bool:
        """Whether they share a name."""
        shares = self.given_name == other.given_name or self.family_name == other.family_name
        return shares and self.id != other.id


def staff(world: World) -> list[Party]:
    """Everybody who works for the company, by id; accounts have the same ids as people."""
    emails: dict[int, list[str]] = {}
    ordered = select(MailAddress).order_by(MailAddress.is_primary.desc(), MailAddress.id)
    for each in world.db.scalars(ordered):
        emails.setdefault(each.account_id, []).append(each.email)
    rows = world.db.execute(
        select(Person, Job.role, Account.id)
        .join(Job, Job.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Job.status == STAFF)
        .order_by(Person.id)
    )
    return [
        Party(
            id=account_id, name=person.name, given_name=person.given_name, family_name=person.family_name,
            emails=tuple(emails[account_id]), role=role,
        )
        for person, role, account_id in rows
    ]  # fmt: skip


def owners(world: World, people: Sequence[Party]) -> list[Party]:
    """Those who can be a task's person: no story goes on to write in their name, and they are not away."""
    pending = WorldEvent.kind == DELIVER, WorldEvent.status == EventStatus.PENDING
    payloads = map(json.loads, world.db.scalars(select(WorldEvent.payload).where(*pending)))
    writing = {payload["sender"]["email"] for payload in payloads}
    away = set(world.db.scalars(select(Vacation.account_id).where(Vacation.is_on)))
    return [each for each in people if each.id not in away and writing.isdisjoint(each.emails)]


def draw_owner(world: World, sampler: Sampler, people: Sequence[Party]) -> Party:
    """Whose mailbox a task is about: in a third of the tasks the person that the world is built around."""
    found, centre_id = owners(world, people), world.person.id
    centre = [each for each in found if each.id == centre_id]
    return centre[0] if centre and sampler.chance(33) else sampler.pick(found)


def others(people: Iterable[Party], *but: Party) -> list[Party]:
    """Everybody but these."""
    ids = {each.id for each in but}
    return [each for each in people if each.id not in ids]


def newest_ids(world: World) -> list[int]:
    """The highest ids of mails and drafts, as `Wanted` has them."""
    return [world.db.scalar(select(func.max(each.id))) or 0 for each in (Mail, MailDraft)]


def past(world: World, sampler: Sampler, *, days: int | None = None) -> datetime:
    """A time in office hours some working days ago."""
    back = days or sampler.pick(PAST_DAYS)
    minutes = sampler.between(0, 8 * 60)
    start = datetime.combine(world.now.date() - timedelta(days=back), datetime.min.time())
    return start.replace(hour=8, minute=30) + timedelta(minutes=minutes)


def coming_day(world: World, sampler: Sampler, *, least: int = 2, most: int = 24) -> date:
    """A working day in the next weeks."""
    days = [world.now.date() + timedelta(days=n) for n in range(least, most + 1)]
    return sampler.pick([each for each in days if each.weekday() < 5])


def place(
    world: World, mailing: Mailing, at: datetime, readers: Iterable[int], *, folder: str = Folder.INBOX,
    is_unread: bool = True,
) -> Mail:  # fmt: skip
    """Write a mail of the past: into its sender's Sent and these mailboxes, past all of their rules."""
    mail = write_message(world, mailing)
    mail.sent_at = at
    own = mail.sender_account_id
    entries = [keep_copy(world, own, mail)] if own is not None and mailing.keeps_copy else []
    got = [receive(world, each, mail) for each in sorted(set(readers) - {own})]
    for entry in got:
        if entry is not None:
            entry.folder = folder
            entries.append(entry)
    for entry in entries:
        entry.shown_at = at
    if not is_unread:
        world.db.execute(delete(Unread).where(Unread.entry_id.in_([each.id for each in entries])))
    world.db.flush()
    return mail


def place_file(world: World, name: str, text: str, owner: Party, at: datetime) -> int:
    """Write a text file of somebody; returns its id."""
    media_type = "text/csv" if name.endswith(".csv") else "text/plain"
    file = WorldFile(
        name=name, media_type=media_type, owner_id=owner.id, created_at=at, content=text.encode()
    )  # fmt: skip
    world.db.add(file)
    world.db.flush()
    return file.id


def copy_of(world: World, account_id: int, mail: Mail) -> Entry:
    """An account's copy of a mail."""
    own = Entry.account_id == account_id, Entry.message_id == mail.id
    return world.db.scalars(select(Entry).where(*own)).one()


def facts_json(*facts: Fact) -> list[list[str]]:
    """Facts as `Wanted` has them."""
    return [[each.kind.value, each.value] for each in facts]
