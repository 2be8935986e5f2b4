"""The tables of all apps."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from gristmill import Model


class Item(Model):
    """An item that the kiosk sells."""

    __tablename__ = "kiosk_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price_cents: Mapped[int]


class Order(Model):
    """An order of one item, at its price when the order was placed."""

    __tablename__ = "kiosk_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("kiosk_item.id"))
    price_cents: Mapped[int]
    placed_at: Mapped[datetime]
    status: Mapped[str]


class Letter(Model):
    """A delivered letter."""

    __tablename__ = "post_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))
    subject: Mapped[str]
    arrived_at: Mapped[datetime]
    is_archived: Mapped[bool]


class Pin(Model):
    """A pinned note."""

    __tablename__ = "board_pin"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"))
