"""The Flask app of mail."""

from flask import Flask, g, render_template
from werkzeug.exceptions import HTTPException

from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.mail import filters
from gristmill.apps.mail.control_labels import LABELS
from gristmill.apps.mail.services.folders import FOLDER_PAGES
from gristmill.apps.mail.services.frame import frame
from gristmill.apps.mail.views import (
    actions,
    agenda,
    compose,
    contacts,
    files,
    labels,
    lists,
    outbox,
    rules,
    settings,
    texts,
    threads,
)

PAGES = (lists, actions, threads, files, labels, compose, outbox, rules, texts, contacts, agenda, settings)


def create_app() -> Flask:
    """Make the Flask app of mail."""
    app = create_flask_app(__name__, "mail", labels=LABELS)
    filters.install(app)
    for pages in PAGES:
        app.register_blueprint(pages.bp)
    app.jinja_env.globals["folder_pages"] = tuple(FOLDER_PAGES.values())
    app.context_processor(lambda: {"frame": frame()})
    app.register_error_handler(HTTPException, refuse)
    return app


def refuse(error: HTTPException) -> tuple[str, int]:
    """Render an HTTP error as a page of mail; as plain text outside a session."""
    code = error.code or 500
    if "db" not in g:
        return error.name, code
    template = "not_found" if code == 404 else "refused"
    return render_template(f"mail/errors/{template}.html", error=error), code
