"""Put the pack with the lowest price per unit among several products into the cart."""

from dataclasses import dataclass

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Product, Variant
from gristmill.apps.shop.services.units import CONTENT, SMALL_UNITS, SOLD_BY_CONTENT, round_half_up
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.asking import look_at
from gristmill.apps.shop.tasks.carts import (
    cart_lines,
    cart_of,
    draw_tidy_customer,
    nothing_ordered,
    require_no_order,
    shape_cart,
)
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import nothing_else_changed, trap
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        "Compare {names}. Whichever of their packs in stock has the lowest price per {unit} goes into "
        "my cart, {count}. Any colour will do. Leave the rest of the cart as it is.",
        "Which of {names} is cheapest per {unit}, counting every size that is in stock? Put that size "
        "of it into the cart, {count}, in any colour. What is in the cart already stays.",
        "Please find the lowest price per {unit} among all sizes in stock of {names}, and add that one "
        "to the cart, {count}. The colour does not matter; nothing else in the cart may change.",
        "I want the best value per {unit} out of {names}. Only sizes in stock count. Add {count} of it "
        "to the cart in whatever colour there is, and touch nothing else there.",
    ),
    "test": (
        "Per {unit}, one size of one of these is the cheapest that is in stock: {names}. That one "
        "should be in my cart besides what is there, {count}; any colour.",
        "Add to my cart, {count}, whatever costs least per {unit} among the sizes in stock of {names}. "
        "No preference as to colour. Keep the other things in the cart.",
        "{names}: work out which size of which of them is in stock at the lowest price per {unit}, and "
        "put it into the cart, {count}. The colour is up to you. The cart otherwise stays the same.",
    ),
}
SOLD_OUT = 13  # per cent
UNITS = {"pieces": "piece", "ml": "100 ml", "g": "100 g"}


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitTerms(Terms):
    """Any of `variant_ids`, none if all are out of stock; `kept` is what the cart held before."""

    variant_ids: list[int]
    quantity: int
    kept: list[list[int]]
    product_ids: list[int]
    slugs: list[str]
    lowest_price_id: int | None


@TASKS.add(
    "Shop-UnitPrice-v0", tags=("cart", "comparing"), max_steps=70, level=Level.HARD, axes=("brief", "news")
)
class UnitPrice(TaskFamily):
    """Put the size with the lowest price per unit among three products into the cart."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Three products of a kind that is sold by content; the cart may hold other things."""
        sampler = Sampler(rng)
        customer = draw_tidy_customer(world, rng)
        quantity = sampler.between(1, 3)
        products, best, unit = draw_products(world, sampler, quantity)
        kept: list[list[int]] = []
        for _ in range(sampler.pick((0, 1, 1, 2))):
            other = drawing.draw_variant(world, rng, customer, stock=2)
            if other.product_id not in {product.id for product in products}:
                drawing.put_into_cart(world, customer, other, 1)
                kept.append([other.id, 1])
        if sampler.chance(SOLD_OUT):
            for variant in (variant for product in products for variant in product.variants):
                variant.stock = 0
            best = []
            world.db.flush()
        terms = UnitTerms(
            customer_id=customer.id, variant_ids=[v.id for v in best], quantity=quantity, kept=kept,
            product_ids=[product.id for product in products], slugs=[product.slug for product in products],
            lowest_price_id=lowest_price(products, best),
        )  # fmt: skip
        names = [product.name for product in products]
        goal = drawing.fill(
            sampler.pick(WORDINGS[wordings]), names=f"{names[0]}, {names[1]} and {names[2]}",
            count=counted(quantity), unit=UNITS[unit],
        )  # fmt: skip
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.DONE if best else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Fewer pieces, or two instead of one if there are."""
        terms = UnitTerms.of(task)
        stocks = [world.db.get_one(Variant, key).stock for key in terms.variant_ids]
        options = [n for n in range(1, 4) if n != terms.quantity and all(stock >= n for stock in stocks)]
        quantity = Sampler(rng).pick(options)
        return drawing.with_terms(task, quantity=quantity), f"Make it {counted(quantity)}."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one new cart line; where nothing is in stock, that nothing changed."""
        terms, cart = UnitTerms.of(task), cart_of(evidence)
        if not terms.variant_ids:
            pages = [rf"shop\.test/p/{slug}(\?.*)?" for slug in terms.slugs]
            return verdict(
                nothing_ordered(evidence),
                opened(evidence, *pages, name="the pages of all three were opened"),
                nothing_else_changed(evidence, cart.allowed()),
            )
        there = {row["variant_id"] for row in evidence.after.all("shop_cart_item") if not row["is_saved"]}
        chosen = next((key for key in terms.variant_ids if key in there), terms.variant_ids[0])
        line = cart_lines(terms.customer_id, {chosen: terms.quantity})
        return verdict(
            cart.amount_to("the cart", came=line),
            *traps(terms, evidence),
            nothing_else_changed(evidence, cart.allowed(came=line)),
        )

    def oracle(self, view: View) -> str:
        """Look at each product, then add the one; correct the rest of the cart if needed."""
        terms, shopper = UnitTerms.of(view.task), Shopper(view)
        require_no_order(view.db, terms.customer_id)
        in_cart = [item.variant_id for item in shopper.cart(terms.customer_id)]
        chosen = next((key for key in in_cart if key in terms.variant_ids), None)
        if chosen is None and (step := look_at(view, terms.slugs)):
            return step
        wanted = {line[0]: line[1] for line in terms.kept}
        if terms.variant_ids:
            wanted[chosen or terms.variant_ids[0]] = terms.quantity
        last = shape_cart(shopper, terms.customer_id, wanted, find_by_name)
        return last or ("done" if terms.variant_ids else 'give_up "None of them is in stock."')


def counted(quantity: int) -> str:
    """A quantity in words for goals."""
    return "one pack" if quantity == 1 else f"{quantity} packs"


def content_of(variant: Variant) -> tuple[str, float] | None:
    """Unit and amount of what a variant holds, in the smaller unit."""
    found = CONTENT.fullmatch(variant.size or "")
    if found is None:
        return None
    unit, factor = SMALL_UNITS.get(found[2], (found[2], 1))
    return unit, float(found[1]) * factor


def unit_cents(variant: Variant) -> int | None:
    """A variant's price per 100 of its unit, or per piece, as pages show it."""
    content = content_of(variant)
    if content is None:
        return None
    return round_half_up(variant.price_cents * (1 if content[0] == "pieces" else 100) / content[1])


def draw_products(world: World, sampler: Sampler, quantity: int) -> tuple[list[Product], list[Variant], str]:
    """Three products of one kind, the variants in stock that are cheapest per unit, and that unit.

    In worlds that have no three products of such a kind, three of several kinds that share their unit.
    """
    groups = comparable(world)
    while True:
        products = sampler.some(sampler.pick(groups), 3)
        sizes: dict[tuple[int, str], list[Variant]] = {}
        for variant in (variant for product in products for variant in product.variants):
            if variant.stock and content_of(variant):
                sizes.setdefault((variant.product_id, variant.size or ""), []).append(variant)
        ranked = sorted(sizes.values(), key=lambda group: unit_cents(group[0]) or 0)
        if len(ranked) < 3 or unit_cents(ranked[0][0]) == unit_cents(ranked[1][0]):
            continue
        content = content_of(ranked[0][0])
        if content and all(variant.stock >= quantity + 1 for variant in ranked[0]):
            return products, ranked[0], content[0]


def comparable(world: World) -> list[list[Product]]:
    """The groups of three or more products that are sold by content: of a kind, else of a unit."""
    sold = select(Product).where(
        Product.kind.in_(SOLD_BY_CONTENT), ~Product.is_discontinued, Product.limit_per_customer.is_(None)
    )
    by_kind: dict[str, list[Product]] = {}
    by_unit: dict[str, list[Product]] = {}
    for product in world.db.scalars(sold.order_by(Product.kind, Product.id)):
        by_kind.setdefault(product.kind, []).append(product)
        contents = {found[0] for variant in product.variants if (found := content_of(variant))}
        if len(contents) == 1 and contents <= UNITS.keys():
            by_unit.setdefault(contents.pop(), []).append(product)
    of_kinds = [group for group in by_kind.values() if len(group) > 2]
    return of_kinds or [group for group in by_unit.values() if len(group) > 2]


def lowest_price(products: list[Product], best: list[Variant]) -> int | None:
    """The pack with the lowest price, if that is another than the best."""
    packs = [v for product in products for v in product.variants if v.stock]
    cheapest = min(packs, key=lambda v: (v.price_cents, v.id), default=None)
    return cheapest.id if cheapest and cheapest not in best else None


def traps(terms: UnitTerms, evidence: Evidence) -> tuple[Check, ...]:
    """The mistakes that are known."""
    rows = evidence.after.all("shop_cart_item", customer_id=terms.customer_id)
    held = {(row["variant_id"], row["quantity"]) for row in rows if not row["is_saved"]}
    stays = all((key, quantity) in held for key, quantity in terms.kept)
    return (
        trap("not just the lowest price", terms.lowest_price_id not in {key for key, _ in held}),
        trap("what the cart held stays", stays),
        nothing_ordered(evidence),
    )
