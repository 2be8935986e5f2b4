"""The mails that an agent has sent, as verifiers find them.

A mail that was sent waits for some time in which it can be taken back, and is then delivered by an event.
Both states count as sent, so agents need not wait.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from gristmill.apps.mail.services.addresses import parse_mailbox, split_field
from gristmill.apps.mail.services.writing import SEND
from gristmill.snapshots.diff import ChangeKind, Row
from gristmill.verifiers.base import Evidence
from gristmill.verifiers.checks import Allowance, inserts

FORWARDED = "---------- Forwarded mail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A mail that somebody has sent, or that waits until it can no longer be taken back.

    `number` is its id, or its draft's while it waits; `answers` the message id of what it answers. `file_ids`
    are in order, a file that it carries twice is in it twice.
    """

    number: int = 0
    is_waiting: bool = False
    scheduled_for: str = ""
    sender: str = ""
    to: frozenset[str] = frozenset()
    cc: frozenset[str] = frozenset()
    bcc: frozenset[str] = frozenset()
    subject: str = ""
    body: str = ""
    answers: str = ""
    file_ids: tuple[int, ...] = ()
    has_reminder: bool = False

    @property
    def everybody(self) -> frozenset[str]:
        """All recipients."""
        return self.to | self.cc | self.bcc

    @property
    def own_text(self) -> str:
        """What its writer says: without quotes, forwarded text, and signature."""
        text = self.body.partition(FORWARDED)[0].partition("\n-- \n")[0]
        kept = (line for line in text.splitlines() if not line.startswith(">"))
        return "\n".join(line for line in kept if not re.fullmatch(r"On .{1,200} wrote:", line.strip()))


def letters(evidence: Evidence, account_id: int) -> list[Letter]:
    """What an account has sent since the start, oldest first."""
    return [*delivered(evidence, account_id), *waiting(evidence, account_id)]


def written(evidence: Evidence, table: str) -> list[Row]:
    """The rows that sending has inserted, by the agent's own request or later by the event."""
    own = [change.after or {} for change in evidence.diff.inserted(table)]
    by_event = (c for c in evidence.world_changes if c.table == table and c.cause == SEND)
    return own + [c.after or {} for c in by_event if c.kind is ChangeKind.INSERTED]


def delivered(evidence: Evidence, account_id: int) -> list[Letter]:
    """The mails that an account has sent and cannot take back."""
    recipients, files = written(evidence, "mail_recipient"), written(evidence, "mail_attachment")
    mails = [
        row for row in written(evidence, "mail_message")
        if row["sender_account_id"] == account_id and not row["is_automatic"]
    ]  # fmt: skip
    return [delivered_letter(row, recipients, files) for row in sorted(mails, key=number_of)]


def number_of(row: Row) -> int:
    """A row's id."""
    number = row["id"]
    assert isinstance(number, int)
    return number


def delivered_letter(row: Row, recipients: Sequence[Row], files: Sequence[Row]) -> Letter:
    """A mail as a letter."""

    def of_kind(kind: str) -> frozenset[str]:
        mine = (each for each in recipients if each["message_id"] == row["id"] and each["kind"] == kind)
        return frozenset(str(each["email"]) for each in mine)

    kept = (each["file_id"] for each in files if each["message_id"] == row["id"])
    return Letter(
        number=number_of(row), sender=str(row["sender_email"]), to=of_kind("to"), cc=of_kind("cc"),
        bcc=of_kind("bcc"), subject=str(row["subject"]), body=str(row["body"]),
        answers=str(row["in_reply_to"]),
        file_ids=tuple(sorted(each for each in kept if isinstance(each, int))),
    )  # fmt: skip


def waiting(evidence: Evidence, account_id: int) -> list[Letter]:
    """The mails of an account that wait to be sent and did not at the start."""
    rows = evidence.after.all("mail_outgoing")
    new = (each for each in rows if evidence.before.get("mail_outgoing", each["draft_id"]) != each)
    drafts = ((evidence.after.get("mail_draft", each["draft_id"]), each) for each in new)
    return [
        waiting_letter(draft, outgoing, evidence)
        for draft, outgoing in drafts
        if draft is not None and draft["account_id"] == account_id
    ]


def waiting_letter(draft: Row, outgoing: Row, evidence: Evidence) -> Letter:
    """A draft that waits as a letter."""
    parent = evidence.after.get("mail_message", draft["parent_id"]) if draft["parent_id"] else None
    files = evidence.after.all("mail_draft_file", draft_id=draft["id"])
    return Letter(
        number=number_of(draft), is_waiting=True, sender=str(draft["sender_email"]), to=emails(draft["to"]),
        cc=emails(draft["cc"]), bcc=emails(draft["bcc"]), subject=str(draft["subject"]),
        body=str(draft["body"]), answers=str(parent["message_id"]) if parent else "",
        scheduled_for=str(outgoing["due_at"]) if outgoing["is_scheduled"] else "",
        has_reminder=draft["remind_after_days"] is not None,
        file_ids=tuple(sorted(each["file_id"] for each in files if isinstance(each["file_id"], int))),
    )  # fmt: skip


def emails(typed: object) -> frozenset[str]:
    """The addresses of a field of a draft."""
    return frozenset(found.email for part in split_field(str(typed)) if (found := parse_mailbox(part)))


def sending_changes(
    evidence: Evidence, account_id: int, found: Sequence[Letter], replaces: int | None = None
) -> Sequence[Allowance]:
    """What sending these may insert: while they wait, and where the agent's own request delivers them."""
    drafts = {each.number for each in found if each.is_waiting} - {replaces}
    ids = {each.number for each in found if not each.is_waiting}
    ids |= answered_by_machines(evidence, ids)
    entries = [each for each in written(evidence, "mail_entry") if each["message_id"] in ids]
    reached = frozenset[str]().union(*(each.everybody for each in found if not each.is_waiting))
    cards = written(evidence, "mail_contact_address")
    contacts = {row["contact_id"] for row in cards if row["email"] in reached}

    def among(column: str, values: Collection[object]) -> Callable[[Row], bool]:
        return lambda row: row[column] in values

    entry_ids, thread_ids = {row["id"] for row in entries}, {row["thread_id"] for row in entries}
    return (
        inserts("mail_draft", among("id", drafts)),
        inserts("mail_draft_file", among("draft_id", {*drafts, replaces})),
        inserts("mail_outgoing", among("draft_id", {*drafts, replaces})),
        inserts("mail_message", among("id", ids)),
        inserts("mail_recipient", among("message_id", ids)),
        inserts("mail_attachment", among("message_id", ids)),
        inserts("mail_entry", among("message_id", ids)),
        inserts("mail_thread", among("id", thread_ids)),
        inserts("mail_entry_label", among("entry_id", entry_ids)),
        inserts("mail_vacation_answer", lambda _: bool(ids)),
        inserts("mail_contact", lambda row: row["account_id"] == account_id and row["id"] in contacts),
        inserts("mail_contact_address", among("contact_id", contacts)),
    )


def answered_by_machines(evidence: Evidence, ids: Collection[int]) -> set[int]:
    """The bounces and notices that came of mails at once."""
    rows = written(evidence, "mail_message")
    sent = {row["message_id"] for row in rows if row["id"] in ids}
    return {number_of(row) for row in rows if row["is_automatic"] and row["in_reply_to"] in sent}
