"""Order something in the shop, wait for its receipt in mail, and tell a channel of the chat its number."""

import re

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import Level, Task, TaskFamily, View
from gristmill.apps.chat.control_labels import LABELS
from gristmill.apps.chat.models import Channel, Membership, Message
from gristmill.apps.chat.tasks.verdicts import PLAIN
from gristmill.apps.cross_app.registry import TASKS
from gristmill.apps.kit.oracle_page import OraclePage
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Customer, Delivery, Order, Variant
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.carts import saved_items
from gristmill.apps.shop.tasks.drawing import fill
from gristmill.apps.shop.tasks.moves import find_by_name
from gristmill.apps.shop.tasks.ordering import last_order_id, next_step
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.shop.tasks.verdicts import CART_IS_FREE, order_verdict
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, inserts
from gristmill.verifiers.rows import RowView, only_inserted

PUBLIC = "public"
WORDINGS = {
    "train": (
        'Order {quantity} x {product} from Marlowick, to my "{address}" address by {delivery} '
        "delivery, paid with the {card}. The receipt will reach your Quillfold mailbox; post the order's "
        "number in #{channel} on Natterbeck. Nothing else.",
        "Buy {product}, quantity {quantity}, and nothing besides, at Marlowick: {delivery} delivery to "
        '"{address}", payment {card}. Then tell #{channel} on Natterbeck the number of the order, which is '
        "in the receipt in your mail.",
        'Please get {quantity} x {product} from the shop (to "{address}", {delivery} delivery, {card}) '
        "and write the order number into the channel #{channel}. The receipt in your mailbox has it.",
        'Place one Marlowick order, {quantity} x {product}, {delivery} delivery to my address "{address}", '
        "with the {card}; when its receipt is in your mail, let #{channel} know the order number.",
    ),
    "test": (
        'One order for {quantity} x {product}, please: sent to "{address}" by {delivery} delivery and '
        "charged to the {card}. Afterwards the people in #{channel} want to read its number.",
        "#{channel} waits for an order number. Order {quantity} x {product} at Marlowick for it, {delivery} "
        'delivery to "{address}", paid with the {card}, and post the number there.',
        'At Marlowick, buy {quantity} x {product} and no more ({card}, {delivery} delivery, "{address}"); '
        "post the number from the receipt in #{channel}.",
    ),
}


@TASKS.add(
    "Office-OrderAndTell-v0",
    tags=("cross-app",),
    max_steps=60,
    level=Level.HARD,
    apps=("chat", "mail", "shop"),
)
class OrderAndTell(TaskFamily):
    """Order a product in the shop, and post the order's number in a channel of the chat."""

    equivalent = CART_IS_FREE

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """For the person that the world is built around, and one of their public channels."""
        sampler = Sampler(rng)
        person_id = world.person.id
        customer = world.db.scalars(select(Customer).where(Customer.person_id == person_id)).one()
        quantity = sampler.between(1, 3)
        variant = drawing.draw_variant(world, rng, customer, stock=quantity)
        address, card = drawing.draw_address(rng, customer), drawing.draw_card(world, rng, customer)
        delivery = sampler.pick((Delivery.STANDARD, Delivery.EXPRESS))
        channel = sampler.pick(channels_of(world, person_id))
        order = OrderTerms(
            customer_id=customer.id, variant_ids=[variant.id], quantity=quantity, address_id=address.id,
            delivery=delivery.value, card_id=card.id, last_order_id=last_order_id(world.db, customer.id),
            saved=saved_items(world.db, customer.id),
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            quantity=quantity,
            product=drawing.described(variant),
            address=address.label,
            delivery=delivery.value,
            card=f"{card.network} card ending in {card.last4}",
            channel=channel.name,
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=person_id, terms={"order": dict(order.to_json()), "channel_id": channel.id},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the order as asked, and for one message in the channel that gives its number."""
        channel_id = int(str(task.terms["channel_id"]))
        own = {"author_id": task.person_id, "channel_id": channel_id, "deleted_at": None, **PLAIN}
        ordered = order_verdict(order_terms(task), evidence, also=[inserts("chat_message", own, at_most=1)])
        number = only_inserted(evidence, "shop_order").text("number")
        messages = evidence.diff.inserted("chat_message")
        message = only_inserted(evidence, "chat_message")
        return verdict(
            *ordered.checks,
            check("one message posted", bool(message), f"new messages: {len(messages)}"),
            check(
                "posted in the channel",
                message.get("channel_id") == channel_id and message.get("root_id") is None,
            ),
            check("the order's number", gives(message, number), message.text("text") or "no message"),
        )

    def oracle(self, view: View) -> str:
        """Order, look at the receipt, then post the number."""
        terms = order_terms(view.task)
        placed = view.db.scalars(
            select(Order).where(Order.customer_id == terms.customer_id, Order.id > terms.last_order_id)
        ).all()
        if not placed:
            if "shop.test" not in view.url:
                return "goto http://shop.test/"
            return next_step(view, terms, view.db.get_one(Variant, terms.variant_ids[0]), find_by_name)
        next_step(view, terms, view.db.get_one(Variant, terms.variant_ids[0]), find_by_name)  # or unwinnable
        return tell(view, placed[0].number)


class ChatPage(OraclePage):
    """A page of the chat, with its labels."""

    labels = LABELS


def order_terms(task: Task) -> OrderTerms:
    """The terms of the order."""
    terms = task.terms["order"]
    assert isinstance(terms, dict)
    return OrderTerms(**terms)


def channels_of(world: World, person_id: int) -> list[Channel]:
    """The public channels that somebody is in and may post to, by name."""
    own = select(Channel).join(Membership, Membership.channel_id == Channel.id)
    open_ones = own.where(
        Membership.person_id == person_id, Channel.kind == PUBLIC, Channel.archived_at.is_(None),
        Channel.name != "announcements",
    )  # fmt: skip
    return list(world.db.scalars(open_ones.order_by(Channel.name)))


def gives(message: RowView, number: str) -> bool:
    """Whether a message names this order number and no other."""
    return bool(number) and set(re.findall(r"MW-\d{5}-\d{2}", message.text("text"))) == {number}


def tell(view: View, number: str) -> str:
    """Read the receipt, then post the number in the channel.

    Raises:
        Unwinnable: something else was posted.
    """
    channel_id, page = view.task.terms["channel_id"], ChatPage(view)
    start = view.db.scalar(select(Order.placed_at).where(Order.number == number))
    posted = view.db.scalars(
        select(Message).where(Message.author_id == view.task.person_id, Message.posted_at >= start)
    ).all()
    if posted:
        if len(posted) > 1 or number not in posted[0].text or posted[0].channel_id != channel_id:
            raise Unwinnable("Something else was posted.")
        return "done"
    if "chat.test" in view.url:
        box = view.page.find("textbox", re.compile("Message #.*"))
        if page.path == f"/c/{channel_id}" and box is not None:
            text = f"Ordered: {number}"
            return (
                page.fill("textbox", box.name, text)
                or page.click("button", page.label_text("send"))
                or "goto /"
            )
        return f"goto /c/{channel_id}"
    if "mail.test" in view.url:
        return to_receipt(page, number) or "switch_app chat"
    return "switch_app mail"


def to_receipt(page: OraclePage, number: str) -> str | None:
    """Open the receipt among the updates of the inbox, unless a thread is open or there is none."""
    if page.path.startswith("/threads/"):
        return None
    receipt = page.click("link", re.compile(rf".*{number}.*"))
    if receipt or page.query.get("category") == ["updates"]:
        return receipt
    return page.click("link", re.compile(r"Updates\b.*"))
