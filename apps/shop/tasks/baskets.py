"""Orders of several products, perhaps with a coupon: how they are drawn, judged and reached."""

from collections.abc import Mapping
from typing import Any

from numpy.random import Generator
from sqlalchemy.orm import Session

from gristmill.apps.base import Task, View
from gristmill.apps.shop.models import Address, Card, Customer, Order
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.carts import shape_cart
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.ordering import check_out, last_order_id, orders_after, without_coupon
from gristmill.apps.shop.tasks.terms import BasketTerms
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable


def sending(world: World, rng: Generator, customer: Customer) -> tuple[dict[str, Any], dict[str, str]]:
    """Address, delivery and card of an order, drawn: as terms, and in words as goals have them."""
    address, card = drawing.draw_address(rng, customer), drawing.draw_card(world, rng, customer)
    delivery = drawing.DELIVERIES[int(rng.integers(2))]
    terms = {
        "address_id": address.id, "delivery": delivery.value, "card_id": card.id,
        "last_order_id": last_order_id(world.db, customer.id),
    }  # fmt: skip
    return terms, {"address": address.label, "delivery": delivery.value, "card": card_words(card)}


def card_words(card: Card) -> str:
    """A card as goals name it."""
    return f"{card.network} card ending in {card.last4}"


def other_delivery(task: Task) -> tuple[Task, str]:
    """A task with the other delivery, and the sentence that says so."""
    other = next(each.value for each in drawing.DELIVERIES if each.value != task.terms["delivery"])
    return drawing.with_terms(task, delivery=other), f"Use {other} delivery instead."


def other_address(world: World, rng: Generator, task: Task) -> tuple[Task, str]:
    """A task with another address, and the sentence that says so."""
    customer = world.db.get_one(Customer, task.terms["customer_id"])
    others = [each for each in customer.addresses if each.id != task.terms["address_id"]]
    address: Address = others[int(rng.integers(len(others)))]
    changed = drawing.with_terms(task, address_id=address.id)
    return changed, f'Have it sent to my "{address.label}" address instead.'


def order_basket(view: View, terms: BasketTerms, *, ends: BasketTerms | None = None) -> str:
    """The oracle's next action towards an order; `done` once it is placed.

    `ends` are the terms that the order has to meet in the end, if those to try first are others.

    Raises:
        Unwinnable: a wrong order was placed.
    """
    shopper = Shopper(view)
    if is_placed(view.db, ends or terms):
        return "done"
    return (
        shape_cart(shopper, terms.customer_id, terms.wanted, find_by_name)
        or with_coupon(shopper, terms)
        or check_out(shopper, terms)
    )


def is_placed(db: Session, terms: BasketTerms) -> bool:
    """Whether the order is placed as asked.

    Raises:
        Unwinnable: another one is.
    """
    placed = orders_after(db, terms.customer_id, terms.last_order_id)
    if len(placed) > 1:
        raise Unwinnable(f"{len(placed)} orders were placed.")
    if placed and parts_of(placed[0]) != asked(terms):
        raise Unwinnable("An order was placed that is not as asked.")
    return bool(placed)


def parts_of(order: Order) -> Mapping[str, object]:
    """What an order is about."""
    return {
        "lines": {line.variant_id: line.quantity for line in order.lines}, "address": order.address_id,
        "delivery": order.delivery.value, "card": order.card_id, "coupon": order.coupon_code,
        "gift": (order.gift_card_id, order.wrap_cents, order.gift_note),
    }  # fmt: skip


def asked(terms: BasketTerms) -> Mapping[str, object]:
    """What it should be about."""
    return {
        "lines": terms.wanted, "address": terms.address_id, "delivery": terms.delivery, "card": terms.card_id,
        "coupon": terms.coupon, "gift": (None, 0, ""),
    }  # fmt: skip


def with_coupon(shopper: Shopper, terms: BasketTerms) -> str | None:
    """Have the coupon on the cart that is wanted, or none."""
    used = shopper.db.get_one(Customer, terms.customer_id).coupon_code
    if used == terms.coupon:
        return None
    if used is not None:
        return without_coupon(shopper, terms)
    return use_coupon(shopper, str(terms.coupon))


def use_coupon(shopper: Shopper, code: str) -> str:
    """Type a coupon's code on the page of the cart."""
    return (
        shopper.to_cart()
        or shopper.fill("textbox", "Coupon code", code)
        or shopper.click("button", "Apply coupon")
        or "goto /cart"
    )
