"""Named wish lists; and, as bookkeeping, the products that a customer has opened or compares."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.shop.models.goods import Variant
from gristmill.apps.world.models import Model


class WishList(Model):
    """A customer's list of things to buy some day; its name is unique among theirs."""

    __tablename__ = "shop_wish_list"
    __table_args__ = (UniqueConstraint("customer_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), index=True)
    name: Mapped[str]

    items: Mapped[list["WishItem"]] = relationship(order_by="WishItem.id", cascade="all, delete-orphan")


class WishItem(Model):
    """A variant on a wish list, with a note and the price that it had when it was put there."""

    __tablename__ = "shop_wish_item"
    __table_args__ = (UniqueConstraint("list_id", "variant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("shop_wish_list.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("shop_variant.id"), index=True)
    note: Mapped[str]
    added_at: Mapped[datetime]
    price_cents: Mapped[int]

    variant: Mapped[Variant] = relationship()


class Viewed(Model):
    """A product whose page a customer has opened; bookkeeping."""

    __tablename__ = "shop_viewed"

    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"), primary_key=True)
    place: Mapped[int]  # counts up: the highest was viewed last


class Compared(Model):
    """A product in a customer's comparison; bookkeeping, since comparing is a way of looking."""

    __tablename__ = "shop_compared"

    customer_id: Mapped[int] = mapped_column(ForeignKey("shop_customer.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"), primary_key=True)
