"""Past orders and saved-for-later items."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import CouponKind, Delivery, OrderStatus
from gristmill.apps.shop.services.checkout import arrival
from gristmill.apps.shop.services.numbers import delivery_cents, percent_cents
from gristmill.apps.world.choice import WorldSize

ORDERS_PER_CUSTOMER = {WorldSize.SMALL: 5, WorldSize.STANDARD: 5, WorldSize.LARGE: 38}  # plus up to two
PAST_DAYS = {WorldSize.SMALL: 390, WorldSize.STANDARD: 390, WorldSize.LARGE: 1490}
RECENT_DAYS = 3

Row = dict[str, object]
Rows = list[Row]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stock:
    """The rows that orders refer to."""

    product_names: dict[int, str]
    variants: list[dict[str, object]]
    addresses: dict[int, Rows]
    cards: dict[int, Rows]
    coupons: Rows
    gift_cards: Rows
    pickup_points: Rows


def order_rows(sampler: Sampler, stock: Stock, size: WorldSize, now: datetime) -> tuple[Rows, Rows]:
    """Orders, oldest first and without numbers, and their lines."""
    orders = [
        (_placed_at(sampler, now, place, PAST_DAYS[size]), customer)
        for customer in stock.addresses
        for place in range(ORDERS_PER_CUSTOMER[size] + sampler.between(0, 2))
    ]
    orders.sort()
    lines: Rows = []
    rows: Rows = []
    for number, (placed_at, customer) in enumerate(orders, start=1):
        bought = _line_rows(sampler, stock, number, first_id=len(lines) + 1)
        lines += bought
        rows.append(_order_row(sampler, stock, number, customer, placed_at, bought, now))
    return rows, lines


def _placed_at(sampler: Sampler, now: datetime, place: int, past_days: int) -> datetime:
    """Each customer's first order is a few days old, so that there is one to follow or to cancel."""
    days = sampler.between(0, RECENT_DAYS) if place == 0 else sampler.between(4, past_days)
    if place == 0 and days == 0:
        return now - timedelta(minutes=sampler.between(15, 590))
    return now - timedelta(days=days, minutes=sampler.between(-600, 540))


def _line_rows(sampler: Sampler, stock: Stock, order_id: int, *, first_id: int) -> Rows:
    variants = sampler.some(range(len(stock.variants)), sampler.pick((1, 1, 2, 2, 3, 4)))
    return [
        {
            "id": first_id + place,
            "order_id": order_id,
            "variant_id": stock.variants[index]["id"],
            "product_name": stock.product_names[_whole(stock.variants[index]["product_id"])],
            "options": ", ".join(str(o) for o in _options(stock.variants[index]) if o),
            "unit_price_cents": stock.variants[index]["price_cents"],
            "quantity": sampler.pick((1, 1, 1, 1, 2, 2, 3)),
        }
        for place, index in enumerate(variants)
    ]


def _options(variant: Row) -> tuple[object, object]:
    return variant["colour"], variant["size"]


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} should be a whole number")
    return value


def _order_row(
    sampler: Sampler,
    stock: Stock,
    number: int,
    customer: int,
    placed_at: datetime,
    lines: Rows,
    now: datetime,
) -> Row:
    delivery = sampler.pick((Delivery.STANDARD, Delivery.STANDARD, Delivery.EXPRESS, Delivery.PICKUP))
    due = arrival(delivery, placed_at.date())
    return {
        "id": number,
        "customer_id": customer,
        "status": _status(sampler, placed_at, due.first, now),
        "placed_at": placed_at.replace(second=0),
        "delivery": delivery,
        "arrives_from": due.first,
        "arrives_by": due.last,
        **_destination(sampler, stock, customer, delivery),
        **_payment(sampler, stock, customer, _totals(sampler, stock, delivery, lines)),
    }


def _status(sampler: Sampler, placed_at: datetime, arrives_from: date, now: datetime) -> OrderStatus:
    if sampler.chance(6):
        return OrderStatus.CANCELLED
    if now - placed_at < timedelta(hours=40) and arrives_from > now.date():
        return OrderStatus.PROCESSING
    return OrderStatus.DELIVERED if arrives_from < now.date() else OrderStatus.SHIPPED


def _destination(sampler: Sampler, stock: Stock, customer: int, delivery: Delivery) -> Row:
    if delivery is Delivery.PICKUP:
        point = sampler.pick(stock.pickup_points)
        ship_to = f"{point['name']}, {point['line1']}, {point['city']}, {point['postcode']}"
        return {"address_id": None, "ship_to": ship_to, "pickup_point_id": point["id"]}
    address = sampler.pick(stock.addresses[customer])
    parts = (address[column] for column in ("full_name", "line1", "line2", "city", "postcode"))
    ship_to = ", ".join(str(part) for part in parts if part)
    return {"address_id": address["id"], "ship_to": ship_to, "pickup_point_id": None}


def _totals(sampler: Sampler, stock: Stock, delivery: Delivery, lines: Rows) -> Row:
    subtotal = sum(_whole(line["unit_price_cents"]) * _whole(line["quantity"]) for line in lines)
    coupon = sampler.pick(stock.coupons) if sampler.chance(18) else None
    if coupon and (coupon["department_id"] or subtotal < _whole(coupon["minimum_cents"])):
        coupon = None
    discount = discount_cents(coupon, subtotal) if coupon else 0
    is_free = coupon is not None and coupon["kind"] is CouponKind.FREE_DELIVERY
    price = 0 if is_free else delivery_cents(delivery, subtotal - discount)
    return {
        "coupon_code": coupon["code"] if coupon else None,
        "subtotal_cents": subtotal,
        "discount_cents": discount,
        "delivery_cents": price,
        "total_cents": subtotal - discount + price,
    }


def discount_cents(coupon: Row, subtotal: int) -> int:
    """What a coupon takes off goods of this price."""
    value = _whole(coupon["value"])
    if coupon["kind"] is CouponKind.PERCENT:
        return percent_cents(subtotal, value)
    return min(value, subtotal)


def _payment(sampler: Sampler, stock: Stock, customer: int, totals: Row) -> Row:
    total = _whole(totals["total_cents"])
    gift = sampler.pick(stock.gift_cards) if sampler.chance(6) else None
    gift_cents = min(total, sampler.pick((1000, 2500, 5000))) if gift else 0
    card = sampler.pick(stock.cards[customer]) if gift_cents < total else None
    return {
        **totals,
        "card_id": card["id"] if card else None,
        "card_label": f"{card['network']} ending in {card['last4']}" if card else "",
        "gift_card_id": gift["id"] if gift else None,
        "gift_card_cents": gift_cents,
    }


def saved_rows(sampler: Sampler, stock: Stock) -> Rows:
    """One saved-for-later item for every fifth customer or so."""
    savers = [customer for customer in stock.addresses if sampler.chance(20)]
    return [
        {
            "id": number,
            "customer_id": customer,
            "variant_id": sampler.pick(stock.variants)["id"],
            "quantity": 1,
            "is_saved": True,
        }
        for number, customer in enumerate(savers, start=1)
    ]
