"""Drafts that a search finds; only one that says `in:drafts` looks at them."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from gristmill.apps.mail.models import DraftFile, MailDraft
from gristmill.apps.mail.services.search.evaluate import Reader
from gristmill.apps.mail.services.search.grammar import All, Any, Node, Not, Query, Term, Text, terms
from gristmill.apps.mail.services.search.values import ago, parse_day
from gristmill.apps.mail.services.search.words import word_text


def drafts_found(db: Session, query: Query, reader: Reader) -> Sequence[MailDraft]:
    """The drafts that match, latest first."""
    leaves = terms(query.tree)
    if query.tree is None or (Term("in", "drafts"), False) not in leaves:
        return []
    statement = (
        select(MailDraft)
        .where(MailDraft.account_id == reader.account_id)
        .options(selectinload(MailDraft.files).joinedload(DraftFile.file), selectinload(MailDraft.outgoing))
        .order_by(MailDraft.updated_at.desc(), MailDraft.id.desc())
    )
    unsent = (draft for draft in db.scalars(statement) if draft.outgoing is None)
    return [draft for draft in unsent if matches(query.tree, draft, reader)]


def matches(node: Node, draft: MailDraft, reader: Reader) -> bool:
    """Whether a draft matches a part of a query."""
    match node:
        case Not():
            return not matches(node.part, draft, reader)
        case All():
            return all(matches(part, draft, reader) for part in node.parts)
        case Any():
            return any(matches(part, draft, reader) for part in node.parts)
        case Text():
            return f" {' '.join(node.words)} " in field_of(node.field, draft)
        case Term():
            return fulfils(node, draft, reader)


def field_of(name: str, draft: MailDraft) -> str:
    """The words of a draft's field; of everything that it says for none."""
    fields = {
        "": (draft.subject, draft.body, draft.to, draft.cc), "from": (draft.sender_email, "me"),
        "to": (draft.to,), "cc": (draft.cc,), "bcc": (draft.bcc,), "subject": (draft.subject,),
        "filename": tuple(each.file.name for each in draft.files),
    }  # fmt: skip
    return word_text(*fields.get(name, ()))


def fulfils(term: Term, draft: MailDraft, reader: Reader) -> bool:
    """Whether a draft fulfils an operator; drafts are read, unlabelled and in no category."""
    day = parse_day(term.value)
    start = datetime.combine(day, time()) if day else reader.now
    claims = {
        "in": term.value in ("drafts", "anywhere"),
        "is": term.value == "read",
        "has": bool(draft.files) if term.value == "attachment" else term.value == "nouserlabels",
        "before": draft.updated_at < start,
        "after": draft.updated_at >= start,
    }
    if term.operator in ("older_than", "newer_than"):
        return (draft.updated_at < ago(reader.now, term.value)) == (term.operator == "older_than")
    return claims.get(term.operator, False)
