"""The page of a thread: the message that it begins with, and the replies."""

from functools import cache

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Select, bindparam, select
from werkzeug.wrappers import Response

from gristmill.apps.chat.bookkeeping import ThreadPointer
from gristmill.apps.chat.services import marks
from gristmill.apps.chat.services.access import Visit, find_visit_of
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import number
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.services.reading import read_thread
from gristmill.apps.chat.services.threads import follows
from gristmill.apps.chat.services.timeline import PAGE, Line, mark_runs, read_lines, thread_lines
from gristmill.apps.chat.views.conversation import frame_of, send
from gristmill.apps.chat.views.visits import text_names
from gristmill.apps.server.database import db

bp = Blueprint("thread", __name__)

ALL = -1  # SQLite's word for no limit


@bp.get("/t/<int:root_id>")
def show(root_id: int) -> str | Response:
    """A thread; opening it marks it read. A reply's number leads to its thread.

    Of a long one, the newest replies; all of them with `earlier`, or if a link leads to an earlier one.
    """
    visit, lines = thread_or_404(root_id)
    asked = number(request.args.get("at", ""))
    if "earlier" in request.args or (asked and all(line.id != asked for line in lines)):
        lines = replies_of(root_id, ALL)
    if lines[0].message.root_id is not None:
        return redirect(url_for("thread.show", root_id=lines[0].message.root_id, at=root_id), 302)
    read_id, mention_id = pointer(root_id)
    first_new = next(
        (x.id for x in lines[1:] if x.id > read_id and x.message.author_id != me().id and not x.is_deleted),
        None,
    )
    is_new = len(lines) > 1 and lines[-1].id > read_id
    if visit.is_member and (is_new or visit.newest_mention_id > mention_id):
        read_thread(db(), me().id, root_id, lines[-1].id, visit.newest_mention_id)
        db().commit()
    return page(visit, lines, first_new=first_new if visit.is_member else None)


def page(
    visit: Visit,
    lines: list[Line],
    *,
    first_new: int | None = None,
    error: str | None = None,
    typed: str | None = None,
) -> str:
    """Render the page."""
    mark_runs(lines[1:])
    replies = [line for line in lines[1:] if not line.is_deleted]
    return render_template(
        "chat/thread/show.html",
        **frame_of(visit),
        root=lines[0],
        lines=replies,
        earlier=lines[0].replies - len(replies),
        first_new=first_new,
        error=error,
        typed=visit.draft if typed is None else typed,
        asked=number(request.args.get("at", "")),
        follows=follows(db(), me().id, lines[0].id),
        names=text_names(),
    )


def thread_or_404(root_id: int) -> tuple[Visit, list[Line]]:
    """A thread that the signed-in person may see: its root, then its newest replies in order."""
    visit = find_visit_of(db(), me(), root_id, root_id) or abort(404)
    return visit, replies_of(root_id, PAGE)


def replies_of(root_id: int, newest: int) -> list[Line]:
    """The root of a thread, then so many of its replies in order."""
    return read_lines(db(), thread_lines(), me().id, root_id=root_id, newest=newest)


def pointer(root_id: int) -> tuple[int, int]:
    """How far the signed-in person has read a thread."""
    row = db().execute(own_pointer(), {"me": me().id, "root_id": root_id}).one_or_none()
    return (row[0], row[1]) if row else (0, 0)


@cache
def own_pointer() -> Select[int, int]:
    """The pointer of `:me` into the thread `:root_id`."""
    own = (ThreadPointer.root_id == bindparam("root_id")) & (ThreadPointer.person_id == bindparam("me"))
    return select(ThreadPointer.message_id, ThreadPointer.mention_id).where(own)


@bp.post("/t/<int:root_id>/post")
def post(root_id: int) -> Response | tuple[str, int]:
    """Reply in a thread, also in the channel if asked to."""
    visit, lines = thread_or_404(root_id)
    root = lines[0].message
    if root.root_id is not None:
        abort(404)
    try:
        return send(visit, root)
    except ChatError as refused:
        return page(visit, lines, error=str(refused), typed=request.form.get("text", "")), 422


@bp.post("/t/<int:root_id>/follow")
def follow(root_id: int) -> Response:
    """Follow a thread, or leave it."""
    _, lines = thread_or_404(root_id)
    marks.follow(db(), me().id, lines[0].message, is_following=request.form.get("follow") == "yes")
    return redirect(url_for("thread.show", root_id=root_id), 303)
