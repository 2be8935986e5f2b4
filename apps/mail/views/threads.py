"""The page of a thread, its print view, and what can be done to it and to its mails."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.mail.models import AfterAction, Entry
from gristmill.apps.mail.services import senders
from gristmill.apps.mail.services.actions import act, mails_of_threads, threads_in
from gristmill.apps.mail.services.changes import ActionError
from gristmill.apps.mail.services.mailbox import current_mailbox, current_settings, now
from gristmill.apps.mail.services.reading import ThreadView, mark_opened, own_mail, read_thread
from gristmill.apps.mail.services.scopes import DEFAULT_PATH, ListAddress, parse_address
from gristmill.apps.mail.services.snoozing import CHOSEN, presets
from gristmill.apps.mail.views.actions import asks_first, change_of, deletion_url, list_scope, snooze_url
from gristmill.apps.mail.views.notices import DoneNotice, done_notice
from gristmill.apps.server.database import db

bp = Blueprint("threads", __name__)

STAYING = frozenset({"star", "unstar", "important", "unimportant", "label", "unlabel", "unmute", "unsnooze"})
ON_SENDER = {"block": "Mails from {} go to spam from now on.", "unblock": "Mails from {} are let in again.",
             "unsubscribe": "You get no more letters from {}."}  # fmt: skip


@bp.get("/threads/<int:thread_id>")
def show(thread_id: int) -> str:
    """A thread; the mails that are shown are marked as opened."""
    thread = found_thread(thread_id, shows_all="all" in request.args, folds="earlier" not in request.args)
    account, lists = current_mailbox(), parse_address(request.args.get("at", ""))
    if thread.unread_ids:
        mark_opened(db(), thread.unread_ids)
        db().commit()  # what has been opened is bookkeeping, so this GET may write it
    return render_template(
        "mail/threads/show.html", thread=thread, lists=lists, here=thread_address(thread_id, lists),
        notice=done_notice() or sender_notice(), settings=current_settings(), snoozes=presets(now()),
        senders=senders.states_of(db(), account.id),
    )  # fmt: skip


@bp.get("/threads/<int:thread_id>/print")
def print_view(thread_id: int) -> str:
    """A thread for a printer: all of its mails in full."""
    return render_template("mail/threads/print.html", thread=found_thread(thread_id))


@bp.post("/threads/<int:thread_id>/act")
def act_on_thread(thread_id: int) -> Response:
    """Carry out an action on a thread; what takes it out of its list leads on from there."""
    name, lists = request.form.get("act", ""), parse_address(request.form.get("at", ""))
    if name == "snooze" and request.form.get("until") == CHOSEN:
        return redirect(snooze_url([thread_id], lists), 303)
    if asks_first(name):
        return redirect(deletion_url(lists, [thread_id]), 303)
    view = found_thread(thread_id).view
    here = thread_address(thread_id, lists)
    goes_on = here if name in STAYING else following(thread_id, lists)
    return carry_out(name, mails_of_threads(db(), current_mailbox().id, [thread_id], view), here, goes_on)


@bp.post("/mails/<int:entry_id>/act")
def act_on_mail(entry_id: int) -> Response:
    """Carry out an action on one mail, or on its sender."""
    name, lists = request.form.get("act", ""), parse_address(request.form.get("at", ""))
    entry = own_mail(db(), current_mailbox().id, entry_id)
    if entry is None:
        abort(404)
    here = thread_address(entry.thread_id, lists)
    if name in ON_SENDER:
        return act_on_sender(name, entry, here)
    if asks_first(name):
        return redirect(deletion_url(lists, mail_id=entry.id), 303)
    others = read_thread(db(), current_mailbox().id, entry.thread_id)
    is_last = others is None or len(others.mails) == 1
    return carry_out(
        name, [entry], here, lists if name == "unread" or (is_last and name not in STAYING) else here
    )


def carry_out(name: str, entries: Sequence[Entry], here: ListAddress, goes_on: ListAddress) -> Response:
    """Act on mails of one thread, and go on with a notice; stay there if it is refused."""
    try:
        number = act(name, change_of(entries))
    except ActionError as error:
        db().rollback()
        return redirect(here.with_args(**notices.record(problem=str(error))), 303)
    return redirect(goes_on.with_args(**notices.record(did=name, threads=1, undo=number)), 303)


def act_on_sender(name: str, entry: Entry, here: ListAddress) -> Response:
    """Block, unblock, or unsubscribe from the sender of a mail."""
    account_id, mail = current_mailbox().id, entry.message
    if name == "unsubscribe" and mail.unsubscribes_from:
        senders.unsubscribe(world(), account_id, mail.unsubscribes_from)
    elif name == "block" and not entry.is_own:
        senders.block(world(), account_id, mail.sender_email)
    elif name == "unblock":
        senders.unblock(db(), account_id, mail.sender_email)
    else:
        return redirect(here.with_args(**notices.record(problem="This is not possible with this mail.")), 303)
    return redirect(here.with_args(**notices.record(sender=f"{name} {mail.sender_email}")), 303)


def found_thread(thread_id: int, *, shows_all: bool = False, folds: bool = False) -> ThreadView:
    """The current user's thread with this id; 404 if there is none."""
    thread = read_thread(db(), current_mailbox().id, thread_id, shows_all=shows_all, folds=folds)
    if thread is None:
        abort(404)
    return thread


def thread_address(thread_id: int, lists: ListAddress) -> ListAddress:
    """The address of a thread that was opened from a list."""
    args = {} if lists.url == DEFAULT_PATH else {"at": lists.url}
    return ListAddress(path=f"/threads/{thread_id}", args=args)


def following(thread_id: int, lists: ListAddress) -> ListAddress:
    """Where one goes once a thread has left its list: back there or to the next one, as the settings say."""
    scope = list_scope(lists)
    if scope is None or current_settings().after_action != AfterAction.NEXT:
        return lists
    ids = threads_in(db(), current_mailbox().id, scope)
    later = ids[ids.index(thread_id) + 1 :] if thread_id in ids else []
    return thread_address(later[0], lists) if later else lists


def sender_notice() -> DoneNotice | None:
    """The notice on a sender that was blocked, let in again, or unsubscribed from."""
    name, _, email = (notices.happened("sender") or "").partition(" ")
    return DoneNotice(text=ON_SENDER[name].format(email)) if name in ON_SENDER else None
