"""The front page, the list of departments, and product pictures."""

from flask import Blueprint, Response, abort, render_template, request

from gristmill.apps.kit.flask_app import A_YEAR_S
from gristmill.apps.server.database import db
from gristmill.apps.shop.pictures import draw
from gristmill.apps.shop.services import browsing

bp = Blueprint("home", __name__)

POPULAR_COUNT = 8


@bp.get("/")
def front() -> str:
    """The front page."""
    return render_template("shop/home/front.html", popular=browsing.popular(db(), POPULAR_COUNT))


@bp.get("/departments")
def departments_page() -> str:
    """All departments with their descriptions."""
    return render_template("shop/home/departments.html")


@bp.get("/pictures/<slug>.svg")
def picture(slug: str) -> Response:
    """A product's picture in one of its colours; the URL changes with its content."""
    product = browsing.find_product(db(), slug)
    if product is None:
        abort(404)
    colour = request.args.get("colour")
    if colour not in {variant.colour for variant in product.variants}:
        colour = None
    svg = draw(product.picture, kind=product.kind, colour=colour, view=request.args.get("view", ""))
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
    return response
