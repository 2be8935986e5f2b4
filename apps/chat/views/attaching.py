"""What a message can carry besides text: files of the world, and polls."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.chat.models import Message
from gristmill.apps.chat.services import files, submissions
from gristmill.apps.chat.services.access import Visit, require_may_post
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import day_and_time, line_of_text, message_text, number
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.services.posting import Words, require_root
from gristmill.apps.chat.views.conversation import frame_of, place, write
from gristmill.apps.chat.views.visits import visit_or_404
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db

bp = Blueprint("attaching", __name__)

BOTH = ["GET", "POST"]
OPTIONS = 6
MOST_FILES = 5
Page = tuple[str, int]


@bp.route("/c/<int:channel_id>/attach", methods=BOTH)
def choose(channel_id: int) -> Response | Page:
    """Send a message with files, which the person owns or has seen in a conversation."""
    root_id = number(request.values.get("root_id", ""))
    visit = visit_or_404(channel_id, root_id)
    require_may_post(visit)
    root = require_root(db(), channel_id, root_id or None)
    known = files.usable(db(), me())
    error = None
    if request.method == "POST":
        try:
            send_files(visit, root, {file.id for file in known})
            return redirect(place(visit, root), 303)
        except ChatError as refused:
            error = str(refused)
    typed = request.form.get("text", "") if error else visit.draft
    html = render_template(
        "chat/channel/attach.html",
        **frame_of(visit),
        root_id=root_id,
        files=known,
        error=error,
        typed=typed,
        chosen={number(each) for each in request.form.getlist("file")},
    )
    return html, 422 if error else 200


def send_files(visit: Visit, root: Message | None, known: set[int]) -> None:
    """Post a text with the chosen files.

    Raises:
        ChatError: no file or too many were chosen, or one is not known to the person.
    """
    chosen = [number(each) for each in request.form.getlist("file")]
    if not chosen or not set(chosen) <= known:
        raise ChatError("Choose a file.")
    if len(chosen) > MOST_FILES:
        raise ChatError(f"A message carries at most {MOST_FILES} files.")
    text = message_text(request.form.get("text", ""), may_be_empty=True)
    token, key = request.form.get("token", ""), f"{chosen}:{text}"
    if submissions.earlier(db(), token, key) is None:
        words = Words(text=text, root_id=root.id if root else None, file_ids=chosen)
        submissions.record(db(), token, key, write(visit, root, words, "").id)


@bp.route("/c/<int:channel_id>/poll", methods=BOTH)
def poll(channel_id: int) -> Response | Page:
    """Start a poll."""
    visit = visit_or_404(channel_id)
    require_may_post(visit)
    error = None
    if request.method == "POST":
        try:
            start_poll(visit)
            return redirect(place(visit, None), 303)
        except ChatError as refused:
            error = str(refused)
    html = render_template(
        "chat/channel/poll.html", **frame_of(visit), error=error, typed=request.form, count=OPTIONS
    )
    return html, 422 if error else 200


def start_poll(visit: Visit) -> None:
    """Post a poll as the form says.

    Raises:
        ChatError: a question or options are missing, two are alike, or the end has passed.
    """
    question = line_of_text(request.form, "question", "The question", longest=300, needed=True)
    typed = [
        line_of_text(request.form, f"option{n}", f"Option {n}", longest=100) for n in range(1, OPTIONS + 1)
    ]
    options = [each for each in typed if each]
    if len(options) < 2:
        raise ChatError("A poll needs at least two options.")
    if len({each.casefold() for each in options}) < len(options):
        raise ChatError("Two options are alike.")
    day, closes = request.form.get("day", "").strip(), None
    if day:
        closes = day_and_time(day, request.form.get("time", ""))
        if closes <= world().now:
            raise ChatError("The poll must end at a time that is still to come.")
    token, key = request.form.get("token", ""), f"{question}:{options}"
    if submissions.earlier(db(), token, key) is None:
        words = Words(text=question, options=options, closes_at=closes)
        submissions.record(db(), token, key, write(visit, None, words, "").id)
