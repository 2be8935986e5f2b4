"""One message: its page with everything that can be done to it, and links to it."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.chat.services import marks, posting
from gristmill.apps.chat.services.access import Visit, require_may_post
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import message_text
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.services.reading import unread_from
from gristmill.apps.chat.services.timeline import Line
from gristmill.apps.chat.views.conversation import frame_of
from gristmill.apps.chat.views.visits import back_to, go, place_of, text_names, visit_of_message
from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db

bp = Blueprint("message", __name__)

Page = tuple[str, int]
OPTIONS = frozenset("0123456789")


@bp.get("/m/<int:message_id>")
def show(message_id: int) -> str:
    """Everything that can be done to a message."""
    return page(*visit_of_message(message_id))


def page(visit: Visit, line: Line, *, error: str | None = None, typed: str | None = None) -> str:
    """Render the page of a message."""
    own = line.message.author_id == me().id and not line.message.is_automatic
    return render_template(
        "chat/message/show.html",
        **frame_of(visit),
        line=line,
        is_own=own and not line.is_deleted,
        back=place_of(line.message),
        suffix="?from=thread" if request.args.get("from") == "thread" else "",
        link=f"http://chat.test/link/{line.id}",
        error=error,
        typed=line.message.text if typed is None else typed,
        names=text_names(),
    )


@bp.get("/link/<int:message_id>")
def link(message_id: int) -> Response:
    """Lead from a link to a message to where it is shown."""
    _, line = visit_of_message(message_id)
    return redirect(place_of(line.message), 302)


@bp.post("/m/<int:message_id>/react")
def react(message_id: int) -> Response:
    """React to a message, or take a reaction back."""
    visit, line = visit_of_message(message_id)
    is_given = "take" not in request.form
    emoji = request.form.get("give" if is_given else "take", "")
    marks.react(world(), me().id, visit, line.message, emoji, is_given=is_given)
    return back_to(line.message)


@bp.post("/m/<int:message_id>/edit")
def edit(message_id: int) -> Response | Page:
    """Change one's own message."""
    visit, line = visit_of_message(message_id)
    require_own(visit, line)
    try:
        posting.edit(world(), line.message, message_text(request.form.get("text", "")))
    except ChatError as refused:
        return page(visit, line, error=str(refused), typed=request.form.get("text", "")), 422
    return back_to(line.message)


@bp.route("/m/<int:message_id>/delete", methods=["GET", "POST"])
def delete(message_id: int) -> Response | str:
    """Ask whether to delete one's own message, and delete it."""
    visit, line = visit_of_message(message_id)
    require_own(visit, line)
    if request.method == "GET":
        return render_template(
            "chat/message/delete.html",
            **frame_of(visit),
            line=line,
            back=place_of(line.message),
            names=text_names(),
        )
    posting.remove(world(), line.message)
    target = line.message
    if target.root_id is not None and not target.is_broadcast:
        return redirect(url_for("thread.show", root_id=target.root_id), 303)
    return redirect(url_for("conversation.show", channel_id=target.channel_id), 303)


def require_own(visit: Visit, line: Line) -> None:
    """Check that a message can be changed by the signed-in person: 404 for others' messages.

    Raises:
        ChatError: its channel is archived, or it is deleted.
    """
    if line.message.author_id != me().id or line.message.is_automatic:
        abort(404)
    require_may_post(visit)
    marks.require_alive(line.message)


@bp.post("/m/<int:message_id>/pin")
def pin(message_id: int) -> Response:
    """Pin a message, or unpin it."""
    visit, line = visit_of_message(message_id)
    marks.pin(world(), me().id, visit, line.message, is_pinned=request.form.get("pin") == "yes")
    return back_to(line.message)


@bp.post("/m/<int:message_id>/save")
def save(message_id: int) -> Response:
    """Save a message for later, or forget it."""
    _, line = visit_of_message(message_id)
    marks.save(world(), me().id, line.message, is_saved=request.form.get("save") == "yes")
    if request.args.get("from") == "saved":
        return redirect(url_for("inbox.saved"), 303)
    return back_to(line.message)


@bp.post("/m/<int:message_id>/unread")
def unread(message_id: int) -> Response:
    """Mark a message and what follows it as unread."""
    visit, line = visit_of_message(message_id)
    if not visit.is_member:
        raise ChatError("Join this channel to keep track of what you have read.")
    unread_from(db(), me().id, line.message)
    return go("home.show", notices.record(unread=line.id))


@bp.post("/m/<int:message_id>/vote")
def vote(message_id: int) -> Response:
    """Vote in a poll, or take the vote back."""
    visit, line = visit_of_message(message_id)
    raw = request.form.get("option", "")
    chosen = int(raw) if raw in OPTIONS else -1
    option = None if "withdraw" in request.form else chosen
    marks.vote(world(), me().id, visit, line.message, option)
    return back_to(line.message)


@bp.post("/m/<int:message_id>/close")
def close(message_id: int) -> Response:
    """End one's own poll."""
    visit, line = visit_of_message(message_id)
    marks.close_poll(world(), me().id, visit, line.message)
    return back_to(line.message)
