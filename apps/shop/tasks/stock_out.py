"""Order something that may run out before it is ordered, or else what the goal names instead."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.handlers import CHANGE_STOCK
from gristmill.apps.shop.models import Variant
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.basket_verdicts import basket_verdict, lines_of
from gristmill.apps.shop.tasks.baskets import is_placed, order_basket, other_address, sending
from gristmill.apps.shop.tasks.carts import (
    LEFT_IN_CART,
    draw_tidy_customer,
    left_alone,
    nothing_ordered,
    require_no_order,
)
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.ordering import orders_after
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import BasketTerms
from gristmill.apps.world.world import World
from gristmill.snapshots.diff import Row
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import inserts, trap
from gristmill.verifiers.rows import only_inserted
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        'Order {quantity} x {product} to my "{address}" address, {delivery} delivery, {card}. It may '
        "run out any minute: if it is out of stock when you order, take {quantity} x {spare} instead, "
        "and only that. If that is out of stock too, order nothing.",
        "I want {quantity} x {product}, by {delivery} delivery to {address}, paid with the {card}. "
        "Should it be sold out before the order is placed, order {quantity} x {spare} in its place; "
        "should both be, nothing.",
        "Please get me {quantity} x {product}, or {quantity} x {spare} if the first is out of stock by "
        'the time you check out. One order to "{address}", {delivery} delivery, on the {card}. If '
        "neither is to be had, do not order.",
        "Buy {product}, quantity {quantity} ({address}, {delivery} delivery, {card}). Only if the last "
        "ones have gone before you can place the order: {spare}, the same quantity, instead. No order "
        "if that has gone as well.",
    ),
    "test": (
        "First choice: {quantity} x {product}. Second choice, for the case that the first is out of "
        'stock when the order is placed: {quantity} x {spare}. Order one of them to "{address}" by '
        "{delivery} delivery with the {card}, or nothing if both are out.",
        'To "{address}" by {delivery} delivery, charged to the {card}: {quantity} x {product}. They are '
        "almost gone. When there are none left, I take {quantity} x {spare}, and when those are gone "
        "too, I take nothing.",
        "The {card} pays for {quantity} x {product}, sent to {address} by {delivery} delivery. Others "
        "want it too; once it is sold out, order {quantity} x {spare} instead of it, unless that is "
        "sold out as well.",
    ),
}
FIRST_MINUTES, LAST_MINUTES = 3, 6  # when it runs out, which is while it is being ordered
CASES = ("runs out",) * 13 + ("stays",) * 4 + ("both out",) * 3


@dataclass(frozen=True, kw_only=True, slots=True)
class StockTerms(BasketTerms):
    """`lines` is the first choice, which runs out at `due`; None if it never does."""

    spare: list[int]
    due: str | None
    slugs: list[str]
    is_hopeless: bool


@TASKS.add(
    "Shop-StockOut-v0",
    tags=("checkout", "cart"),
    max_steps=75,
    kind=TaskKind.RECOVER,
    level=Level.HARD,
    success_is_final=True,
    axes=("brief", "news"),
)
class StockOut(TaskFamily):
    """Order a product that runs out meanwhile, or else a named other one; nothing if both are out."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = LEFT_IN_CART

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In some tasks the first choice stays in stock; in some both are out of stock from the start."""
        sampler = Sampler(rng)
        customer = draw_tidy_customer(world, rng)
        quantity = sampler.between(1, 2)
        first = drawing.draw_variant(world, rng, customer, stock=quantity)
        spare = drawing.draw_other(world, rng, customer, first)
        where, words = sending(world, rng, customer)
        case = sampler.pick(CASES)
        spare.stock = 0 if case == "both out" else max(spare.stock, quantity)
        first.stock = 0 if case == "both out" else min(first.stock, 5)
        world.db.flush()
        due = world.now + timedelta(minutes=sampler.between(FIRST_MINUTES, LAST_MINUTES))
        if case == "runs out":
            world.schedule(CHANGE_STOCK, due, {"variant_id": first.id, "stock": 0})
        terms = StockTerms(
            customer_id=customer.id, lines=[[first.id, quantity]], spare=[spare.id, quantity],
            due=due.isoformat(sep=" ") if case == "runs out" else None,
            slugs=[first.product.slug, spare.product.slug], is_hopeless=case == "both out", **where,
        )  # fmt: skip
        goal = drawing.fill(
            sampler.pick(WORDINGS[wordings]), quantity=quantity, product=drawing.described(first),
            spare=drawing.described(spare), **words,
        )  # fmt: skip
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.GIVE_UP if terms.is_hopeless else EndsWith.DONE,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another address."""
        return other_address(world, rng, task)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one order of what was right at its time; none if both are out of stock."""
        terms = StockTerms.of(task)
        if not terms.is_hopeless:
            right = right_at_its_time(terms, evidence)
            saved: Row = {"customer_id": terms.customer_id, "variant_id": terms.lines[0][0], "is_saved": 1}
            kept = [inserts("shop_cart_item", saved, at_most=1)] if right is not terms else []
            return basket_verdict(right, evidence, *traps(terms, evidence), also=kept)
        pages = [rf"shop\.test/p/{slug}(\?.*)?" for slug in terms.slugs]
        return verdict(
            nothing_ordered(evidence),
            opened(evidence, *pages, name="the pages of both were opened"),
            left_alone(evidence, terms.customer_id, []),
        )

    def oracle(self, view: View) -> str:
        """Order the first choice while it is in stock, else the second."""
        terms, shopper = StockTerms.of(view.task), Shopper(view)
        if terms.is_hopeless:
            require_no_order(view.db, terms.customer_id)
            for key in (terms.lines[0][0], terms.spare[0]):
                product = view.db.get_one(Variant, key).product
                if not any(f"/p/{product.slug}" in url for url in view.visited):
                    return find_by_name(shopper, product) or "goto /"
            return 'give_up "Both are out of stock."'
        choices = [terms, replace(terms, lines=[terms.spare])]
        if placed := orders_after(view.db, terms.customer_id, terms.last_order_id):
            has_run_out = terms.due is not None and placed[0].placed_at.isoformat(sep=" ") >= terms.due
            is_placed(view.db, choices[has_run_out])
            return "done"
        [[key, quantity]] = terms.lines
        return order_basket(view, choices[view.db.get_one(Variant, key).stock < quantity])


def right_at_its_time(terms: StockTerms, evidence: Evidence) -> StockTerms:
    """The terms with what should have been ordered when the order was placed."""
    placed_at = only_inserted(evidence, "shop_order").text("placed_at")
    is_early = terms.due is None or (placed_at != "" and placed_at < terms.due)
    return terms if is_early else replace(terms, lines=[terms.spare])


def traps(terms: StockTerms, evidence: Evidence) -> tuple[Check, ...]:
    """The mistakes that are known."""
    ordered = {line.get("variant_id") for line in lines_of(evidence)}
    is_first_right = right_at_its_time(terms, evidence).lines == terms.lines
    rows = evidence.after.all("shop_cart_item")
    left = [row for row in rows if row["customer_id"] == terms.customer_id and not row["is_saved"]]
    return (
        trap(
            "not the second choice while there was the first",
            not (is_first_right and terms.spare[0] in ordered),
        ),
        trap("not both", len(ordered) < 2, f"products ordered: {len(ordered)}"),
        trap("nothing left in the cart", not (ordered and left), f"cart lines: {len(left)}"),
    )
