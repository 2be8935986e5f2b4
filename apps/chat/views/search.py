"""Search over messages."""

from datetime import date

from flask import Blueprint, render_template, request

from gristmill.apps.chat.services.inbox import PER_PAGE, read_found
from gristmill.apps.chat.services.people import directory, me
from gristmill.apps.chat.services.query import parse
from gristmill.apps.chat.services.search import MOST, Searcher
from gristmill.apps.chat.views.visits import text_names
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import one_of
from gristmill.apps.kit.pagination import page_of, parse_page
from gristmill.apps.server.database import db

bp = Blueprint("search", __name__)

LONGEST = 200


@bp.get("/search")
def show() -> str:
    """The messages that fulfil a query, a page at a time. Looking at them reads none."""
    typed = request.args.get("q", "")
    query = parse("".join(each if each.isprintable() else " " for each in typed)[:LONGEST])
    if len(typed) > LONGEST:
        query.notices.append(f"Only the first {LONGEST} characters were used.")
    sort = one_of(("newest", "oldest"), request.args.get("sort", ""), "newest")
    searcher = Searcher(db=db(), person=me(), directory=directory(), today=today)
    ids = searcher.found(query, is_oldest_first=sort == "oldest")
    page = page_of(ids[:MOST], parse_page(request.args.get("page", "")), size=PER_PAGE)
    return render_template(
        "chat/search/show.html",
        query=typed[:LONGEST],
        notices=query.notices,
        page=page,
        has_more=len(ids) > MOST,
        sort=sort,
        found=read_found(db(), me(), list(page.rows)),
        names=text_names(),
    )


def today() -> date:
    """The world's day."""
    return world().now.date()
