"""Direct and group messages: all of them, and writing to people."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.chat.services import directs, submissions
from gristmill.apps.chat.services.access import find_visit
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import message_text, number
from gristmill.apps.chat.services.frame import current_sidebar
from gristmill.apps.chat.services.people import directory, me
from gristmill.apps.chat.services.posting import Words
from gristmill.apps.chat.views.browse import chosen_people
from gristmill.apps.chat.views.conversation import write
from gristmill.apps.chat.views.visits import may_see
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db

bp = Blueprint("directs", __name__)


@bp.get("/directs")
def index() -> str:
    """All direct and group conversations, the newest first."""
    found = [each for each in current_sidebar().entries if each.is_direct]
    return render_template("chat/directs/index.html", entries=found)


@bp.route("/directs/new", methods=["GET", "POST"])
def new() -> Response | tuple[str, int]:
    """Write to one or more people."""
    error = None
    if request.method == "POST":
        try:
            return redirect(url_for("conversation.show", channel_id=send()), 303)
        except ChatError as refused:
            error = str(refused)
    chosen = {number(each) for each in request.values.getlist("person")}
    html = render_template(
        "chat/directs/new.html",
        error=error,
        typed=request.form,
        chosen=chosen,
        offered=[card for card in directory().cards.values() if may_see(card)],
        token=submissions.new_token(db(), me().id, "direct"),
    )
    return html, 422 if error else 200


def send() -> int:
    """Write a message as the form says; returns the id of the conversation. Without a text, only opens it.

    Raises:
        ChatError: nobody was chosen, or somebody cannot be written to.
    """
    others = [card for card in chosen_people() if may_see(card)]
    text = message_text(request.form.get("text", ""), may_be_empty=True)
    directs.require_reachable(others)
    channel = directs.find_or_open(world(), me(), others)
    token, key = request.form.get("token", ""), f"{channel.id}:{text}"
    if text and submissions.earlier(db(), token, key) is None:
        visit = find_visit(db(), me(), channel.id)
        assert visit is not None
        submissions.record(db(), token, key, write(visit, None, Words(text=text), "").id)
    return channel.id
