"""Reminders: what somebody wants to be reminded of, and when."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.chat.models import Reminder
from gristmill.apps.chat.services import reminders
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import due_time, line_of_text
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.views.visits import go, text_names
from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db

bp = Blueprint("reminding", __name__)

Page = tuple[str, int]


@bp.route("/reminders", methods=["GET", "POST"])
def show() -> Response | Page:
    """Reminders that are not done; a form for a note of one's own."""
    error = None
    if request.method == "POST":
        try:
            note = line_of_text(request.form, "note", "The note", longest=200, needed=True)
            due = due_time(request.form, world().now)
            made = reminders.add(world(), me().id, text=note, due_at=due, message_id=None)
            db().flush()
            return go("reminding.show", notices.record(added=made.id))
        except ChatError as refused:
            error = str(refused)
    html = render_template(
        "chat/inbox/reminders.html",
        reminders=reminders.reminders_of(db(), me()),
        error=error,
        typed=request.form,
        now=world().now,
        names=text_names(),
    )
    return html, 422 if error else 200


@bp.post("/reminders/<int:reminder_id>/done")
def finish(reminder_id: int) -> Response:
    """Mark a reminder as done."""
    reminders.finish(world(), own(reminder_id))
    return redirect(url_for("reminding.show"), 303)


@bp.post("/reminders/<int:reminder_id>/later")
def put_off(reminder_id: int) -> Response:
    """Put a reminder off."""
    reminders.move(world(), own(reminder_id), due_time(request.form, world().now))
    return redirect(url_for("reminding.show"), 303)


def own(reminder_id: int) -> Reminder:
    """A reminder of the signed-in person; 404 for anybody else's, and for one that is done."""
    reminder = db().get(Reminder, reminder_id)
    if reminder is None or reminder.person_id != me().id or reminder.done_at is not None:
        abort(404)
    return reminder
