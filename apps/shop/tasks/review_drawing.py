"""What a customer can be asked to write about something they bought, and the orders that bring it."""

from datetime import timedelta

from numpy.random import Generator
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Customer, Order, OrderStatus, Product, Variant
from gristmill.apps.shop.services.reviews import ReviewText, save_review
from gristmill.apps.shop.tasks import order_drawing as drawing
from gristmill.apps.shop.tasks.order_drawing import Piece, draw_purchase
from gristmill.apps.world.people import EPOCH
from gristmill.apps.world.world import World

TITLES = (
    "After two weeks of use", "My opinion", "What I found", "As described", "A few remarks", "For the record",
    "In short", "Seen in daylight", "Now that I know it", "Notes from our household", "Used every day",
    "Second thoughts",
)  # fmt: skip
BODIES = (
    "It arrived in one piece and well packed.", "The colour is exactly the one in the picture.",
    "It is a little smaller than I had imagined.", "Everybody at home has asked me about it.",
    "It took me ten minutes to get used to it.", "I would have liked a longer manual.",
    "So far there is nothing to report.", "It does what the description promises.",
    "My old one was heavier, and I do not miss it.", "The box could have been half as large.",
    "I compared three of them before I chose this one.", "It stands in the hall and gets in nobody's way.",
    "We use it at weekends, mostly outdoors.", "One corner had a tiny mark, which rubbed off.",
    "I bought it for the office and took it home.", "It is easier to clean than it looks.",
)  # fmt: skip
TODAY = EPOCH.date()
REVIEWED_AFTER = timedelta(days=20)  # from ordering


def draw_order(world: World, rng: Generator, customer: Customer, status: OrderStatus) -> Order:
    """Set-up: an order of two kinds of things; another one of the first kind was reviewed before."""
    sampler = Sampler(rng)
    [bought] = drawing.draw_goods(world, rng, customer, 1, fits=lambda each: bool(same_kind(world, each)))
    kind = bought.product.kind
    [other] = drawing.draw_goods(world, rng, customer, 1, fits=lambda each: each.product.kind != kind)
    twin = sampler.pick(same_kind(world, bought))
    days = {order.placed_at.date() for order in orders_of(world.db, customer.id)}
    before = drawing.time_on(world, sampler, sampler.between(40, 200))
    how = draw_purchase(world, rng, customer, before, OrderStatus.DELIVERED)
    drawing.place(world, customer, [Piece(variant=twin)], how)
    text = ReviewText(stars=str(sampler.between(2, 5)), title="Good enough", body="I would buy it again.")
    save_review(world.db, customer, twin.product, text, before.date() + REVIEWED_AFTER)
    at = drawing.placing_time(world, sampler, status)
    while at.date() in days:
        at = drawing.placing_time(world, sampler, status)
    pieces = [Piece(variant=bought), Piece(variant=other, quantity=sampler.between(1, 2))]
    return drawing.place(world, customer, pieces, draw_purchase(world, rng, customer, at, status))


def same_kind(world: World, variant: Variant) -> list[Variant]:
    """A variant of each other product of the kind that is sold."""
    others = (
        select(Product)
        .where(Product.kind == variant.product.kind, Product.id != variant.product_id)
        .where(~Product.is_discontinued)
    )
    return [product.variants[0] for product in world.db.scalars(others.order_by(Product.id))]


def orders_of(db: Session, customer_id: int) -> list[Order]:
    """A customer's orders."""
    return list(db.scalars(select(Order).where(Order.customer_id == customer_id).order_by(Order.id)))
