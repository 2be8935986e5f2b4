"""The pages that list threads: folders with the categories of the inbox, labels, and what a search finds."""

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit.pagination import parse_page
from gristmill.apps.mail.services.folders import CATEGORY_TITLES, FOLDER_PAGES
from gristmill.apps.mail.services.listing import page_of_threads
from gristmill.apps.mail.services.mailbox import current_mailbox, current_reader, current_settings, now
from gristmill.apps.mail.services.scopes import ListAddress, Scope, parse_address, scope_of
from gristmill.apps.mail.services.search.drafts import drafts_found
from gristmill.apps.mail.services.search.evaluate import unknown_labels
from gristmill.apps.mail.services.search.operators import OPERATORS, SHAPES
from gristmill.apps.mail.services.snoozing import presets
from gristmill.apps.mail.views.notices import done_notice
from gristmill.apps.server.database import db

bp = Blueprint("lists", __name__)


@bp.get("/")
def front() -> Response:
    """The page that mail opens with."""
    return redirect(f"/{current_settings().start_page}")


@bp.get("/<any(inbox,starred,snoozed,important,sent,archive,spam,bin,all):key>")
def folder(key: str) -> str:
    """A folder's threads."""
    scope = current_scope()
    return page("mail/lists/folder.html", scope, folder=FOLDER_PAGES[key], categories=CATEGORY_TITLES)


@bp.get("/labels/<int:label_id>")
def label(label_id: int) -> str:
    """The threads with a label."""
    return page("mail/lists/label.html", current_scope())


@bp.get("/search")
def search() -> str:
    """What a search finds."""
    scope, reader = current_scope(), current_reader()
    query = scope.query
    assert query is not None
    return page(
        "mail/lists/search.html", scope, query=query.text,
        problems=[*query.notices, *unknown_labels(query, reader)],
        drafts=drafts_found(db(), query, reader),
    )  # fmt: skip


@bp.get("/help/search")
def search_help() -> str:
    """The grammar of searches."""
    return render_template("mail/lists/help.html", operators=OPERATORS.values(), shapes=SHAPES)


def current_scope() -> Scope:
    """The scope of this page; 404 if there is none."""
    uses_categories = current_settings().uses_categories
    scope = scope_of(request.path, request.args, current_reader(), uses_categories=uses_categories)
    if scope is None:
        abort(404)
    return scope


def page(template: str, scope: Scope, **more: object) -> str:
    """A page that lists the threads of a scope."""
    settings, address = current_settings(), current_address()
    threads = page_of_threads(
        db(), current_mailbox(), scope.condition, parse_page(request.args.get("page", "")),
        size=settings.page_size, view=scope.view, joins_messages=scope.reads_mails,
    )  # fmt: skip
    return render_template(
        template, scope=scope, page=threads, settings=settings, address=address,
        select=request.args.get("select", ""), notice=done_notice(), snoozes=presets(now()), **more,
    )  # fmt: skip


def current_address() -> ListAddress:
    """The address of this page, without notices."""
    return parse_address(request.full_path)
