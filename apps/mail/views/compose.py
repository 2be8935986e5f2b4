"""The pages on which mails are written: new ones, answers, forwards, and drafts that are continued."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.mail.models import CannedText, DraftKind, MailDraft
from gristmill.apps.mail.services import compose_form as forms
from gristmill.apps.mail.services import finding
from gristmill.apps.mail.services.drafts import (
    Writing,
    begin,
    draft_number,
    find_draft,
    find_parent,
    store,
    writing_of,
)
from gristmill.apps.mail.services.mailbox import current_mailbox, current_settings, now
from gristmill.apps.mail.services.markup import SYNTAX
from gristmill.apps.mail.services.recipients import FIELDS, resolve
from gristmill.apps.mail.services.scopes import ListAddress, parse_address
from gristmill.apps.mail.services.sending import send
from gristmill.apps.mail.services.snoozing import presets
from gristmill.apps.mail.views.outbox import due_after_undo
from gristmill.apps.server.database import db

bp = Blueprint("compose", __name__)

Page = tuple[str, int]
KINDS = {"reply": DraftKind.REPLY, "reply-all": DraftKind.REPLY_ALL, "forward": DraftKind.FORWARD}
GONE = "This mail was sent or discarded already; nothing was sent twice."
PREFILLED = {"to": 2_000, "cc": 2_000, "subject": 200, "body": 5_000}


@bp.get("/compose")
def new() -> Page:
    """The form for a new mail; an address may fill in fields."""
    account = current_mailbox()
    writing = begin(account, DraftKind.NEW, None, forms.new_token(db(), now(), account.id, "new"))
    given = {name: request.args[name][:most] for name, most in PREFILLED.items() if name in request.args}
    return page(writing.with_texts(given), None, 200)


@bp.get("/mails/<int:entry_id>/<any(reply,'reply-all',forward):how>")
def answer(entry_id: int, how: str) -> Page:
    """The form for an answer to a mail, or for forwarding it."""
    account = current_mailbox()
    parent = find_parent(db(), account.id, entry_id)
    if parent is None:
        abort(404)
    token = forms.new_token(db(), now(), account.id, how, entry_id)
    return page(begin(account, KINDS[how], parent, token), None, 200)


@bp.get("/drafts/<int:draft_id>")
def resume(draft_id: int) -> Page | Response:
    """The form of a draft; what waits to be sent has a page of its own."""
    draft = own_draft(draft_id)
    if draft.outgoing is not None:
        return redirect(f"/outbox/{draft_id}")
    return page(writing_of(db(), draft), draft, 200)


@bp.post("/compose")
def submit() -> Response | Page:
    """Save, send, schedule or discard what is written, or go on writing."""
    draft, was_stored = submitted_draft()
    if was_stored and (draft is None or draft.outgoing is not None):
        return go_on(problem=GONE)
    writing = forms.typed_writing(db(), current_mailbox(), request.form)
    do = DOES.get("choose" if "choice" in request.form else request.form.get("do", ""), save)
    try:
        return do(writing, draft)
    except FormError as error:
        db().rollback()
        asks_who = not error.errors.keys().isdisjoint(FIELDS)
        return page(writing, submitted_draft()[0], 422, error.errors, asks_who=asks_who)


def submitted_draft() -> tuple[MailDraft | None, bool]:
    """The draft of the submitted form, and whether it has been stored before."""
    given = forms.number(request.form.get("draft", ""))
    draft_id = given or draft_number(db(), request.form.get("token", ""))
    return find_draft(db(), current_mailbox().id, draft_id) if draft_id else None, draft_id is not None


def save(writing: Writing, draft: MailDraft | None) -> Response | Page:
    """Store a draft, and stay on its page."""
    if draft is not None and replace(writing_of(db(), draft), token=writing.token) == writing:
        return page(writing, draft, 200, notice="Nothing has changed since the draft was saved.")
    stored = stored_draft(writing, draft)
    if stored is None:
        return page(writing, None, 200, notice="There is nothing to save yet.")
    query = "&".join(f"{key}={value}" for key, value in notices.record(saved=stored.id).items())
    return redirect(f"/drafts/{stored.id}?{query}", 303)


def send_now(writing: Writing, draft: MailDraft | None) -> Response:
    """Send a mail, after the time for undoing."""
    return queue(writing, draft, is_scheduled=False)


def send_later(writing: Writing, draft: MailDraft | None) -> Response:
    """Send a mail at a chosen time."""
    return queue(writing, draft, is_scheduled=True)


def queue(writing: Writing, draft: MailDraft | None, *, is_scheduled: bool) -> Response:
    """Put a mail into the outbox."""
    due = forms.due_time(request.form, now()) if is_scheduled else due_after_undo(now(), current_settings())
    resolve(db(), current_mailbox().id, writing.texts)
    stored = stored_draft(writing, draft, keeps_blank=True)
    assert stored is not None
    number = stored.id
    send(world(), stored, due, is_scheduled=is_scheduled)
    return go_on(sent=number) if due <= now() else go_on(sending=number)


def stored_draft(writing: Writing, draft: MailDraft | None, *, keeps_blank: bool = False) -> MailDraft | None:
    """Store what is written."""
    kept = [each.file_id for each in draft.files] if draft else []
    kept += [each.file_id for each in writing.parent.message.attachments] if writing.parent else []
    forms.require_files(db(), current_mailbox(), writing, kept)
    return store(world(), current_mailbox(), writing, draft, keeps_blank=keeps_blank)


def discard(writing: Writing, draft: MailDraft | None) -> Response:
    """Delete a draft."""
    if draft is not None:
        db().delete(draft)
    return go_on(discarded=1)


def preview(writing: Writing, draft: MailDraft | None) -> Page:
    """The form with what its recipients will read."""
    return page(writing, draft, 200, shows_preview=True)


def add_people(writing: Writing, draft: MailDraft | None) -> Page:
    """The form with the ticked people among its recipients."""
    return page(forms.with_people(writing, request.form), draft, 200)


def find_people(writing: Writing, draft: MailDraft | None) -> Page:
    """The form with names completed, and with those to choose from whom the others may mean."""
    account, typed = current_mailbox(), recipients_of(writing)
    texts = finding.completed(db(), account.id, typed)
    all_known = not finding.unclear(db(), account.id, typed)
    return page(writing.with_texts(texts), draft, 200, asks_who=True, all_known=all_known)


def choose_person(writing: Writing, draft: MailDraft | None) -> Page:
    """The form with the chosen person in place of a name that was not clear."""
    choice = request.form.get("choice", "")
    texts = finding.chosen(db(), current_mailbox().id, recipients_of(writing), choice)
    return page(writing.with_texts(texts), draft, 200, asks_who=True)


def recipients_of(writing: Writing) -> dict[str, str]:
    """The fields for recipients."""
    return {name: writing.texts[name] for name in FIELDS}


def insert_text(writing: Writing, draft: MailDraft | None) -> Page:
    """The form with a canned text."""
    text = db().get(CannedText, forms.number(request.form.get("canned", "")) or 0)
    is_own = text is not None and text.account_id == current_mailbox().id
    return page(forms.with_canned(writing, text if is_own else None), draft, 200)


DOES = {
    "save": save, "send": send_now, "schedule": send_later, "discard": discard, "preview": preview,
    "add": add_people, "find": find_people, "choose": choose_person, "insert": insert_text,
}  # fmt: skip


def own_draft(draft_id: int) -> MailDraft:
    """The current user's draft with this id; 404 if there is none."""
    draft = find_draft(db(), current_mailbox().id, draft_id)
    if draft is None:
        abort(404)
    return draft


def origin() -> ListAddress:
    """The page from which the form was opened."""
    return parse_address(request.form.get("at", "") or request.args.get("at", ""))


def go_on(**notice: object) -> Response:
    """Return to where the form was opened, with a notice."""
    return redirect(origin().with_args(**notices.record(**notice)), 303)


def page(
    writing: Writing, draft: MailDraft | None, status: int, errors: Mapping[str, str] | None = None,
    notice: str | None = None, *, shows_preview: bool = False, asks_who: bool = False,
    all_known: bool = False,
) -> Page:  # fmt: skip
    """The page of a form."""
    unclear = finding.unclear(db(), current_mailbox().id, recipients_of(writing)) if asks_who else []
    saved = notices.happened_to("saved") if draft else 0
    choices = forms.choices(db(), current_mailbox(), writing)
    html = render_template(
        "mail/compose/form.html", writing=writing, draft=draft, errors=errors or {}, choices=choices,
        notice="The draft was saved." if draft and saved == draft.id else notice, origin=origin(),
        shows_preview=shows_preview, times=presets(now()), reminders=forms.REMINDERS, syntax=SYNTAX,
        typed=request.form, unclear=unclear, all_known=all_known,
    )  # fmt: skip
    return html, status
