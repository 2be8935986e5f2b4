"""Drafts and scheduled mails of stories."""

from gristmill.apps.mail.models import DraftFile, DraftKind, MailDraft, Markup, Outgoing
from gristmill.apps.mail.seed.mailboxes import Mailboxes
from gristmill.apps.mail.seed.posted import UNSENT, body_of, mailbox
from gristmill.apps.mail.seed.rows import Tables
from gristmill.apps.mail.services.addresses import joined
from gristmill.apps.mail.services.writing import SEND
from gristmill.apps.stories.acts import MailAct, Script
from gristmill.apps.world.world import World


def write_unsent(world: World, script: Script, boxes: Mailboxes, tables: Tables) -> None:
    """Write what stories have begun to write, and what they send later."""
    for act in script.mails:
        account_id = boxes.accounts.get(act.sender.email.lower())
        if act.folder in UNSENT and account_id is not None:
            draft_id = write_draft(act, account_id, boxes, tables)
            if act.folder == "scheduled" and act.at > world.now:
                tables.link(Outgoing, draft_id=draft_id, due_at=act.at, is_scheduled=True)
                world.schedule(SEND, act.at, {"draft_id": draft_id})


def write_draft(act: MailAct, account_id: int, boxes: Mailboxes, tables: Tables) -> int:
    """Write a draft with its files; returns its id."""
    parent = act.parent.key if act.parent else ""
    kind = DraftKind.NEW if not act.parent else DraftKind.FORWARD if act.is_forward else DraftKind.REPLY
    to, cc, bcc = (joined(map(mailbox, field)) for field in (act.to, act.cc, act.bcc))
    draft_id = tables.add(
        MailDraft, account_id=account_id, kind=str(kind), parent_id=boxes.messages.get(parent),
        thread_id=boxes.threads.get((account_id, parent)), sender_email=act.sender.email.lower(), to=to,
        cc=cc, bcc=bcc, subject=act.subject, body=body_of(act), markup=str(Markup.PLAIN), signature_id=None,
        remind_after_days=None, updated_at=min(act.at, boxes.now),
    )  # fmt: skip
    for file in act.files:
        tables.add(DraftFile, draft_id=draft_id, file_id=file.id)
    return draft_id
