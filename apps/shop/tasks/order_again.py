"""Order what a past order held once more, with one change."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Customer, Order, OrderLine, OrderStatus, Variant
from gristmill.apps.shop.services.cart import MAX_PER_LINE
from gristmill.apps.shop.tasks.basket_verdicts import basket_verdict
from gristmill.apps.shop.tasks.baskets import is_placed, order_basket, other_delivery, sending
from gristmill.apps.shop.tasks.carts import (
    LEFT_IN_CART,
    draw_tidy_customer,
    left_alone,
    nothing_ordered,
    require_no_order,
)
from gristmill.apps.shop.tasks.drawing import described, fill
from gristmill.apps.shop.tasks.moves import Shopper
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import BasketTerms
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.rows import only_inserted
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        'Order again what my order {number} held, but {change}. It goes to my "{address}" address by '
        "{delivery} delivery, and the {card} pays. If any of it cannot be had any more, order nothing.",
        "I want the things of order {number} once more, with one difference: {change}. Send them to "
        '"{address}" by {delivery} delivery, paid with the {card}. Should one of them be gone, do not order.',
        'Please repeat order {number}; only, {change}. Address: "{address}". Delivery: {delivery}. Card: '
        "{card}. Order all of it or, if something is no longer to be had, nothing.",
        "Place order {number} a second time, except that you should do this: {change}. Use my address "
        '"{address}", {delivery} delivery and the {card}. Where something is missing, leave it all.',
    ),
    "test": (
        "The same again as in order {number}, please, with a change: {change}. {delivery} delivery to "
        '"{address}", charged to the {card}. If that is not possible in full, buy nothing.',
        "Buy once more what {number} brought me. The difference to last time: {change}. This time it goes to "
        '"{address}" by {delivery} delivery, and the {card} pays. All or nothing.',
        "Take my order {number} as a model for a new one, but {change}. Have it delivered ({delivery}) to "
        '"{address}", and pay with the {card}. Do not order if one of the things is not sold now.',
    ),
}
GONE = 15  # per cent


@dataclass(frozen=True, kw_only=True, slots=True)
class AgainTerms(BasketTerms):
    """The order to repeat, by number; where something of it is gone, its product's slug."""

    number: str
    old_lines: list[list[int]]
    old_address_id: int | None
    gone: str | None


@TASKS.add(
    "Shop-OrderAgain-v0",
    tags=("orders", "checkout"),
    max_steps=80,
    level=Level.HARD,
    success_is_final=True,
    axes=("brief", "news"),
)
class OrderAgain(TaskFamily):
    """Order what a past order held once more, with one thing left out, in another number or option."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = LEFT_IN_CART

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Any past order of two to four things that are all in stock; in some tasks one is taken off sale."""
        sampler = Sampler(rng)
        customer, order = draw_order(world, rng)
        changed, *others = sampler.shuffled(order.lines)
        lines, change = draw_change(world, sampler, changed, others)
        gone = sampler.pick(others) if sampler.chance(GONE) else None
        if gone:
            take_off_sale(gone, is_for_good=sampler.chance(60))
            world.db.flush()
        where, words = sending(world, rng, customer)
        terms = AgainTerms(
            customer_id=customer.id, lines=lines, number=order.number, old_address_id=order.address_id,
            old_lines=[[line.variant_id, line.quantity] for line in order.lines],
            gone=gone.variant.product.slug if gone else None, **where,
        )  # fmt: skip
        goal = fill(sampler.pick(WORDINGS[wordings]), number=order.number, change=change, **words)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.GIVE_UP if gone else EndsWith.DONE,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """The other delivery."""
        return other_delivery(task)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one order as asked; where something is gone, that nothing was ordered."""
        terms = AgainTerms.of(task)
        if terms.gone is None:
            return basket_verdict(terms, evidence, *traps(terms, evidence))
        page = rf"shop\.test/(cart\?.*without=.*|p/{terms.gone}(\?.*)?)"
        return verdict(
            nothing_ordered(evidence),
            opened(evidence, page, name="the page that says why not was opened"),
            left_alone(evidence, terms.customer_id, {line[0] for line in (*terms.lines, *terms.old_lines)}),
        )

    def oracle(self, view: View) -> str:
        """Press the button on the order's page, then correct the cart and check out."""
        terms, shopper = AgainTerms.of(view.task), Shopper(view)
        if terms.gone:
            require_no_order(view.db, terms.customer_id)
            page = re.compile(rf".*/(cart\?.*without=.*|p/{terms.gone}(\?.*)?)")
            if any(map(page.fullmatch, view.visited)):
                return 'give_up "Something of it is not sold any more."'
            return (
                order_again(shopper, terms.number)
                if not is_emptied(shopper, terms)
                else empty(shopper, terms)
            )
        if not is_placed(view.db, terms) and not shopper.cart(terms.customer_id):
            return order_again(shopper, terms.number)
        return order_basket(view, terms)


def draw_order(world: World, rng: Generator) -> tuple[Customer, Order]:
    """A past order of several things, all in stock in its quantities and more."""
    while True:
        customer = draw_tidy_customer(world, rng)
        mine = select(Order).where(
            Order.customer_id == customer.id,
            Order.status != OrderStatus.CANCELLED,
            Order.placed_at < world.now,
        )
        fitting = [order for order in world.db.scalars(mine.order_by(Order.id)) if is_repeatable(order)]
        if fitting:
            return customer, Sampler(rng).pick(fitting)


def is_repeatable(order: Order) -> bool:
    """Whether all of an order can be bought again, and one piece more, without limits."""
    variants = {line.variant_id for line in order.lines}
    return 1 < len(order.lines) == len(variants) and all(
        line.variant.stock > line.quantity < MAX_PER_LINE and line.variant.product.limit_per_customer is None
        for line in order.lines
    )


def draw_change(
    world: World, sampler: Sampler, line: OrderLine, others: list[OrderLine]
) -> tuple[list[list[int]], str]:
    """The lines of the new order, and what is different in words."""
    kept = [[other.variant_id, other.quantity] for other in others]
    name, taken = described(line.variant), {other.variant_id for other in others}
    twins = [
        v for v in line.variant.product.variants
        if v.id not in {*taken, line.variant_id} and v.stock >= line.quantity
    ]  # fmt: skip
    kind = sampler.pick(("without", "quantity", "option", "option"))
    if kind == "option" and twins:
        twin = sampler.pick(twins)
        return [
            [twin.id, line.quantity],
            *kept,
        ], f"take {described(twin)} instead of {options_of(line.variant)}"
    if kind == "without":
        return kept, f"leave out {name}"
    most = min(line.variant.stock, MAX_PER_LINE, line.quantity + 3)
    quantity = sampler.pick([n for n in range(1, most + 1) if n != line.quantity])
    return [[line.variant_id, quantity], *kept], f"make it {quantity} x {name}, not {line.quantity}"


def options_of(variant: Variant) -> str:
    """A variant's options as goals name them."""
    return described(variant).removeprefix(f"{variant.product.name} (").removesuffix(")")


def take_off_sale(line: OrderLine, *, is_for_good: bool) -> None:
    """Set-up: what a line bought is out of stock, or no longer made."""
    line.variant.stock = 0
    if is_for_good:
        line.variant.product.is_discontinued = True
        for variant in line.variant.product.variants:
            variant.stock = 0


def traps(terms: AgainTerms, evidence: Evidence) -> list[Check]:
    """The mistakes that are known."""
    order = only_inserted(evidence, "shop_order")
    lines = [change.after or {} for change in evidence.diff.inserted("shop_order_line")]
    same = sorted([row["variant_id"], row["quantity"]] for row in lines) == sorted(terms.old_lines)
    address = order.get("address_id")
    is_old = address == terms.old_address_id != terms.address_id
    return [
        trap("not just the same again", not same),
        trap("not to the address of the old order", not (order and is_old)),
    ]


def order_again(shopper: Shopper, number: str) -> str:
    """Find the order and press its button."""
    return to_order(shopper, number) or shopper.click("button", "Order again") or f"goto /orders/{number}"


def to_order(shopper: Shopper, number: str) -> str | None:
    """Open one of the customer's orders, by a search in them."""
    if shopper.path == f"/orders/{number}":
        return None
    if shopper.path != "/orders":
        banner = shopper.page.find("banner")
        name = re.compile(rf".*{re.escape(shopper.label_text('orders'))}.*")
        return (shopper.click("link", name, within=banner) if banner else None) or "goto /orders"
    return (
        shopper.click("link", number)
        or shopper.fill("searchbox", "Product or order number", number)
        or shopper.click("button", "Search orders")
        or f"goto /orders/{number}"
    )


def is_emptied(shopper: Shopper, terms: AgainTerms) -> bool:
    """Whether something lies in the cart that the order did not hold."""
    known = {line[0] for line in terms.old_lines}
    return any(item.variant_id not in known for item in shopper.cart(terms.customer_id))


def empty(shopper: Shopper, terms: AgainTerms) -> str:
    """Take out of the cart what the order did not hold."""
    known = {line[0] for line in terms.old_lines}
    return next(
        shopper.remove(item) for item in shopper.cart(terms.customer_id) if item.variant_id not in known
    )
