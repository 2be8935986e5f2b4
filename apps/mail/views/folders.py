"""The pages that list threads: folders, with the categories of the inbox."""

from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit.pagination import parse_page
from gristmill.apps.mail.models import Category
from gristmill.apps.mail.services.folders import CATEGORY_TITLES, FOLDER_PAGES, LISTED, in_folder
from gristmill.apps.mail.services.listing import page_of_threads
from gristmill.apps.mail.services.mailbox import current_mailbox, current_settings
from gristmill.apps.server.database import db

bp = Blueprint("folders", __name__)


@bp.get("/")
def front() -> Response:
    """The inbox."""
    return redirect("/inbox")


@bp.get("/<any(inbox,starred,snoozed,important,sent,archive,spam,bin,all):key>")
def show(key: str) -> str:
    """A folder's threads."""
    if key not in LISTED:
        abort(404)
    settings = current_settings()
    category = chosen_category() if key == "inbox" and settings.uses_categories else None
    page = page_of_threads(
        db(), current_mailbox(), in_folder(key, category), parse_page(request.args.get("page", "")),
        size=settings.page_size, view=key,
    )  # fmt: skip
    return render_template(
        "mail/folders/show.html", folder=FOLDER_PAGES[key], page=page, category=category,
        categories=CATEGORY_TITLES, settings=settings,
        page_link=lambda number: page_url(page=number if number > 1 else None),
    )  # fmt: skip


def chosen_category() -> str:
    """The tab of the inbox in the address, else the main one."""
    asked = request.args.get("category", "")
    return asked if asked in set(Category) else str(Category.MAIN)


def page_url(**changes: object) -> str:
    """The address of this page with some parameters changed; None removes one."""
    values = {**request.args.to_dict(), **changes}
    query = urlencode({key: value for key, value in values.items() if value is not None})
    return f"{request.path}?{query}" if query else request.path
