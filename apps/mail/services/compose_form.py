"""The compose form as it is submitted, and what its page offers to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from gristmill.apps.kit.forms import FormError
from gristmill.apps.mail.models import Account, CannedText, DraftKind, MailDraft, Markup, Signature
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.answering import split_answer
from gristmill.apps.mail.services.directory import own_emails
from gristmill.apps.mail.services.drafts import FileChoice, Writing, attachable, find_parent
from gristmill.apps.mail.services.finding import with_people as with_names
from gristmill.apps.mail.services.recipients import FIELDS, suggestions
from gristmill.apps.mail.services.snoozing import parse_time
from gristmill.apps.world.models import Sequence as NumberSequence

REMINDERS = {1: "After 1 day", 2: "After 2 days", 3: "After 3 days", 7: "After a week", 14: "After 2 weeks"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What the page of a form offers."""

    senders: Sequence[str]
    people: Sequence[Mailbox]
    files: Sequence[FileChoice]
    signatures: Sequence[tuple[int, str]]
    canned: Sequence[tuple[int, str]]

    @property
    def sender_options(self) -> list[tuple[str, str]]:
        """One's own addresses, as a drop-down list takes them."""
        return [(email, email) for email in self.senders]


def choices(db: Session, account: Account, writing: Writing) -> Choices:
    """What can be chosen in a form."""
    signatures, canned = named_texts(db, account.id)
    return Choices(
        senders=own_emails(account), people=suggestions(db, account.id),
        files=attachable(db, account, writing.file_ids), signatures=signatures, canned=canned,
    )  # fmt: skip


def named_texts(db: Session, account_id: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The ids and names of an account's signatures and canned texts, by name; one query."""
    models: tuple[type[Signature | CannedText], ...] = (Signature, CannedText)
    kinds = (
        select(literal(rank).label("rank"), model.id, model.name.label("name")).where(
            model.account_id == account_id
        )
        for rank, model in enumerate(models)
    )
    rows = db.execute(union_all(*kinds).order_by("rank", "name", "id")).all()
    signatures, canned = ([(key, name) for rank, key, name in rows if rank == wanted] for wanted in (0, 1))
    return signatures, canned


def new_token(db: Session, now: datetime, account_id: int, kind: str, entry_id: int = 0) -> str:
    """The token of a form that is opened now; another one is opened later, as time moves with each step."""
    row = db.get(NumberSequence, MailDraft.__tablename__)
    return f"{account_id}-{now:%Y%m%d%H%M%S}-{kind}-{entry_id}-{row.last if row else 0}"


def typed_writing(db: Session, account: Account, form: MultiDict[str, str]) -> Writing:
    """What a submitted form says. What cannot be chosen is ignored, as for somebody else's mail or file."""
    kind, entry_id = form.get("kind", ""), number(form.get("parent", ""))
    parent = find_parent(db, account.id, entry_id) if entry_id else None
    own = own_emails(account)
    writing = Writing(
        token=form.get("token", ""), kind=kind if kind in set(DraftKind) and parent else DraftKind.NEW,
        parent=parent, sender_email=form.get("sender", ""), to=form.get("to", ""), cc=form.get("cc", ""),
        bcc=form.get("bcc", ""), subject=form.get("subject", ""),
        body=form.get("body", "").replace("\r\n", "\n"), markup=form.get("markup", ""),
        signature_id=number(form.get("signature", "")), remind_after_days=number(form.get("remind", "")),
        file_ids=tuple(dict.fromkeys(filter(None, map(number, form.getlist("file"))))),
    )  # fmt: skip
    signature = db.get(Signature, writing.signature_id) if writing.signature_id else None
    return replace(
        writing,
        sender_email=writing.sender_email if writing.sender_email in own else own[0],
        markup=writing.markup if writing.markup in set(Markup) else Markup.PLAIN,
        signature_id=signature.id if signature and signature.account_id == account.id else None,
        remind_after_days=writing.remind_after_days if writing.remind_after_days in REMINDERS else None,
    )


def require_files(db: Session, account: Account, writing: Writing, kept: Sequence[int]) -> None:
    """Check that all files can be attached.

    Raises:
        FormError: one is unknown, or cannot be attached by this person.
    """
    asked = set(writing.file_ids) - set(kept)
    if asked and not asked <= {each.id for each in attachable(db, account)}:
        raise FormError({"file": "One of the files is not there. Choose from the list."})


def with_people(writing: Writing, form: MultiDict[str, str]) -> Writing:
    """What was written, with the ticked people in the chosen field."""
    field = form.get("field", "to")
    if field not in FIELDS:
        return writing
    return writing.with_texts({field: with_names(writing.texts[field], form.getlist("person"))})


def with_canned(writing: Writing, text: CannedText | None) -> Writing:
    """What was written, with a canned text before what is quoted, and its subject if there is none."""
    if text is None:
        return writing
    parent = writing.parent.message if writing.parent else None
    before, rest = split_answer(writing.body, writing.kind, parent)
    body = "\n\n".join(part for part in (before.strip("\n"), text.body, rest) if part)
    return replace(writing, body=body, subject=writing.subject.strip() or text.subject)


def due_time(form: Mapping[str, str], now: datetime) -> datetime:
    """The time at which a mail is to be sent.

    Raises:
        FormError: it is malformed, in the past, or more than a year away.
    """
    text = form.get("due_at", "").strip() or form.get("due", "")
    due = parse_time(text)
    if due is None:
        raise FormError({"due_at": "Send later: enter day and time, such as 2031-03-10 08:00."})
    if due <= now:
        raise FormError({"due_at": f"Send later: {due:%Y-%m-%d %H:%M} has passed. Choose a later time."})
    if (due - now).days > 366:
        raise FormError({"due_at": "Send later: choose a time within a year."})
    return due


def number(text: str) -> int | None:
    """A number in a field; None if it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
