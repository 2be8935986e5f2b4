"""Put as many pieces of a product into the cart as one may buy."""

import re
from dataclasses import dataclass

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Customer, Order, OrderLine, OrderStatus, Variant
from gristmill.apps.shop.services.cart import MAX_PER_LINE
from gristmill.apps.shop.services.limits import bought_recently, in_cart
from gristmill.apps.shop.tasks.carts import (
    cart_lines,
    cart_of,
    draw_tidy_customer,
    nothing_ordered,
    require_no_order,
    shape_cart,
)
from gristmill.apps.shop.tasks.drawing import described, draw_variant, fill, put_into_cart
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import nothing_else_changed, trap
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        "Put as many pieces of {product} into my cart as the shop lets me buy now. Everything else in "
        "the cart stays as it is.",
        "How much {product} may I buy at once? Fill the cart with as many as possible, and leave alone "
        "what is in it already.",
        "I need all the {product} I can get. Add the highest quantity that the shop accepts to the "
        "cart, without taking anything out. Do not order yet.",
        "My cart should hold the largest possible number of {product}, besides the things that are in "
        "it now.",
    ),
    "test": (
        "Get the most pieces of {product} that a customer like me may have into the cart; the other "
        "things there remain.",
        "{product}: as many as can be bought, into the cart. Do not check out, and remove nothing.",
        "Stock up on {product} for me. The cart has to hold the maximum of it that the shop allows, "
        "with its other contents unchanged.",
    ),
}
REFUSAL = re.compile(r"(?P<stock>left in stock)\.|is limited to \d+ per customer")
CASES = ("stock",) * 5 + ("line",) * 3 + ("limit",) * 3 + ("twin",) * 3 + ("bought",) * 3 + ("used up",) * 3


@dataclass(frozen=True, kw_only=True, slots=True)
class MostTerms(Terms):
    """The most that may be bought of a variant; 0 if nothing may. `kept` is what the cart held before."""

    variant_id: int
    product_id: int
    slug: str
    most: int
    kept: list[list[int]]


@TASKS.add("Shop-MaxQuantity-v0", tags=("cart", "limits"), max_steps=50, axes=("brief",))
class MaxQuantity(TaskFamily):
    """Put as many pieces of a product into the cart as stock and limits allow."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """What limits it: the stock, the most per line, or a limit per customer that may be used up."""
        sampler = Sampler(rng)
        customer, variant, kept = draw_case(world, rng, sampler.pick(CASES))
        if not kept and sampler.chance(50):
            other = draw_variant(world, rng, customer, stock=2)
            if other.product_id != variant.product_id:
                put_into_cart(world, customer, other, 1)
                kept = [[other.id, 1]]
        terms = MostTerms(
            customer_id=customer.id, variant_id=variant.id, product_id=variant.product_id,
            slug=variant.product.slug, most=most_of(world, customer, variant), kept=kept,
        )  # fmt: skip
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, start_url="http://shop.test/",
            goal=fill(sampler.pick(WORDINGS[wordings]), product=described(variant)),
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.DONE if terms.most else EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one new cart line with the most; where none may be bought, that nothing changed."""
        terms, cart = MostTerms.of(task), cart_of(evidence)
        line = cart_lines(terms.customer_id, {terms.variant_id: terms.most}) if terms.most else []
        page = rf"shop\.test/p/{terms.slug}(\?.*)?"
        why_not = [] if terms.most else [opened(evidence, page, name="the page that says why not was opened")]
        return verdict(
            cart.amount_to("the cart", came=line),
            *traps(terms, evidence),
            *why_not,
            nothing_else_changed(evidence, cart.allowed(came=line)),
        )

    def oracle(self, view: View) -> str:
        """Add the most that a line may hold; where that is refused, as many as the refusal allows."""
        terms, shopper = MostTerms.of(view.task), Shopper(view)
        require_no_order(view.db, terms.customer_id)
        is_added = any(item.variant_id == terms.variant_id for item in shopper.cart(terms.customer_id))
        wanted = {line[0]: line[1] for line in terms.kept}
        if terms.most and is_added:
            wanted[terms.variant_id] = terms.most
        if step := shape_cart(shopper, terms.customer_id, wanted, find_by_name):
            return step
        if is_added:
            return "done"
        variant = view.db.get_one(Variant, terms.variant_id)
        if quantity := to_try(shopper, variant, terms.most):
            return shopper.add(variant, quantity, find_by_name)
        return 'give_up "I have had as many as one customer may buy."'


def to_try(shopper: Shopper, variant: Variant, most: int) -> int:
    """How many pieces to add next, by what the product's page says of the last attempt; 0 for none."""
    refusal = REFUSAL.search(" ".join(node.text for node in shopper.page.all("paragraph")))
    if refusal is None or not shopper.is_at(variant.product):
        return MAX_PER_LINE
    return variant.stock if refusal["stock"] else most


def draw_case(world: World, rng: Generator, case: str) -> tuple[Customer, Variant, list[list[int]]]:
    """A customer, a variant, and what its twin takes up in the cart; set up so that the case holds."""
    sampler = Sampler(rng)
    if case in {"bought", "used up"}:
        customer, variant = draw_bought(world, rng)
        had = bought_recently(world.db, customer.id, variant.product)
        variant.product.limit_per_customer = had + (sampler.between(1, 3) if case == "bought" else 0)
        variant.stock = max(variant.stock, 6)
        world.db.flush()
        return customer, variant, []
    customer = draw_tidy_customer(world, rng)
    variant = draw_variant(world, rng, customer, stock=1)
    twins = [twin for twin in variant.product.variants if twin is not variant and twin.stock]
    variant.stock = {"stock": sampler.between(1, 9), "line": sampler.between(11, 30)}.get(case, 12)
    if case in {"limit", "twin"}:
        had = bought_recently(world.db, customer.id, variant.product)
        variant.product.limit_per_customer = had + sampler.between(2, 5)
    world.db.flush()
    if case == "twin" and twins:
        put_into_cart(world, customer, twins[0], 1)
        return customer, variant, [[twins[0].id, 1]]
    return customer, variant, []


def draw_bought(world: World, rng: Generator) -> tuple[Customer, Variant]:
    """Something still on sale that a customer with an empty cart has ordered in the last days."""
    while True:
        customer = draw_tidy_customer(world, rng)
        mine = select(Variant).join(OrderLine, OrderLine.variant_id == Variant.id).join(Order)
        recent = mine.where(Order.customer_id == customer.id, Order.status != OrderStatus.CANCELLED).order_by(
            Order.placed_at.desc(), Variant.id
        )
        for variant in world.db.scalars(recent):
            is_recent = bought_recently(world.db, customer.id, variant.product) > 0
            if is_recent and not variant.product.is_discontinued:
                return customer, variant


def most_of(world: World, customer: Customer, variant: Variant) -> int:
    """How many pieces the cart's line may hold."""
    most, product = min(variant.stock, MAX_PER_LINE), variant.product
    if product.limit_per_customer is not None:
        taken = bought_recently(world.db, customer.id, product)
        taken += in_cart(world.db, customer.id, product, but=variant)
        most = min(most, product.limit_per_customer - taken)
    return max(most, 0)


def traps(terms: MostTerms, evidence: Evidence) -> tuple[Check, ...]:
    """The mistakes that are known."""
    kept = {line[0] for line in terms.kept}
    rows = evidence.after.all("shop_cart_item", customer_id=terms.customer_id)
    products = {row["id"]: row["product_id"] for row in evidence.after.all("shop_variant")}
    others = [
        row for row in rows
        if row["variant_id"] not in {*kept, terms.variant_id}
        and products[row["variant_id"]] == terms.product_id
    ]  # fmt: skip
    lines = [row for row in rows if row["variant_id"] == terms.variant_id and not row["is_saved"]]
    return (
        trap("not only a part", not lines or lines[0]["quantity"] == terms.most),
        trap("no other option to get round the limit", not others),
        nothing_ordered(evidence),
    )
