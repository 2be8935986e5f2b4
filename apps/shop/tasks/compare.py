"""Answer which of three products comes in a colour, has a detail, or is made in the largest size."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Level, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.catalogue import DEPARTMENTS
from gristmill.apps.shop.models import Compared, Product
from gristmill.apps.shop.services.sizes import rank
from gristmill.apps.shop.tasks.asking import beside, is_visited, kinds, on_sale
from gristmill.apps.shop.tasks.drawing import draw_customer, fill
from gristmill.apps.shop.tasks.moves import Shopper, find_by_name
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.world.world import World
from gristmill.verifiers.answers import NAME, answers_name, name_of
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Which of these {what}: {names}?",
        "Compare {names}. Which one {what}?",
        "I cannot decide between {names}. Tell me which of them {what}.",
        "Look at {names} side by side and tell me the one that {what}.",
    ),
    "test": (
        "Only one out of {names} may be right for me: the one that {what}. Which is it?",
        "{names}: one of them {what}, I think. Give me its name.",
        "Please find out for me which product {what}. The choice is between {names}.",
    ),
}
NONE_HAS = 13  # per cent
TRIES = 6
MEASURED = re.compile(r"[0-9.]+ ?(ml|l|g|kg|mm|cm|m|GB|TB)")
MIXED = sorted(
    kind.name
    for department in DEPARTMENTS
    for kind in department.kinds
    if len({found[1] for size in kind.scale.sizes if (found := MEASURED.fullmatch(size))}) > 1
)
"""The kinds whose sizes are given in several units."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CompareTerms(Terms):
    """The products, the one that is right (None: none has it), and what bare numbers would suggest."""

    product_ids: list[int]
    slugs: list[str]
    name: str | None
    must_open: list[str]
    by_numbers: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked, in words that follow `which`, and the products that are right."""

    what: str
    right: list[Product]
    needs_all: bool = False
    by_numbers: str | None = None


@TASKS.add(
    "Shop-Compare-v0",
    tags=("comparing",),
    max_steps=60,
    kind=TaskKind.ANSWER,
    level=Level.MEDIUM,
    axes=("brief",),
)
class Compare(TaskFamily):
    """Answer which of three products of a kind has a colour, a detail or the largest size."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Exactly one is right; in some tasks none."""
        sampler = Sampler(rng)
        customer = draw_customer(world, rng)
        products, question = draw_question(world, sampler, count=0 if sampler.chance(NONE_HAS) else 1)
        right = question.right[0] if question.right else None
        slugs = [product.slug for product in products]
        terms = CompareTerms(
            customer_id=customer.id, product_ids=[product.id for product in products], slugs=slugs,
            name=right.name if right else None, by_numbers=question.by_numbers,
            must_open=[right.slug] if right and not question.needs_all else slugs,
        )  # fmt: skip
        names = [product.name for product in products]
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            what=question.what,
            names=f"{names[0]}, {names[1]} and {names[2]}",
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=f"{goal} {NAME}",
            start_url="http://shop.test/", person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.ANSWER if right else EndsWith.GIVE_UP,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the answer, and that the pages that show it were opened."""
        terms = CompareTerms.of(task)
        looked_up = opened(evidence, *[rf"shop\.test/p/{slug}(\?.*)?" for slug in terms.must_open])
        if terms.name is None:
            return verdict(looked_up, unchanged(evidence))
        is_fooled = terms.by_numbers is not None and name_of(evidence.answer or "") == name_of(
            terms.by_numbers
        )
        return verdict(
            answers_name(evidence, terms.name),
            trap("units counted", not is_fooled),
            looked_up,
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Put all three into the comparison, look at it, answer."""
        terms, shopper = CompareTerms.of(view.task), Shopper(view)
        for key, slug in zip(terms.product_ids, terms.slugs, strict=True):
            is_in = view.db.get(Compared, (terms.customer_id, key)) is not None
            if not is_in or not is_visited(view, slug):
                return add_to_comparison(shopper, view.db.get_one(Product, key))
        if not any(url.partition("?")[0].endswith("/compare") for url in view.visited):
            return "goto /compare"
        return f'answer "{terms.name}"' if terms.name else 'give_up "None of them has it."'


def add_to_comparison(shopper: Shopper, product: Product) -> str:
    """Compare a product, on its page; first take all out if the comparison is full."""
    is_full = shopper.path.endswith("/compare") and shopper.page.find("alert") is not None
    if is_full and (step := shopper.click("button", "Take all out")):
        return step
    return find_by_name(shopper, product) or shopper.click("button", "Compare") or f"goto /p/{product.slug}"


def draw_question(world: World, sampler: Sampler, *, count: int) -> tuple[list[Product], Question]:
    """Three products of a kind, and a question for which so many of them are right."""
    every = kinds(world, at_least=3)
    mixed = [kind for kind in MIXED if kind in every] or every
    while True:
        ways = (by_colour, by_detail) if count == 0 else (by_colour, by_detail, by_size)
        ask: Callable[[Sampler, list[Product], list[Product]], Question | None] = sampler.pick(ways)
        is_mixed = ask is by_size and sampler.chance(60)
        group = on_sale(world, sampler.pick(mixed if is_mixed else every))
        products = sampler.some(group, 3)
        # What none of the three has, others of their kind may have, or of their department in small worlds.
        others = group if len(group) > 3 else beside(world, group[0])
        for _ in range(TRIES):
            question = ask(sampler, others, products)
            if question and len(question.right) == count:
                world.db.flush()
                return products, question


def by_colour(sampler: Sampler, group: list[Product], products: list[Product]) -> Question | None:
    """Which comes in a colour of the kind."""
    colours = sorted({variant.colour for product in group for variant in product.variants if variant.colour})
    if not colours:
        return None
    colour = sampler.pick(colours)
    right = [product for product in products if colour in {variant.colour for variant in product.variants}]
    return Question(what=f'comes in the colour "{colour}"', right=right)


def by_detail(sampler: Sampler, group: list[Product], products: list[Product]) -> Question | None:
    """Which has a detail of the kind."""
    detail = sampler.pick(sorted({text for product in group for text in product.highlights}))
    right = [product for product in products if detail in product.highlights]
    return Question(what=f'has the detail "{detail}"', right=right)


def by_size(sampler: Sampler, group: list[Product], products: list[Product]) -> Question | None:
    """Which is in stock in the largest size; set up so that only one of them is."""
    sized = [product for product in sampler.shuffled(products) if sizes_of(product)]
    if len(sized) < 2:
        return None
    right, *others = sized
    most = max(sizes_of(right).values())
    if any(min(sizes_of(other).values()) >= most for other in others):
        return None
    for variant in (variant for other in others for variant in other.variants):
        if (rank(str(variant.size)) or 0) >= most:
            variant.stock = 0
    is_alone = sampler.chance(60)  # of the right one, the largest size alone is left
    for variant in right.variants:
        if rank(str(variant.size)) == most:
            variant.stock = max(variant.stock, 3)
        elif is_alone:
            variant.stock = 0
    numbers = {product.id: max(map(bare_number, in_stock(product)), default=0) for product in products}
    fooled = max(products, key=lambda product: (numbers[product.id], product is right))
    return Question(
        what="is in stock in the largest size", right=[right], needs_all=True,
        by_numbers=fooled.name if fooled is not right else None,
    )  # fmt: skip


def sizes_of(product: Product) -> dict[str, float]:
    """A product's sizes with their ranks; none if they are no measures."""
    sizes = {variant.size for variant in product.variants if variant.size}
    return {size: rank(size) or 0 for size in sizes} if all(map(MEASURED.fullmatch, sizes)) else {}


def in_stock(product: Product) -> list[str]:
    """The sizes of which there are some left."""
    return [variant.size for variant in product.variants if variant.size and variant.stock]


def bare_number(size: str) -> float:
    """The number in a size, whatever the unit."""
    return max(map(float, re.findall(r"[0-9]+(?:\.[0-9]+)?", size)), default=0)
