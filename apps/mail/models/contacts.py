"""Contacts and groups of an account."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.world.models import Model


class Contact(Model):
    """Somebody whom an account's owner knows, with one or more addresses, the first of which is used."""

    __tablename__ = "mail_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    name: Mapped[str]
    company: Mapped[str]
    role: Mapped[str]
    phone: Mapped[str]
    notes: Mapped[str]
    is_starred: Mapped[bool]

    addresses: Mapped[list["ContactAddress"]] = relationship(
        order_by="ContactAddress.position", cascade="all, delete-orphan"
    )


class ContactAddress(Model):
    """An address of a contact."""

    __tablename__ = "mail_contact_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("mail_contact.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    email: Mapped[str] = mapped_column(index=True)


class Group(Model):
    """A group of contacts, which can be written to by its name."""

    __tablename__ = "mail_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    name: Mapped[str]

    contacts: Mapped[list[Contact]] = relationship(secondary="mail_group_member", order_by=Contact.name)


class GroupMember(Model):
    """A contact in a group."""

    __tablename__ = "mail_group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("mail_group.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        ForeignKey("mail_contact.id", ondelete="CASCADE"), primary_key=True, index=True
    )
