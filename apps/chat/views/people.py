"""The people of the company: directory and profiles."""

from flask import Blueprint, render_template, request

from gristmill.apps.chat.services.acquaintance import acquaintances
from gristmill.apps.chat.services.people import directory, fits, me
from gristmill.apps.chat.views.visits import person_or_404
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.pagination import page_of, parse_page
from gristmill.apps.server.database import db

bp = Blueprint("people", __name__)

PER_PAGE = 25


@bp.get("/people")
def index() -> str:
    """Everybody, or those whose name, role, team or site has all words of a query."""
    query, team = request.args.get("q", "")[:80].strip(), request.args.get("team", "")
    cards = list(directory().cards.values())
    if me().is_guest:
        known = acquaintances(db(), me().id)
        cards = [card for card in cards if card.id in known]
    teams = sorted({card.team for card in cards if card.team})
    found = [card for card in cards if fits(card, query) and team in {"", card.team}]
    page = page_of(found, parse_page(request.args.get("page", "")), size=PER_PAGE)
    return render_template("chat/people/index.html", page=page, q=query, team=team, teams=teams)


@bp.get("/people/<int:person_id>")
def show(person_id: int) -> str:
    """Somebody's profile."""
    card = person_or_404(person_id)
    cards = directory().cards
    known = acquaintances(db(), me().id) if me().is_guest else None
    manager = cards.get(card.manager_id) if card.manager_id else None
    reports = [each for each in cards.values() if each.manager_id == card.id and not each.has_left]
    if known is not None:
        manager = manager if manager and manager.id in known else None
        reports = [each for each in reports if each.id in known]
    return render_template(
        "chat/people/show.html", card=card, manager=manager, reports=reports, now=world().now
    )
