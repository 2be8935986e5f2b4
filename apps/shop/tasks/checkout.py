"""Order a named product, to a named address, by a named delivery, paid with a named card."""

from numpy.random import Generator

from gristmill.apps.base import Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Variant
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.carts import saved_items
from gristmill.apps.shop.tasks.drawing import fill
from gristmill.apps.shop.tasks.moves import find_by_name
from gristmill.apps.shop.tasks.ordering import last_order_id, next_step
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.shop.tasks.verdicts import CART_IS_FREE, order_verdict
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Evidence, Verdict

WORDINGS = {
    "train": (
        'Order {quantity} x {product}. Send it to my "{address}" address by {delivery} delivery and pay with '
        "the {card}. Buy nothing else.",
        "Please buy {product}, quantity {quantity}, and nothing besides. Delivery: {delivery}, to "
        '"{address}". Payment: {card}.',
        'I want exactly this and no more: {quantity} x {product}. It goes to the address called "{address}" '
        "by {delivery} delivery, paid with my {card}.",
        "Using the {card}, place an order for {quantity} x {product} only, with {delivery} delivery to my "
        '"{address}" address.',
    ),
    "test": (
        'Have {quantity} x {product} shipped to "{address}" by {delivery} delivery, and charge the {card}. '
        "The order must hold nothing else.",
        '{product}, quantity {quantity}: have it brought to my address "{address}" by {delivery} delivery, '
        "paid with the {card}. Order only that.",
        'Check out with {quantity} x {product} and nothing more. Address: "{address}"; delivery: {delivery}; '
        "card: {card}.",
    ),
}


@TASKS.add(
    "Shop-Checkout-v0",
    tags=("checkout", "forms"),
    max_steps=40,
    success_is_final=True,
    axes=("brief", "news"),
)
class PlaceOrder(TaskFamily):
    """Order a product, in its options and quantity, to an address, by a delivery, with a card."""

    equivalent = CART_IS_FREE

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In 40 % of the tasks the cart initially holds something that must not be bought."""
        customer = drawing.draw_customer(world, rng)
        quantity = int(rng.integers(1, 4))
        variant = drawing.draw_variant(world, rng, customer, stock=max(quantity, 2))
        address, card = drawing.draw_address(rng, customer), drawing.draw_card(world, rng, customer)
        delivery = Sampler(rng).pick(drawing.DELIVERIES)
        if rng.random() < 0.4:
            leftover = drawing.draw_other(world, rng, customer, variant)
            drawing.put_into_cart(world, customer, leftover, 1)
        terms = OrderTerms(
            customer_id=customer.id,
            variant_ids=[variant.id],
            quantity=quantity,
            address_id=address.id,
            delivery=delivery.value,
            card_id=card.id,
            last_order_id=last_order_id(world.db, customer.id),
            saved=saved_items(world.db, customer.id),
        )
        goal = fill(
            Sampler(rng).pick(WORDINGS[wordings]),
            quantity=quantity,
            product=drawing.described(variant),
            address=address.label,
            delivery=delivery.value,
            card=f"{card.network} card ending in {card.last4}",
        )
        return Task(
            family=self.id,
            seed=seed,
            split=split,
            wordings=wordings,
            goal=goal,
            start_url="http://shop.test/",
            person_id=customer.person_id,
            terms=terms.to_json(),
        )

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another quantity, or the other delivery."""
        terms = OrderTerms.of(task)
        if Sampler(rng).chance(50):
            quantity = drawing.other_quantity(rng, terms.quantity)
            return drawing.with_terms(task, quantity=quantity), f"Make it {quantity} instead."
        other = next(each.value for each in drawing.DELIVERIES if each.value != terms.delivery)
        return drawing.with_terms(task, delivery=other), f"Use {other} delivery instead."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one order that matches every term."""
        return order_verdict(OrderTerms.of(task), evidence)

    def oracle(self, view: View) -> str:
        """Put only the product into the cart, then go through the checkout."""
        terms = OrderTerms.of(view.task)
        variant = view.db.get_one(Variant, terms.variant_ids[0])
        return next_step(view, terms, variant, find_by_name)
