"""What the views share: finding what the signed-in person may see, and going back to it."""

from collections.abc import Mapping
from typing import Any

from flask import abort, g, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from gristmill.apps.chat.markup import Names
from gristmill.apps.chat.models import Message
from gristmill.apps.chat.services.access import Visit, find_visit, find_visit_of
from gristmill.apps.chat.services.acquaintance import acquaintances
from gristmill.apps.chat.services.channels import channel_ids
from gristmill.apps.chat.services.people import Card, directory, me
from gristmill.apps.chat.services.timeline import PAGE, Line, lines_by_id, read_lines
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db


def visit_or_404(channel_id: int, root_id: int = 0) -> Visit:
    """A conversation that the signed-in person may see; 404 for any other."""
    return find_visit(db(), me(), channel_id, root_id) or abort(404)


def visit_of_message(message_id: int) -> tuple[Visit, Line]:
    """A message that the signed-in person may see, with its conversation; 404 for any other."""
    visit = find_visit_of(db(), me(), message_id) or abort(404)
    lines = read_lines(db(), lines_by_id(), me().id, ids=[message_id])
    return visit, lines[0]


def person_or_404(person_id: int) -> Card:
    """A member; a guest finds only those whom they share a conversation with."""
    card = directory().cards.get(person_id)
    if card is None or not may_see(card):
        abort(404)
    return card


def may_see(card: Card) -> bool:
    """Whether the signed-in person may see a member's profile."""
    return not me().is_guest or card.id in acquaintances(db(), me().id)


def text_names() -> Names:
    """What texts of this page can refer to."""
    if "chat_names" not in g:
        known: dict[str, int] = {}

        def channels() -> Mapping[str, int]:
            if not known:
                known.update(channel_ids(db(), me()))
            return known

        g.chat_names = Names(
            people=lambda: directory().by_handle,
            channels=channels,
            hosts=frozenset(f"{app}.test" for app in world().handlers.apps),
            viewer_id=me().id,
        )
    found: Names = g.chat_names
    return found


def go(endpoint: str, noted: Mapping[str, Any] | None = None, **values: Any) -> Response:
    """Redirect to a page after a change; `noted` is what the page says about it."""
    return redirect(url_for(endpoint, **values, **dict(noted or {})), 303)


def back_to(message: Message) -> Response:
    """Redirect to where a message is shown: its thread if the form was there, else its conversation."""
    return redirect(place_of(message), 303)


def place_of(message: Message) -> str:
    """The address of the page that shows a message.

    It has no fragment: after a redirect, a browser keeps it and an exchanged page does not.
    """
    root_id = message.root_id or message.id
    if request.args.get("from") == "thread" or (message.root_id is not None and not message.is_broadcast):
        return url_for("thread.show", root_id=root_id, at=message.id if message.root_id else None)
    newer = select(func.count()).where(
        Message.channel_id == message.channel_id,
        Message.id > message.id,
        Message.root_id.is_(None) | Message.is_broadcast,
    )
    at = message.id if (db().scalar(newer) or 0) >= PAGE - 5 else None
    return url_for("conversation.show", channel_id=message.channel_id, at=at)
