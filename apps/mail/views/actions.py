"""Changes of threads: of those that are ticked in a list, of all that it lists, and of one on its page."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.mail.models import Entry, Label
from gristmill.apps.mail.services.actions import act, mails_of_threads, threads_in
from gristmill.apps.mail.services.changes import ActionError, Change
from gristmill.apps.mail.services.mailbox import current_mailbox, current_reader, current_settings, now
from gristmill.apps.mail.services.scopes import ListAddress, Scope, parse_address, scope_of
from gristmill.apps.mail.services.snoozing import CHOSEN, parse_time, presets
from gristmill.apps.mail.services.undoing import undo
from gristmill.apps.mail.views.confirming import asks_first, question
from gristmill.apps.server.database import db

bp = Blueprint("actions", __name__)

NOTHING_TICKED = "Tick the threads first."


@bp.post("/act")
def act_on_threads() -> Response | str:
    """Carry out an action on the chosen threads, and return to their list with a notice."""
    name, _, one = request.form.get("act", "").partition(":")
    address = parse_address(request.form.get("at", ""))
    chosen = [int(one)] if is_id(one) else chosen_threads(address)
    if not chosen:
        return refused(NOTHING_TICKED, address)
    if name == "snooze" and request.form.get("until") == CHOSEN:
        return redirect(snooze_url(chosen, address), 303)
    if asks_first(name):
        return question("/act", chosen)
    try:
        return redirect(done(name, chosen, address), 303)
    except ActionError as error:
        db().rollback()
        return refused(str(error), address)


@bp.get("/snooze")
def choose_time() -> str:
    """The page that asks until when threads are to be snoozed."""
    ids = [int(each) for each in request.args.getlist("thread") if is_id(each)]
    address = parse_address(request.args.get("at", ""))
    return render_template("mail/lists/snooze.html", thread_ids=ids, address=address, presets=presets(now()))


@bp.post("/undo")
def take_back() -> Response:
    """Take the last action back."""
    address, number = parse_address(request.form.get("at", "")), request.form.get("number", "")
    what = undo(world(), current_mailbox().id, int(number)) if is_id(number) else None
    if what is None:
        return refused("This cannot be taken back any more.", address)
    return redirect(address.with_args(**notices.record(undone=what)), 303)


def done(name: str, thread_ids: Sequence[int], address: ListAddress) -> str:
    """Carry out an action; returns the address to go on to, with its notice.

    Raises:
        ActionError: it cannot be carried out.
    """
    account, scope = current_mailbox(), list_scope(address)
    entries = mails_of_threads(db(), account.id, thread_ids, scope.view if scope else "")
    if not entries:
        raise ActionError("These threads are gone.")
    change = change_of(entries)
    number = act(name, change)
    return address.with_args(**notices.record(did=name, threads=len(change.by_thread), undo=number))


def change_of(entries: Sequence[Entry]) -> Change:
    """What an action works on: mails, and what the form says besides."""
    return Change(
        world=world(), account_id=current_mailbox().id, entries=entries, label=chosen_label(),
        until=parse_time(request.form.get("until", "")), category=request.form.get("category"),
    )  # fmt: skip


def snooze_url(thread_ids: Sequence[int], address: ListAddress) -> str:
    """The page that asks until when threads are to be snoozed."""
    return f"/snooze?{urlencode([('at', address.url), *(('thread', each) for each in thread_ids)])}"


def refused(message: str, address: ListAddress) -> Response:
    """Return to the list, which says why nothing was changed."""
    return redirect(address.with_args(**notices.record(problem=message)), 303)


def list_scope(address: ListAddress) -> Scope | None:
    """The scope of a list."""
    uses_categories = current_settings().uses_categories
    return scope_of(address.path, address.args, current_reader(), uses_categories=uses_categories)


def chosen_threads(address: ListAddress) -> list[int]:
    """The threads that are ticked, or all of the list."""
    if request.form.get("all"):
        scope = list_scope(address)
        return threads_in(db(), current_mailbox().id, scope) if scope else []
    return [int(each) for each in request.form.getlist("thread") if is_id(each)]


def chosen_label() -> Label | None:
    """The label in the form, if it is one's own."""
    value = request.form.get("label", "")
    label = db().get(Label, int(value)) if is_id(value) else None
    return label if label is not None and label.account_id == current_mailbox().id else None


def is_id(text: str) -> bool:
    """Whether a text of a form can be the id of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= 12
