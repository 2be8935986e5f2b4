"""Customers with their addresses and cards, and what the shop gives out: gift cards, coupons."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.shop.models.goods import Department
from gristmill.apps.world.models import Model, Person


class CouponKind(StrEnum):
    """The effect of a coupon: `value` percent off, `value` cents off, or free delivery."""

    PERCENT = "percent"
    AMOUNT = "amount"
    FREE_DELIVERY = "free_delivery"


class Customer(Model):
    """A person's account at the shop."""

    __tablename__ = "shop_customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), unique=True)
    joined_on: Mapped[date]
    coupon_code: Mapped[str | None]  # the coupon applied to the cart

    person: Mapped[Person] = relationship()
    addresses: Mapped[list["Address"]] = relationship(order_by="Address.id")
    cards: Mapped[list["Card"]] = relationship(order_by="Card.id")


class Address(Model):
    """An address book entry; `label` ("Home") is unique per customer."""

    __tablename__ = "shop_address"
    __table_args__ = (UniqueConstraint("customer_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), index=True)
    label: Mapped[str]
    full_name: Mapped[str]
    line1: Mapped[str]
    line2: Mapped[str]
    city: Mapped[str]
    postcode: Mapped[str]
    is_default: Mapped[bool]

    @property
    def one_line(self) -> str:
        """Street, city and postcode in one line."""
        parts = (self.line1, self.line2, self.city, self.postcode)
        return ", ".join(part for part in parts if part)


class Card(Model):
    """A saved payment card; its full number is never stored."""

    __tablename__ = "shop_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), index=True)
    network: Mapped[str]
    holder: Mapped[str]
    last4: Mapped[str]
    expiry_month: Mapped[int]
    expiry_year: Mapped[int]
    is_default: Mapped[bool]
    is_refused: Mapped[bool] = mapped_column(default=False)  # its bank declines every charge; no page tells

    @property
    def label(self) -> str:
        """The card's display name, such as `Corvid ending in 4821`."""
        return f"{self.network} ending in {self.last4}"

    def is_expired(self, today: date) -> bool:
        """Whether its last month of validity has passed."""
        return (self.expiry_year, self.expiry_month) < (today.year, today.month)


class GiftCard(Model):
    """A gift card, or with a customer their store credit, which nobody else can use."""

    __tablename__ = "shop_gift_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    balance_cents: Mapped[int]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("shop_customer.id"), index=True)


class Coupon(Model):
    """A discount code for carts that reach `minimum_cents` before it expires.

    With a department, minimum and discount apply to that department's lines only.
    """

    __tablename__ = "shop_coupon"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[CouponKind]
    value: Mapped[int]
    minimum_cents: Mapped[int]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("shop_department.id"))
    expires_on: Mapped[date]

    department: Mapped[Department | None] = relationship()


class PickupPoint(Model):
    """A place where orders can be picked up."""

    __tablename__ = "shop_pickup_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    line1: Mapped[str]
    city: Mapped[str]
    postcode: Mapped[str]
    hours: Mapped[str]


class ContactMessage(Model):
    """What a customer wrote by the contact form."""

    __tablename__ = "shop_contact_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), index=True)
    topic: Mapped[str]
    order_number: Mapped[str]  # empty if it is not about an order
    tracking: Mapped[str]
    body: Mapped[str]
    sent_at: Mapped[datetime]
