"""Threads, mentions and reactions, drafts, and saved messages."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from gristmill.apps.chat.models import Draft
from gristmill.apps.chat.services import drafts as unsent
from gristmill.apps.chat.services import inbox
from gristmill.apps.chat.services.forms import number as form_number
from gristmill.apps.chat.services.inbox import PER_PAGE, Happened, ThreadRow, read_found
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.views.visits import text_names, visit_or_404
from gristmill.apps.kit.forms import one_of
from gristmill.apps.kit.pagination import parse_page
from gristmill.apps.server.database import db

bp = Blueprint("inbox", __name__)

SHOWN = ("all", "mentions", "reactions")


def rows_of(statement: Select[Any]) -> tuple[list[Any], int, bool]:
    """The rows of the page that the address asks for, its number, and whether there are more."""
    number = parse_page(request.args.get("page", ""))
    rows = list(db().execute(statement, {"me": me().id, "offset": (number - 1) * PER_PAGE}))
    return rows[:PER_PAGE], number, len(rows) > PER_PAGE


@bp.get("/threads")
def threads() -> str:
    """The threads that the person follows, those with unread replies first. Looking at them reads none."""
    rows, number, has_more = rows_of(inbox.threads())
    found = [ThreadRow(root_id=row[0], last_id=row[1], unread=row[2]) for row in rows]
    ids = sorted({each for row in found for each in (row.root_id, row.last_id)})
    return view("threads", ids, number, has_more, rows=found)


@bp.get("/mentions")
def mentions() -> str:
    """Mentions of the person and reactions to their messages."""
    show = one_of(SHOWN, request.args.get("show", ""), "all")
    rows, number, has_more = rows_of(inbox.happened(show))
    found = [
        Happened(kind=kind, message_id=key, person_id=person, emoji=emoji, at=at)
        for kind, key, person, emoji, at in rows
    ]
    ids = sorted({each.message_id for each in found})
    return view("mentions", ids, number, has_more, rows=found, show=show)


@bp.get("/saved")
def saved() -> str:
    """Messages that the person saved for later."""
    rows, number, has_more = rows_of(inbox.saved(is_guest=me().is_guest))
    ids = [row[0] for row in rows]
    return view("saved", ids, number, has_more, rows=ids)


@bp.get("/drafts")
def drafts() -> str:
    """What the person has not sent yet."""
    found = unsent.drafts_of(db(), me())
    channels = inbox.channels_of(db(), {each.channel.id for each in found})
    return render_template("chat/inbox/drafts.html", rows=found, channels=channels)


@bp.post("/c/<int:channel_id>/draft/delete")
def delete_draft(channel_id: int) -> Response:
    """Throw a draft away."""
    visit_or_404(channel_id)
    own = select(Draft).where(Draft.person_id == me().id, Draft.channel_id == channel_id)
    row = db().scalar(own.where(Draft.root_id == form_number(request.form.get("root_id", ""))))
    if row is not None:
        db().delete(row)
    return redirect(url_for("inbox.drafts"), 303)


def view(name: str, ids: list[int], number: int, has_more: bool, **more: Any) -> str:
    """Render a view of messages."""
    return render_template(
        f"chat/inbox/{name}.html",
        found=read_found(db(), me(), ids),
        number=number,
        has_more=has_more,
        names=text_names(),
        **more,
    )
