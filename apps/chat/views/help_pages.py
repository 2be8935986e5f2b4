"""Help: search operators, formatting, what is unread, who sees what."""

from flask import Blueprint, render_template

from gristmill.apps.chat.emoji import EMOJI
from gristmill.apps.chat.views.visits import text_names

bp = Blueprint("help_pages", __name__)


@bp.get("/help/search")
def search() -> str:
    """The operators of the search."""
    return render_template("chat/help/search.html")


@bp.get("/help/formatting")
def formatting() -> str:
    """The markup of messages, with how it looks."""
    return render_template("chat/help/formatting.html", names=text_names(), emoji=list(EMOJI))


@bp.get("/help/unread")
def unread() -> str:
    """What is bold, what has a number, and what reads it."""
    return render_template("chat/help/unread.html")
