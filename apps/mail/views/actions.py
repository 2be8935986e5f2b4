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
from gristmill.apps.server.database import db

bp = Blueprint("actions", __name__)

NOTHING_TICKED = "Tick the threads first."


@bp.post("/act")
def act_on_threads() -> Response:
    """Carry out an action on the chosen threads, and return to their list with a notice."""
    name, _, one = request.form.get("act", "").partition(":")
    address = parse_address(request.form.get("at", ""))
    chosen = [int(one)] if is_id(one) else chosen_threads(address)
    if not chosen:
        return refused(NOTHING_TICKED, address)
    if name == "snooze" and request.form.get("until") == CHOSEN:
        return redirect(snooze_url(chosen, address), 303)
    if asks_first(name):
        return redirect(deletion_url(address, chosen, everything=request.form.get("all")), 303)
    try:
        return redirect(done(name, chosen, address), 303)
    except ActionError as error:
        db().rollback()
        return refused(str(error), address)


@bp.get("/snooze")
def choose_time() -> str:
    """The page that asks until when threads are to be snoozed."""
    ids = ids_in(request.args.getlist("thread"))
    address = parse_address(request.args.get("at", ""))
    return render_template("mail/lists/snooze.html", thread_ids=ids, address=address, presets=presets(now()))


@bp.get("/delete")
def ask_to_delete() -> str:
    """The page that asks whether threads, or one mail, are to be deleted for ever."""
    address, is_all = parse_address(request.args.get("at", "")), bool(request.args.get("all"))
    scope = list_scope(address) if is_all else None
    ids = threads_in(db(), current_mailbox().id, scope) if scope else ids_in(request.args.getlist("thread"))
    mail = request.args.get("mail", "")
    return render_template(
        "mail/lists/delete.html", thread_ids=[] if scope else ids, count=len(ids), is_all=scope is not None,
        mail_id=int(mail) if is_id(mail) else None, address=address,
    )  # fmt: skip


def asks_first(name: str) -> bool:
    """Whether an action has to be confirmed on a page of its own, and has not been yet."""
    return name == "delete" and current_settings().confirms_deletion and "confirmed" not in request.form


def deletion_url(
    address: ListAddress,
    thread_ids: Sequence[int] = (),
    *,
    everything: str | None = None,
    mail_id: int | None = None,
) -> str:
    """The page that asks whether to delete."""
    pairs: list[tuple[str, object]] = [("at", address.url)]
    if mail_id is not None:
        pairs.append(("mail", mail_id))
    pairs += [("all", everything)] if everything else [("thread", each) for each in thread_ids]
    return f"/delete?{urlencode(pairs)}"


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
    return ids_in(request.form.getlist("thread"))


def chosen_label() -> Label | None:
    """The label in the form, if it is one's own."""
    value = request.form.get("label", "")
    label = db().get(Label, int(value)) if is_id(value) else None
    return label if label is not None and label.account_id == current_mailbox().id else None


def ids_in(texts: Sequence[str]) -> list[int]:
    """The ids among some texts of a form."""
    return [int(each) for each in texts if is_id(each)]


def is_id(text: str) -> bool:
    """Whether a text of a form can be the id of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= 12
