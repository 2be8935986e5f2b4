"""Evaluates a query over the mails of an account, as one SQL condition."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from gristmill.apps.kit import word_marks as kit_marks
from gristmill.apps.mail.models import (
    Entry,
    EntryLabel,
    Mail,
    MailFile,
    Recipient,
    RecipientKind,
    Thread,
    Unread,
)
from gristmill.apps.mail.services.folders import HIDDEN, in_folder
from gristmill.apps.mail.services.label_tree import LabelNode
from gristmill.apps.mail.services.search.grammar import All, Any, Node, Not, Query, Term, Text, terms
from gristmill.apps.mail.services.search.values import ago, parse_day, parse_size
from gristmill.apps.mail.services.search.words import HAS_FILES, MARK_COLUMNS, words_of

Condition = ColumnElement[bool]
ME = ("me",)
MARKED = ("", "from", "to", "cc", "subject")
"""The fields whose words are among those that a mail is marked with."""
REVEALING = ("spam", "bin", "anywhere")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Whose mails are searched, and when."""

    account_id: int
    now: datetime
    labels: Sequence[LabelNode]


def condition(query: Query, reader: Reader) -> Condition:
    """The condition for mails (`Entry` joined with `Mail`) that match; none do without a tree.

    Spam and bin are left out unless the query asks for them by a term that is not negated.
    """
    if query.tree is None:
        return false()
    found = of_node(query.tree, reader)
    asked = (leaf for leaf, is_negated in terms(query.tree) if not is_negated and isinstance(leaf, Term))
    if any(leaf.operator == "in" and leaf.value in REVEALING for leaf in asked):
        return found
    return and_(found, Entry.folder.not_in(HIDDEN))


def unknown_labels(query: Query, reader: Reader) -> list[str]:
    """A message for each label of a query that the reader does not have."""
    named = [leaf.words for leaf, _ in terms(query.tree) if isinstance(leaf, Text) and leaf.field == "label"]
    return [
        f"You have no label {' '.join(words)!r}." for words in named if not label_ids(words, reader.labels)
    ]


def of_node(node: Node, reader: Reader) -> Condition:
    """The condition of a part of a query."""
    match node:
        case Not():
            return not_(of_node(node.part, reader))
        case All():
            return and_(*(of_node(part, reader) for part in node.parts))
        case Any():
            return or_(*(of_node(part, reader) for part in node.parts))
        case Text():
            found = TEXTS[node.field](node.words, reader)
            return and_(*may_have(node.words), found) if node.field in MARKED and node.words != ME else found
        case Term():
            return TERMS[node.operator](node.value, reader)


def may_have(words: Sequence[str]) -> list[Condition]:
    """Whether a mail can have all of these words, by its marks."""
    return kit_marks.may_have(words, [getattr(Entry, name) for name in MARK_COLUMNS])


def holds(column: ColumnElement[str] | InstrumentedAttribute[str], words: Sequence[str]) -> Condition:
    """Whether a text of words has these next to each other."""
    return func.instr(column, f" {' '.join(words)} ") > 0


def sent_by(words: Sequence[str], reader: Reader) -> Condition:
    """Mails by a sender, `me` for the reader."""
    return Entry.is_own.is_(True) if tuple(words) == ME else holds(Mail.sender_words, words)


def addressed(kind: RecipientKind) -> Callable[[Sequence[str], Reader], Condition]:
    """Mails with such a recipient; hidden ones are known to the sender alone."""

    def find(words: Sequence[str], reader: Reader) -> Condition:
        is_them = (
            Recipient.account_id == reader.account_id if tuple(words) == ME else holds(Recipient.words, words)
        )
        found = exists().where(Recipient.message_id == Mail.id, Recipient.kind == kind, is_them)
        return and_(found, Entry.is_own) if kind is RecipientKind.BCC else found

    return find


def labelled(words: Sequence[str], reader: Reader) -> Condition:
    """Mails with a label."""
    ids = label_ids(words, reader.labels)
    return exists().where(EntryLabel.entry_id == Entry.id, EntryLabel.label_id.in_(ids))


def label_ids(words: Sequence[str], labels: Sequence[LabelNode]) -> list[int]:
    """The labels that words name: in full (`siskin march`), or by the last part."""
    wanted = list(words)
    in_full = [each.id for each in labels if words_of(each.path) == wanted]
    return in_full or [each.id for each in labels if words_of(each.name) == wanted]


def with_file(words: Sequence[str], reader: Reader) -> Condition:
    """Mails with a file whose name has these words."""
    return exists().where(MailFile.message_id == Mail.id, holds(MailFile.words, words))


TEXTS: dict[str, Callable[[Sequence[str], Reader], Condition]] = {
    "": lambda words, _: holds(Mail.words, words),
    "from": sent_by,
    "to": addressed(RecipientKind.TO),
    "cc": addressed(RecipientKind.CC),
    "bcc": addressed(RecipientKind.BCC),
    "subject": lambda words, _: holds(Mail.subject_words, words),
    "label": labelled,
    "filename": with_file,
}


def inside(value: str, _: Reader) -> Condition:
    """Mails in a folder; drafts are no mails and are searched apart."""
    if value == "anywhere":
        return true()
    return false() if value == "drafts" else in_folder(value)


def in_state(value: str, reader: Reader) -> Condition:
    """Mails in a state."""
    unread = exists().where(Unread.entry_id == Entry.id)
    muted = exists().where(Thread.id == Entry.thread_id, Thread.is_muted)
    return {
        "unread": unread, "read": not_(unread), "starred": Entry.is_starred.is_(True),
        "important": Entry.is_important.is_(True), "muted": muted,
    }[value]  # fmt: skip


def having(value: str, _: Reader) -> Condition:
    """Mails with files, with labels, or without."""
    if value == "attachment":
        return and_(*may_have([HAS_FILES]), Mail.attachment_count > 0)
    labels = exists().where(EntryLabel.entry_id == Entry.id)
    return labels if value == "userlabels" else not_(labels)


def midnight(value: str) -> datetime:
    """The beginning of a day."""
    day = parse_day(value)
    assert day is not None
    return datetime.combine(day, time())


TERMS: dict[str, Callable[[str, Reader], Condition]] = {
    "category": lambda value, _: Entry.category == value,
    "in": inside,
    "is": in_state,
    "has": having,
    "before": lambda value, _: Mail.sent_at < midnight(value),
    "after": lambda value, _: Mail.sent_at >= midnight(value),
    "older_than": lambda value, reader: Mail.sent_at < ago(reader.now, value),
    "newer_than": lambda value, reader: Mail.sent_at >= ago(reader.now, value),
    "larger": lambda value, _: Mail.size_bytes > (parse_size(value) or 0),
    "smaller": lambda value, _: Mail.size_bytes < (parse_size(value) or 0),
    "rfc822msgid": lambda value, _: func.lower(Mail.message_id) == value.strip("<>"),
}
