"""Order with the best of several coupon codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import CartItem, Coupon, Delivery, Variant
from gristmill.apps.shop.services.pricing import objection, price
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.basket_verdicts import basket_verdict
from gristmill.apps.shop.tasks.baskets import order_basket, other_address, sending
from gristmill.apps.shop.tasks.carts import (
    LEFT_IN_CART,
    draw_tidy_customer,
    left_alone,
    nothing_ordered,
    require_no_order,
    shape_cart,
)
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import BasketTerms
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.rows import only_inserted
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        'Order {quantity} x {product}, by {delivery} delivery to my "{address}" address, paid with the '
        "{card}. I have the coupon codes {codes}; use the one with which I pay least in all. If none of "
        "them can be used, order nothing.",
        "I want {quantity} x {product} and nothing else ({delivery} delivery, address {address}, "
        "{card}). One of the codes {codes} will make the total lowest: order with that one. Without a "
        "coupon I do not want it.",
        "Please find out which of the coupons {codes} gives the lowest total for {quantity} x {product} "
        'sent to "{address}" by {delivery} delivery, and order so, paying with the {card}. Do not order '
        "if none applies.",
        'Buy {product}, quantity {quantity}, with the best of these coupons: {codes}. "Best" is the '
        'lowest total, delivery included. Delivery: {delivery}, to "{address}". Card: {card}. No '
        "coupon, no order.",
    ),
    "test": (
        "Coupon codes: {codes}. Whichever saves me most on {quantity} x {product}, delivery counted in, "
        'should be on the order. It goes to "{address}" by {delivery} delivery; the {card} pays. If all '
        "are refused, leave it.",
        'Get {quantity} x {product} to "{address}" ({delivery} delivery, {card}) as cheaply as one of '
        "the coupons {codes} allows. Should none of them work, do not order at all.",
        "With the {card}, order {quantity} x {product} for {delivery} delivery to my {address} address. "
        "Try the codes {codes} and keep the one that leaves the lowest total; if there is none, order "
        "nothing.",
    ),
}
NONE_VALID = 15  # per cent
TRIES = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class CouponTerms(BasketTerms):
    """The best code is `coupon`; None if none of the codes can be used."""

    codes: list[str]


@TASKS.add(
    "Shop-Coupon-v0",
    tags=("cart", "coupons", "checkout"),
    max_steps=70,
    level=Level.HARD,
    success_is_final=True,
    axes=("brief", "news"),
)
class BestCoupon(TaskFamily):
    """Order a product with the coupon that gives the lowest total; nothing if none can be used."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = LEFT_IN_CART

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Three or four of the shop's coupons: expired, for other goods, below their minimum, and valid."""
        sampler = Sampler(rng)
        customer = draw_tidy_customer(world, rng)
        where, words = sending(world, rng, customer)
        is_possible = not sampler.chance(NONE_VALID)
        for _ in range(TRIES):
            quantity = sampler.between(1, 3)
            variant = drawing.draw_variant(world, rng, customer, stock=quantity)
            codes, best = draw_codes(
                world, sampler, variant, quantity, where["delivery"], is_possible=is_possible
            )
            if codes:
                break
        terms = CouponTerms(
            customer_id=customer.id, lines=[[variant.id, quantity]], coupon=best, codes=codes, **where
        )
        goal = drawing.fill(
            sampler.pick(WORDINGS[wordings]), quantity=quantity, product=drawing.described(variant),
            codes=f"{', '.join(codes[:-1])} and {codes[-1]}", **words,
        )  # fmt: skip
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.DONE if best else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another address."""
        return other_address(world, rng, task)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one order with the best coupon; where none can be used, that nothing was ordered."""
        terms = CouponTerms.of(task)
        if terms.coupon:
            return basket_verdict(terms, evidence, *traps(terms, evidence))
        page = r"shop\.test/cart(\?.*)?"
        return verdict(
            nothing_ordered(evidence),
            opened(evidence, page, name="the page where codes are tried was opened"),
            left_alone(evidence, terms.customer_id, [line[0] for line in terms.lines]),
        )

    def oracle(self, view: View) -> str:
        """Fill the cart, put the best code on it, check out."""
        terms, shopper = CouponTerms.of(view.task), Shopper(view)
        if terms.coupon:
            return order_basket(view, terms)
        require_no_order(view.db, terms.customer_id)
        filled = shape_cart(shopper, terms.customer_id, terms.wanted, find_by_name)
        return filled or shopper.to_cart() or 'give_up "None of the codes can be used."'


def draw_codes(
    world: World, sampler: Sampler, variant: Variant, quantity: int, delivery: str, *, is_possible: bool
) -> tuple[list[str], str | None]:
    """Codes to choose from, and the best; no codes if none is best, or too few are of use here."""
    coupons = list(world.db.scalars(select(Coupon).order_by(Coupon.id)))
    today = world.now.date()
    with world.db.no_autoflush:
        lines = [CartItem(variant=variant, quantity=quantity)]
        valid = [each for each in coupons if not objection(each, lines, today)]
        totals = {
            each.code: price(lines, each, Delivery(delivery), today).total_cents for each in valid
        }  # fmt: skip
        bare = price(lines, None, Delivery(delivery), today).total_cents
    refused = [each.code for each in coupons if each not in valid]
    chosen = sampler.some([each.code for each in valid], sampler.between(1, 2)) if is_possible else []
    chosen = sampler.shuffled([*chosen, *sampler.some(refused, 4 - max(len(chosen), 1))])
    best = cheapest(chosen, totals)
    if is_possible and (best is None or totals[best] >= bare):
        return [], None
    return chosen, best


def cheapest(codes: Sequence[str], totals: Mapping[str, int]) -> str | None:
    """The code with the lowest total, unless there is none or two are equal."""
    ranked = sorted((totals[code], code) for code in codes if code in totals)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def traps(terms: CouponTerms, evidence: Evidence) -> tuple[Check, ...]:
    """The mistakes that are known."""
    order = only_inserted(evidence, "shop_order")
    code = order.get("coupon_code")
    return (
        trap("not without a coupon", not order or code is not None),
        trap("not with a coupon that saves less", code in {None, terms.coupon}, order.text("coupon_code")),
    )
