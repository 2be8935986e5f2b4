"""The details of a conversation: topic, purpose, notifications, pins, files, bookmarks, archiving."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from gristmill.apps.chat.models import Bookmark, FormerName
from gristmill.apps.chat.services import channels, files, memberships
from gristmill.apps.chat.services.access import Visit
from gristmill.apps.chat.services.bookmarks import parse_bookmark
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import channel_name, line_of_text, number
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.services.timeline import pinned_lines, read_lines
from gristmill.apps.chat.views.conversation import frame_of
from gristmill.apps.chat.views.visits import go, text_names, visit_or_404
from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db

bp = Blueprint("about", __name__)

Page = tuple[str, int]


@bp.get("/c/<int:channel_id>/about")
def show(channel_id: int) -> Page:
    """What a conversation is about, and how the person wants to see it."""
    return page(visit_or_404(channel_id))


def page(visit: Visit, error: str | None = None) -> Page:
    """Render the details; a refused form keeps what was typed."""
    here = visit.channel.id
    former = select(FormerName.name).where(FormerName.channel_id == here).order_by(FormerName.name)
    own = select(Bookmark).where(Bookmark.channel_id == here).order_by(Bookmark.id)
    html = render_template(
        "chat/channel/about.html",
        **frame_of(visit),
        former=list(db().scalars(former)) if visit.channel.is_named else [],
        bookmarks=list(db().scalars(own)),
        error=error,
        typed=request.form,
        names=text_names(),
    )
    return html, 422 if error else 200


def change(channel_id: int, make: Any, **query: object) -> Response | Page:
    """Change a conversation and show its details again, with what was refused."""
    visit = visit_or_404(channel_id)
    try:
        make(visit)
    except ChatError as refused:
        return page(visit, str(refused))
    return go("about.show", notices.record(**query), channel_id=channel_id)


@bp.post("/c/<int:channel_id>/describe")
def describe(channel_id: int) -> Response | Page:
    """Set topic and purpose."""

    def make(visit: Visit) -> None:
        topic = line_of_text(request.form, "topic", "The topic", longest=250)
        purpose = line_of_text(request.form, "purpose", "The purpose", longest=250)
        channels.describe(me(), visit, topic=topic, purpose=purpose)

    return change(channel_id, make, changed=channel_id)


@bp.post("/c/<int:channel_id>/rename")
def rename(channel_id: int) -> Response | Page:
    """Rename a channel."""
    return change(
        channel_id,
        lambda visit: channels.rename(world(), me(), visit, channel_name(request.form)),
        changed=channel_id,
    )


@bp.post("/c/<int:channel_id>/prefer")
def prefer(channel_id: int) -> Response | Page:
    """Set the notification level, muting and section."""
    form = request.form

    def make(visit: Visit) -> None:
        memberships.prefer(
            db(),
            visit,
            level=form.get("level", ""),
            is_muted="muted" in form,
            section_id=number(form.get("section", "")) or None,
        )

    return change(channel_id, make, preferred=channel_id)


@bp.post("/c/<int:channel_id>/star")
def star(channel_id: int) -> Response:
    """Star a conversation, or unstar it."""
    memberships.star(visit_or_404(channel_id), is_starred=request.form.get("star") == "yes")
    return redirect(url_for("conversation.show", channel_id=channel_id), 303)


@bp.route("/c/<int:channel_id>/archive", methods=["GET", "POST"])
def archive(channel_id: int) -> Response | str:
    """Ask whether to archive a channel, and archive it."""
    visit = visit_or_404(channel_id)
    memberships.require_member(me(), visit, "archive it")
    if request.method == "GET":
        return render_template("chat/channel/archive.html", **frame_of(visit))
    channels.archive(world(), me(), visit)
    return redirect(url_for("conversation.show", channel_id=channel_id), 303)


@bp.post("/c/<int:channel_id>/restore")
def restore(channel_id: int) -> Response:
    """Open an archived channel again."""
    channels.restore(me(), visit_or_404(channel_id))
    return redirect(url_for("conversation.show", channel_id=channel_id), 303)


@bp.get("/c/<int:channel_id>/pins")
def pins(channel_id: int) -> str:
    """The pinned messages of a conversation, the last pinned first."""
    visit = visit_or_404(channel_id)
    lines = read_lines(db(), pinned_lines(), me().id, channel_id=channel_id)
    return render_template("chat/channel/pins.html", **frame_of(visit), lines=lines, names=text_names())


@bp.get("/c/<int:channel_id>/files")
def shared_files(channel_id: int) -> str:
    """The files of a conversation."""
    visit = visit_or_404(channel_id)
    return render_template(
        "chat/channel/files.html", **frame_of(visit), shared=files.shared_in(db(), channel_id)
    )


@bp.post("/c/<int:channel_id>/bookmarks")
def add_bookmark(channel_id: int) -> Response | Page:
    """Add a link to the top of a conversation."""

    def make(visit: Visit) -> None:
        hosts = text_names().hosts
        channels.add_bookmark(world(), me(), visit, **parse_bookmark(request.form, hosts))

    return change(channel_id, make, changed=channel_id)


@bp.post("/c/<int:channel_id>/bookmarks/<int:bookmark_id>/delete")
def delete_bookmark(channel_id: int, bookmark_id: int) -> Response | Page:
    """Remove a link."""

    def make(visit: Visit) -> None:
        row = db().get(Bookmark, bookmark_id)
        if not visit.may_post:
            raise ChatError("Only members can remove bookmarks.")
        if row is not None and row.channel_id == channel_id:
            db().delete(row)

    return change(channel_id, make, changed=channel_id)
