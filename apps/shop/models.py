"""The shop's tables. Money is integer cents; times come from the world's clock."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.world.models import Model, Person


class Delivery(StrEnum):
    """A delivery method."""

    STANDARD = "standard"
    EXPRESS = "express"
    PICKUP = "pickup"


class OrderStatus(StrEnum):
    """The status of an order."""

    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class CouponKind(StrEnum):
    """The effect of a coupon: `value` percent off, `value` cents off, or free delivery."""

    PERCENT = "percent"
    AMOUNT = "amount"
    FREE_DELIVERY = "free_delivery"


class Department(Model):
    __tablename__ = "shop_department"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    blurb: Mapped[str]


class Brand(Model):
    __tablename__ = "shop_brand"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)


class Product(Model):
    """A product, sold in variants. Rating columns aggregate its reviews."""

    __tablename__ = "shop_product"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # what it is, e.g. "desk lamp": decides its picture
    department_id: Mapped[int] = mapped_column(ForeignKey("shop_department.id"), index=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("shop_brand.id"), index=True)
    description: Mapped[str]
    highlights: Mapped[list[str]] = mapped_column(JSON)
    picture: Mapped[dict[str, str]] = mapped_column(JSON)  # what its drawing depends on
    from_cents: Mapped[int] = mapped_column(index=True)  # the lowest price of its variants
    rating_tenths: Mapped[int]  # mean stars x 10, rounded; 0 without reviews
    review_count: Mapped[int]

    department: Mapped[Department] = relationship()
    brand: Mapped[Brand] = relationship()
    variants: Mapped[list["Variant"]] = relationship(back_populates="product", order_by="Variant.id")


class Variant(Model):
    """A product in one size and colour (either may not apply); the unit that is bought."""

    __tablename__ = "shop_variant"
    __table_args__ = (UniqueConstraint("product_id", "size", "colour"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"), index=True)
    sku: Mapped[str] = mapped_column(unique=True)
    size: Mapped[str | None]
    colour: Mapped[str | None]
    price_cents: Mapped[int]
    stock: Mapped[int]

    product: Mapped[Product] = relationship(back_populates="variants")

    @property
    def options(self) -> str:
        """Colour and size as text, such as `Moss, Large`; empty without options."""
        return ", ".join(option for option in (self.colour, self.size) if option)


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


class Review(Model):
    __tablename__ = "shop_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), index=True)
    stars: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    written_on: Mapped[date]

    customer: Mapped[Customer] = relationship()


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

    @property
    def label(self) -> str:
        """The card's display name, such as `Corvid ending in 4821`."""
        return f"{self.network} ending in {self.last4}"

    def is_expired(self, today: date) -> bool:
        """Whether its last month of validity has passed."""
        return (self.expiry_year, self.expiry_month) < (today.year, today.month)


class GiftCard(Model):
    __tablename__ = "shop_gift_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    balance_cents: Mapped[int]


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
    __tablename__ = "shop_pickup_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    line1: Mapped[str]
    city: Mapped[str]
    postcode: Mapped[str]
    hours: Mapped[str]


class CartItem(Model):
    """A line of a customer's cart, or of their saved-for-later list."""

    __tablename__ = "shop_cart_item"
    __table_args__ = (UniqueConstraint("customer_id", "variant_id", "is_saved"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("shop_variant.id"))
    quantity: Mapped[int]
    is_saved: Mapped[bool]

    variant: Mapped[Variant] = relationship()


class Checkout(Model):
    """The choices of a running checkout; deleted when the order is placed."""

    __tablename__ = "shop_checkout"

    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), primary_key=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey("shop_address.id"))
    delivery: Mapped[Delivery | None]
    pickup_point_id: Mapped[int | None] = mapped_column(ForeignKey("shop_pickup_point.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("shop_card.id"))
    gift_card_id: Mapped[int | None] = mapped_column(ForeignKey("shop_gift_card.id"))

    address: Mapped[Address | None] = relationship()
    pickup_point: Mapped[PickupPoint | None] = relationship()
    card: Mapped[Card | None] = relationship()
    gift_card: Mapped[GiftCard | None] = relationship()


class Order(Model):
    """A placed order. Address and card are copied: later edits of the profile do not change it."""

    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), index=True)
    status: Mapped[OrderStatus]
    placed_at: Mapped[datetime]
    delivery: Mapped[Delivery]
    arrives_from: Mapped[date]
    arrives_by: Mapped[date]
    address_id: Mapped[int | None]  # the address-book entry it was sent to; None for pick-up
    ship_to: Mapped[str]  # name and address as they were, or the pick-up point's
    pickup_point_id: Mapped[int | None] = mapped_column(ForeignKey("shop_pickup_point.id"))
    card_id: Mapped[int | None]  # None when a gift card covered it all
    card_label: Mapped[str]
    gift_card_id: Mapped[int | None] = mapped_column(ForeignKey("shop_gift_card.id"))
    gift_card_cents: Mapped[int]
    coupon_code: Mapped[str | None]
    subtotal_cents: Mapped[int]
    discount_cents: Mapped[int]
    delivery_cents: Mapped[int]
    total_cents: Mapped[int]  # subtotal - discount + delivery, before the gift card

    customer: Mapped[Customer] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.id")


class OrderLine(Model):
    __tablename__ = "shop_order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("shop_variant.id"))
    product_name: Mapped[str]
    options: Mapped[str]
    unit_price_cents: Mapped[int]
    quantity: Mapped[int]

    variant: Mapped[Variant] = relationship()
