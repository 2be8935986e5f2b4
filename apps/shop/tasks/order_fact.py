"""Find a fact about an order that was placed before."""

import re
from dataclasses import dataclass

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Customer, Delivery, Order, OrderStatus, Variant
from gristmill.apps.shop.services.changes import CANCEL_REASONS
from gristmill.apps.shop.tasks import order_drawing as drawing
from gristmill.apps.shop.tasks.drawing import draw_address, draw_customer, fill
from gristmill.apps.shop.tasks.order_drawing import Piece, Purchase, day_in_words, others_of
from gristmill.apps.shop.tasks.order_facts import FACTS, right_answer
from gristmill.apps.shop.tasks.order_moves import OrdersPage
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Find out {question}: I mean my order of {product} from {day}. {form}",
        "On {day} I ordered {product}. Tell me {question}. {form}",
        "Please look up my order of {day}, the one with the {product}, and tell me {question}. {form}",
        "About the {product} that I ordered on {day}: {question}? {form}",
    ),
    "test": (
        "I have forgotten something about an order of mine ({product}, {day}): {question}. {form}",
        "There is an order of {day} with {product} in it. What I want to know is {question}. {form}",
        "My order history must have it: {question}, for the {product} ordered on {day}. {form}",
    ),
}
NOT_THE_OTHER = "not the fact of the similar order"


@dataclass(frozen=True, kw_only=True, slots=True)
class FactTerms(Terms):
    """A fact of one order; `other` is that of an order of the same product, empty if they do not differ."""

    number: str
    fact: str
    answer: str
    other: str


@TASKS.add(
    "Shop-OrderFact-v0", tags=("orders",), max_steps=32, level=Level.EASY, kind=TaskKind.ANSWER,
    axes=("brief",),
)  # fmt: skip
class OrderFact(TaskFamily):
    """Look up a fact of an order, such as a colour or a price, where another order is similar."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two orders of one product; in one of eight tasks the one that is meant does not have the fact."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        fact = sampler.pick(tuple(FACTS))
        is_lacking = fact in LACKING and sampler.chance(30)
        order, twin = draw_pair(world, rng, customer, fact, is_lacking=is_lacking)
        value, other = (FACTS[fact].value(each, each.lines[0]) for each in (order, twin))
        terms = FactTerms(
            customer_id=customer.id, number=order.number, fact=fact, answer=value or "",
            other=other if other and other != value else "",
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            question=FACTS[fact].question,
            form=FACTS[fact].form,
            product=order.lines[0].product_name,
            day=day_in_words(order.placed_at.date()),
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.ANSWER if value else EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the answer, and that the page with the fact was opened."""
        terms = FactTerms.of(task)
        looked_up = opened(evidence, page_of(terms))
        if task.ends_with is EndsWith.GIVE_UP:
            return verdict(looked_up, unchanged(evidence))
        is_other = bool(terms.other) and right_answer(evidence, terms.fact, terms.other).passed
        return verdict(
            right_answer(evidence, terms.fact, terms.answer),
            trap(NOT_THE_OTHER, not is_other, evidence.answer or ""),
            looked_up,
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Open the page with the fact, then answer."""
        terms, page = FactTerms.of(view.task), OrdersPage(view)
        if not page.has_opened(page_of(terms)):
            if FACTS[terms.fact].page:
                step = page.to_form(terms.number, "tracking", "Track the parcel")
            else:
                step = page.to_order(terms.number)
            return step or f"goto /orders/{terms.number}"
        if view.task.ends_with is EndsWith.GIVE_UP:
            return 'give_up "The order has nothing of that kind."'
        return f'answer "{terms.answer}"'


LACKING = {
    "coupon": OrderStatus.DELIVERED,
    "discount": OrderStatus.DELIVERED,
    "delivered": OrderStatus.SHIPPED,
    "reason": OrderStatus.DELIVERED,
    "tracking": OrderStatus.CANCELLED,
}
"""The facts that an order can be without, and its status then."""


def draw_pair(
    world: World, rng: Generator, customer: Customer, fact: str, *, is_lacking: bool
) -> tuple[Order, Order]:
    """Set-up: the order that is meant, with the fact unless it `is_lacking`, and one of the same product.

    Both are of different variants, prices, quantities and days, and either can be the later one.
    """
    sampler = Sampler(rng)
    variants = draw_variants(world, rng, customer)
    days = sampler.shuffled((sampler.between(12, 40), sampler.between(50, 300)))
    usual = OrderStatus.CANCELLED if fact == "reason" else OrderStatus.DELIVERED
    status = LACKING[fact] if is_lacking else usual
    quantities, reasons = sampler.some((1, 2, 3), 2), sampler.some(tuple(CANCEL_REASONS.values()), 2)
    cards = sampler.shuffled([card for card in customer.cards if not card.is_expired(world.now.date())])
    placed = []
    for place in range(2):
        at = drawing.time_on(world, sampler, days[place])
        if place == 0 and status is OrderStatus.SHIPPED:
            at = drawing.placing_time(world, sampler, status)
        how = Purchase(
            placed_at=at,
            status=status if place == 0 else usual,
            address=draw_address(rng, customer),
            card=cards[place % len(cards)],
            delivery=Delivery.STANDARD if status is OrderStatus.SHIPPED else Delivery.EXPRESS,
            coupon=None if place == 0 and is_lacking else drawing.draw_coupon(world, sampler),
            reason=reasons[place],
        )
        cents = variants[place].price_cents * sampler.between(80, 97) // 100
        piece = Piece(variant=variants[place], quantity=quantities[place], cents=cents)
        placed.append(drawing.place(world, customer, [piece], how))
    return placed[0], placed[1]


def draw_variants(world: World, rng: Generator, customer: Customer) -> list[Variant]:
    """Two variants of a product, in different colours."""
    while True:
        variant = drawing.draw_goods(world, rng, customer, 1)[0]
        others = [each for each in others_of(variant) if each.colour != variant.colour]
        if variant.colour and others:
            return [variant, Sampler(rng).pick(others)]


def page_of(terms: FactTerms) -> str:
    """The pattern of the page with the fact; the total stands in the list as well."""
    order = rf"shop\.test/orders/{re.escape(terms.number)}{FACTS[terms.fact].page}([?#].*)?"
    return rf"{order}|shop\.test/orders([?#].*)?" if terms.fact in ("total", "quantity") else order
