"""Answer what the products of a brand and a kind cost at least, at most, or how far that is apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Brand, Product, Variant
from gristmill.apps.shop.tasks.asking import LISTING, is_visited, kinds, on_sale
from gristmill.apps.shop.tasks.drawing import draw_customer, fill
from gristmill.apps.shop.tasks.moves import NEXT_PAGE, Shopper
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.world.world import World
from gristmill.verifiers.answers import MONEY, answers_money, cents_of
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        'What is the {ask} for which {brand} sells something of the type "{kind}"? Count every size and '
        "colour at today's price, in stock or not.",
        'I am looking at products of the type "{kind}" by {brand}. Tell me the {ask} among all their '
        "sizes and colours, as they are priced now, whether in stock or not.",
        'Among everything of the type "{kind}" from {brand}, in any option, what is the {ask} today? '
        "Things that are out of stock count too.",
        'Find the {ask} of the products by {brand} that are of the type "{kind}". All options count, '
        "also those out of stock, with the prices of today.",
    ),
    "test": (
        'Please look up, for {brand} and the type "{kind}", the {ask}. Each colour and size counts at '
        "its present price, even if there is none left.",
        '{brand}, type "{kind}": I need the {ask} as of today, over all the options that the shop '
        "shows, sold out ones included.",
        "Which amount is the {ask} if you go through all options of all the {brand} products of the "
        'type "{kind}"? Use what they cost now; stock does not matter.',
    ),
}
ASKS = {
    "lowest": "lowest price",
    "highest": "highest price",
    "difference": "difference between the lowest and the highest price",
}
NO_SUCH = 13  # per cent


@dataclass(frozen=True, kw_only=True, slots=True)
class RangeTerms(Terms):
    """The right answer; where there are no such products, no pages to open.

    Attributes:
        pages: patterns of the pages that show it.
        old_cents: what it would be at the prices before a sale.
        cards_cents: what it would be by the prices that listings show.
    """

    query: str
    cents: int | None
    old_cents: int | None
    cards_cents: int | None
    slugs: list[str]
    pages: list[str]


@TASKS.add(
    "Shop-PriceRange-v0",
    tags=("search", "comparing"),
    max_steps=60,
    kind=TaskKind.ANSWER,
    axes=("brief",),
)
class PriceRange(TaskFamily):
    """Answer the lowest or highest price, or the span, of a brand's products of one kind."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Brands with several products of a kind, rather with options of different prices."""
        sampler = Sampler(rng)
        is_possible = not sampler.chance(NO_SUCH)
        customer = draw_customer(world, rng)
        ask = sampler.pick(("lowest", "highest", "highest", "difference", "difference"))
        kind, brand, products = draw_group(world, sampler, is_possible=is_possible)
        variants = [variant for product in products for variant in product.variants]
        terms = RangeTerms(
            customer_id=customer.id, query=f"{brand} {kind}", slugs=[product.slug for product in products],
            cents=asked(ask, [v.price_cents for v in variants]),
            old_cents=asked(ask, [v.was_cents or v.price_cents for v in variants]),
            cards_cents=asked(ask, [product.from_cents for product in products]),
            pages=pages(ask, products) if products else [rf"shop\.test/{LISTING}"],
        )  # fmt: skip
        goal = fill(sampler.pick(WORDINGS[wordings]), ask=ASKS[ask], brand=brand, kind=kind)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=f"{goal} {MONEY}",
            start_url="http://shop.test/", person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.ANSWER if products else EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the answer, and that the pages that show it were opened."""
        terms = RangeTerms.of(task)
        right = (
            [answers_money(evidence, terms.cents), *traps(terms, evidence)] if terms.cents is not None else []
        )
        return verdict(*right, opened(evidence, *terms.pages), unchanged(evidence))

    def oracle(self, view: View) -> str:
        """Search, look at each product that is found, answer."""
        terms, shopper = RangeTerms.of(view.task), Shopper(view)
        is_searched = any(f"/search?q={terms.query.partition(' ')[0]}" in url for url in view.visited)
        unseen = [slug for slug in terms.slugs if not is_visited(view, slug)]
        if is_searched and unseen and shopper.path.startswith("/p/"):
            return "back"
        if not is_searched or (unseen and not shopper.lists(terms.query)):
            return shopper.search(terms.query) or "goto /"
        if unseen:
            return follow_any(shopper, unseen) or f"goto /p/{unseen[0]}"
        if terms.cents is None:
            return 'give_up "The brand sells nothing of this type."'
        return f'answer "{terms.cents // 100}.{terms.cents % 100:02d}"'


def follow_any(shopper: Shopper, slugs: Sequence[str]) -> str | None:
    """Open the first of these products that a list shows, on this page of it or a later one."""
    names = shopper.db.scalars(select(Product.name).where(Product.slug.in_(slugs))).all()
    shown = (shopper.click("link", link.name) for link in shopper.page.all("link") if link.name in names)
    return next(shown, None) or shopper.click("link", NEXT_PAGE)


def draw_group(world: World, sampler: Sampler, *, is_possible: bool) -> tuple[str, str, list[Product]]:
    """A kind, a brand, and its products of that kind: several, or none if it is not to be possible."""
    every, brands = kinds(world), sorted(world.db.scalars(select(Brand.name)))
    while True:
        kind = sampler.pick(every)
        products = on_sale(world, kind)
        if is_possible:
            brand = sampler.pick(products).brand.name
            own = [product for product in products if product.brand.name == brand]
            if len(own) > 1 or len({variant.price_cents for variant in own[0].variants}) > 1:
                return kind, brand, own
        else:
            others = [each for each in brands if each not in {product.brand.name for product in products}]
            gone = select(Product.id).join(Brand).where(Product.kind == kind, Brand.name.in_(others))
            if others and world.db.scalars(gone).first() is None:
                return kind, sampler.pick(others), []


def asked(ask: str, cents: Sequence[int]) -> int | None:
    """The lowest or highest of these amounts, or their difference; None if there are none."""
    if not cents:
        return None
    return {"lowest": min(cents), "highest": max(cents), "difference": max(cents) - min(cents)}[ask]


def pages(ask: str, products: Sequence[Product]) -> list[str]:
    """Patterns of the pages that show the cheapest and the dearest option, as far as they are asked for."""
    variants = [variant for product in products for variant in product.variants]
    cheapest = min(variants, key=lambda v: v.price_cents)
    dearest = max(variants, key=lambda v: v.price_cents)
    found = {"lowest": [cheapest], "highest": [dearest]}.get(ask, [cheapest, dearest])
    return [shows_price(variant) for variant in found]


def shows_price(variant: Variant) -> str:
    """A pattern of the pages that show what an option costs: listings give the lowest price of a product."""
    page = rf"p/{variant.product.slug}(\?.*)?"
    is_on_card = variant.price_cents == variant.product.from_cents
    return rf"shop\.test/({LISTING}|{page})" if is_on_card else rf"shop\.test/{page}"


def traps(terms: RangeTerms, evidence: Evidence) -> list[Check]:
    """The mistakes that are known."""
    answered = cents_of(evidence.answer or "")
    return [
        trap("at the prices of today", answered != terms.old_cents or terms.old_cents == terms.cents),
        trap("over all options", answered != terms.cards_cents or terms.cards_cents == terms.cents),
    ]
