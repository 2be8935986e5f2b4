"""Orders, what became of them, and the money that moved since."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.shop.models.buying import Delivery
from gristmill.apps.shop.models.customers import Customer
from gristmill.apps.shop.models.goods import Variant
from gristmill.apps.world.models import Model


class OrderStatus(StrEnum):
    """The status of an order."""

    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    PARTLY_RETURNED = "partly returned"
    RETURNED = "returned"


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
    wrap_cents: Mapped[int] = mapped_column(default=0)
    total_cents: Mapped[int]  # subtotal - discount + delivery + wrap, before the gift card
    gift_note: Mapped[str] = mapped_column(default="")
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]

    customer: Mapped[Customer] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.id")
    payments: Mapped[list["Payment"]] = relationship(order_by="Payment.id")
    returns: Mapped[list["Return"]] = relationship(order_by="Return.id")


class OrderLine(Model):
    """Pieces of one variant in an order, with name, options and price as they were."""

    __tablename__ = "shop_order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("shop_variant.id"))
    product_name: Mapped[str]
    options: Mapped[str]
    unit_price_cents: Mapped[int]
    quantity: Mapped[int]
    is_changed: Mapped[bool] = mapped_column(default=False)  # its options were changed, which happens once

    variant: Mapped[Variant] = relationship()


class PaymentKind(StrEnum):
    """Which way money went after an order was placed."""

    CHARGE = "charge"
    REFUND = "refund"


class Payment(Model):
    """Money that moved after an order was placed: a price difference, or a refund, by one method."""

    __tablename__ = "shop_payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    return_id: Mapped[int | None] = mapped_column(ForeignKey("shop_return.id"))
    kind: Mapped[PaymentKind]
    cents: Mapped[int]
    card_id: Mapped[int | None]
    gift_card_id: Mapped[int | None]  # a gift card, or store credit
    method: Mapped[str]  # as it is shown, such as `Corvid ending in 4821` or `store credit`
    reason: Mapped[str]
    made_at: Mapped[datetime]
    is_in_total: Mapped[bool] = mapped_column(default=False)  # the difference of an item that was changed


class ReturnKind(StrEnum):
    """What a customer wants for what they send back."""

    REFUND = "refund"
    EXCHANGE = "exchange"


class RefundMethod(StrEnum):
    """Where a refund goes."""

    ORIGINAL = "original"
    STORE_CREDIT = "store_credit"


class Return(Model):
    """Goods on their way back from a delivered order; settled once they have arrived."""

    __tablename__ = "shop_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    kind: Mapped[ReturnKind]
    reason: Mapped[str]
    method: Mapped[RefundMethod]
    refund_cents: Mapped[int]  # due once the goods are back
    opened_at: Mapped[datetime]
    received_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(back_populates="returns")
    lines: Mapped[list["ReturnLine"]] = relationship(order_by="ReturnLine.id", lazy="joined")


class ReturnLine(Model):
    """Pieces of one order line; a line can be sent back once."""

    __tablename__ = "shop_return_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("shop_return.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("shop_order_line.id"), unique=True)
    quantity: Mapped[int]
    new_variant_id: Mapped[int | None] = mapped_column(ForeignKey("shop_variant.id"))  # of an exchange

    order_line: Mapped[OrderLine] = relationship()
    new_variant: Mapped[Variant | None] = relationship()
