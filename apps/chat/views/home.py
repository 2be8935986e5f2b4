"""The first page: what is new."""

from flask import Blueprint, render_template

bp = Blueprint("home", __name__)


@bp.get("/")
def show() -> str:
    """Channels and conversations with something unread, by section."""
    return render_template("chat/home/show.html")
