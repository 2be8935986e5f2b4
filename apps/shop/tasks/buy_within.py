"""Order the best rated product of a category under a price."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Customer, Department, Product, Variant
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.asking import LISTING, kinds
from gristmill.apps.shop.tasks.baskets import other_delivery
from gristmill.apps.shop.tasks.carts import (
    draw_tidy_customer,
    left_alone,
    nothing_ordered,
    require_no_order,
    shape_cart,
)
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.ordering import last_order_id, next_step
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.shop.tasks.verdicts import order_verdict
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.rows import only_inserted, row_before
from gristmill.verifiers.visits import opened

RULE = "Customer ratings decide; of those rated the same, the one with more reviews."
WORDINGS = {
    "train": (
        "Order the best-rated {what} that is in stock for ${budget} or less, one piece in any option at "
        "that price. {rule} Standard delivery to my default address, paid with my default card; if "
        "there is none, order nothing.",
        "For at most ${budget}, delivery not counted, I want the {what} that customers rate highest. "
        "{rule} It must be in stock; any option within the price will do. One piece, default address, "
        "default card, standard delivery. Without a match, do not order.",
        "Find the top-rated {what} not above ${budget} and buy one, whichever option, as long as it is "
        "in stock and within that price. {rule} Send it by standard delivery to the default address on "
        "the default card. Nothing fits? Then buy nothing.",
        "Please get me one {what}: the one with the best rating among those in stock at ${budget} at "
        "most, in an option at such a price. {rule} Address and card are my defaults, delivery is "
        "standard. Leave it if there is no such thing.",
    ),
    "test": (
        "My limit is ${budget} before delivery. Within it, order the {what} with the highest rating "
        "that can be had now (one, any option within the limit). {rule} Standard delivery, default "
        "address, default card; or no order if the limit allows none.",
        "Among every {what} in stock with an option for ${budget} or less, one is rated best. {rule} "
        "Order one of it in such an option, by standard delivery, with my default card, to my default "
        "address. If there is none at all, order nothing.",
        "One {what}, please, for no more than ${budget}, in stock, and rated better than all others of "
        "that price. {rule} The option is up to you within the price. Use standard delivery, the "
        "default address and the default card, or order nothing if none qualifies.",
    ),
}
NONE_FITS = 14  # per cent
RATING = "Customer rating"


class Offer(NamedTuple):
    """A product with the options that can be bought for a price."""

    product: Product
    variants: Sequence[Variant]

    @property
    def rank(self) -> tuple[int, int]:
        """The better, the lower: by rating, then by the number of reviews."""
        return -self.product.rating_tenths, -self.product.review_count


@dataclass(frozen=True, kw_only=True, slots=True)
class WithinTerms(OrderTerms):
    """The best product's options within the budget; none if nothing fits.

    Attributes:
        kind, department: the category: a kind, or the slug and name of a department.
        sponsored: sponsored products of the category that are not the best.
        tied: products with the same rating and fewer reviews.
    """

    budget: int
    kind: str | None
    department: list[str]
    sponsored: list[int]
    tied: list[int]


@TASKS.add(
    "Shop-BuyWithin-v0",
    tags=("search", "filters", "checkout"),
    max_steps=75,
    level=Level.HARD,
    success_is_final=True,
    axes=("brief", "news"),
)
class BuyWithin(TaskFamily):
    """Order the best-rated product of a category that is in stock and within a price."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """A kind or a department, and a budget that rules some of it out; in some tasks all of it."""
        sampler = Sampler(rng)
        customer = draw_customer(world, rng)
        is_possible = not sampler.chance(NONE_FITS)
        kind, department, products, best, budget = draw_offer(world, sampler, is_possible=is_possible)
        first = best.product if best else None
        terms = WithinTerms(
            customer_id=customer.id, variant_ids=[v.id for v in best.variants] if best else [], quantity=1,
            address_id=next(a.id for a in customer.addresses if a.is_default), delivery="standard",
            card_id=next(c.id for c in customer.cards if c.is_default),
            last_order_id=last_order_id(world.db, customer.id), saved=[], budget=budget, kind=kind,
            department=[department.slug, department.name] if department else [],
            sponsored=[p.id for p in products if p.is_sponsored and p is not first],
            tied=[p.id for p in products if first and p is not first and is_tied(p, first)],
        )  # fmt: skip
        what = (
            f"product of the department {department.name}" if department else f'product of the type "{kind}"'
        )
        goal = drawing.fill(sampler.pick(WORDINGS[wordings]), what=what, budget=budget, rule=RULE)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.DONE if best else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """The other delivery."""
        return other_delivery(task)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one order of the best; where nothing fits, that nothing was ordered."""
        terms = WithinTerms.of(task)
        if terms.variant_ids:
            *checks, rest = order_verdict(terms, evidence).checks
            return verdict(*checks, *traps(terms, evidence), rest)
        return verdict(
            nothing_ordered(evidence),
            opened(evidence, rf"shop\.test/{LISTING}", name="a listing was opened"),
            left_alone(evidence, terms.customer_id, []),
        )

    def oracle(self, view: View) -> str:
        """Filter the category by price and stock, sort it by rating, and order the first that is right."""
        terms, shopper = WithinTerms.of(view.task), Shopper(view)
        if not terms.variant_ids:
            require_no_order(view.db, terms.customer_id)
            emptied = shape_cart(shopper, terms.customer_id, {}, find_by_name)
            return emptied or narrowed(shopper, terms) or 'give_up "There is none within that price."'
        in_cart = [item.variant_id for item in shopper.cart(terms.customer_id)]
        chosen = next((key for key in in_cart if key in terms.variant_ids), terms.variant_ids[0])
        variant = view.db.get_one(Variant, chosen)
        return next_step(view, terms, variant, lambda shopper, product: find_best(shopper, product, terms))


def draw_customer(world: World, rng: Generator) -> Customer:
    """A customer with an empty cart whose default card pays."""
    while True:
        customer = draw_tidy_customer(world, rng)
        today = world.now.date()
        if any(c.is_default and not (c.is_refused or c.is_expired(today)) for c in customer.cards):
            return customer


def draw_category(world: World, sampler: Sampler) -> tuple[str | None, Department | None, list[Product]]:
    """A kind or a department, with the products that the shop lists there."""
    listed = select(Product).where(~Product.is_discontinued).order_by(Product.id)
    if sampler.chance(60):
        kind = sampler.pick(kinds(world))
        return kind, None, list(world.db.scalars(listed.where(Product.kind == kind)))
    department = sampler.pick(list(world.db.scalars(select(Department).order_by(Department.id))))
    return None, department, list(world.db.scalars(listed.where(Product.department_id == department.id)))


def draw_offer(
    world: World, sampler: Sampler, *, is_possible: bool
) -> tuple[str | None, Department | None, list[Product], Offer | None, int]:
    """A category, and its best product for a budget in dollars; or no product, and a budget too low."""
    while True:
        kind, department, products = draw_category(world, sampler)
        prices = sorted({v.price_cents for product in products for v in product.variants if v.stock})
        if prices and not is_possible:
            return kind, department, products, None, max(1, (prices[0] - 1) // 100 - sampler.pick((0, 1, 2)))
        for price in sampler.shuffled(prices):
            budget = price // 100 + sampler.pick((1, 1, 2, 5))
            best = best_within(products, budget * 100)
            if best is not None:
                return kind, department, products, best, budget


def best_within(products: Sequence[Product], cents: int) -> Offer | None:
    """The one product within a price that ranks before all others, unless a customer may buy few of it."""
    offers = sorted(offers_within(products, cents), key=lambda offer: offer.rank)
    is_only = len(offers) > 1 and offers[0].rank < offers[1].rank
    return offers[0] if is_only and offers[0].product.limit_per_customer is None else None


def offers_within(products: Sequence[Product], cents: int) -> list[Offer]:
    """The products of which something in stock costs no more than this."""
    found = [Offer(p, [v for v in p.variants if v.stock and v.price_cents <= cents]) for p in products]
    return [offer for offer in found if offer.variants]


def is_tied(product: Product, best: Product) -> bool:
    """Whether a product has the rating of the best, and no more reviews."""
    same = product.rating_tenths == best.rating_tenths
    return same and product.review_count <= best.review_count


def find_best(shopper: Shopper, product: Product, terms: WithinTerms) -> str | None:
    """Open the product's page from the narrowed listing, unless it is open already."""
    if shopper.is_at(product):
        return None
    return (
        narrowed(shopper, terms)
        or shopper.sort(RATING)
        or shopper.follow(product)
        or f"goto /p/{product.slug}"
    )


def narrowed(shopper: Shopper, terms: WithinTerms) -> str | None:
    """Open the category's listing, filtered by price and stock."""
    if not is_listed(shopper, terms):
        if terms.kind:
            return shopper.search(terms.kind)
        slug, name = terms.department
        menu = shopper.page.find("navigation", "Departments")
        return (shopper.click("link", name, within=menu) if menu else None) or f"goto /d/{slug}"
    if "max" in shopper.query and shopper.query.get("in_stock") == ["1"]:
        return None
    return (
        shopper.show_filters()
        or shopper.fill("textbox", "Price up to", str(terms.budget))
        or shopper.check("checkbox", "In stock only")
        or shopper.apply_filters()
        or "goto /"
    )


def is_listed(shopper: Shopper, terms: WithinTerms) -> bool:
    """Whether the page is the category's listing."""
    return shopper.lists(terms.kind) if terms.kind else shopper.path == f"/d/{terms.department[0]}"


def traps(terms: WithinTerms, evidence: Evidence) -> tuple[Check, ...]:
    """The mistakes that are known."""
    line = only_inserted(evidence, "shop_order_line")
    product = row_before(evidence, "shop_variant", line.get("variant_id")).get("product_id")
    cents = line.integer("unit_price_cents")
    return (
        trap("not above the price", cents <= terms.budget * 100, f"{cents / 100:.2f}"),
        trap("of those rated the same, the one with more reviews", product not in terms.tied),
        trap("not the sponsored one", product not in terms.sponsored),
    )
