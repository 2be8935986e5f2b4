"""What the frame of a page shows besides the app's own parts: links to the world's other apps, and notices.

A skin with notices shows a newsletter dialog and a cookie notice above the page until they are answered. They
cover nothing, so a page can be used with them. Answers are kept in an internal bookkeeping table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from gristmill.apps.kit.current_skin import current_skin, label_text, skin_url
from gristmill.apps.kit.current_user import current_person
from gristmill.apps.server.database import db
from gristmill.apps.world.models import Dismissal
from gristmill.apps.world.world import World

ANSWERS = {"newsletter": ("subscribe", "decline"), "cookies": ("all", "necessary")}
"""The notices, and the answers to each."""


@dataclass(frozen=True, slots=True)
class AppLink:
    """A link to an app of this world."""

    name: str
    title: str

    @property
    def url(self) -> str:
        """The address of its home page."""
        return f"http://{self.name}.test/"

    @property
    def is_current(self) -> bool:
        """Whether it is the app that shows the current page."""
        return self.name == current_app.name


def apps_of_world() -> Sequence[AppLink]:
    """The apps of this world, by name; none if there is only one, so that there is nothing to switch to."""
    titles = World(db()).handlers.titles
    return [AppLink(name, title) for name, title in titles.items()] if len(titles) > 1 else []


def open_notices() -> Sequence[str]:
    """The skin's notices that the current user has not answered in this app."""
    if not current_skin().has_notices:
        return ()
    own = Dismissal.app == current_app.name, Dismissal.person_id == current_person().id
    answered = set(db().scalars(select(Dismissal.notice).where(*own)))
    return [notice for notice in ANSWERS if notice not in answered]


def page_address() -> str:
    """The address of the current page, within its app."""
    return request.full_path.removesuffix("?")


def notice_pages() -> Blueprint:
    """The page that takes answers to notices; it leads back to where the notice was."""
    pages = Blueprint("site_notices", __name__, url_prefix="/site-notices")

    @pages.post("/<any(cookies, newsletter):notice>")
    def answer(notice: str) -> Response:
        given, back = request.form.get("answer", ""), request.form.get("back", "")
        if given not in ANSWERS[notice] or not is_own_address(back):
            abort(400)
        if notice in open_notices():
            person_id = current_person().id
            db().add(Dismissal(app=current_app.name, person_id=person_id, notice=notice, answer=given))
        return redirect(back, code=303)

    @pages.get("/<any(cookies, newsletter):_>")
    def leave(_: str) -> Response:
        return redirect("/", code=303)

    return pages


def is_own_address(text: str) -> bool:
    """Whether a text is the address of a page of this app."""
    is_path = text.startswith("/") and not text.startswith(("//", "/\\"))
    return is_path and all(character >= " " for character in text)


def install(app: Flask) -> None:
    """Register the page of the notices, and what the kit's templates need to show skins and the frame."""
    app.register_blueprint(notice_pages())
    app.jinja_env.globals.update(
        apps_of_world=apps_of_world,
        current_person=current_person,
        current_skin=current_skin,
        label_text=label_text,
        open_notices=open_notices,
        page_address=page_address,
        skin_url=skin_url,
    )
