"""The channel browser, and creating channels."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.chat.services import channels
from gristmill.apps.chat.services.access import require_staff
from gristmill.apps.chat.services.channels import Listed
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import channel_name, line_of_text, number
from gristmill.apps.chat.services.people import Card, directory, me
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import one_of
from gristmill.apps.kit.pagination import page_of, parse_page
from gristmill.apps.server.database import db

bp = Blueprint("browse", __name__)

SCOPES = ("all", "mine", "other", "archived")
PER_PAGE = 25


@bp.get("/channels")
def index() -> str:
    """The channels that the person may see, by name."""
    query = request.args.get("q", "")[:80].strip()
    scope = one_of(SCOPES, request.args.get("show", ""), "all")
    rows = [
        Listed(channel=channel, is_member=own > 0, members=members)
        for channel, own, members in db().execute(channels.browse(me(), query=query, scope=scope))
    ]
    page = page_of(rows, parse_page(request.args.get("page", "")), size=PER_PAGE)
    return render_template("chat/browse/index.html", page=page, q=query, scope=scope)


@bp.route("/channels/new", methods=["GET", "POST"])
def new() -> Response | tuple[str, int]:
    """Create a channel."""
    require_staff(me(), "create channels")
    error = None
    if request.method == "POST":
        try:
            return redirect(url_for("conversation.show", channel_id=create()), 303)
        except ChatError as refused:
            error = str(refused)
    html = render_template(
        "chat/browse/new.html", error=error, typed=request.form, chosen=set(request.form.getlist("person"))
    )
    return html, 422 if error else 200


def create() -> int:
    """Create a channel as the form says; returns its id.

    Raises:
        ChatError: a field is refused.
    """
    name = channel_name(request.form)
    purpose = line_of_text(request.form, "purpose", "The purpose", longest=250)
    is_private = request.form.get("kind") == "private"
    made = channels.create(
        world(), me(), name=name, purpose=purpose, is_private=is_private, invited=chosen_people()
    )
    return made.id


def chosen_people() -> list[Card]:
    """The members that a form has chosen, in the order of their names."""
    ids = {number(each) for each in request.form.getlist("person")}
    return [card for card in directory().cards.values() if card.id in ids]
