"""Set-up orders of past months with their receipts in the mail."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.cross_app.office import Office
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Entry, Folder, Mail
from gristmill.apps.mail.services import shop_mails
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import copy_of, place
from gristmill.apps.shop.models import Order, OrderStatus
from gristmill.apps.shop.services import signals
from gristmill.apps.shop.tasks import order_drawing
from gristmill.apps.shop.tasks.order_drawing import Piece, draw_goods, draw_purchase
from gristmill.apps.world.world import World

SUBJECT = re.compile(r"Your order (MW-\d{5}-\d{2})")
TOTAL = re.compile(r"^Total: \$([\d,]+)\.(\d\d)$", re.MULTILINE)
AFTER = timedelta(minutes=1)


def order_on(world: World, rng: Generator, office: Office, day: date, status: OrderStatus) -> Order:
    """Write an order of one thing that was placed on a day; its goods are nothing that was ordered before."""
    sampler = Sampler(rng)
    at = datetime.combine(day, datetime.min.time()) + timedelta(minutes=sampler.between(7 * 60, 21 * 60))
    [variant] = draw_goods(world, rng, office.customer, 1)
    how = draw_purchase(world, rng, office.customer, at, status)
    piece = Piece(variant=variant, quantity=sampler.between(1, 3))
    return order_drawing.place(world, office.customer, [piece], how)


def receipt_of(
    world: World, office: Office, order: Order, *, folder: str = Folder.INBOX, is_unread: bool = False
) -> Entry:
    """Write the receipt of an order, and of a cancelled one also the note; returns the receipt's copy."""
    payload = {**signals.receipt(order, office.owner.id), "reason": order.cancel_reason}
    mail = by_shop(world, office, shop_mails.receipt, payload, order.placed_at + AFTER, folder, is_unread)
    if order.cancelled_at is not None:
        by_shop(world, office, shop_mails.cancelled, payload, order.cancelled_at + AFTER, folder, is_unread)
    return copy_of(world, office.owner.id, mail)


def by_shop(
    world: World, office: Office, compose: object, payload: object, at: datetime, folder: str, is_unread: bool
) -> Mail:  # fmt: skip
    """Write one of the shop's mails to the person's own address."""
    person = world.db.get_one(type(world.person), office.owner.id)
    mailing: Mailing = compose(payload, Mailbox(name=person.name, email=person.email.lower()))  # type: ignore[operator]
    return place(world, mailing, at, [office.owner.id], folder=folder, is_unread=is_unread)


def receipts_in(world: World, account_id: int, first: date, after: date) -> list[Entry]:
    """The receipts in a mailbox of orders that were placed from one day up to another, oldest first."""
    own = select(Entry).join(Mail, Entry.message_id == Mail.id).where(Entry.account_id == account_id)
    found = own.where(Mail.sender_email == shop_mails.SHOP.email, Mail.subject.startswith("Your order MW-"))
    days = {order.number: order.placed_at.date() for order in world.db.scalars(select(Order))}
    entries = world.db.scalars(found.order_by(Mail.sent_at, Entry.id)).all()
    return [e for e in entries if (d := days.get(number_of(e.message))) is not None and first <= d < after]


def number_of(mail: Mail) -> str:
    """The number of the order that a receipt is about."""
    found = SUBJECT.fullmatch(mail.subject)
    return found[1] if found else ""


def total_of(mail: Mail) -> int:
    """The total that a receipt names, in cents."""
    found = TOTAL.search(mail.body)
    assert found is not None
    return int(found[1].replace(",", "")) * 100 + int(found[2])


def cancelled_numbers(world: World, entries: Iterable[Entry]) -> set[str]:
    """The numbers of those orders that were cancelled."""
    numbers = [number_of(each.message) for each in entries]
    is_cancelled = Order.number.in_(numbers), Order.status == OrderStatus.CANCELLED
    return set(world.db.scalars(select(Order.number).where(*is_cancelled)))
