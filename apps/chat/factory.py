"""The chat's Flask app."""

from flask import Flask, g, render_template, request
from werkzeug.exceptions import HTTPException

from gristmill.apps.chat import filters
from gristmill.apps.chat.control_labels import LABELS
from gristmill.apps.chat.markup import to_html
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.frame import frame
from gristmill.apps.chat.services.people import fits, me
from gristmill.apps.chat.views import PAGES
from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import create_flask_app, is_static


def create_app() -> Flask:
    """Make the chat's Flask app."""
    app = create_flask_app(__name__, "chat", labels=LABELS)
    filters.install(app)
    app.jinja_env.globals.update(markup=to_html, happened=notices.happened, fits=fits)
    for pages in PAGES:
        app.register_blueprint(pages.bp)
    app.before_request(admit)
    app.context_processor(frame)
    app.register_error_handler(HTTPException, refuse)
    app.register_error_handler(ChatError, refuse_change)
    return app


def admit() -> None:
    """Let in whoever has an account."""
    if not is_static(request.endpoint):
        me()


def refuse(error: HTTPException) -> tuple[str, int]:
    """Render an HTTP error as a page of the chat; as plain text outside a session."""
    code = error.code or 500
    if "db" not in g:
        return error.name, code
    template = {403: "closed", 404: "not_found"}.get(code, "refused")
    return render_template(f"chat/errors/{template}.html", error=error), code


def refuse_change(error: ChatError) -> tuple[str, int]:
    """Render a refusal that no form of its own explains."""
    return render_template("chat/errors/not_allowed.html", reason=str(error)), 422
