"""The page of a channel or conversation: its messages by day, and the composer."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from gristmill.apps.chat.models import Bookmark, Message
from gristmill.apps.chat.services import answers, drafts, posting, submissions
from gristmill.apps.chat.services.access import Visit, require_may_post, title_of
from gristmill.apps.chat.services.directs import require_reachable
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import message_text, number
from gristmill.apps.chat.services.people import directory, me
from gristmill.apps.chat.services.posting import Words
from gristmill.apps.chat.services.reading import read_channel
from gristmill.apps.chat.services.timeline import PAGE, Line, channel_lines, in_channel, mark_runs, read_lines
from gristmill.apps.chat.views.visits import text_names, visit_or_404
from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db

bp = Blueprint("conversation", __name__)

NEWEST = 2**62
AFTER = 4  # messages that are shown after one that a link leads to


@bp.get("/c/<int:channel_id>")
def show(channel_id: int) -> str:
    """The newest messages, those before one (`before`), or those around one (`at`)."""
    visit = visit_or_404(channel_id)
    newest, before = boundary(channel_id)
    lines = page_of(channel_id, before)
    is_newest = before is None
    first_new = first_unread(visit, lines) if is_newest else None
    if is_newest:
        mark_read(visit, lines)
    return page(visit, lines=lines, is_newest=is_newest, first_new=first_new, asked=newest)


def page(visit: Visit, **shown: Any) -> str:
    """Render the page."""
    shown = {"error": None, "typed": visit.draft, "asked": None, "first_new": None, **shown}
    lines: list[Line] = shown["lines"]
    is_full = len(lines) > PAGE
    shown["lines"] = lines[-PAGE:]
    mark_runs(shown["lines"])
    marks = []
    if visit.has_bookmarks:
        own = select(Bookmark).where(Bookmark.channel_id == visit.channel.id).order_by(Bookmark.id)
        marks = list(db().scalars(own))
    return render_template(
        "chat/channel/show.html",
        **frame_of(visit),
        earlier=shown["lines"][0].id if is_full else None,
        bookmarks=marks,
        names=text_names(),
        **shown,
    )


def frame_of(visit: Visit) -> dict[str, Any]:
    """Template variables of every page of a conversation."""
    title = title_of(visit.channel, visit.people, me().id, directory())
    return {"visit": visit, "channel": visit.channel, "title": title, "current_id": visit.channel.id}


def boundary(channel_id: int) -> tuple[int | None, int | None]:
    """The message that the address asks for, and the id before which messages are shown, if any."""
    at, before = (number(request.args.get(key, "")) for key in ("at", "before"))
    if before:
        return None, before
    if not at:
        return None, None
    later = select(Message.id).where(in_channel(channel_id), Message.id > at).order_by(Message.id)
    end = db().scalar(later.offset(AFTER).limit(1))
    return at, end


def page_of(channel_id: int, before: int | None) -> list[Line]:
    """The messages of one page in order, and one more if there are earlier ones."""
    values = {"channel_id": channel_id, "before": NEWEST if before is None else before}
    return read_lines(db(), channel_lines(), me().id, **values)[::-1]


def first_unread(visit: Visit, lines: list[Line]) -> int | None:
    """The first message of a page that the person has not read."""
    if not visit.is_member:
        return None
    new = (x for x in lines[-PAGE:] if x.id > visit.read_id and x.message.author_id != me().id)
    return next((line.id for line in new if not line.is_deleted), None)


def mark_read(visit: Visit, lines: list[Line]) -> None:
    """Move the read pointer to the newest message. A preview of a channel moves none."""
    newest = lines[-1].id if lines else 0
    if visit.is_member and (newest > visit.read_id or visit.newest_mention_id > visit.mention_id):
        read_channel(db(), me().id, visit.channel.id, newest, visit.newest_mention_id)
        db().commit()


@bp.post("/c/<int:channel_id>/post")
def post(channel_id: int) -> Response | tuple[str, int]:
    """Post in a conversation, or keep what was typed as a draft."""
    visit = visit_or_404(channel_id)
    try:
        return send(visit, None)
    except ChatError as refused:
        raw = request.form.get("text", "")
        lines = page_of(channel_id, None)
        return page(visit, lines=lines, is_newest=True, error=str(refused), typed=raw), 422


def send(visit: Visit, root: Message | None) -> Response:
    """Do what the composer's button says: send, keep a draft, or choose a file.

    Raises:
        ChatError: the text cannot be posted.
    """
    wish, here = request.form.get("do", "send"), visit.channel.id
    root_id = root.id if root else 0
    require_may_post(visit)
    if wish in {"draft", "attach"}:
        text = message_text(request.form.get("text", ""), may_be_empty=True)
        if wish == "draft" and not text and not visit.draft:
            raise ChatError("There is nothing to save yet. Write something first.")
        is_kept = drafts.keep(world(), me().id, here, root_id, text)
        if wish == "attach":
            return redirect(url_for("attaching.choose", channel_id=here, root_id=root_id or None), 303)
        return redirect(place(visit, root, **notices.record(draft=here if is_kept else None)), 303)
    text = message_text(request.form.get("text", ""))
    token = request.form.get("token", "")
    number_before = submissions.earlier(db(), token, text)
    if number_before is None:
        write(
            visit,
            root,
            Words(text=text, root_id=root_id or None, is_broadcast="broadcast" in request.form),
            token,
        )
    return redirect(place(visit, root), 303)


def write(visit: Visit, root: Message | None, words: Words, token: str) -> Message:
    """Post what the signed-in person has written; the draft is gone, and a colleague may answer.

    Raises:
        ChatError: it is a direct conversation with somebody whose account is closed.
    """
    if visit.is_direct:
        require_reachable([directory().cards[each] for each in visit.people if each != me().id])
    message = posting.post(world(), visit.channel, me().id, words)
    submissions.record(db(), token, words.text, message.id)
    posting.clear_draft(db(), me().id, visit.channel.id, root.id if root else None)
    answers.schedule_answer(world(), visit.channel, message)
    notices.record()
    return message


def place(visit: Visit, root: Message | None, **query: Any) -> str:
    """The address of a conversation or of a thread in it."""
    if root is not None:
        return url_for("thread.show", root_id=root.id, **query)
    return url_for("conversation.show", channel_id=visit.channel.id, **query)
