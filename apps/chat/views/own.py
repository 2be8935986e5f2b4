"""What somebody sets for themself: status, do-not-disturb, sections of the side bar."""

from datetime import datetime, time, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from gristmill.apps.chat.emoji import EMOJI
from gristmill.apps.chat.models import Section
from gristmill.apps.chat.services import memberships, presence
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import day_and_time, line_of_text
from gristmill.apps.chat.services.people import me
from gristmill.apps.chat.views.visits import go
from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db

bp = Blueprint("own", __name__)

Page = tuple[str, int]
DELAYS = {"30m": timedelta(minutes=30), "1h": timedelta(hours=1), "4h": timedelta(hours=4)}


@bp.get("/me")
def show() -> Page:
    """One's own status and settings."""
    return page()


def page(error: str | None = None) -> Page:
    """Render the settings."""
    own = select(Section).where(Section.person_id == me().id).order_by(Section.name, Section.id)
    html = render_template(
        "chat/me/show.html",
        error=error,
        typed=request.form,
        sections=list(db().scalars(own)),
        now=world().now,
    )
    return html, 422 if error else 200


def until(chosen: str) -> datetime | None:
    """When a status or do-not-disturb ends; None for never.

    Raises:
        ChatError: the choice cannot be read, or the time has passed.
    """
    now = world().now
    if chosen in {"", "never"}:
        return None
    if chosen in DELAYS:
        return now + DELAYS[chosen]
    if chosen in {"today", "tomorrow"}:
        day = now.date() + timedelta(days=1)
        return datetime.combine(day, time(0) if chosen == "today" else time(9))
    if chosen == "week":
        return datetime.combine(now.date() + timedelta(days=7 - now.weekday()), time(0))
    end = day_and_time(request.form.get("day", ""), request.form.get("time", ""))
    if end <= now:
        raise ChatError("Choose a time that is still to come.")
    return end


@bp.post("/me/status")
def set_status() -> Response | Page:
    """Set one's status, or clear it."""
    try:
        emoji = request.form.get("emoji", "")
        text = line_of_text(request.form, "text", "The status", longest=80)
        if emoji and emoji not in EMOJI:
            raise ChatError("Choose one of the emoji.")
        presence.set_status(
            world(), me().id, emoji=emoji, text=text, until=until(request.form.get("until", ""))
        )
    except ChatError as refused:
        return page(str(refused))
    return go("own.show", notices.record(saved="status"))


@bp.post("/me/status/clear")
def clear_status() -> Response:
    """Clear one's status."""
    presence.set_status(world(), me().id, emoji="", text="", until=None)
    return go("own.show", notices.record(saved="status"))


@bp.post("/me/quiet")
def set_quiet() -> Response | Page:
    """Turn on do-not-disturb until a time, or turn it off."""
    try:
        chosen = request.form.get("until", "")
        end = None if request.form.get("do") == "off" else until(chosen)
        if end is None and request.form.get("do") != "off":
            raise ChatError("Choose until when nobody should disturb you.")
        presence.set_quiet(world(), me().id, end)
    except ChatError as refused:
        return page(str(refused))
    return go("own.show", notices.record(saved="quiet"))


@bp.post("/me/sections")
def add_section() -> Response | Page:
    """Add a section to the side bar."""
    try:
        name = line_of_text(request.form, "name", "The name", longest=40, needed=True)
        memberships.add_section(world(), me().id, name)
    except ChatError as refused:
        return page(str(refused))
    return go("own.show", notices.record(saved="section"))


@bp.post("/me/sections/<int:section_id>")
def change_section(section_id: int) -> Response | Page:
    """Rename or delete a section."""
    section = db().get(Section, section_id)
    if section is None or section.person_id != me().id:
        abort(404)
    if request.form.get("do") == "delete":
        memberships.delete_section(db(), section)
        return redirect(url_for("own.show"), 303)
    try:
        name = line_of_text(request.form, "name", "The name", longest=40, needed=True)
        memberships.rename_section(db(), section, name)
    except ChatError as refused:
        return page(str(refused))
    return go("own.show", notices.record(saved="section"))
