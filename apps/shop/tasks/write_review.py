"""Rate and review something that was bought."""

from dataclasses import dataclass

from numpy.random import Generator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import OrderStatus, Product, Review
from gristmill.apps.shop.services.numbers import rating_tenths
from gristmill.apps.shop.tasks.drawing import draw_customer, fill, with_terms
from gristmill.apps.shop.tasks.order_drawing import day_in_words
from gristmill.apps.shop.tasks.order_moves import OrdersPage, status_url
from gristmill.apps.shop.tasks.order_verdicts import Values, nothing_ordered, row_becomes
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.shop.tasks.review_drawing import BODIES, TITLES, TODAY, draw_order
from gristmill.apps.shop.tasks.terms import Terms
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.snapshots.diff import ChangeKind, RowChange
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import (
    described,
    inserts,
    nothing_else_changed,
    row_inserted,
    trap,
    updates,
)
from gristmill.verifiers.rows import row_before
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        'Review the {kind} from my order of {day}: {stars}, headline "{title}", and this text: "{body}"',
        'Give the {kind} that I ordered on {day} a rating of {stars}. Headline: "{title}". Text: "{body}"',
        "I want to write a review of the {kind} I bought with my order of {day}. It gets {stars}. Call it "
        '"{title}" and write: "{body}"',
        'Please rate the {kind} in my {day} order with {stars}, under the headline "{title}". The review '
        'says: "{body}"',
    ),
    "test": (
        '"{body}" - that is my opinion of the {kind} ordered on {day}. Publish it as a review with {stars} '
        'and the headline "{title}".',
        "Of what I ordered on {day}, the {kind} is still without my review. Post one. Rating: {stars}. "
        'Headline: "{title}". Text: "{body}"',
        'Let others know what I think of the {kind} from the order of {day}: {stars}, "{title}", "{body}"',
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewTerms(Terms):
    """The product of an order gets this review.

    Attributes:
        star_sum: of the product's reviews at the start, which are `count`.
        reviewed: ids of the products that the customer had reviewed at the start.
        has_arrived: whether they may review it.
    """

    number: str
    product_id: int
    stars: int
    title: str
    body: str
    star_sum: int
    count: int
    reviewed: list[int]
    has_arrived: bool


@TASKS.add("Shop-Review-v0", tags=("orders", "reviews", "forms"), max_steps=44, axes=("brief", "news"))
class WriteReview(TaskFamily):
    """Rate and review a thing from a given order, and leave the review of a similar one alone."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """They reviewed one of the same kind before; in 15 % of the tasks the order has not arrived."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        status = OrderStatus.SHIPPED if sampler.chance(15) else OrderStatus.DELIVERED
        order = draw_order(world, rng, customer, status)
        product = order.lines[0].variant.product
        own = select(Review.product_id).where(Review.customer_id == customer.id)
        of_it = select(func.coalesce(func.sum(Review.stars), 0), func.count())
        star_sum, count = world.db.execute(of_it.where(Review.product_id == product.id)).one()
        stars = sampler.between(1, 5)
        terms = ReviewTerms(
            customer_id=customer.id, number=order.number, product_id=product.id, stars=stars,
            title=sampler.pick(TITLES), body=" ".join(sampler.some(BODIES, sampler.between(1, 2))),
            star_sum=int(star_sum), count=count, has_arrived=status is OrderStatus.DELIVERED,
            reviewed=list(world.db.scalars(own.order_by(Review.product_id))),
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            kind=product.kind,
            day=day_in_words(order.placed_at.date()),
            stars=in_words(stars),
            title=terms.title,
            body=terms.body,
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.DONE if terms.has_arrived else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another number of stars."""
        old = ReviewTerms.of(task).stars
        stars = Sampler(rng).pick([number for number in range(1, 6) if number != old])
        return with_terms(task, stars=stars), f"Make it {in_words(stars)} instead."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one new review of this product, as dictated, and its part in the product's rating."""
        terms = ReviewTerms.of(task)
        made = [change.after or {} for change in evidence.diff.inserted("shop_review")]
        own = (each for each in evidence.diff.changes if is_own(each, terms.customer_id))
        old = [each for each in own if each.kind is not ChangeKind.INSERTED]
        traps = (
            trap("the bought product", all(row["product_id"] == terms.product_id for row in made)),
            trap("older reviews stand", not old, described(old)),
            nothing_ordered(evidence),
        )
        if task.ends_with is EndsWith.GIVE_UP:
            slug = row_before(evidence, "shop_product", terms.product_id).text("slug")
            proof = rf"{status_url(terms.number)}|shop\.test/p/{slug}/review"
            return verdict(
                *traps, opened(evidence, proof, name="looked whether it arrived"), unchanged(evidence)
            )
        review: Values = {
            "product_id": terms.product_id, "customer_id": terms.customer_id, "author": "",
            "stars": terms.stars, "title": terms.title, "body": terms.body, "helpful_count": 0,
            "written_on": TODAY.isoformat(),
        }  # fmt: skip
        count = terms.count + 1
        rating: Values = {
            "review_count": count,
            "rating_tenths": rating_tenths(terms.star_sum + terms.stars, count),
        }
        return verdict(
            *traps,
            *row_inserted(evidence, "shop_review", review, name="review"),
            row_becomes(evidence, "the product's rating", "shop_product", terms.product_id, rating),
            nothing_else_changed(
                evidence,
                inserts("shop_review", {"product_id": terms.product_id}, at_most=1),
                updates("shop_product", [terms.product_id], list(rating)),
            ),
        )

    def oracle(self, view: View) -> str:
        """Open the form from the order, fill it and save; before, delete a review of something else.

        Raises:
            Unwinnable: an older review was changed, or something was ordered.
        """
        terms, page = ReviewTerms.of(view.task), OrdersPage(view)
        own = {review.product_id: review for review in reviews_of(view.db, terms.customer_id)}
        require_old_stand(own, terms)
        wrong = [key for key in own if key not in (*terms.reviewed, terms.product_id)]
        if wrong:
            return delete_review(page, view.db.get_one(Product, wrong[0]))
        if not terms.has_arrived:
            return page.look_at(terms.number) or 'give_up "It has not arrived yet."'
        review = own.get(terms.product_id)
        if review and (review.stars, review.title, review.body) == (terms.stars, terms.title, terms.body):
            return "done"
        product = view.db.get_one(Product, terms.product_id)
        is_there = page.path == f"/p/{product.slug}/review"
        name = in_words(terms.stars)
        return (
            (
                None
                if is_there
                else page.to_order(terms.number) or page.click("link", f"Review {product.name}")
            )
            or page.check("radio", name)
            or page.fill("textbox", "Headline", terms.title)
            or page.fill("textbox", "Your review", terms.body)
            or page.click("button", "Save review")
            or "goto /orders"
        )


def is_own(change: RowChange, customer_id: int) -> bool:
    """Whether a change is of one of the customer's reviews."""
    row = change.before or change.after or {}
    return change.table == "shop_review" and row["customer_id"] == customer_id


def reviews_of(db: Session, customer_id: int) -> list[Review]:
    """A customer's reviews."""
    own = select(Review).where(Review.customer_id == customer_id)
    return list(db.scalars(own.order_by(Review.product_id)))


def require_old_stand(own: dict[int, Review], terms: ReviewTerms) -> None:
    """Check that the reviews that the customer had written before are as they were.

    Raises:
        Unwinnable: one was changed or deleted.
    """
    for key in terms.reviewed:
        if key not in own or own[key].written_on >= TODAY:
            raise Unwinnable("An older review was changed or deleted.")


def delete_review(page: OrdersPage, product: Product) -> str:
    """Delete one's review of a product."""
    if page.path == f"/p/{product.slug}/review":
        return page.click("button", "Delete my review") or f"goto /p/{product.slug}"
    return page.click("link", "Edit your review") or f"goto /p/{product.slug}/review"


def in_words(stars: int) -> str:
    """A number of stars, as the form and goals name it."""
    return f"{stars} star" if stars == 1 else f"{stars} stars"
