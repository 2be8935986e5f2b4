"""The first page: what is new."""

from flask import Blueprint, render_template

from gristmill.apps.chat.services.frame import current_sidebar
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.services.reminders import reminders_of
from gristmill.apps.chat.views.visits import text_names
from gristmill.apps.server.database import db

bp = Blueprint("home", __name__)


@bp.get("/")
def show() -> str:
    """Conversations and threads with something unread, and reminders that are due."""
    bar = current_sidebar()
    new = [each for each in bar.entries if each.is_bold or each.badge]
    due = [pair for pair in reminders_of(db(), me()) if pair[0].fired_at] if bar.reminders else []
    return render_template("chat/home/show.html", new=new, due=due, names=text_names())
