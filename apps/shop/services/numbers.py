"""Order numbers, ratings and delivery terms, shared by several modules."""

from dataclasses import dataclass

from gristmill.apps.shop.models import Delivery
from gristmill.errors import InvalidOptionError

DELIVERY_CENTS = {Delivery.STANDARD: 495, Delivery.EXPRESS: 1295, Delivery.PICKUP: 0}
FREE_STANDARD_FROM_CENTS = 5000  # compared with the subtotal after discount
RETURN_DAYS = 30
WRAP_CENTS = 395
LIMIT_DAYS = 30  # in which a product's limit per customer counts

_ORDERS = 10_000_000
_MULTIPLIER = 6_180_339  # coprime to _ORDERS, so that order numbers are unique
_OFFSET = 4_821_307


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryDays:
    """The promised range of days between order and arrival."""

    first: int
    last: int


DELIVERY_DAYS = {
    Delivery.STANDARD: DeliveryDays(first=3, last=5),
    Delivery.EXPRESS: DeliveryDays(first=1, last=2),
    Delivery.PICKUP: DeliveryDays(first=2, last=3),
}


def order_number(n: int) -> str:
    """The public number of the `n`-th order, such as `MW-48213-07`; a permutation, so never repeated.

    Raises:
        InvalidOptionError: `n` is outside 1..9999999.
    """
    if not 1 <= n < _ORDERS:
        raise InvalidOptionError(f"The shop numbers its orders 1 to {_ORDERS - 1}, not {n}.")
    scrambled = (n * _MULTIPLIER + _OFFSET) % _ORDERS
    return f"MW-{scrambled // 100:05d}-{scrambled % 100:02d}"


def tracking_number(number: str) -> str:
    """The courier's number of the parcel of the order with this number, such as `FW-38213077`.

    Numbers of different orders give different ones.
    """
    digits = int("".join(filter(str.isdecimal, number)))
    return f"FW-{(digits * _MULTIPLIER * 7 + _OFFSET * 3) % _ORDERS + _ORDERS * 3:08d}"


def delivery_cents(delivery: Delivery, goods_cents: int) -> int:
    """The delivery price for goods worth `goods_cents` after the discount, coupons aside."""
    if delivery is Delivery.STANDARD and goods_cents >= FREE_STANDARD_FROM_CENTS:
        return 0
    return DELIVERY_CENTS[delivery]


def percent_cents(cents: int, percent: int) -> int:
    """So many percent of an amount; half cents are rounded up."""
    return (cents * percent + 50) // 100


def share_cents(discount_cents: int, part_cents: int, whole_cents: int) -> int:
    """The share that a part of the goods has in a discount on all of them; half cents are rounded up."""
    return (2 * discount_cents * part_cents + whole_cents) // (2 * whole_cents) if whole_cents else 0


def rating_tenths(star_sum: int, review_count: int) -> int:
    """Mean stars x 10, halves rounded up; 0 without reviews."""
    if not review_count:
        return 0
    return (20 * star_sum + review_count) // (2 * review_count)
