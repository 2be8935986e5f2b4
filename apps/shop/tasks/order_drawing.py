"""Set-up orders of every status, and the days by which goals tell them apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from numpy.random import Generator
from sqlalchemy import Select, select

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import (
    Address,
    Card,
    Coupon,
    CouponKind,
    Customer,
    Delivery,
    Order,
    OrderLine,
    OrderStatus,
    PaymentKind,
    Variant,
)
from gristmill.apps.shop.services.changes import CANCEL_REASONS
from gristmill.apps.shop.services.checkout import arrival
from gristmill.apps.shop.services.numbers import delivery_cents, order_number, percent_cents
from gristmill.apps.shop.services.orders import ship_to
from gristmill.apps.shop.services.payments import Source, card_of, record
from gristmill.apps.shop.tasks.drawing import draw_address, draw_card, draw_variant
from gristmill.apps.world.world import World

SHIPS_AFTER, CANCELLED_AFTER, DELIVERED_AT = timedelta(hours=20), timedelta(hours=3), time(hour=15)
OPEN_HOURS = {0: (5, 9), 1: (15, 21), 2: (19, 22)}
"""By how many days ago: between which hours an order was placed that has not shipped yet."""
SHIPPED_HOURS = {1: (6, 13), 2: (6, 16), 3: (8, 20)}
"""The same for an order that has shipped."""
MOST = 3  # pieces of a line
CAME_BACK = (OrderStatus.RETURNED, OrderStatus.PARTLY_RETURNED)

Fits = Callable[[Variant], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Goods of a set-up order: `cents` each, or today's price."""

    variant: Variant
    quantity: int = 1
    cents: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """How a set-up order was placed, and what became of it."""

    placed_at: datetime
    status: OrderStatus
    address: Address
    card: Card
    delivery: Delivery = Delivery.STANDARD
    coupon: Coupon | None = None
    reason: str = CANCEL_REASONS["unneeded"]  # of a cancelled one


def place(world: World, customer: Customer, goods: Sequence[Piece], how: Purchase) -> Order:
    """Set-up: write an order with all that its status implies; a cancelled one is refunded."""
    lines = [order_line(piece) for piece in goods]
    subtotal = sum(line.unit_price_cents * line.quantity for line in lines)
    discount = percent_cents(subtotal, how.coupon.value) if how.coupon else 0
    sent = delivery_cents(how.delivery, subtotal - discount)
    days = arrival(how.delivery, how.placed_at.date())
    order = Order(
        number=order_number(world.next_number("shop_order")), customer_id=customer.id, status=how.status,
        placed_at=how.placed_at, delivery=how.delivery, arrives_from=days.first, arrives_by=days.last,
        address_id=how.address.id, ship_to=ship_to(how.address), pickup_point_id=None,
        card_id=how.card.id, card_label=how.card.label, gift_card_id=None, gift_card_cents=0,
        coupon_code=how.coupon.code if how.coupon else None, subtotal_cents=subtotal,
        discount_cents=discount, delivery_cents=sent, total_cents=subtotal - discount + sent, lines=lines,
        shipped_at=None, delivered_at=None, cancelled_at=None, cancel_reason=None,
    )  # fmt: skip
    add_times(order, how)
    world.db.add(order)
    if how.status is OrderStatus.CANCELLED:
        pay_back(world, order, order.total_cents, "order cancelled", how.placed_at + CANCELLED_AFTER)
    world.db.flush()
    return order


def order_line(piece: Piece) -> OrderLine:
    """The order line of a piece."""
    variant = piece.variant
    return OrderLine(
        variant=variant, product_name=variant.product.name, options=variant.options, quantity=piece.quantity,
        unit_price_cents=variant.price_cents if piece.cents is None else piece.cents,
    )  # fmt: skip


def add_times(order: Order, how: Purchase) -> None:
    """When an order was shipped, delivered or cancelled."""
    is_delivered = how.status is OrderStatus.DELIVERED or how.status in CAME_BACK
    if is_delivered or how.status is OrderStatus.SHIPPED:
        order.shipped_at = how.placed_at + SHIPS_AFTER
    if is_delivered:
        order.delivered_at = datetime.combine(order.arrives_from, DELIVERED_AT)
    if how.status is OrderStatus.CANCELLED:
        order.cancelled_at, order.cancel_reason = how.placed_at + CANCELLED_AFTER, how.reason


def pay_back(world: World, order: Order, cents: int, reason: str, at: datetime) -> None:
    """Set-up: a refund to the card that paid for an order."""
    card = card_of(order)
    source = Source(method=card.method, card_id=card.card_id)
    record(world, order, PaymentKind.REFUND, cents, source, reason).made_at = at


def draw_purchase(
    world: World, rng: Generator, customer: Customer, placed_at: datetime, status: OrderStatus
) -> Purchase:
    """An order to one of the customer's addresses, paid with one of their cards.

    By standard delivery, or also by express if it has arrived long ago.
    """
    address, card = draw_address(rng, customer), draw_card(world, rng, customer)
    is_over = status not in (OrderStatus.PROCESSING, OrderStatus.SHIPPED)
    delivery = Sampler(rng).pick((Delivery.STANDARD, Delivery.EXPRESS)) if is_over else Delivery.STANDARD
    return Purchase(placed_at=placed_at, status=status, address=address, card=card, delivery=delivery)


def draw_coupon(world: World, sampler: Sampler) -> Coupon:
    """A coupon of some percent off everything."""
    of_all = Coupon.kind == CouponKind.PERCENT, Coupon.department_id.is_(None)
    return sampler.pick(list(world.db.scalars(select(Coupon).where(*of_all).order_by(Coupon.id))))


def with_coupon(world: World, sampler: Sampler, how: Purchase) -> Purchase:
    """The same purchase, in half of the draws with a coupon."""
    return replace(how, coupon=draw_coupon(world, sampler)) if sampler.chance(50) else how


def draw_goods(
    world: World, rng: Generator, customer: Customer, count: int, *, fits: Fits = lambda variant: True,
    within: Select[int] | None = None,
) -> list[Variant]:  # fmt: skip
    """Variants that fit, of products that the customer has not ordered before, one of each.

    `within` selects the products in SQL, which is faster than `fits` where few of them fit.
    """
    known = {line.variant.product_id for line in lines_of(world, customer)}
    found: list[Variant] = []
    while len(found) < count:
        variant = draw_variant(world, rng, customer, stock=MOST, within=within)
        if variant.product_id not in known and fits(variant):
            known.add(variant.product_id)
            found.append(variant)
    return found


def is_other(variant: Variant, than: Variant) -> bool:
    """Whether a variant is of another product than this one."""
    return variant.product_id != than.product_id


def others_of(variant: Variant, stock: int = 1) -> list[Variant]:
    """The product's other variants of which at least this many are in stock."""
    return [each for each in variant.product.variants if each.id != variant.id and each.stock >= stock]


def lines_of(world: World, customer: Customer) -> list[OrderLine]:
    """Everything that a customer has ordered."""
    own = (
        select(OrderLine).join(Order, Order.id == OrderLine.order_id).where(Order.customer_id == customer.id)
    )
    return list(world.db.scalars(own.order_by(OrderLine.id)))


def open_time(world: World, sampler: Sampler, days_ago: int) -> datetime:
    """A time of placing, so many days ago, of an order that is still open."""
    return time_on(world, sampler, days_ago, OPEN_HOURS[days_ago])


def shipped_time(world: World, sampler: Sampler, days_ago: int) -> datetime:
    """A time of placing, so many days ago, of an order that has shipped."""
    return time_on(world, sampler, days_ago, SHIPPED_HOURS[days_ago])


def time_on(world: World, sampler: Sampler, days_ago: int, hours: tuple[int, int] = (7, 21)) -> datetime:
    """A full minute so many days ago, between these hours."""
    midnight = datetime.combine(world.now.date() - timedelta(days=days_ago), time())
    return midnight + timedelta(hours=sampler.between(*hours), minutes=sampler.between(0, 59))


def day_in_words(day: date) -> str:
    """A day as goals say it, such as `March 3, 2031`."""
    return f"{day:%B} {day.day}, {day.year}"


def draw_twins(
    world: World, rng: Generator, customer: Customer, status: OrderStatus, *,
    twin: OrderStatus = OrderStatus.PROCESSING, fits: Fits = lambda variant: True,
    days_ago: int | None = None,
) -> tuple[Order, Order]:  # fmt: skip
    """Set-up: an order, and another one of the same goods, placed on another day, earlier or later.

    The first lines are of one variant, which fits; the first order may have a second line.
    """
    sampler = Sampler(rng)
    goods = draw_goods(world, rng, customer, 1, fits=fits)
    goods += draw_goods(
        world, rng, customer, sampler.pick((0, 1)), fits=lambda each: is_other(each, goods[0])
    )
    own = placing_time(world, sampler, status, days_ago)
    other = placing_time(world, sampler, twin)
    while other.date() == own.date():
        other = placing_time(world, sampler, twin)
    pieces = [Piece(variant=variant, quantity=sampler.between(1, 2)) for variant in goods]
    orders = [
        (pieces, draw_purchase(world, rng, customer, own, status)),
        (
            [replace(pieces[0], quantity=sampler.between(1, 2))],
            draw_purchase(world, rng, customer, other, twin),
        ),
    ]
    by_time = sorted(orders, key=lambda order: order[1].placed_at)
    placed = {how.placed_at: place(world, customer, bought, how) for bought, how in by_time}
    return placed[own], placed[other]


def placing_time(
    world: World, sampler: Sampler, status: OrderStatus, days_ago: int | None = None
) -> datetime:
    """When an order was placed that has this status now; `days_ago` is for those that have arrived."""
    if status is OrderStatus.PROCESSING:
        return open_time(world, sampler, sampler.pick(tuple(OPEN_HOURS)))
    if status is OrderStatus.SHIPPED:
        return shipped_time(world, sampler, sampler.pick(tuple(SHIPPED_HOURS)))
    return time_on(world, sampler, days_ago or sampler.between(10, 25))
