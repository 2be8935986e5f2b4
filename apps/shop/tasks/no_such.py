"""Order exactly one thing within a budget, or nothing if it is not made, sold out or too dear."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Product, Variant
from gristmill.apps.shop.services.facets import Filters
from gristmill.apps.shop.services.listing import find
from gristmill.apps.shop.tasks import drawing
from gristmill.apps.shop.tasks.basket_verdicts import basket_verdict, lines_of
from gristmill.apps.shop.tasks.baskets import order_basket, other_address, sending
from gristmill.apps.shop.tasks.carts import (
    LEFT_IN_CART,
    draw_tidy_customer,
    left_alone,
    nothing_ordered,
    require_no_order,
    shape_cart,
)
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import BasketTerms
from gristmill.apps.world.world import World
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.rows import row_before
from gristmill.verifiers.visits import opened

WORDINGS = {
    "train": (
        "Order one {product} for at most ${budget}, delivery not counted. It must be exactly this; "
        'otherwise order nothing. {delivery} delivery to my "{address}" address, paid with the {card}.',
        'If {product} can be had for ${budget} or less, order one ({delivery} delivery to "{address}", '
        "{card}). If not, or only in another colour or size, leave it.",
        "I would like one {product}. The price without delivery must not be above ${budget}, and I take "
        'no other option. Send it to "{address}" by {delivery} delivery on the {card}, or buy nothing.',
        "Please buy {product}, one piece, provided that it is in stock and costs no more than "
        '${budget}. Nothing similar, please; then rather nothing. Address: "{address}". Delivery: '
        "{delivery}. Card: {card}.",
    ),
    "test": (
        "Get me one {product}, as long as its price is not higher than ${budget} before delivery. No "
        'substitutes: if it cannot be had like that, nothing is ordered. It goes to "{address}" by '
        "{delivery} delivery; the {card} pays.",
        'One {product}, ${budget} at the very most, delivery aside; {delivery} delivery to "{address}"; '
        "{card}. I want precisely this one or none.",
        "See whether the shop has {product} in stock at up to ${budget}. If so, order a single one with "
        'the {card} for {delivery} delivery to "{address}"; if not, do not order anything in its place.',
    ),
}
BETWEEN_WORDS = r"(\+|-|%\w\w)+"  # of a query in a URL

CASES = ("buy",) * 8 + ("not made",) * 4 + ("sold out",) * 4 + ("too dear",) * 4


@dataclass(frozen=True, kw_only=True, slots=True)
class NoSuchTerms(BasketTerms):
    """`lines` is what to order, empty where it cannot be; then `variant_id` may still be in the cart.

    `proof` is the pattern of the pages that show why it cannot be had.
    """

    product_id: int
    slug: str
    variant_id: int | None
    case: str
    proof: str


@TASKS.add(
    "Shop-NoSuch-v0",
    tags=("checkout", "search"),
    max_steps=60,
    kind=TaskKind.REFUSE,
    level=Level.HARD,
    success_is_final=True,
    axes=("brief", "news"),
)
class NoSuch(TaskFamily):
    """Order a product in an option and within a budget, or nothing if it cannot be had like that."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = {
        **LEFT_IN_CART,
        ("terms", "case"): "why it cannot be had is said in free words, which nobody judges",
    }

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In 40 % of the tasks it can be had; else it is not made, sold out, or dearer than the budget."""
        sampler = Sampler(rng)
        customer = draw_tidy_customer(world, rng)
        variant = draw_with_options(world, rng, sampler, customer)
        where, words = sending(world, rng, customer)
        case = sampler.pick(CASES)
        product, dollars = variant.product, variant.price_cents // 100
        budget = dollars + 1 + sampler.pick((0, 0, 4, 9))
        wanted = drawing.described(variant)
        match case:
            case "not made":
                wanted = not_made(world, sampler, variant)
            case "sold out":
                variant.stock = 0
                world.db.flush()
            case "too dear":
                budget = max(1, (variant.price_cents - 1) // 100 - sampler.pick((0, 0, 1, 3)))
        is_possible = case == "buy"
        is_listed = case == "too dear" and product.from_cents > 100 * budget
        terms = NoSuchTerms(
            customer_id=customer.id, lines=[[variant.id, 1]] if is_possible else [], product_id=product.id,
            slug=product.slug, variant_id=variant.id if case == "too dear" else None, case=case,
            proof=proof_of(world, product, is_listed=is_listed), **where,
        )  # fmt: skip
        goal = drawing.fill(sampler.pick(WORDINGS[wordings]), product=wanted, budget=budget, **words)
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.DONE if is_possible else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another address."""
        return other_address(world, rng, task)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the one order; where it cannot be had, for a look at why and that nothing was ordered."""
        terms = NoSuchTerms.of(task)
        if terms.lines:
            return basket_verdict(terms, evidence, *traps(terms, evidence))
        return verdict(
            nothing_ordered(evidence),
            *traps(terms, evidence),
            opened(evidence, terms.proof, name="a page that shows why was opened"),
            left_alone(evidence, terms.customer_id, [terms.variant_id] if terms.variant_id else []),
        )

    def oracle(self, view: View) -> str:
        """Look at the product; order it, or give up."""
        terms, shopper = NoSuchTerms.of(view.task), Shopper(view)
        if terms.lines:
            return order_basket(view, terms)
        require_no_order(view.db, terms.customer_id)
        if step := shape_cart(shopper, terms.customer_id, {}, find_by_name):
            return step
        if not any(url.partition("?")[0].endswith(f"/p/{terms.slug}") for url in view.visited):
            return (
                find_by_name(shopper, view.db.get_one(Product, terms.product_id)) or f"goto /p/{terms.slug}"
            )
        return f'give_up "It is {terms.case}."'


def proof_of(world: World, product: Product, *, is_listed: bool) -> str:
    """The pattern of a product's page, and of lists with it if they show already why it cannot be had."""
    pages = [rf"p/{product.slug}(\?.*)?", *(lists_with(world, product) if is_listed else [])]
    return rf"shop\.test/({'|'.join(pages)})"


def lists_with(world: World, product: Product) -> Iterator[str]:
    """The patterns of the lists whose first page shows a product: its department, searches for its name.

    A search may be for some of the name's words, as long as these stand side by side.
    """
    department, words = product.department.slug, re.findall(r"\w+", product.name)
    if product.id in find(world.db, Filters(), 1, department).product_ids:
        yield f"d/{department}"
    for start, end in combinations(range(len(words) + 1), 2):
        run = words[start:end]
        if product.id in find(world.db, Filters(query=" ".join(run)), 1).product_ids:
            yield rf"search\?q=(?i:{BETWEEN_WORDS.join(run)})"


def draw_with_options(world: World, rng: Generator, sampler: Sampler, customer: object) -> Variant:
    """A variant in stock of a product with several colours and sizes."""
    while True:
        variant = drawing.draw_variant(world, rng, customer, stock=2)  # type: ignore[arg-type]
        if variant.size and variant.colour and len(variant.product.variants) > 2:
            return variant


def not_made(world: World, sampler: Sampler, variant: Variant) -> str:
    """The product in a colour in which only others of its kind are made, as goals name it."""
    own = {each.colour for each in variant.product.variants}
    others = select(Variant.colour).join(Variant.product).where(
        Product.kind == variant.product.kind, Variant.colour.is_not(None)
    )  # fmt: skip
    colours = sorted(str(each) for each in set(world.db.scalars(others)) - own)
    colour = sampler.pick(colours or ["Ultramarine"])
    return f"{variant.product.name} (colour {colour}, {drawing.titled('size', str(variant.size))})"


def traps(terms: NoSuchTerms, evidence: Evidence) -> tuple[Check, ...]:
    """The mistakes that are known."""
    right = {line[0] for line in terms.lines}
    bought = [line.get("variant_id") for line in lines_of(evidence)]
    products = {key: row_before(evidence, "shop_variant", key).get("product_id") for key in bought}
    near = [key for key in bought if key not in right and products[key] == terms.product_id]
    other = [key for key in bought if key not in right and key not in near]
    return (
        trap("not the same thing in another option", not near),
        trap("not another thing instead", not other),
    )
