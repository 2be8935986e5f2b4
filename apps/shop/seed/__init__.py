"""Seeds the shop: catalogue, customers, orders and reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from numpy.random import Generator
from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop import models
from gristmill.apps.shop.catalogue import BRANDS, DEPARTMENTS
from gristmill.apps.shop.handlers import PLACED, receipt
from gristmill.apps.shop.seed import customers, orders, products, reviews, story_goods, story_orders
from gristmill.apps.shop.services.numbers import order_number
from gristmill.apps.world.choice import WorldSize
from gristmill.apps.world.chronicle import chronicle
from gristmill.apps.world.models import Job, Model, Person
from gristmill.apps.world.world import World

Rows = list[dict[str, object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Goods:
    products: Rows
    variants: Rows
    reviews: Rows


def seed(world: World, rng: Generator) -> None:
    """Write the shop's rows for the world's size and people. Equal `rng`, equal rows."""
    sampler, people, now = Sampler(rng), world.people, world.now
    today = now.date()
    _write(world, models.Department, _departments())
    _write(world, models.Brand, _brands())
    accounts = _write(world, models.Customer, customers.customer_rows(sampler, people, today))
    goods = _goods(sampler, world.size, accounts, today)
    _write(world, models.Product, goods.products)
    _write(world, models.Variant, goods.variants)
    _write(world, models.Review, goods.reviews)
    stock = orders.Stock(
        product_names={_id(product): str(product["name"]) for product in goods.products},
        variants=goods.variants,
        addresses=_by_customer(_write(world, models.Address, _address_book(world, sampler, people))),
        cards=_by_customer(_write(world, models.Card, customers.card_rows(sampler, people, today))),
        coupons=_write(world, models.Coupon, customers.coupon_rows(sampler, today, len(DEPARTMENTS))),
        gift_cards=_write(world, models.GiftCard, customers.gift_card_rows(sampler)),
        pickup_points=_write(world, models.PickupPoint, customers.pickup_point_rows(sampler)),
    )
    placed, lines = orders.order_rows(sampler, stock, now)
    for order in placed:
        order["number"] = order_number(world.next_number("shop_order"))
    _write(world, models.Order, placed)
    _write(world, models.OrderLine, lines)
    _write(world, models.CartItem, orders.saved_rows(sampler, stock))
    if chronicle(world.db).cast is not None:
        _tell_stories(world, sampler, stock, goods, after=(len(placed), len(lines)))


def _address_book(world: World, sampler: Sampler, people: list[Person]) -> Rows:
    jobs = list(world.db.scalars(select(Job).order_by(Job.person_id)))
    return story_orders.work_addresses(customers.address_rows(sampler, people), jobs)


def _tell_stories(
    world: World, sampler: Sampler, stock: orders.Stock, goods: _Goods, *, after: tuple[int, int]
) -> None:
    """Place the orders that stories want, and record every order for apps that send receipts."""
    book, kinds = chronicle(world.db), {_id(row): str(row["kind"]) for row in goods.products}
    story_goods.find_all(sampler, stock, kinds, book)
    placed, lines, requests = story_orders.place_orders(
        sampler, stock, kinds, book, world.now, first_order=after[0] + 1, first_line=after[1] + 1
    )
    for order in placed:
        order["number"] = order_number(world.next_number("shop_order"))
    _write(world, models.Order, placed)
    _write(world, models.OrderLine, lines)
    story_orders.fill_in(requests, placed, lines, goods.variants)
    story_goods.write_reviews(world.db, book, list(goods.reviews))
    book.coupons += story_goods.coupon_facts(stock.coupons)
    for written in world.db.scalars(select(models.Order).options(selectinload(models.Order.lines))):
        book.record(PLACED, written.placed_at, receipt(written, written.customer_id))


def _write(world: World, model: type[Model], rows: Rows) -> Rows:
    if rows:
        world.db.execute(insert(model), rows)
    return rows


def _departments() -> Rows:
    return _numbered({"slug": d.slug, "name": d.name, "blurb": d.blurb} for d in DEPARTMENTS)


def _brands() -> Rows:
    return _numbered({"slug": brand.name.lower(), "name": brand.name} for brand in BRANDS)


def _goods(sampler: Sampler, size: WorldSize, accounts: Rows, today: date) -> _Goods:
    """All products with variants, reviews and ratings."""
    departments = {row["slug"]: _id(row) for row in _departments()}
    brands = {row["name"]: _id(row) for row in _brands()}
    reviewers = reviews.reviewers(accounts)
    goods = _Goods(products=[], variants=[], reviews=[])
    for draft in products.drafts(sampler, size):
        variants = products.variant_rows(sampler, draft)
        written = reviews.review_rows(sampler, draft, reviewers, today)
        product = products.product_row(sampler, draft, variants)
        product["department_id"] = departments[draft.department.slug]
        product["brand_id"] = brands[draft.brand.name]
        goods.products.append(product | reviews.rating(written))
        goods.variants.extend(variants)
        goods.reviews.extend(written)
    return _Goods(
        products=goods.products, variants=_numbered(goods.variants), reviews=_numbered(goods.reviews)
    )


def _numbered(rows: Iterable[dict[str, object]]) -> Rows:
    return [{"id": number, **row} for number, row in enumerate(rows, start=1)]


def _id(row: dict[str, object]) -> int:
    return int(str(row["id"]))


def _by_customer(rows: Rows) -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    for row in rows:
        found.setdefault(int(str(row["customer_id"])), []).append(row)
    return found
