"""Writes mails: their rows, ids and what search needs of them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from gristmill.apps.mail.models import Mail, MailFile, Recipient, RecipientKind
from gristmill.apps.mail.services.addresses import Mailbox, domain_of
from gristmill.apps.mail.services.directory import owners
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.search.words import word_text
from gristmill.apps.mail.services.threads import base_subject
from gristmill.apps.world.models import WorldFile
from gristmill.apps.world.world import World

SNIPPET_LENGTH = 140
HEADER_BYTES = 420  # of a mail besides its body and its files


def write_message(world: World, mailing: Mailing) -> Mail:
    """Write a mail with recipients and attachments, sent now."""
    number = new_id(world, Mail)
    files = files_of(world, mailing.file_ids)
    accounts = owners(world.db, [mailing.sender.email, *(each.email for each in mailing.recipients)])
    sizes = [file.size_bytes for file in files]
    message = Mail(
        id=number, sent_at=world.now, sender_account_id=accounts.get(mailing.sender.email),
        **message_columns(mailing, number, sizes),
    )  # fmt: skip
    message.recipients = [Recipient(**row) for row in recipient_rows(mailing, accounts)]
    message.attachments = [MailFile(**attachment_row(file)) for file in files]
    world.db.add(message)
    world.db.flush()
    return message


def files_of(world: World, ids: Sequence[int]) -> list[WorldFile]:
    """Files in the order of their ids in `ids`."""
    if not ids:
        return []
    by_id = {file.id: file for file in world.db.scalars(select(WorldFile).where(WorldFile.id.in_(ids)))}
    return [by_id[each] for each in ids if each in by_id]


def message_columns(mailing: Mailing, number: int, sizes: Sequence[int]) -> dict[str, object]:
    """The columns of a mail that follow from what was handed over; `sizes` are those of its files."""
    sender, visible = mailing.sender, (*mailing.to, *mailing.cc)
    return {
        "message_id": mailing.message_id or message_id(number, sender.email),
        "in_reply_to": mailing.in_reply_to,
        "references": " ".join(mailing.references),
        "sender_name": sender.name,
        "sender_email": sender.email,
        "reply_to": mailing.reply_to,
        "return_path": sender.email if mailing.has_return_path else "",
        "subject": mailing.subject,
        "base_subject": base_subject(mailing.subject),
        "body": mailing.body,
        "markup": mailing.markup,
        "snippet": snippet(mailing.body),
        "kind": mailing.kind,
        "is_automatic": mailing.is_automatic,
        "list_email": mailing.list_email,
        "unsubscribes_from": mailing.unsubscribes_from,
        "attachment_count": len(sizes),
        "size_bytes": HEADER_BYTES + len(mailing.body.encode()) + sum(sizes),
        "words": word_text(mailing.subject, mailing.body, str(sender), *map(str, visible)),
        "subject_words": word_text(mailing.subject),
        "sender_words": word_text(sender.name, sender.email),
        "meeting_id": mailing.meeting_id,
        "meeting_method": mailing.meeting_method,
    }


def message_id(number: int, email: str) -> str:
    """The id of a mail (RFC 5322, without brackets): its number, a few digits, its sender's domain."""
    return f"{number}.{number * 7919 % 1_000_003:06d}@{domain_of(email)}"


def recipient_rows(mailing: Mailing, accounts: Mapping[str, int]) -> list[dict[str, object]]:
    """The recipients' columns but for the mail's id, in their order."""
    kinds: tuple[tuple[str, tuple[Mailbox, ...]], ...] = (
        (RecipientKind.TO, mailing.to), (RecipientKind.CC, mailing.cc), (RecipientKind.BCC, mailing.bcc)
    )  # fmt: skip
    return [
        {
            "kind": str(kind), "name": each.name, "email": each.email,
            "account_id": accounts.get(each.email), "words": word_text(each.name, each.email),
        }
        for kind, mailboxes in kinds
        for each in mailboxes
    ]  # fmt: skip


def attachment_row(file: WorldFile) -> dict[str, object]:
    """An attachment's columns but for the mail's id."""
    return {
        "file_id": file.id, "name": file.name, "media_type": file.media_type,
        "size_bytes": file.size_bytes, "words": word_text(file.name),
    }  # fmt: skip


def snippet(body: str) -> str:
    """The beginning of what a mail says, in one line, without what it quotes."""
    lines = (line.strip() for line in body.splitlines() if not line.startswith(">"))
    text = " ".join(line for line in lines if line)
    return text if len(text) <= SNIPPET_LENGTH else text[:SNIPPET_LENGTH].rsplit(" ", 1)[0]
