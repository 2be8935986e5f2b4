"""Put something into the cart."""

from numpy.random import Generator
from sqlalchemy import func, select

from gristmill.apps.base import Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Order, Variant
from gristmill.apps.shop.tasks.drawing import (
    described,
    draw_customer,
    draw_variant,
    fill,
    other_quantity,
    with_terms,
)
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import CartTerms
from gristmill.apps.world.people import EPOCH
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import inserts, nothing_else_changed, row_inserted

WORDINGS = {
    "train": (
        "Put this into the cart, quantity {quantity}: {product}.",
        "Add {product} to my cart, quantity {quantity}. Do not order it yet.",
        "I need {quantity} x {product}. Just place it in the cart, nothing more.",
        "Please fill my cart with {quantity} x {product} and stop there.",
    ),
    "test": (
        "In the end, my cart should hold exactly {quantity} x {product}.",
        "Get {product} into the shopping cart without checking out. The quantity I want is {quantity}.",
        "{product}: leave it waiting in the cart, {quantity} in number.",
    ),
}


@TASKS.add(
    "Shop-AddToCart-v0", tags=("cart",), max_steps=30, level=Level.EASY, axes=("brief", "news"),
)  # fmt: skip
class AddToCart(TaskFamily):
    """Put a given quantity of one product, in the right options, into the cart."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Any customer; any product in stock."""
        customer = draw_customer(world, rng)
        quantity = int(rng.integers(1, 5))
        variant = draw_variant(world, rng, customer, stock=max(quantity, 2))
        terms = CartTerms(customer_id=customer.id, variant_id=variant.id, quantity=quantity)
        return Task(
            family=self.id,
            seed=seed,
            split=split,
            wordings=wordings,
            goal=fill(Sampler(rng).pick(WORDINGS[wordings]), quantity=quantity, product=described(variant)),
            start_url="http://shop.test/",
            person_id=customer.person_id,
            terms=terms.to_json(),
        )

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another quantity."""
        quantity = other_quantity(rng, CartTerms.of(task).quantity)
        return with_terms(task, quantity=quantity), f"Make it {quantity} instead."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one cart line with this variant and quantity."""
        terms = CartTerms.of(task)
        line = {"customer_id": terms.customer_id, "is_saved": 0, "variant_id": terms.variant_id}
        return verdict(
            *row_inserted(evidence, "shop_cart_item", line | {"quantity": terms.quantity}, name="cart line"),
            nothing_else_changed(evidence, inserts("shop_cart_item", line, at_most=1)),
        )

    def oracle(self, view: View) -> str:
        """Search the product, choose its options and add it; first correct the cart if needed.

        Raises:
            Unwinnable: something was ordered.
        """
        terms, shopper = CartTerms.of(view.task), Shopper(view)
        mine = Order.customer_id == terms.customer_id
        if view.db.scalar(select(func.count()).where(mine, Order.placed_at >= EPOCH)):
            raise Unwinnable("An order was placed, although only the cart was to be filled.")
        variant = view.db.get_one(Variant, terms.variant_id)
        for item in shopper.cart(terms.customer_id):
            if item.variant_id != variant.id:
                return shopper.remove(item)
        return shopper.fill_cart(terms.customer_id, variant, terms.quantity, find_by_name) or "done"
