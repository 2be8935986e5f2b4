"""The oracle's moves for mails: finding threads, writing, sending, and taking back what went wrong."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from gristmill.apps.base import View
from gristmill.apps.kit.oracle_page import first, quoted, usable
from gristmill.apps.mail.models import Mail, MailDraft
from gristmill.apps.mail.tasks.letters import Letter, emails
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.tidying import tidy
from gristmill.apps.mail.tasks.writing import Wanted, folded, is_right
from gristmill.errors import Unwinnable

DUE = "Or at another time"
HEADINGS = {"new": "New mail", "reply": "Reply: ", "reply-all": "Reply to all: ", "forward": "Forward: "}


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What is to be typed, and from where: `kind` is a key of `HEADINGS`, `entry_id` the mail answered.

    `text` None leaves what is there; `files` are the names of what is attached. With `draft_id` it is the
    form of a draft; with `due`, a time such as `2031-03-10 08:00`, it is scheduled.
    """

    kind: str = "new"
    draft_id: int = 0
    thread_id: int = 0
    entry_id: int = 0
    words: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str | None = None
    text: str | None = None
    files: Sequence[str] = ()
    due: str = ""

    @property
    def path(self) -> str:
        """The address of the form."""
        if self.draft_id:
            return f"/drafts/{self.draft_id}"
        return "/compose" if self.kind == "new" else f"/mails/{self.entry_id}/{self.kind}"


def send_as_asked(view: View, wanted: Wanted, form: Form) -> str:
    """The next action towards one mail as it is wanted; `done` once it is sent.

    Raises:
        Unwinnable: another one was sent and cannot be taken back.
    """
    return settle(view, wanted) or write(MailPage(view), form)


def settle(view: View, wanted: Wanted, *, keeps: int | None = None) -> str | None:
    """Take back wrong mails and discard stray drafts; `done` once the right one is sent, None while none is.

    `keeps` is a draft that is meant to be there.

    Raises:
        Unwinnable: a wrong mail was sent and cannot be taken back.
    """
    page, sent, held = MailPage(view), sent_mails(view, wanted), waiting_mails(view, wanted)
    right = [each for each in sent if is_right(wanted, each)]
    if len(right) != len(sent) or len(right) > 1:
        raise Unwinnable("Another mail was sent.")
    right += [each for each in held if is_right(wanted, each) and not right][:1]
    wrong = [each for each in held if each not in right]
    if wrong:
        return take_back(page, wrong[0].number)
    stray = stray_drafts(view, wanted, keeps)
    if stray:
        return discard(page, stray[0])
    return tidy(view, wanted.account_id) or "done" if right else None


def sent_mails(view: View, wanted: Wanted) -> list[Letter]:
    """What was sent since the start and cannot be taken back."""
    new = Mail.sender_account_id == wanted.account_id, Mail.id > wanted.newest[0]
    options = selectinload(Mail.recipients), selectinload(Mail.attachments)
    found = view.db.scalars(select(Mail).where(*new, Mail.is_automatic.is_(False)).options(*options))
    return [letter_of(mail) for mail in found]


def letter_of(mail: Mail) -> Letter:
    """A sent mail as a letter."""
    to, cc, bcc = (
        frozenset(each.email for each in mail.recipients if each.kind == kind) for kind in ("to", "cc", "bcc")
    )
    return Letter(
        number=mail.id, sender=mail.sender_email, to=to, cc=cc, bcc=bcc, subject=mail.subject, body=mail.body,
        answers=mail.in_reply_to, file_ids=tuple(sorted(each.file_id for each in mail.attachments)),
    )  # fmt: skip


def waiting_mails(view: View, wanted: Wanted) -> list[Letter]:
    """What waits to be sent."""
    own = select(MailDraft).where(MailDraft.account_id == wanted.account_id)
    drafts = view.db.scalars(own.where(MailDraft.outgoing.has()).order_by(MailDraft.id))
    return [waiting_letter_of(draft) for draft in drafts]


def waiting_letter_of(draft: MailDraft) -> Letter:
    """A draft that waits to be sent as a letter."""
    outgoing = draft.outgoing
    assert outgoing is not None
    return Letter(
        number=draft.id, is_waiting=True, sender=draft.sender_email, to=emails(draft.to),
        cc=emails(draft.cc), bcc=emails(draft.bcc), subject=draft.subject, body=draft.body,
        scheduled_for=f"{outgoing.due_at:%Y-%m-%d %H:%M:%S.%f}" if outgoing.is_scheduled else "",
        answers=draft.parent.message_id if draft.parent else "",
        file_ids=tuple(sorted(each.file_id for each in draft.files)),
    )  # fmt: skip


def stray_drafts(view: View, wanted: Wanted, keeps: int | None) -> Sequence[int]:
    """The drafts that were saved since the start and wait for nothing."""
    new = MailDraft.account_id == wanted.account_id, MailDraft.id > wanted.newest[1]
    found = select(MailDraft.id).where(*new, ~MailDraft.outgoing.has()).order_by(MailDraft.id)
    return [each for each in view.db.scalars(found) if each != keeps]


def take_back(page: MailPage, draft_id: int) -> str:
    """Make a mail that waits a draft again."""
    if page.path == f"/outbox/{draft_id}":
        found = page.click("button", re.compile("Undo send|Edit"))
        return found or f"goto {HOST}/outbox/{draft_id}"
    return page.follow("/scheduled", f"/outbox/{draft_id}")


def discard(page: MailPage, draft_id: int) -> str:
    """Delete a draft."""
    if page.path == f"/drafts/{draft_id}":
        return page.click("button", "Discard") or f"goto {HOST}/drafts/{draft_id}"
    return page.follow("/drafts", f"/drafts/{draft_id}")


def write(page: MailPage, form: Form) -> str:
    """Open the form, fill it in, and send it."""
    if not is_open(page, form):
        return open_form(page, form)
    return fill(page, form) or (schedule if form.due else send)(page, form) or f"goto {HOST}{form.path}"


def send(page: MailPage, form: Form) -> str | None:
    """Send the mail."""
    return page.click("button", page.label_text("send"))


def schedule(page: MailPage, form: Form) -> str | None:
    """Have the mail sent at its time."""
    if first(page.page, "textbox", DUE) is None:
        return page.click("generic", "Send later")
    return page.fill("textbox", DUE, form.due) or page.click("button", "Schedule")


def is_open(page: MailPage, form: Form) -> bool:
    """Whether the page is the form, with the text that is to be kept still in it."""
    heading = HEADINGS[form.kind]
    if page.path != form.path or not page.heading().startswith(heading):
        return False
    box = first(page.page, "textbox", "Text")
    return box is not None and (form.kind != "forward" or "Forwarded mail" in box.value)


def open_form(page: MailPage, form: Form) -> str:
    """Go to the form: by the link of the mail, in its thread, or among the drafts."""
    if form.draft_id:
        return page.follow("/drafts", form.path)
    if form.kind == "new":
        return page.click("link", page.label_text("compose")) or f"goto {HOST}/compose"
    if page.path == form.path:
        return f"goto {HOST}{form.path}"
    return page.to_thread(form.thread_id, form.words) or page.link(form.path) or f"goto {HOST}{form.path}"


def fill(page: MailPage, form: Form) -> str | None:
    """Fill in what differs."""
    for name, text in (("To", form.to), ("Cc", form.cc), ("Bcc", form.bcc)):
        if action := page.fill("combobox", name, text):
            return action
    if form.subject is not None and (action := page.fill("textbox", "Subject", form.subject)):
        return action
    return fill_text(page, form.text) or tick_files(page, form.files)


def fill_text(page: MailPage, text: str | None) -> str | None:
    """Write the text unless it is there."""
    box = first(page.page, "textbox", "Text")
    if text is None or box is None or folded(box.value) == folded(text):
        return None
    return f"fill {box.ref} {quoted(text)}"


def tick_files(page: MailPage, names: Sequence[str]) -> str | None:
    """Attach these files and no others, as far as the list of files is open."""
    group = page.page.find("group", "Files")
    for box in usable(group, "checkbox") if group else ():
        is_wanted = any(box.name.startswith(f"{name} ") or box.name == name for name in names)
        if is_wanted != ("checked" in box):
            return f"{'check' if is_wanted else 'uncheck'} {box.ref}"
    return None


def refrain(view: View, wanted: Wanted, path: str, words: str = "", reason: str = "") -> str:
    """Undo what was done, and open the page that shows why nothing is to be sent; then `done`.

    With a reason, give up instead.
    """
    return after_reading(view, wanted, path, words, f"give_up {quoted(reason)}" if reason else "done")


def reply_with(view: View, wanted: Wanted, path: str, words: str, answer: str) -> str:
    """Undo what was done, open the page that has the answer, and give it."""
    return after_reading(view, wanted, path, words, f"answer {quoted(answer)}")


def after_reading(view: View, wanted: Wanted, path: str, words: str, ending: str) -> str:
    """Undo what was done, open a page, and end the episode."""
    page = MailPage(view)
    undone = settle(view, wanted)
    if undone:
        return undone
    if page.has_opened(path):
        return tidy(view, wanted.account_id) or ending
    if path.startswith("/threads/"):
        return page.to_thread(int(path.rpartition("/")[2]), words) or f"goto {HOST}{path}"
    return page.follow(path)
