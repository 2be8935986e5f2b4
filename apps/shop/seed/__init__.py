"""Seeds the shop: catalogue, customers, orders and reviews."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from numpy.random import Generator
from sqlalchemy import func, insert, select
from sqlalchemy.orm import selectinload

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop import models
from gristmill.apps.shop.catalogue import BRANDS, DEPARTMENTS
from gristmill.apps.shop.seed import (
    aftermath,
    customers,
    offers,
    orders,
    products,
    reviews,
    story_goods,
    story_orders,
    wishes,
)
from gristmill.apps.shop.seed.products import Draft
from gristmill.apps.shop.services.numbers import order_number
from gristmill.apps.shop.services.signals import CANCELLED, PLACED, REFUNDED, REFUNDED_BY_LETTER, receipt
from gristmill.apps.world.choice import WorldSize
from gristmill.apps.world.chronicle import Chronicle, RefundRequest, chronicle
from gristmill.apps.world.models import Job, Model, Person
from gristmill.apps.world.world import World

Rows = list[dict[str, object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Goods:
    products: Rows
    variants: Rows
    reviews: Rows
    drafts: dict[int, Draft]


def seed(world: World, rng: Generator) -> None:
    """Write the shop's rows for the world's size and people. Equal `rng`, equal rows."""
    sampler, people, now = Sampler(rng), world.people, world.now
    today = now.date()
    _write(world, models.Department, _departments())
    _write(world, models.Brand, _brands())
    accounts = _write(world, models.Customer, customers.customer_rows(sampler, people, world.size, today))
    goods = _goods(sampler, world.size, today)
    stock = orders.Stock(
        product_names={_id(product): str(product["name"]) for product in goods.products},
        variants=goods.variants,
        addresses=_by_customer(_write(world, models.Address, _address_book(world, sampler, people))),
        cards=_by_customer(_write(world, models.Card, customers.card_rows(sampler, people, today))),
        coupons=_write(world, models.Coupon, customers.coupon_rows(sampler, today, len(DEPARTMENTS))),
        gift_cards=_write(world, models.GiftCard, customers.gift_card_rows(sampler)),
        pickup_points=_write(world, models.PickupPoint, customers.pickup_point_rows(sampler)),
    )
    placed, lines = orders.order_rows(sampler, stock, world.size, now)
    _write_goods(world, sampler, goods, _bought(placed, lines, goods.variants), today)
    _write_orders(world, sampler, placed, lines)
    _write(world, models.CartItem, orders.saved_rows(sampler, stock))
    lists, items = wishes.wish_rows(sampler, accounts, goods.variants, now)
    _write(world, models.WishList, lists)
    _write(world, models.WishItem, items)
    if chronicle(world.db).cast is not None:
        _tell_stories(world, sampler, stock, goods, after=(placed, lines))
    offers.end_sales(world, goods.variants)


def _write_goods(
    world: World, sampler: Sampler, goods: _Goods, bought: Iterable[reviews.Bought], today: date
) -> None:
    """Write products, variants and reviews, those of customers included."""
    goods.reviews.extend(reviews.own_rows(sampler, goods.drafts, bought, today))
    goods.reviews[:] = _numbered(goods.reviews)
    own: dict[object, Rows] = {}
    for review in goods.reviews:
        own.setdefault(review["product_id"], []).append(review)
    for product in goods.products:
        product |= reviews.rating(own.get(product["id"], []))
    _write(world, models.Product, goods.products)
    _write(world, models.Variant, goods.variants)
    _write(world, models.Review, goods.reviews)


def _bought(placed: Rows, lines: Rows, variants: Rows) -> Iterator[reviews.Bought]:
    """What has been delivered to whom, in the order in which it was ordered."""
    arrived = {order["id"]: order for order in placed if order["status"] is models.OrderStatus.DELIVERED}
    for line in lines:
        if order := arrived.get(line["order_id"]):
            yield reviews.Bought(
                customer_id=int(str(order["customer_id"])),
                product_id=int(str(variants[int(str(line["variant_id"])) - 1]["product_id"])),
                arrived_on=order["arrives_from"],  # type: ignore[arg-type]
            )


def _write_orders(
    world: World, sampler: Sampler, placed: Rows, lines: Rows,
    *, refunds: Mapping[int, RefundRequest] | None = None,
) -> None:  # fmt: skip
    """Write orders and their lines, and what became of them: as it happens, or as stories say (by order)."""
    for order in placed:
        order["number"] = order_number(world.next_number("shop_order"))
    aftermath.add_times(sampler, placed, world.now)
    first_ids = _first_id(world, models.Return), _first_id(world, models.ReturnLine)
    after = aftermath.Aftermath(sampler, world.now, lambda: _return_number(world), first_ids)
    after.follow(placed, lines, can_return=refunds is None)
    for order in placed:
        if request := (refunds or {}).get(_id(order)):
            after.pay_back(request, order, [line for line in lines if line["order_id"] == order["id"]])
    _write(world, models.Order, placed)
    _write(world, models.OrderLine, lines)
    _write(world, models.Return, after.returns)
    _write(world, models.ReturnLine, after.lines)
    _write(world, models.Payment, after.payments)


def _first_id(world: World, model: type[models.Return | models.ReturnLine]) -> int:
    return (world.db.scalar(select(func.max(model.id))) or 0) + 1


def _return_number(world: World) -> str:
    return order_number(world.next_number("shop_return")).replace("MW-", "RT-")


def _address_book(world: World, sampler: Sampler, people: list[Person]) -> Rows:
    jobs = list(world.db.scalars(select(Job).order_by(Job.person_id)))
    return story_orders.work_addresses(customers.address_rows(sampler, people), jobs)


def _tell_stories(
    world: World, sampler: Sampler, stock: orders.Stock, goods: _Goods, *, after: tuple[Rows, Rows]
) -> None:
    """Place the orders that stories want, and record every order for apps that send receipts."""
    book = chronicle(world.db)
    kinds = {_id(row): "" if row["is_discontinued"] else str(row["kind"]) for row in goods.products}
    story_goods.find_all(sampler, stock, kinds, book)
    story_goods.end_sales(world.db, book, goods.variants)
    placed, lines, requests = story_orders.place_orders(
        sampler, stock, kinds, book, world.now, first_order=len(after[0]) + 1, first_line=len(after[1]) + 1
    )
    refunds = {
        _id(order): book.refunds[request.key]
        for order, request in zip(placed, requests, strict=True)
        if request.key in book.refunds
    }
    _write_orders(world, sampler, placed, lines, refunds=refunds)
    story_orders.fill_in(requests, placed, lines, goods.variants)
    story_goods.write_reviews(world.db, book, list(goods.reviews))
    book.coupons += story_goods.coupon_facts(stock.coupons)
    loaded = (selectinload(models.Order.lines), selectinload(models.Order.payments))
    for written in world.db.scalars(select(models.Order).options(*loaded)):
        _record(book, written, is_told=written.id in refunds)


def _record(book: Chronicle, order: models.Order, *, is_told: bool) -> None:
    """Record what the shop would have published about an order, and refunds of which a story tells."""
    facts = receipt(order, order.customer_id)
    book.record(PLACED, order.placed_at, facts)
    if order.cancelled_at is not None:
        book.record(CANCELLED, order.cancelled_at, {**facts, "reason": order.cancel_reason})
    for payment in order.payments:
        if payment.kind is not models.PaymentKind.REFUND:
            continue
        more = {"refund_cents": payment.cents, "method": payment.method, "reason": payment.reason}
        book.record(REFUNDED_BY_LETTER if is_told else REFUNDED, payment.made_at, {**facts, **more})


def _write(world: World, model: type[Model], rows: Rows) -> Rows:
    if rows:
        world.db.execute(insert(model), rows)
    return rows


def _departments() -> Rows:
    return _numbered({"slug": d.slug, "name": d.name, "blurb": d.blurb} for d in DEPARTMENTS)


def _brands() -> Rows:
    return _numbered({"slug": brand.name.lower(), "name": brand.name} for brand in BRANDS)


def _goods(sampler: Sampler, size: WorldSize, today: date) -> _Goods:
    """All products with variants, and reviews by people from elsewhere; without ratings."""
    departments = {row["slug"]: _id(row) for row in _departments()}
    brands = {row["name"]: _id(row) for row in _brands()}
    goods = _Goods(products=[], variants=[], reviews=[], drafts={})
    for draft in products.drafts(sampler, size):
        variants = products.variant_rows(sampler, draft)
        product = products.product_row(sampler, draft, variants)
        product["department_id"] = departments[draft.department.slug]
        product["brand_id"] = brands[draft.brand.name]
        goods.products.append(product)
        goods.variants.extend(variants)
        goods.reviews.extend(reviews.review_rows(sampler, draft, size, today))
        goods.drafts[draft.id] = draft
    goods.variants[:] = _numbered(goods.variants)
    favourites = {number for number, draft in goods.drafts.items() if draft.is_favourite}
    offers.set_apart(sampler, goods.products, goods.variants, favourites, today)
    return goods


def _numbered(rows: Iterable[dict[str, object]]) -> Rows:
    return [{"id": number, **row} for number, row in enumerate(rows, start=1)]


def _id(row: dict[str, object]) -> int:
    return int(str(row["id"]))


def _by_customer(rows: Rows) -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    for row in rows:
        found.setdefault(int(str(row["customer_id"])), []).append(row)
    return found
