"""Cart prices and coupons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from gristmill.apps.kit.jinja_filters import day, money
from gristmill.apps.shop.models import CartItem, Coupon, CouponKind, Customer, Delivery
from gristmill.apps.shop.services.errors import CouponError
from gristmill.apps.shop.services.numbers import WRAP_CENTS, delivery_cents, percent_cents


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """A cart's price in cents; `coupon` is the applied coupon, or None."""

    subtotal_cents: int
    discount_cents: int
    delivery_cents: int
    coupon: Coupon | None
    wrap_cents: int = 0

    @property
    def goods_cents(self) -> int:
        """Goods after the discount."""
        return self.subtotal_cents - self.discount_cents

    @property
    def total_cents(self) -> int:
        """The amount due, by card and gift card together."""
        return self.goods_cents + self.delivery_cents + self.wrap_cents


def price(
    lines: Sequence[CartItem],
    coupon: Coupon | None,
    delivery: Delivery,
    today: date,
    *,
    is_gift: bool = False,
) -> Price:
    """Price a cart; a coupon that does not apply is ignored. A gift is wrapped, which costs extra."""
    if coupon is not None and objection(coupon, lines, today):
        coupon = None
    subtotal = subtotal_cents(lines)
    discount = discount_cents(coupon, lines) if coupon else 0
    return Price(
        subtotal_cents=subtotal,
        discount_cents=discount,
        delivery_cents=delivery_price(delivery, subtotal - discount, coupon),
        coupon=coupon,
        wrap_cents=WRAP_CENTS if is_gift else 0,
    )


def subtotal_cents(lines: Sequence[CartItem]) -> int:
    """The price of the goods."""
    return sum(line.quantity * line.variant.price_cents for line in lines)


def discount_cents(coupon: Coupon, lines: Sequence[CartItem]) -> int:
    """An applicable coupon's discount on the goods; half cents are rounded up."""
    base = subtotal_cents(eligible_lines(coupon, lines))
    if coupon.kind is CouponKind.PERCENT:
        return percent_cents(base, coupon.value)
    return min(coupon.value, base) if coupon.kind is CouponKind.AMOUNT else 0


def delivery_price(delivery: Delivery, goods_cents: int, coupon: Coupon | None) -> int:
    """What a delivery costs in cents; `coupon` must apply."""
    is_free = coupon is not None and coupon.kind is CouponKind.FREE_DELIVERY
    return 0 if is_free else delivery_cents(delivery, goods_cents)


def eligible_lines(coupon: Coupon, lines: Sequence[CartItem]) -> list[CartItem]:
    """The lines that count for a coupon."""
    department = coupon.department_id
    return [line for line in lines if department in (None, line.variant.product.department_id)]


def objection(coupon: Coupon, lines: Sequence[CartItem], today: date) -> str | None:
    """Why a coupon does not apply to these lines, or None."""
    eligible = eligible_lines(coupon, lines)
    goods = f"{coupon.department.name} items" if coupon.department else "items"
    if coupon.expires_on < today:
        return f"Coupon {coupon.code} expired on {day(coupon.expires_on)}."
    if not eligible:
        return f"Coupon {coupon.code} is for {goods}, and there are none in your cart."
    if (have := subtotal_cents(eligible)) < coupon.minimum_cents:
        return (
            f"Coupon {coupon.code} needs {money(coupon.minimum_cents)} or more of {goods}; "
            f"your cart has {money(have)}."
        )
    return None


def applied_coupon(db: Session, customer: Customer) -> Coupon | None:
    """The coupon on a customer's cart, whether or not it still applies."""
    return find_coupon(db, customer.coupon_code) if customer.coupon_code else None


def apply_coupon(
    db: Session, customer: Customer, code: str, lines: Sequence[CartItem], today: date
) -> Coupon:
    """Apply a coupon to the cart, replacing any other.

    Raises:
        CouponError: unknown code, expired, no eligible lines, or below its minimum.
    """
    if not code.strip():
        raise CouponError("Enter a coupon code.")
    coupon = find_coupon(db, code)
    if coupon is None:
        raise CouponError(f"There is no coupon “{code.strip()}”. Check the code.")
    if reason := objection(coupon, lines, today):
        raise CouponError(reason)
    customer.coupon_code = coupon.code
    return coupon


def drop_stale_coupon(
    db: Session, customer: Customer, lines: Sequence[CartItem], today: date
) -> Coupon | None:
    """Remove the cart's coupon if it no longer applies; returns the removed coupon."""
    coupon = applied_coupon(db, customer)
    if coupon is None or not objection(coupon, lines, today):
        return None
    customer.coupon_code = None
    return coupon


def find_coupon(db: Session, code: str) -> Coupon | None:
    """The coupon with this code, ignoring case and surrounding whitespace."""
    statement = select(Coupon).where(Coupon.code == code.strip().upper())
    return db.scalar(statement.options(joinedload(Coupon.department)))
