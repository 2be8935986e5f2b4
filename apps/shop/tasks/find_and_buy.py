"""Find a product by a description and order one."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import Level, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Brand, Product, Variant
from gristmill.apps.shop.services.facets import Filters
from gristmill.apps.shop.services.listing import Entry, matching_entries
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.carts import saved_items
from gristmill.apps.shop.tasks.drawing import fill
from gristmill.apps.shop.tasks.moves import Shopper
from gristmill.apps.shop.tasks.ordering import last_order_id, next_step
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import FindTerms
from gristmill.apps.shop.tasks.verdicts import CART_IS_FREE, order_verdict
from gristmill.apps.world.world import World
from gristmill.errors import PluginError
from gristmill.verifiers.base import Evidence, Verdict

RATED_4 = 40  # tenths of a star
CHEAPEST, BEST = "Price: low to high", "Customer rating"

WORDINGS = {
    "train": (
        "Order {wanted}, one piece only. {options} Use my default address and my default card, with standard "
        "delivery, and buy nothing else.",
        "Find {wanted} and buy one, nothing else. {options} Choose standard delivery to my default address, "
        "and pay with my default card.",
        "I am looking for {wanted}. Please order a single one. {options} It goes to the default address by "
        "standard delivery, and the default card pays.",
        "Please buy {wanted}. One is enough, and I want nothing besides. {options} Standard delivery to the "
        "address set as default will do; charge the card set as default.",
    ),
    "test": (
        "Get me {wanted}: one, no more. {options} Standard delivery, default address, default card.",
        "Search the store for {wanted}, then place an order for one. {options} Have it sent by standard "
        "delivery, using the address and the card that are set as default.",
        "Which is {wanted}? Buy exactly one of it. {options} Have it shipped to my default address by "
        "standard delivery, at the expense of my default card.",
    ),
}
AT_LOWEST_PRICE = "Take any option that is sold at that lowest price."
ANY_OPTION = "Any option will do."


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A described product: the description, a search that finds it, and the acceptable variants."""

    words: str
    query: str
    sort: str
    is_rated_4: bool
    variants: Sequence[Variant]


@TASKS.add(
    "Shop-FindAndBuy-v0",
    tags=("search", "filters", "checkout"),
    max_steps=50,
    success_is_final=True,
    level=Level.HARD,
    axes=("brief",),
)
class FindAndBuy(TaskFamily):
    """Order the one product that fits a description, such as the cheapest well-rated one of a brand."""

    equivalent = CART_IS_FREE

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Sample a description that matches exactly one product."""
        customer = drawing.draw_customer(world, rng)
        wanted = draw_wanted(world, rng)
        terms = FindTerms(
            customer_id=customer.id,
            variant_ids=[variant.id for variant in wanted.variants],
            quantity=1,
            address_id=next(a.id for a in customer.addresses if a.is_default),
            delivery="standard",
            card_id=next(c.id for c in customer.cards if c.is_default),
            last_order_id=last_order_id(world.db, customer.id),
            saved=saved_items(world.db, customer.id),
            query=wanted.query,
            sort=wanted.sort,
            is_rated_4=wanted.is_rated_4,
        )
        options = AT_LOWEST_PRICE if wanted.sort == CHEAPEST else ANY_OPTION
        return Task(
            family=self.id,
            seed=seed,
            split=split,
            wordings=wordings,
            goal=fill(Sampler(rng).pick(WORDINGS[wordings]), wanted=wanted.words, options=options),
            start_url="http://shop.test/",
            person_id=customer.person_id,
            terms=terms.to_json(),
        )

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one order of one acceptable variant."""
        return order_verdict(FindTerms.of(task), evidence)

    def oracle(self, view: View) -> str:
        """Search, filter and sort as a shopper would, then order the first result."""
        terms = FindTerms.of(view.task)
        in_cart = [item.variant_id for item in Shopper(view).cart(terms.customer_id)]
        chosen = next((key for key in in_cart if key in terms.variant_ids), terms.variant_ids[0])
        variant = view.db.get_one(Variant, chosen)
        return next_step(view, terms, variant, lambda shopper, product: find_listed(shopper, product, terms))


def find_listed(shopper: Shopper, product: Product, terms: FindTerms) -> str | None:
    """Open the product's page by search, filters and sorting, unless it is open already."""
    if shopper.is_at(product):
        return None
    if not shopper.lists(terms.query):
        return shopper.search(terms.query)
    is_filtered = shopper.query.get("in_stock") == ["1"] and (
        shopper.query.get("rating") == ["4"] or not terms.is_rated_4
    )
    if not is_filtered:
        rated = shopper.check("radio", shopper.named("radio", "4 stars and up")) if terms.is_rated_4 else None
        return (
            shopper.show_filters()
            or rated
            or shopper.check("checkbox", "In stock only")
            or shopper.apply_filters()
            or "goto /"
        )
    return shopper.sort(terms.sort) or shopper.follow(product) or shopper.search(product.name)


def draw_wanted(world: World, rng: Generator) -> Wanted:
    """Sample a description that matches exactly one product, by brand or by kind.

    Raises:
        PluginError: no product of the world can be described uniquely.
    """
    brands = list(world.db.scalars(select(Brand.name).order_by(Brand.id)))
    kinds = list(world.db.scalars(select(Product.kind).distinct().order_by(Product.kind)))
    subjects = [("brand", name) for name in brands] + [("kind", name) for name in kinds]
    for index in rng.permutation(len(subjects)):
        found = describe(world, rng, *subjects[index])
        if found:
            return found
    raise PluginError("No product of this world can be described uniquely without naming it.")


def describe(world: World, rng: Generator, attribute: str, value: str) -> Wanted | None:
    """Describe one product among those of a brand or kind; None if none stands out.

    Other results of a search for the brand or kind must not be ranked before it.
    """
    listed = matching_entries(world.db, Filters(query=value, in_stock=True))
    is_kind = attribute == "kind"
    what = f'product of the type "{value.lower()}"' if is_kind else f"{value} product"
    first = cheapest(listed) if (is_cheapest := rng.random() < 0.7) else best(listed)
    if first is None or (first.kind if is_kind else first.brand_name).lower() != value.lower():
        return None
    product = world.db.get_one(Product, first.id)
    if product.limit_per_customer is not None:
        return None
    variants = [v for v in product.variants if v.stock]
    if not is_cheapest:
        words = f"the highest-rated {what} among those in stock"
        return Wanted(words=words, query=value, sort=BEST, is_rated_4=False, variants=variants)
    fitting = [v for v in variants if v.price_cents == first.from_cents]
    words = f"the cheapest {what} that is in stock and rated 4 stars or more"
    wanted = Wanted(words=words, query=value, sort=CHEAPEST, is_rated_4=True, variants=fitting)
    return wanted if fitting else None


def cheapest(listed: Sequence[Entry]) -> Entry | None:
    """The cheapest well-rated entry, if there are several and no other is as cheap."""
    rated = [entry for entry in listed if entry.rating_tenths >= RATED_4]
    return leading(sorted(rated, key=lambda entry: entry.from_cents), "from_cents")


def best(listed: Sequence[Entry]) -> Entry | None:
    """The best-rated entry, if there are several and no other is rated as high."""
    return leading(sorted(listed, key=lambda entry: -entry.rating_tenths), "rating_tenths")


def leading(entries: Sequence[Entry], column: str) -> Entry | None:
    """The first of at least two entries, unless the second is equal in this column."""
    if len(entries) < 2 or getattr(entries[0], column) == getattr(entries[1], column):
        return None
    return entries[0]
