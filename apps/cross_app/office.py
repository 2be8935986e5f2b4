"""Drawing for families across apps: who the person is, and what colleagues have written before the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from numpy.random import Generator
from sqlalchemy import func, select

from gristmill.apps.base import Json
from gristmill.apps.chat.models import Channel, Membership, Message
from gristmill.apps.chat.services import posting
from gristmill.apps.chat.services.posting import Words
from gristmill.apps.chat.tasks.drawing import own_channels
from gristmill.apps.cross_app.surroundings import digest
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Entry
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    copy_of,
    draw_owner,
    newest_ids,
    others,
    place,
    staff,
)
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.shop.models import CartItem, Customer, Delivery, Variant
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.ordering import last_order_id
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.world.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """A task's person in all three apps, and their colleagues."""

    owner: Party
    customer: Customer
    people: Sequence[Party]

    def colleagues(self, *but: Party) -> list[Party]:
        """Everybody of the company but the person and these."""
        return others(self.people, self.owner, *but)


def draw_office(world: World, sampler: Sampler) -> Office:
    """Any employee; in a third of the tasks the one that the world is built around."""
    people = staff(world)
    owner = draw_owner(world, sampler, people)
    customer = world.db.scalars(select(Customer).where(Customer.person_id == owner.id)).one()
    return Office(owner=owner, customer=customer, people=people)


def start_state(world: World, office: Office) -> dict[str, Json]:
    """What the oracle needs to know of the start; note it after all set-up."""
    lines = world.db.scalars(
        select(CartItem).where(CartItem.customer_id == office.customer.id).order_by(CartItem.variant_id)
    )
    newest = world.db.scalar(select(func.max(Message.id))) or 0
    return {
        "newest_message": newest,
        "surroundings": digest(world.db, office.owner.id, office.customer.id, newest),
        "account_id": office.owner.id, "customer_id": office.customer.id, "newest": newest_ids(world),
        "last_order_id": last_order_id(world.db, office.customer.id),
        "box": box_state(world.db, office.owner.id),
        "cart": [[each.variant_id, each.quantity, each.is_saved] for each in lines],
    }  # fmt: skip


def draw_goods(world: World, rng: Generator, office: Office, quantity: int) -> Variant:
    """Something that so many pieces of are in stock."""
    return drawing.draw_variant(world, rng, office.customer, stock=quantity)


def draw_order(world: World, rng: Generator, office: Office, variant: Variant, quantity: int) -> OrderTerms:
    """An order of some pieces of a variant: where to, how, and paid with what."""
    address = drawing.draw_address(rng, office.customer)
    card = drawing.draw_card(world, rng, office.customer)
    delivery = Sampler(rng).pick((Delivery.STANDARD, Delivery.EXPRESS))
    return OrderTerms(
        customer_id=office.customer.id, variant_ids=[variant.id], quantity=quantity, address_id=address.id,
        delivery=delivery.value, card_id=card.id, last_order_id=last_order_id(world.db, office.customer.id),
    )  # fmt: skip


def how_of(office: Office, order: OrderTerms) -> str:
    """Address, delivery and card of an order, as goals write them."""
    address = next(each for each in office.customer.addresses if each.id == order.address_id)
    card = next(each for each in office.customer.cards if each.id == order.card_id)
    return (
        f'to my "{address.label}" address by {order.delivery} delivery, paid with the {card.network} card '
        f"ending in {card.last4}"
    )


def write_mail(
    world: World, sender: Party, office: Office, subject: str, text: str, at: datetime
) -> Entry:  # fmt: skip
    """Write a mail of a colleague to the person, some time ago; returns the person's copy."""
    body = f"{text}\n\n{sender.given_name}"
    mailing = Mailing(sender=sender.mailbox, to=(office.owner.mailbox,), subject=subject, body=body)
    return copy_of(world, office.owner.id, place(world, mailing, at, [office.owner.id]))


def draw_channel(
    world: World, sampler: Sampler, office: Office, *, least: int = 1
) -> tuple[Channel, list[Party]]:
    """One of the person's public channels, and at least so many colleagues who are in it."""
    found = [(each, members(world, office, each)) for each in own_channels(world, office.owner.id)]
    return sampler.pick([each for each in found if len(each[1]) >= least])


def members(world: World, office: Office, channel: Channel) -> list[Party]:
    """The colleagues who are in a channel, by id."""
    ids = set(world.db.scalars(select(Membership.person_id).where(Membership.channel_id == channel.id)))
    return [each for each in office.colleagues() if each.id in ids]


def write_post(
    world: World, channel: Channel, author: Party, text: str, minutes_ago: int, root: Message | None = None
) -> Message:  # fmt: skip
    """Write a colleague's post in a channel or a thread, some minutes ago; later ones must come later."""
    words = Words(text=text, root_id=root.id if root else None)
    message = posting.post(world, channel, author.id, words)
    message.posted_at = world.now - timedelta(minutes=minutes_ago)
    world.db.flush()
    return message
