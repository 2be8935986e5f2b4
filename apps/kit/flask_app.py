"""The Flask app factory of all app clones: database session, transactions, static files."""

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, has_request_context, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import IntegerConverter, Rule

from gristmill.apps.kit import jinja_filters, page_frame
from gristmill.apps.kit.labels import Labels
from gristmill.apps.server.database import LentConnection, lent, new_orm_session
from gristmill.apps.world.world import World

A_YEAR_S = 365 * 24 * 3600


class AppClone(Flask):
    """A Flask app that caches the URLs of static files, some fifteen per page."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._static_urls: dict[tuple[str, str, str], str] = {}

    def url_for(self, endpoint: str, **values: Any) -> str:
        """See `Flask.url_for`."""
        if not (is_static(endpoint) and values.keys() == {"filename"} and has_request_context()):
            return super().url_for(endpoint, **values)
        key = endpoint, str(values["filename"]), request.root_path
        if key not in self._static_urls:
            self._static_urls[key] = super().url_for(endpoint, **values)
        return self._static_urls[key]


class RowNumber(IntegerConverter):
    """The converter `int` of addresses: only numbers that a database can hold; others lead nowhere."""

    regex = r"[0-9]{1,15}"


def create_flask_app(import_name: str, name: str, *, labels: Labels | None = None) -> Flask:
    """Create a Flask app with one ORM session (`g.db`) and the world (`g.world`) per request.

    A POST that returns a status below 400 is committed; everything else is rolled back, so reading a page or
    having a form rejected changes nothing. An exception in a view never becomes an error page: it reaches
    the host, which reports it as a fault. Browsers may cache static files, but never pages. Going back to a
    form that was refused shows the page above its address. `labels` are the texts of controls that differ
    between skins.
    """
    app = AppClone(import_name, template_folder="templates", static_folder="static")
    app.config.update(PROPAGATE_EXCEPTIONS=True, SERVER_NAME=None, SEND_FILE_MAX_AGE_DEFAULT=A_YEAR_S)
    app.jinja_options = {"auto_reload": False, "trim_blocks": True, "lstrip_blocks": True}
    app.name = name
    app.url_map.converters["int"] = RowNumber
    jinja_filters.install(app)
    app.extensions["labels"] = labels or {}
    page_frame.install(app)
    app.context_processor(lambda: {"is_exchange": is_exchange()})
    app.register_blueprint(shared_files())

    app.before_request(show_page_above)

    @app.before_request
    def open_session() -> None:
        if not is_static(request.endpoint):
            g.db = new_orm_session()
            g.world = World(g.db)

    @app.after_request
    def close_unit_of_work(response: Response) -> Response:
        if "db" in g:
            commit(g.db, response)
        if request.method == "GET" and response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")  # going back requests the page again
        return response

    @app.teardown_request
    def close_session(_: BaseException | None) -> None:
        if "db" in g:
            g.db.close()

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, object]) -> None:
        if is_static(endpoint) and "v" not in values:
            owner = app.blueprints["assets"] if endpoint == "assets.static" else app
            values["v"] = digest(Path(str(owner.static_folder)) / str(values["filename"]))

    return app


def shared_files() -> Blueprint:
    """The static files and templates that all app clones share, `kit/base.html` among them."""
    return Blueprint(
        "assets", __name__, static_folder="static", static_url_path="/assets", template_folder="templates"
    )


def commit(db: Session, response: Response) -> None:
    """Commit a request's changes if it is a successful POST.

    Raises:
        HandlerError: a signal handler failed during the request, even if the view continued.
    """
    connection = lent(db)
    if isinstance(connection, LentConnection) and connection.failure is not None:
        raise connection.failure
    if request.method == "POST" and response.status_code < 400:
        db.commit()


def show_page_above() -> None:
    """Answer a GET of an address that only takes forms with the nearest page above it.

    A refused form is shown at such an address, and "back" asks for it as for a page. It is no redirect, after
    which browsers tell the new address only if they load the page themselves.
    """
    if request.method == "GET" and isinstance(request.routing_exception, MethodNotAllowed):
        request.path, request.url_rule, request.view_args = page_above(request.path)
        request.routing_exception = None


def page_above(path: str) -> tuple[str, Rule, dict[str, object]]:
    """The nearest path above this one that has a page, with its rule and arguments."""
    pages = current_app.url_map.bind("")
    while path != "/":
        path = path.rpartition("/")[0] or "/"
        with suppress(HTTPException):
            rule, arguments = pages.match(path, method="GET", return_rule=True)
            return path, rule, dict(arguments)
    raise NotFound


def is_exchange() -> bool:
    """Whether htmx requests a fragment to swap in rather than a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def is_static(endpoint: str | None) -> bool:
    """Whether an endpoint serves static files, the app's own or the shared ones."""
    return endpoint in {"static", "assets.static"}


@cache
def digest(path: Path) -> str:
    """A short digest of a static file, for URLs that may be cached forever."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def world() -> World:
    """The world of the current request."""
    current: World = g.world
    return current
