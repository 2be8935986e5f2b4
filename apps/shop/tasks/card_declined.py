"""Order with a card that may be declined, and then with another one as asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Checkout, Delivery
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.basket_verdicts import basket_verdict
from gristmill.apps.shop.tasks.baskets import card_words, order_basket, other_address, sending
from gristmill.apps.shop.tasks.carts import (
    LEFT_IN_CART,
    cart_lines,
    cart_of,
    draw_tidy_customer,
    nothing_ordered,
    require_no_order,
)
from gristmill.apps.shop.tasks.moves import Shopper
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import BasketTerms
from gristmill.apps.world.world import World
from gristmill.snapshots.diff import SqlValue
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import Allowance, inserts, nothing_else_changed, trap
from gristmill.verifiers.rows import only_inserted, row_after
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        'Order {quantity} x {product} to my "{address}" address by {delivery} delivery and pay with the '
        "{card}. If that card is declined, use the {spare}. No other card; if both fail, order nothing.",
        "I would like {quantity} x {product}, sent by {delivery} delivery to {address}. Try the {card} "
        "first; only if it is turned down, the {spare} may pay. Should that be turned down as well, "
        "leave it.",
        'Please buy {product}, quantity {quantity} ({delivery} delivery, address "{address}"). The '
        "{card} is to pay, or the {spare} where its bank refuses. With neither, there is no order.",
        "One order of {quantity} x {product}, please: to {address}, {delivery} delivery, on the {card}. "
        "It might be refused. Then it is the {spare} that pays, and if that is refused too, nothing is "
        "ordered.",
    ),
    "test": (
        "Charge the {card} for {quantity} x {product}, which goes to {address} by {delivery} delivery. "
        "In case the bank says no, charge the {spare} instead, and no third one; two refusals mean no "
        "order.",
        'Have {quantity} x {product} delivered ({delivery}) to "{address}". Payment: the {card}; after '
        "a refusal of it, the {spare}; after a refusal of both, none, and then no order either.",
        'My "{address}" address should get {quantity} x {product} by {delivery} delivery. It is for the '
        "{card} to pay. Go over to the {spare} only when that fails, and give the whole thing up when "
        "both do.",
    ),
}
REVIEW = r"shop\.test/checkout/review(\?.*)?"
DECLINED = "was declined"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclinedTerms(BasketTerms):
    """The two cards; `card_id` is the one that pays in the end. `refused` counts those that are declined."""

    first_id: int
    spare_id: int
    refused: int


@TASKS.add(
    "Shop-CardDeclined-v0",
    tags=("checkout", "payment"),
    max_steps=75,
    kind=TaskKind.RECOVER,
    level=Level.HARD,
    success_is_final=True,
    axes=("brief", "news"),
)
class CardDeclined(TaskFamily):
    """Order with a named card and, only if it is declined, with a second one; nothing if both are."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = LEFT_IN_CART

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """The first card is declined in 75 % of the tasks, in some of them the second too."""
        sampler = Sampler(rng)
        customer = draw_tidy_customer(world, rng, cards=2)
        quantity = sampler.between(1, 3)
        variant = drawing.draw_variant(world, rng, customer, stock=quantity)
        where, words = sending(world, rng, customer)
        valid = [card for card in customer.cards if card.expiry_year > world.now.year and not card.is_refused]
        first, spare = sampler.some(valid, 2)
        refused = sampler.pick((0,) * 5 + (1,) * 12 + (2,) * 3)
        for card in [first, spare][:refused]:
            card.is_refused = True
        world.db.flush()
        terms = DeclinedTerms(
            customer_id=customer.id, lines=[[variant.id, quantity]], first_id=first.id, spare_id=spare.id,
            refused=refused, **where | {"card_id": spare.id if refused else first.id},
        )  # fmt: skip
        words |= {"card": card_words(first), "spare": card_words(spare)}
        product = drawing.described(variant)
        goal = drawing.fill(sampler.pick(WORDINGS[wordings]), quantity=quantity, product=product, **words)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.GIVE_UP if refused == 2 else EndsWith.DONE,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another address."""
        return other_address(world, rng, task)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one order, paid with the card that it should be; none if both are declined."""
        terms = DeclinedTerms.of(task)
        if terms.refused < 2:
            return basket_verdict(terms, evidence, *traps(terms, evidence))
        made = row_after(evidence, "shop_checkout", terms.customer_id)
        return verdict(
            nothing_ordered(evidence),
            opened(evidence, REVIEW, name="the order was tried"),
            trap("the second card was tried too", made.get("card_id") == terms.spare_id),
            nothing_else_changed(evidence, *tried(terms, evidence)),
        )

    def oracle(self, view: View) -> str:
        """Try the first card, then the second, unless that is declined too."""
        terms, shopper = DeclinedTerms.of(view.task), Shopper(view)
        if terms.refused == 2:
            require_no_order(view.db, terms.customer_id)
        made = view.db.get(Checkout, terms.customer_id)
        is_declined = is_shown(shopper, DECLINED)
        is_spare = made is not None and made.card_id == terms.spare_id
        if terms.refused == 2 and is_spare and is_declined:
            return 'give_up "Both cards are declined."'
        is_due = bool(terms.refused) and (is_spare or is_declined)
        trying = replace(terms, card_id=terms.spare_id if is_due else terms.first_id)
        return order_basket(view, trying, ends=terms)


def tried(terms: DeclinedTerms, evidence: Evidence) -> tuple[Allowance, ...]:
    """Allow what is left of an order as asked that no card paid for."""
    free: dict[str, set[SqlValue]] = {
        "customer_id": {terms.customer_id}, "address_id": {None, terms.address_id},
        "delivery": {None, Delivery(terms.delivery).name}, "card_id": {None, terms.first_id, terms.spare_id},
        "gift_card_id": {None}, "is_gift": {0},
    }  # fmt: skip
    return (
        inserts(
            "shop_checkout", lambda row: all(row[key] in values for key, values in free.items()), at_most=1
        ),
        cart_of(evidence).allowed(came=cart_lines(terms.customer_id, terms.wanted)),
    )


def is_shown(shopper: Shopper, text: str) -> bool:
    """Whether the page shows a text."""
    return any(text in node.name or text in node.text for node in shopper.page.walk())


def traps(terms: DeclinedTerms, evidence: Evidence) -> tuple[Check, ...]:
    """The mistakes that are known."""
    card = only_inserted(evidence, "shop_order").get("card_id")
    return (
        trap("not the second card without need", terms.refused > 0 or card != terms.spare_id),
        trap("no third card", card in {None, terms.first_id, terms.spare_id}),
    )
