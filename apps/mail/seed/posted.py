"""What was posted before the world's start and what will be later: mails of stories and of the shop."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gristmill.apps.mail.models import MessageKind
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.shop_mails import COMPOSERS, Payload, delivered, shipped
from gristmill.apps.stories.acts import Address, MailAct
from gristmill.apps.world.chronicle import Chronicle
from gristmill.apps.world.models import Person

SHIPS_AFTER, DELIVERED_AT = timedelta(hours=20), time(hour=15)
RECEIPT_AFTER = timedelta(minutes=1)
UNSENT = ("drafts", "scheduled")


@dataclass(kw_only=True, slots=True)
class Posted:
    """A mail with the time at which it is sent; `act` is what a story says of it."""

    at: datetime
    mailing: Mailing
    act: MailAct | None = None

    @property
    def is_held(self) -> bool:
        """Whether it is only delivered in tasks that ask for news."""
        return self.act is not None and self.act.held


def posted_by_stories(acts: Iterable[MailAct]) -> Iterator[Posted]:
    """The mails of stories that are sent, now or later."""
    for act in acts:
        if act.folder not in UNSENT:
            yield Posted(at=act.at, mailing=mailing_of(act), act=act)


def mailing_of(act: MailAct) -> Mailing:
    """A story's mail as it is handed over for delivery, but for the ids of files, parents and meetings."""
    sender = mailbox(act.sender)
    is_letter = act.kind == MessageKind.LETTER
    return Mailing(
        sender=sender,
        to=tuple(map(mailbox, act.to)),
        cc=tuple(map(mailbox, act.cc)),
        bcc=tuple(map(mailbox, act.bcc)),
        subject=act.subject,
        body=body_of(act),
        kind=MessageKind.INVITATION if act.invitation else act.kind,
        has_return_path=act.kind not in (MessageKind.BOUNCE, MessageKind.VACATION),
        is_automatic=act.is_automatic,
        list_email=act.list_address or "",
        unsubscribes_from=sender.email if is_letter else "",
        file_ids=tuple(file.id for file in act.files),
    )


def mailbox(address: Address) -> Mailbox:
    """A story's address as delivery knows it."""
    return Mailbox(name=address.name, email=address.email.lower())


def body_of(act: MailAct) -> str:
    """All that a mail says: greeting, text, closing, and what it quotes or forwards."""
    parts = [act.greeting, act.text, act.closing]
    if act.is_forward and act.parent is not None:
        parts.append(forwarded(act.parent))
    elif act.quote and act.parent is not None:
        when = f"{act.parent.at:%a} {act.parent.at.day} {act.parent.at:%B}, {act.parent.at:%H:%M}"
        quoted = "\n".join(f"> {line}".rstrip() for line in act.quote.splitlines())
        parts.append(f"On {when}, {act.parent.sender.name} wrote:\n{quoted}")
    return "\n\n".join(part.strip() for part in parts if part.strip())


def forwarded(act: MailAct) -> str:
    """A mail inside of one that forwards it."""
    to = ", ".join(str(mailbox(each)) for each in act.to)
    head = (
        f"---------- Forwarded mail ----------\nFrom: {mailbox(act.sender)}\n"
        f"Date: {act.at:%a} {act.at.day} {act.at:%B %Y, %H:%M}\nSubject: {act.subject}\nTo: {to}"
    )
    return f"{head}\n\n{body_of(act)}"


def posted_by_shop(book: Chronicle, people: dict[int, Person], now: datetime) -> Iterator[Posted]:
    """Receipts and notes for the orders that the shop has recorded, until now.

    If the shop records nothing but orders, notes follow from their status.
    """
    kinds = {each.kind for each in book.happenings}
    for kind, compose in COMPOSERS.items():
        for each in book.of_kind(kind):
            person = people.get(each.payload["person_id"])
            if person is not None:
                yield Posted(at=each.at + RECEIPT_AFTER, mailing=compose(each.payload, own(person)))
    if not kinds & {"shop.order_shipped", "shop.order_delivered"}:
        for each in book.of_kind("shop.order_placed"):
            person = people.get(each.payload["person_id"])
            if person is not None:
                yield from follow_ups(each.at, each.payload, own(person), now)


def follow_ups(placed_at: datetime, order: Payload, to: Mailbox, now: datetime) -> Iterator[Posted]:
    """The notes that an order's status implies."""
    arrives = datetime.combine(date.fromisoformat(order["arrives_from"]), DELIVERED_AT)
    notes = (
        (placed_at + SHIPS_AFTER, shipped, ("shipped", "delivered")),
        (arrives, delivered, ("delivered",)),
    )
    for at, compose, states in notes:
        if order["status"] in states and at <= now:
            yield Posted(at=at, mailing=compose(order, to))


def own(person: Person) -> Mailbox:
    """A person's mailbox."""
    return Mailbox(name=person.name, email=person.email.lower())
