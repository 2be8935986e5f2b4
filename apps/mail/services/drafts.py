"""Drafts: what a form says becomes one, each form the same one however often it is submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from gristmill.apps.kit.forms import FormError, Rule, at_most, first_error
from gristmill.apps.mail.models import (
    Account,
    Composition,
    DraftFile,
    DraftKind,
    Entry,
    Mail,
    MailDraft,
    MailFile,
    Markup,
)
from gristmill.apps.mail.services.addresses import joined
from gristmill.apps.mail.services.answering import (
    LONGEST_SUBJECT,
    addressees,
    parent_of,
    quote_of,
    subject_of,
)
from gristmill.apps.mail.services.directory import own_emails
from gristmill.apps.mail.services.field_rules import printable
from gristmill.apps.mail.services.mailbox import current_settings
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.world.models import WorldFile
from gristmill.apps.world.world import World

LONGEST_BODY, LONGEST_FIELD, MOST_FILES, LONGEST_TOKEN = 50_000, 12_000, 20, 80
TEXT_RULES: Mapping[str, Sequence[Rule]] = {
    "to": (at_most(LONGEST_FIELD), printable),
    "cc": (at_most(LONGEST_FIELD), printable),
    "bcc": (at_most(LONGEST_FIELD), printable),
    "subject": (at_most(LONGEST_SUBJECT), printable),
    "body": (at_most(LONGEST_BODY), printable),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """What the compose form says; see `MailDraft`. `token` names the form that was opened."""

    token: str = ""
    kind: str = DraftKind.NEW
    parent: Entry | None = None
    sender_email: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    body: str = ""
    markup: str = Markup.PLAIN
    signature_id: int | None = None
    remind_after_days: int | None = None
    file_ids: tuple[int, ...] = ()

    @property
    def texts(self) -> dict[str, str]:
        """The fields that are typed."""
        return {name: getattr(self, name) for name in TEXT_RULES}

    def with_texts(self, texts: Mapping[str, str]) -> "Writing":
        """The same with some of the typed fields changed."""
        new = self.texts | dict(texts)
        to, cc, bcc = (new[name] for name in ("to", "cc", "bcc"))
        return replace(self, to=to, cc=cc, bcc=bcc, subject=new["subject"], body=new["body"])


def begin(account: Account, kind: str, parent: Entry | None, token: str = "") -> Writing:
    """What the form says when it is opened."""
    settings, own = current_settings(), own_emails(account)
    signature = settings.reply_signature_id if kind in (DraftKind.REPLY, DraftKind.REPLY_ALL) else None
    blank = Writing(
        token=token, kind=kind, sender_email=own[0], markup=settings.default_markup,
        signature_id=settings.new_signature_id if kind in (DraftKind.NEW, DraftKind.FORWARD) else signature,
    )  # fmt: skip
    if parent is None:
        return blank
    mail = parent.message
    found = addressees(kind, parent_of(mail), own)
    files = tuple(each.file_id for each in mail.attachments) if kind == DraftKind.FORWARD else ()
    return replace(
        blank, parent=parent, sender_email=found.sender_email, to=joined(found.to), cc=joined(found.cc),
        subject=subject_of(kind, mail.subject), body=f"\n\n{quote_of(kind, mail)}", file_ids=files,
    )  # fmt: skip


def is_blank(account: Account, writing: Writing) -> bool:
    """Whether nothing was written: the form says what it did when it was opened."""
    opened = begin(account, writing.kind, writing.parent)
    names = ("to", "cc", "bcc", "subject", "body", "file_ids")
    return all(flat(getattr(writing, name)) == flat(getattr(opened, name)) for name in names)


def flat(value: object) -> object:
    """A value without differences that nobody typed: line ends, blanks around it."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def require_texts(writing: Writing) -> None:
    """Check what was typed for storing it.

    Raises:
        FormError: a text is too long or has control characters, or there are too many files.
    """
    found = {name: first_error(text, TEXT_RULES[name]) for name, text in writing.texts.items()}
    if len(writing.file_ids) > MOST_FILES:
        found["file"] = f"A mail can carry {MOST_FILES} files; these are {len(writing.file_ids)}."
    if errors := {name: message for name, message in found.items() if message}:
        raise FormError(errors)


def find_draft(db: Session, account_id: int, draft_id: int) -> MailDraft | None:
    """A draft of an account, also one that waits to be sent."""
    statement = select(MailDraft).where(MailDraft.id == draft_id, MailDraft.account_id == account_id)
    files = selectinload(MailDraft.files).joinedload(DraftFile.file).defer(WorldFile.content)
    return db.scalar(statement.options(files, joinedload(MailDraft.outgoing)))


def drafts_of(db: Session, account_id: int) -> list[MailDraft]:
    """An account's drafts and those that wait to be sent, the latest first."""
    own = select(MailDraft).where(MailDraft.account_id == account_id)
    options = selectinload(MailDraft.files), joinedload(MailDraft.outgoing)
    ordered = own.options(*options).order_by(MailDraft.updated_at.desc(), MailDraft.id.desc())
    return list(db.scalars(ordered))


def draft_number(db: Session, token: str) -> int | None:
    """The draft that an earlier submission of a form has become; it may be gone by now."""
    row = db.get(Composition, token) if 0 < len(token) <= LONGEST_TOKEN else None
    return row.draft_id if row else None


def store(
    world: World, account: Account, writing: Writing, draft: MailDraft | None, *, keeps_blank: bool = False
) -> MailDraft | None:
    """Write what a form says into its draft; a blank one is not stored, and deleted if it was.

    With `keeps_blank` it is, as for an answer that is sent without a word.

    Raises:
        FormError: a text cannot be stored.
    """
    require_texts(writing)
    if not keeps_blank and is_blank(account, writing):
        if draft is not None:
            world.db.delete(draft)
            world.db.flush()
        return None
    if draft is None:
        draft = MailDraft(id=new_id(world, MailDraft), account_id=account.id, files=[])
        if 0 < len(writing.token) <= LONGEST_TOKEN:
            world.db.add(Composition(token=writing.token, draft_id=draft.id))
    with world.db.no_autoflush:
        fill(world, draft, writing)
    world.db.add(draft)
    world.db.flush()
    return draft


def fill(world: World, draft: MailDraft, writing: Writing) -> None:
    """Set a draft's columns and files."""
    parent = writing.parent
    draft.kind, draft.sender_email, draft.markup = writing.kind, writing.sender_email, writing.markup
    draft.parent_id = parent.message_id if parent else None
    draft.thread_id = parent.thread_id if parent else None
    draft.to, draft.cc, draft.bcc = (flat_line(text) for text in (writing.to, writing.cc, writing.bcc))
    draft.subject, draft.body = " ".join(writing.subject.split()), writing.body.replace("\r\n", "\n")
    draft.signature_id, draft.remind_after_days = writing.signature_id, writing.remind_after_days
    draft.updated_at = world.now
    if tuple(each.file_id for each in draft.files) != writing.file_ids:
        draft.files = [DraftFile(id=new_id(world, DraftFile), file_id=each) for each in writing.file_ids]


def flat_line(text: str) -> str:
    """A field of recipients in one line."""
    return " ".join(text.split())


def writing_of(db: Session, draft: MailDraft) -> Writing:
    """What the form says when a draft is opened again."""
    own = Entry.account_id == draft.account_id, Entry.message_id == draft.parent_id
    parent = db.scalars(parents().where(*own)).unique().one_or_none() if draft.parent_id else None
    return Writing(
        kind=draft.kind, parent=parent, sender_email=draft.sender_email, to=draft.to, cc=draft.cc,
        bcc=draft.bcc, subject=draft.subject, body=draft.body, markup=draft.markup,
        signature_id=draft.signature_id, remind_after_days=draft.remind_after_days,
        file_ids=tuple(each.file_id for each in draft.files),
    )  # fmt: skip


def parents() -> Select[Entry]:
    """Copies of mails, with what an answer needs of them."""
    mail = joinedload(Entry.message)
    return select(Entry).options(mail, mail.joinedload(Mail.recipients), mail.joinedload(Mail.attachments))


def find_parent(db: Session, account_id: int, entry_id: int) -> Entry | None:
    """An account's copy of a mail that is to be answered."""
    own = Entry.id == entry_id, Entry.account_id == account_id
    return db.scalars(parents().where(*own)).unique().one_or_none()


@dataclass(frozen=True, kw_only=True, slots=True)
class FileChoice:
    """A file that can be attached."""

    id: int
    name: str
    size_bytes: int


def attachable(db: Session, account: Account, kept: Sequence[int] = ()) -> list[FileChoice]:
    """The files that a person can attach: their own, and those in their mails; also those in `kept`."""
    mine = WorldFile.owner_id == account.person_id
    received = (
        select(MailFile.file_id)
        .join(Entry, Entry.message_id == MailFile.message_id)
        .where(Entry.account_id == account.id)
    )
    columns = WorldFile.id, WorldFile.name, func.length(WorldFile.content)
    found = select(*columns).where(mine | WorldFile.id.in_(received) | WorldFile.id.in_(kept))
    rows = db.execute(found.order_by(WorldFile.name, WorldFile.id))
    return [FileChoice(id=key, name=name, size_bytes=size) for key, name, size in rows]
