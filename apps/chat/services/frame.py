"""Template variables of the frame that every page has: side bar, search box, who is signed in."""

from flask import g

from gristmill.apps.chat.services.people import directory, me
from gristmill.apps.chat.services.sidebar import Sidebar, read_sidebar
from gristmill.apps.server.database import db


def current_sidebar() -> Sidebar:
    """The side bar of the signed-in person; two queries per request."""
    if "chat_sidebar" not in g:
        g.chat_sidebar = read_sidebar(db(), me(), directory())
    found: Sidebar = g.chat_sidebar
    return found


def frame() -> dict[str, object]:
    """Template variables of every page; lazy, as an error page for strangers has no side bar."""
    return {"sidebar": current_sidebar, "me": me, "people": directory}
