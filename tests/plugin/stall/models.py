"""The tables of the sound stall; the broken ones share them."""

from sqlalchemy.orm import Mapped, mapped_column

from gristmill import Model


class Ware(Model):
    """Something that is sold, with what it is called and where it lies."""

    __tablename__ = "stall_ware"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    shelf: Mapped[str]


class Look(Model):
    """How often a ware was looked at: bookkeeping."""

    __tablename__ = "stall_look"

    ware_id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
