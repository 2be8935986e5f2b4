"""Who complains of something in the reviews of a product."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.oracle_page import quoted
from gristmill.apps.kit.pagination import page_count
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.catalogue.opinions import REVIEWERS
from gristmill.apps.shop.models import Product, Review
from gristmill.apps.shop.seed.reviews import INITIALS
from gristmill.apps.shop.services.reviews import REVIEWS_PER_PAGE, review_page, update_rating
from gristmill.apps.shop.tasks.drawing import draw_customer, fill
from gristmill.apps.shop.tasks.moves import NEXT_PAGE, find_by_name
from gristmill.apps.shop.tasks.order_moves import OrdersPage
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.review_topics import FRAMES, TOPICS, Topic
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.world.world import World
from gristmill.verifiers import answers
from gristmill.verifiers.answers import answers_names, name_of, names_of
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Who complains {topic} in the reviews of {product}? Give the names of the reviewers as they are "
        "shown. {form}",
        "Read the reviews of {product} and tell me which reviewers complain {topic}, by the names that the "
        "page shows. {form}",
        "I want to know who complains {topic} after buying {product}. Their names under the reviews are "
        "enough. {form}",
        "Go through what customers write about {product}. List everybody who complains {topic}, named as "
        "in the review. {form}",
    ),
    "test": (
        "Among the reviewers of {product}, some may complain {topic}. Name them as the shop does. {form}",
        "{product}: by whom are there reviews that complain {topic}? Use the names beside the stars. {form}",
        "Check all reviews of {product} for people who complain {topic}, and answer with their names as "
        "printed there. {form}",
    ),
}
FEWEST, MOST = 4, 18  # reviews of the product before those of the set-up
TITLES = ("My experience", "To be fair", "A word about it", "After some weeks", "Worth knowing", "In use")


@dataclass(frozen=True, kw_only=True, slots=True)
class MentionTerms(Terms):
    """Who complains, who of them is on later pages, who denies it, and the number of pages of reviews."""

    product_id: int
    slug: str
    names: list[str]
    later: list[str]
    denying: list[str]
    pages: int


@TASKS.add(
    "Shop-ReviewMentions-v0", tags=("reviews",), max_steps=44, kind=TaskKind.ANSWER, axes=("brief",)
)  # fmt: skip
class ReviewMentions(TaskFamily):
    """Name the reviewers of a product who complain of something, over several pages of reviews."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """One to four who complain and one or two who deny it; in 12 % of the tasks nobody complains."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        topic = sampler.pick(TOPICS)
        product = draw_product(world, sampler, topic)
        count = 0 if sampler.chance(12) else sampler.between(1, 4)
        written = write_reviews(world, sampler, product, topic, count)
        first = {each.id for each in review_page(world.db, product, 1).reviews}
        complaining, denying = written[:count], written[count:]
        terms = MentionTerms(
            customer_id=customer.id, product_id=product.id, slug=product.slug,
            names=[each.author for each in complaining], denying=[each.author for each in denying],
            later=[each.author for each in complaining if each.id not in first], pages=len(pages_of(product)),
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]), topic=topic.question, product=product.name, form=answers.NAMES
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(), ends_with=EndsWith.ANSWER,
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the names, and that more than the first page of reviews was opened if there are more."""
        terms = MentionTerms.of(task)
        more = page_url(terms.slug, r"\?([^#]*&)?(reviews|stars|order)=.*")
        return verdict(
            answers_names(evidence, terms.names),
            includes(evidence, "those of later pages", terms.later),
            leaves_out(evidence, "nobody who denies it", terms.denying),
            opened(
                evidence,
                page_url(terms.slug, ".*"),
                *([more] if terms.pages > 1 else []),
                name="the reviews were read",
            ),
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Read every page of the reviews, then answer."""
        terms, page = MentionTerms.of(view.task), OrdersPage(view)
        product = view.db.get_one(Product, terms.product_id)
        unread = next((number for number in pages_of(product) if not has_read(page, terms, number)), None)
        if unread is None:
            return f"answer {quoted(', '.join(terms.names) or 'none')}"
        if not page.is_at(product):
            return find_by_name(page, product) or f"goto /p/{product.slug}"
        if number_of_page(page) == unread - 1 and (step := page.click("link", NEXT_PAGE)):
            return step
        return f"goto /p/{product.slug}" + (f"?reviews={unread}" if unread > 1 else "")


def draw_product(world: World, sampler: Sampler, topic: Topic) -> Product:
    """A product with some reviews, none of which has the topic's words."""
    some = Product.review_count.between(FEWEST, MOST), ~Product.is_discontinued
    products = list(world.db.scalars(select(Product).where(*some).order_by(Product.id)))
    while True:
        product = sampler.pick(products)
        texts = world.db.execute(
            select(Review.title, Review.body).where(Review.product_id == product.id).order_by(Review.id)
        )
        if not any(topic.words.search(f"{title} {body}") for title, body in texts):
            return product


def write_reviews(world: World, sampler: Sampler, product: Product, topic: Topic, count: int) -> list[Review]:
    """Set-up: `count` reviews that complain, then one or two that deny it, by people of other names."""
    taken = set(names_in(world, product))
    free = [f"{name} {letter}." for name in REVIEWERS for letter in INITIALS]
    names = sampler.some([name for name in free if name not in taken], 6)
    texts = sampler.some(topic.mentions, count) + sampler.some(topic.denials, sampler.between(1, 2))
    frames = sampler.some(FRAMES, len(texts))
    written = [
        Review(
            product_id=product.id, customer_id=None, author=name, stars=sampler.between(2, 5),
            title=sampler.pick(TITLES), body=frame.format(text), helpful_count=sampler.pick((0, 0, 3)),
            written_on=written_on(world, sampler),
        )
        for name, text, frame in zip(names, texts, frames, strict=False)
    ]  # fmt: skip
    world.db.add_all(written)
    world.db.flush()
    update_rating(world.db, product)
    return written


def names_in(world: World, product: Product) -> Sequence[str]:
    """The names under a product's reviews."""
    pages = page_count(product.review_count, REVIEWS_PER_PAGE)
    return [
        each.author
        for number in range(1, pages + 1)
        for each in review_page(world.db, product, number).reviews
    ]


def written_on(world: World, sampler: Sampler) -> date:
    """A day of the last year and a half."""
    return world.now.date() - timedelta(days=sampler.between(2, 540))


def includes(evidence: Evidence, name: str, wanted: Sequence[str]) -> Check:
    """The trap that some names are left out of the answer."""
    lacking = set(map(name_of, wanted)) - set(names_of(evidence.answer or ""))
    return trap(name, not lacking, ", ".join(sorted(lacking)))


def leaves_out(evidence: Evidence, name: str, unwanted: Sequence[str]) -> Check:
    """The trap that names are in the answer that do not belong there."""
    wrong = set(map(name_of, unwanted)) & set(names_of(evidence.answer or ""))
    return trap(name, not wrong, ", ".join(sorted(wrong)))


def page_url(slug: str, rest: str) -> str:
    """The pattern of a product's page, followed by this pattern."""
    return rf"shop\.test/p/{re.escape(slug)}{rest}"


def pages_of(product: Product) -> range:
    """The numbers of the pages of a product's reviews."""
    return range(1, page_count(product.review_count, REVIEWS_PER_PAGE) + 1)


def has_read(page: OrdersPage, terms: MentionTerms, number: int) -> bool:
    """Whether a page of the reviews, newest first, was opened."""
    later = rf"\?([^#]*&)?reviews={number}(#.*)?"
    return page.has_opened(page_url(terms.slug, later if number > 1 else r"(\?size=.*|\?colour=.*)?(#.*)?"))


def number_of_page(page: OrdersPage) -> int:
    """The page of the reviews that is open."""
    return int(page.query.get("reviews", ["1"])[0])
