"""Drafts, and mails that wait to be sent: they are listed, taken back, put off, sent at once."""

from datetime import datetime, timedelta

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.mail.models import MailDraft, Settings
from gristmill.apps.mail.services import compose_form as forms
from gristmill.apps.mail.services.drafts import drafts_of, find_draft
from gristmill.apps.mail.services.folders import FOLDER_PAGES
from gristmill.apps.mail.services.mailbox import current_mailbox, now
from gristmill.apps.mail.services.scopes import parse_address
from gristmill.apps.mail.services.sending import send, unsend
from gristmill.apps.mail.services.snoozing import presets
from gristmill.apps.mail.views.notices import done_notice
from gristmill.apps.server.database import db

bp = Blueprint("outbox", __name__)

SENT_ALREADY = "This mail has been sent and cannot be taken back."


@bp.get("/drafts")
def drafts() -> str:
    """All drafts."""
    rows = [each for each in drafts_of(db(), current_mailbox().id) if each.outgoing is None]
    return render_template(
        "mail/compose/drafts.html", drafts=rows, folder=FOLDER_PAGES["drafts"], notice=done_notice(),
        address=parse_address("/drafts"),
    )  # fmt: skip


@bp.get("/scheduled")
def scheduled() -> str:
    """What waits to be sent: at a chosen time, or in a moment."""
    rows = [each for each in drafts_of(db(), current_mailbox().id) if each.outgoing is not None]
    rows.sort(key=lambda each: (due_of(each), each.id))
    return render_template(
        "mail/compose/scheduled.html", drafts=rows, folder=FOLDER_PAGES["scheduled"], notice=done_notice(),
        address=parse_address("/scheduled"),
    )  # fmt: skip


def due_of(draft: MailDraft) -> datetime:
    """When a mail that waits is sent."""
    assert draft.outgoing is not None
    return draft.outgoing.due_at


@bp.get("/outbox/<int:draft_id>")
def show(draft_id: int) -> str:
    """A mail that waits to be sent."""
    return page(waiting(draft_id), {})


@bp.post("/outbox/<int:draft_id>/undo")
def take_back(draft_id: int) -> Response:
    """Make it a draft again, and go on writing it."""
    unsend(world(), waiting(draft_id))
    return redirect(f"/drafts/{draft_id}", 303)


@bp.post("/outbox/undo")
def take_back_last() -> Response:
    """Take back what was just sent, from the notice that says so."""
    number = forms.number(request.form.get("number", ""))
    draft = find_draft(db(), current_mailbox().id, number) if number else None
    if draft is None or draft.outgoing is None:
        address = parse_address(request.form.get("at", ""))
        return redirect(address.with_args(**notices.record(problem=SENT_ALREADY)), 303)
    unsend(world(), draft)
    return redirect(f"/drafts/{draft.id}", 303)


@bp.post("/outbox/<int:draft_id>/send")
def send_now(draft_id: int) -> Response:
    """Send it at once."""
    draft = waiting(draft_id)
    unsend(world(), draft)
    send(world(), draft, now())
    address = parse_address("/scheduled")
    return redirect(address.with_args(**notices.record(sent=draft_id)), 303)


@bp.post("/outbox/<int:draft_id>/schedule")
def put_off(draft_id: int) -> Response | tuple[str, int]:
    """Send it at another time."""
    draft = waiting(draft_id)
    try:
        due = forms.due_time(request.form, now())
    except FormError as error:
        return page(draft, error.errors), 422
    unsend(world(), draft)
    send(world(), draft, due, is_scheduled=True)
    return redirect(parse_address("/scheduled").with_args(**notices.record(sending=draft_id)), 303)


def waiting(draft_id: int) -> MailDraft:
    """The current user's mail that waits to be sent; 404 if there is none, as when it was sent."""
    draft = find_draft(db(), current_mailbox().id, draft_id)
    if draft is None or draft.outgoing is None:
        abort(404)
    return draft


def due_after_undo(time: datetime, settings: Settings) -> datetime:
    """When a mail is sent whose sender presses "Send"."""
    return time + timedelta(seconds=settings.undo_s)


def page(draft: MailDraft, errors: dict[str, str]) -> str:
    """The page of a mail that waits."""
    return render_template(
        "mail/compose/waiting.html", draft=draft, errors=errors, times=presets(now()), typed=request.form
    )
