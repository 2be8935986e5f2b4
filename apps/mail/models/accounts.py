"""Accounts, their addresses and settings, mailing lists, and who answers by themselves."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gristmill.apps.world.models import Model, Person


class Density(StrEnum):
    """How much room a row of a list takes."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class AfterAction(StrEnum):
    """The page after a thread was archived, deleted or moved."""

    LIST = "list"
    NEXT = "next"


class Settings(Model):
    """An account's settings; each one changes what a page shows or does.

    `default_reply` is `reply` or `reply_all`; `undo_s` the seconds in which a send can be undone (0 for
    none); `week_starts_on` 0 for Monday, 6 for Sunday. Signatures are None for none.
    """

    __tablename__ = "mail_settings"

    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), primary_key=True)
    density: Mapped[str]
    page_size: Mapped[int]
    shows_snippets: Mapped[bool]
    uses_categories: Mapped[bool]
    uses_24_hours: Mapped[bool]
    week_starts_on: Mapped[int]
    after_action: Mapped[str]
    default_reply: Mapped[str]
    default_markup: Mapped[str]
    undo_s: Mapped[int]
    adds_contacts: Mapped[bool]  # whoever is written to becomes a contact
    confirms_deletion: Mapped[bool]
    notifies: Mapped[str]  # what a page announces that arrived: all, important, none
    newest_first: Mapped[bool]  # the order of mails in a thread
    start_page: Mapped[str]  # the path, without its slash, that mail opens with
    new_signature_id: Mapped[int | None] = mapped_column(ForeignKey("mail_signature.id"))
    reply_signature_id: Mapped[int | None] = mapped_column(ForeignKey("mail_signature.id"))


class Account(Model):
    """A person's mailbox. `name` is what recipients read beside the address."""

    __tablename__ = "mail_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), unique=True)
    name: Mapped[str]

    person: Mapped[Person] = relationship()
    addresses: Mapped[list["MailAddress"]] = relationship(order_by="MailAddress.id")
    settings: Mapped[Settings] = relationship(lazy="joined", innerjoin=True)


class MailAddress(Model):
    """An address of an account. Its primary one is the default sender, the others are aliases."""

    __tablename__ = "mail_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    email: Mapped[str] = mapped_column(unique=True)
    is_primary: Mapped[bool]


class Signature(Model):
    """A text below one's mails; which one is in the settings, or chosen for a draft."""

    __tablename__ = "mail_signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), index=True)
    name: Mapped[str]
    text: Mapped[str]


class MailingList(Model):
    """An address that stands for several accounts."""

    __tablename__ = "mail_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class MailingListMember(Model):
    """An account that gets the mails of a list."""

    __tablename__ = "mail_list_member"

    list_id: Mapped[int] = mapped_column(ForeignKey("mail_list.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("mail_account.id"), primary_key=True)


class AnswerRule(Model):
    """How somebody answers a mail by themselves, once; bookkeeping.

    `email` is the address that was written to and answers, `pattern` a regular expression that the mail must
    match (empty for any), `after_s` how long they take.
    """

    __tablename__ = "mail_answer_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(index=True)
    pattern: Mapped[str]
    text: Mapped[str]
    after_s: Mapped[int]
    was_used: Mapped[bool]
