"""The members of a channel: who is in it, joining, leaving, inviting, removing."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.chat.services import memberships
from gristmill.apps.chat.services.access import Visit
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.views.browse import chosen_people
from gristmill.apps.chat.views.conversation import frame_of
from gristmill.apps.chat.views.visits import visit_or_404
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db

bp = Blueprint("members", __name__)

Page = tuple[str, int]


@bp.get("/c/<int:channel_id>/members")
def show(channel_id: int) -> Page:
    """Who is in a conversation."""
    return page(visit_or_404(channel_id), "members")


@bp.get("/c/<int:channel_id>/invite")
def choose(channel_id: int) -> Page:
    """Choose whom to invite."""
    visit = visit_or_404(channel_id)
    memberships.require_member(me(), visit, "invite people")
    return page(visit, "invite")


def page(visit: Visit, name: str, error: str | None = None) -> Page:
    """Render a list of people."""
    html = render_template(
        f"chat/channel/{name}.html",
        **frame_of(visit),
        error=error,
        query=None,
        q=request.args.get("q", "")[:80].strip(),
        chosen=set(request.form.getlist("person")),
    )
    return html, 422 if error else 200


@bp.post("/c/<int:channel_id>/invite")
def invite(channel_id: int) -> Response | Page:
    """Invite people to a channel."""
    visit = visit_or_404(channel_id)
    try:
        memberships.invite(world(), me(), visit, chosen_people())
    except ChatError as refused:
        return page(visit, "invite", str(refused))
    return redirect(url_for("members.show", channel_id=channel_id), 303)


@bp.post("/c/<int:channel_id>/remove/<int:person_id>")
def remove(channel_id: int, person_id: int) -> Response | Page:
    """Take somebody out of a channel."""
    visit = visit_or_404(channel_id)
    try:
        memberships.remove(world(), me(), visit, person_id)
    except ChatError as refused:
        return page(visit, "members", str(refused))
    return redirect(url_for("members.show", channel_id=channel_id), 303)


@bp.post("/c/<int:channel_id>/join")
def join(channel_id: int) -> Response:
    """Join a public channel."""
    memberships.join(world(), me(), visit_or_404(channel_id))
    return redirect(url_for("conversation.show", channel_id=channel_id), 303)


@bp.post("/c/<int:channel_id>/leave")
def leave(channel_id: int) -> Response:
    """Leave a channel."""
    memberships.leave(world(), me(), visit_or_404(channel_id))
    db().flush()
    return redirect(url_for("browse.index"), 303)
