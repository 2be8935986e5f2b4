"""Forwarding a message, and being reminded of one."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.chat.models import Message
from gristmill.apps.chat.services import marks, reminders, submissions
from gristmill.apps.chat.services.access import Visit, find_visit, require_may_post
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import due_time, line_of_text, message_text, number
from gristmill.apps.chat.services.frame import current_sidebar
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.services.posting import Words
from gristmill.apps.chat.services.timeline import Line
from gristmill.apps.chat.views.conversation import frame_of, write
from gristmill.apps.chat.views.visits import go, place_of, text_names, visit_of_message
from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db

bp = Blueprint("forwarding", __name__)

BOTH = ["GET", "POST"]
Page = tuple[str, int]


@bp.route("/m/<int:message_id>/forward", methods=BOTH)
def forward(message_id: int) -> Response | Page:
    """Forward a message to a conversation that the person can write in, with a few words."""
    visit, line = visit_of_message(message_id)
    error = None
    if request.method == "POST":
        try:
            return redirect(url_for("conversation.show", channel_id=send_on(line)), 303)
        except ChatError as refused:
            error = str(refused)
    return form(
        visit, line, "forward", error, token=submissions.new_token(db(), me().id, f"forward-{line.id}")
    )


def send_on(line: Line) -> int:
    """Forward a message with its files as the form says; returns the id of the conversation it went to.

    Raises:
        ChatError: there is no such conversation, nobody reads it, or the message is deleted.
    """
    marks.require_alive(line.message)
    to = number(request.form.get("to", ""))
    target = find_visit(db(), me(), to) if to else None
    if target is None:
        raise ChatError("Choose where the message goes.")
    require_may_post(target)
    text = message_text(request.form.get("text", ""), may_be_empty=True)
    token, key = request.form.get("token", ""), f"{to}:{text}"
    if submissions.earlier(db(), token, key) is None:
        words = Words(text=text, forwarded_id=original_of(line).id, file_ids=line.file_ids)
        message = write(target, None, words, "")
        submissions.record(db(), token, key, message.id)
    return to


def original_of(line: Line) -> Message:
    """What is forwarded: a message, or if it says nothing of its own, the one that it forwards.

    Raises:
        ChatError: it is deleted.
    """
    found = line.original if line.original is not None and not line.message.text else line.message
    marks.require_alive(found)
    return found


@bp.route("/m/<int:message_id>/remind", methods=BOTH)
def remind(message_id: int) -> Response | Page:
    """Be reminded of a message."""
    visit, line = visit_of_message(message_id)
    error = None
    if request.method == "POST":
        try:
            note = line_of_text(request.form, "note", "The note", longest=200)
            due = due_time(request.form, world().now)
            marks.require_alive(line.message)
            made = reminders.add(world(), me().id, text=note, due_at=due, message_id=line.id)
            db().flush()
            return go("reminding.show", notices.record(added=made.id))
        except ChatError as refused:
            error = str(refused)
    return form(visit, line, "remind", error)


def form(visit: Visit, line: Line, name: str, error: str | None, **more: object) -> Page:
    """Render a form about a message."""
    html = render_template(
        f"chat/message/{name}.html",
        **frame_of(visit),
        line=line,
        back=place_of(line.message),
        error=error,
        typed=request.form,
        targets=current_sidebar().entries,
        now=world().now,
        names=text_names(),
        **more,
    )
    return html, 422 if error else 200
