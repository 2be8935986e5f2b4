"""Filters: which mails they match, and what they do with them."""

import re
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from gristmill.apps.mail.models import (
    Account,
    Entry,
    EntryLabel,
    Filter,
    Folder,
    Joins,
    Mail,
    MessageKind,
    Recipient,
    RecipientKind,
    Unread,
)
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.answering import quote_of, subject_of
from gristmill.apps.mail.services.changes import leave
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.search.evaluate import holds
from gristmill.apps.mail.services.search.words import words_of
from gristmill.apps.world.world import World

OR = re.compile(r"\s+OR\s+")
TERM = re.compile(r'"([^"]*)"|(\S+)')
Condition = ColumnElement[bool]
Column = InstrumentedAttribute[str]


def condition_of(rule: Filter) -> Condition:
    """The condition for mails (`Entry` joined with `Mail`) that match all or any of what a filter asks."""
    parts: list[Condition] = [*asked_of_text(rule), *asked_of_recipients(rule)]
    if rule.has_attachment:
        parts.append(Mail.attachment_count > 0)
    return (or_ if rule.joins == Joins.ANY else and_)(*parts)


def asked_of_text(rule: Filter) -> Iterator[Condition]:
    """What a filter asks of the sender, the subject and the words of a mail."""
    if rule.sender:
        yield one_of(Mail.sender_words, rule.sender, names_of)
    if rule.subject:
        yield one_of(Mail.subject_words, rule.subject, terms_of)
    if rule.has_words:
        yield one_of(Mail.words, rule.has_words, terms_of)
    if rule.lacks_words:
        unwanted = (words for each in OR.split(rule.lacks_words) for words in terms_of(each))
        yield not_(or_(*(holds(Mail.words, words) for words in unwanted)))


def asked_of_recipients(rule: Filter) -> Iterator[Condition]:
    """What a filter asks of those whom a mail is openly addressed to."""
    if rule.recipient:
        is_open = Recipient.kind.in_((RecipientKind.TO, RecipientKind.CC))
        is_them = one_of(Recipient.words, rule.recipient, names_of)
        yield exists().where(Recipient.message_id == Mail.id, is_open, is_them)


def one_of(column: Column, text: str, parts_of: Callable[[str], list[list[str]]]) -> Condition:
    """What a field asks for: all that one of the alternatives names which its `OR`s part."""
    found = (parts_of(each) for each in OR.split(text))
    return or_(*(and_(*(holds(column, words) for words in parts)) for parts in found if parts))


def names_of(text: str) -> list[list[str]]:
    """The words of a name or an address, next to each other."""
    return [words] if (words := words_of(text)) else []


def terms_of(text: str) -> list[list[str]]:
    """The words that a condition names, each alone; those between quotes together."""
    found = (words_of(phrase or word) for phrase, word in TERM.findall(text))
    return [words for words in found if words]


def filters_of(db: Session, account_id: int) -> Sequence[Filter]:
    """An account's filters in their order."""
    own = select(Filter).where(Filter.account_id == account_id)
    return db.scalars(own.order_by(Filter.position, Filter.id)).all()


def run_filters(world: World, entry: Entry) -> list[Mailing]:
    """Let filters act on a mail that has arrived; returns what they forward."""
    forwards = []
    for rule in filters_of(world.db, entry.account_id):
        if not rule.is_active or not matches(world.db, rule, entry):
            continue
        apply(world.db, rule, [entry])
        if rule.forward_to and can_forward(entry.message):
            forwards.append(forward(world, rule, entry))
        if rule.is_last:
            break
    world.db.flush()
    return forwards


def matches(db: Session, rule: Filter, entry: Entry) -> bool:
    """Whether a mail matches a filter."""
    found = select(Entry.id).join(Mail, Mail.id == Entry.message_id)
    return db.scalar(found.where(Entry.id == entry.id, condition_of(rule))) is not None


def apply(db: Session, rule: Filter, entries: Sequence[Entry]) -> None:
    """Do to mails what a filter says, except for forwarding."""
    for entry in entries:
        if rule.never_spam and entry.folder == Folder.SPAM:
            entry.folder = Folder.INBOX
        entry.is_starred |= rule.stars
        entry.is_important |= rule.marks_important
        entry.category = rule.category or entry.category
        if rule.skips_inbox and entry.folder == Folder.INBOX:
            leave(entry, Folder.ARCHIVE)
        if rule.deletes:
            leave(entry, Folder.BIN)
    ids = [entry.id for entry in entries]
    if rule.marks_read:
        db.execute(delete(Unread).where(Unread.entry_id.in_(ids)))
    if rule.label_id is not None:
        has = set(db.scalars(select(EntryLabel.entry_id).where(EntryLabel.label_id == rule.label_id)))
        db.add_all(EntryLabel(entry_id=each, label_id=rule.label_id) for each in ids if each not in has)
    db.flush()


def can_forward(mail: Mail) -> bool:
    """Whether a filter may forward a mail: not bounces, vacation notices, and what a filter has forwarded."""
    is_forwarded = mail.is_automatic and bool(mail.in_reply_to)
    return mail.kind not in (MessageKind.BOUNCE, MessageKind.VACATION) and not is_forwarded


def forward(world: World, rule: Filter, entry: Entry) -> Mailing:
    """A mail as a filter forwards it; no copy is kept, since the mail itself is there."""
    account, mail = world.db.get_one(Account, entry.account_id), entry.message
    return Mailing(
        sender=Mailbox(name=account.name, email=account.person.email.lower()),
        to=(Mailbox(email=rule.forward_to),), subject=subject_of("forward", mail.subject),
        body=quote_of("forward", mail), markup=mail.markup, is_automatic=True, keeps_copy=False,
        file_ids=tuple(each.file_id for each in mail.attachments),
    ).answering(mail)  # fmt: skip


def existing(db: Session, rule: Filter) -> list[Entry]:
    """The mails that lie in the mailbox and match: received ones, outside of spam and bin."""
    own = Entry.account_id == rule.account_id, Entry.is_own.is_(False), Entry.folder.not_in(HIDDEN)
    found = select(Entry).join(Mail, Mail.id == Entry.message_id).where(*own, condition_of(rule))
    return list(db.scalars(found.order_by(Entry.id)))


def count_existing(db: Session, rule: Filter) -> int:
    """How many mails `existing` finds."""
    own = Entry.account_id == rule.account_id, Entry.is_own.is_(False), Entry.folder.not_in(HIDDEN)
    found = select(func.count()).select_from(Entry).join(Mail, Mail.id == Entry.message_id)
    return db.scalar(found.where(*own, condition_of(rule))) or 0
