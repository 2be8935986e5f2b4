"""Drawing of mails that are to be sorted: letters and mails of invented senders, over some weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Account, Entry, Folder, Label, MessageKind
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.label_tree import LabelNode, label_tree
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import Party, copy_of, draw_owner, others, place, staff
from gristmill.apps.world.world import World

FEW = 10  # threads on a page, so that lists have several pages

LETTERS = (
    ("Tidewater Almanac", "letter@tidewateralmanac.test", "Tidewater Almanac Shop",
     "offers@tidewateralmanac.test"),
    ("The Gauge Reader", "weekly@gaugereader.test", "The Gauge Reader Jobs", "jobs@gaugereader.test"),
    ("Mossback Tools", "news@mossbacktools.test", "Mossback Tools Service", "service@mossbacktools.test"),
    ("Lantern Court", "programme@lanterncourt.test", "Lantern Court Tickets", "tickets@lanterncourt.test"),
    ("Penhallow Paper", "post@penhallowpaper.test", "Penhallow Paper Samples", "samples@penhallowpaper.test"),
    ("Copperleaf Kitchen", "menu@copperleaf.test", "Copperleaf Kitchen Catering", "catering@copperleaf.test"),
)  # fmt: skip
TOPICS = (
    "what changes with the season", "three short notes", "a visit behind the scenes", "readers ask us",
    "small things that help", "the best of the month", "a look at prices", "two dates for your diary",
    "what we got wrong", "an old method, tried again", "hands on", "the quiet improvement",
)  # fmt: skip
SUPPLIERS = (
    ("Orla Finch", "orla.finch@brackwater.test", "Orla Finch", "orla.finch@brackwatter.test", "Brackwater"),
    ("Emil Tarrant", "emil.tarrant@ostlerandco.test", "Emil Tarrant", "emil@tarrantprivate.test", "Ostler"),
    ("Petra Lowe", "petra.lowe@pinfold.test", "Petra Lowell", "petra.lowell@pinfold.test", "Pinfold"),
    ("Idris Vane", "idris.vane@hatchway.test", "Idris Vance", "idris.vance@hatchway.test", "Hatchway"),
    ("Maud Sorrel", "maud.sorrel@thornbeck.test", "Maud Sorrel", "maud.sorrel@thornbeck-mail.test",
     "Thornbeck"),
    ("Hugo Brandt", "hugo.brandt@quaymill.test", "Hugo Brandtner", "hugo.brandtner@quaymill.test",
     "Quaymill"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Somebody outside who writes, and somebody who is easily taken for them."""

    mailbox: Mailbox
    twin: Mailbox
    company: str = ""


def draw_letter(sampler: Sampler) -> Sender:
    """The sender of a letter."""
    name, email, other, twin = sampler.pick(LETTERS)
    return Sender(mailbox=Mailbox(name=name, email=email), twin=Mailbox(name=other, email=twin))


def draw_supplier(sampler: Sampler) -> Sender:
    """Somebody who supplies the company."""
    name, email, other, twin, company = sampler.pick(SUPPLIERS)
    mailbox = Mailbox(name=name, email=email)
    return Sender(mailbox=mailbox, twin=Mailbox(name=other, email=twin), company=company)


def draw_mailbox(world: World, sampler: Sampler, *, size: int = 0) -> tuple[Party, list[Party]]:
    """Whose mailbox a task is about, and their colleagues; `size` is how many threads their lists show."""
    people = staff(world)
    owner = draw_owner(world, sampler, people)
    if size:
        world.db.get_one(Account, owner.id).settings.page_size = size
        world.db.flush()
    return owner, others(people, owner)


def put(
    world: World, owner: Party, sender: Mailbox, subject: str, body: str, at: datetime, *,
    kind: str = MessageKind.MAIL, folder: str = Folder.INBOX, is_unread: bool = False,
    file_ids: Sequence[int] = (), is_starred: bool = False,
) -> Entry:  # fmt: skip
    """Write a mail of the past into a mailbox; returns the owner's copy."""
    is_letter = kind == MessageKind.LETTER
    mailing = Mailing(
        sender=sender, to=(owner.mailbox,), subject=subject, body=body, kind=kind, is_automatic=is_letter,
        unsubscribes_from=sender.email if is_letter else "", file_ids=tuple(file_ids),
    )  # fmt: skip
    mail = place(world, mailing, at, [owner.id], folder=folder, is_unread=is_unread)
    entry = copy_of(world, owner.id, mail)
    entry.is_starred = is_starred
    world.db.flush()
    return entry


def put_answer(world: World, owner: Party, entry: Entry, body: str, after: timedelta) -> Entry:
    """Write an answer of the owner to a mail, in its thread; returns their copy."""
    mail = entry.message
    mailing = Mailing(
        sender=owner.mailbox, to=(Mailbox(name=mail.sender_name, email=mail.sender_email),),
        subject=f"Re: {mail.subject}", body=body,
    ).answering(mail)  # fmt: skip
    return copy_of(world, owner.id, place(world, mailing, mail.sent_at + after, []))


def at_day(day: date, sampler: Sampler) -> datetime:
    """A time of a day."""
    return datetime.combine(day, datetime.min.time()) + timedelta(minutes=sampler.between(6 * 60, 20 * 60))


def days_back(world: World, sampler: Sampler, count: int, *, least: int = 1, most: int = 58) -> list[date]:
    """Different days of the past, oldest first."""
    found = sampler.some(range(least, most + 1), count)
    return sorted(world.now.date() - timedelta(days=each) for each in found)


def long_day(day: date) -> str:
    """A day as goals write it."""
    return f"{day.day} {day:%B %Y}"


def labels_of_account(world: World, account_id: int) -> list[LabelNode]:
    """An account's labels, as a tree."""
    return label_tree(world.db.scalars(select(Label).where(Label.account_id == account_id)))
