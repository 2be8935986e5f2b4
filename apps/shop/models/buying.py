"""What a customer is about to buy: the cart and the checkout under way."""

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.shop.models.customers import Address, Card, GiftCard, PickupPoint
from gristmill.apps.shop.models.goods import Variant
from gristmill.apps.world.models import Model


class Delivery(StrEnum):
    """A delivery method."""

    STANDARD = "standard"
    EXPRESS = "express"
    PICKUP = "pickup"


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
    is_gift: Mapped[bool] = mapped_column(default=False, server_default="0")  # to be wrapped
    gift_note: Mapped[str] = mapped_column(default="", server_default="")

    address: Mapped[Address | None] = relationship()
    pickup_point: Mapped[PickupPoint | None] = relationship()
    card: Mapped[Card | None] = relationship()
    gift_card: Mapped[GiftCard | None] = relationship()
