"""The pages of filters, the vacation responder and blocked senders."""

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.kit.jinja_filters import plural
from gristmill.apps.mail.models import BlockedSender, Filter, Vacation
from gristmill.apps.mail.services import filter_form as forms
from gristmill.apps.mail.services import filtering, senders, vacation
from gristmill.apps.mail.services.addresses import is_email, normal
from gristmill.apps.mail.services.directory import own_emails
from gristmill.apps.mail.services.folders import CATEGORY_TITLES
from gristmill.apps.mail.services.mailbox import current_labels, current_mailbox
from gristmill.apps.mail.services.undoing import forget
from gristmill.apps.server.database import db

bp = Blueprint("rules", __name__, url_prefix="/settings")

Page = tuple[str, int]
DONE = {
    "created": "The filter was created.",
    "changed": "The filter was changed.",
    "deleted": "The filter was deleted.",
    "moved": "The order was changed.",
    "on": "The filter is on.",
    "off": "The filter is off.",
    "vacation": "The vacation notice was saved.",
}


@bp.get("/filters")
def filters() -> str:
    """All filters in their order."""
    labels = {label.id: label.path for label in current_labels()}
    rules = filtering.filters_of(db(), current_mailbox().id)
    applied = notices.happened("applied")
    notice = f"Applied to {plural(int(applied), 'mail')}." if applied is not None else done()
    return render_template(
        "mail/rules/filters.html", notice=notice,
        rules=[(rule, *forms.in_words(rule, labels)) for rule in rules],
    )  # fmt: skip


@bp.get("/filters/new")
def new_filter() -> Page:
    """The form for a new filter; an address may fill in conditions."""
    given = {name: request.args[name][: forms.LONGEST] for name in forms.TEXTS if name in request.args}
    return filter_page(None, given, 200)


@bp.post("/filters/new")
def create_filter() -> Response | Page:
    """Create a filter."""
    try:
        forms.create_filter(world(), current_mailbox().id, parsed())
    except FormError as error:
        return filter_page(None, request.form, 422, error.errors)
    return back("filters", did="created")


@bp.get("/filters/<int:filter_id>")
def edit_filter(filter_id: int) -> Page:
    """The form of a filter."""
    rule = own_filter(filter_id)
    return filter_page(rule, values_of(rule), 200)


@bp.post("/filters/<int:filter_id>")
def change_filter(filter_id: int) -> Response | Page:
    """Change a filter."""
    rule = own_filter(filter_id)
    try:
        forms.change_filter(rule, parsed())
    except FormError as error:
        return filter_page(rule, request.form, 422, error.errors)
    return back("filters", did="changed")


@bp.post("/filters/<int:filter_id>/<any(up,down,on,off,delete):what>")
def arrange_filter(filter_id: int, what: str) -> Response:
    """Move a filter, switch it on or off, or delete it."""
    rule = own_filter(filter_id)
    if what == "delete":
        db().delete(rule)
        return back("filters", did="deleted")
    if what in ("on", "off"):
        rule.is_active = what == "on"
        return back("filters", did=what)
    forms.move_filter(db(), rule, up=what == "up")
    return back("filters", did="moved")


@bp.get("/filters/<int:filter_id>/apply")
def ask_to_apply(filter_id: int) -> str:
    """Ask whether a filter is to act on the mails that are there."""
    rule = own_filter(filter_id)
    labels = {label.id: label.path for label in current_labels()}
    asks, does = forms.in_words(rule, labels)
    return render_template(
        "mail/rules/apply.html", rule=rule, asks=asks, does=does, count=filtering.count_existing(db(), rule)
    )


@bp.post("/filters/<int:filter_id>/apply")
def apply_filter(filter_id: int) -> Response:
    """Let a filter act on the mails that are there; nothing is forwarded."""
    rule = own_filter(filter_id)
    entries = filtering.existing(db(), rule)
    filtering.apply(db(), rule, entries)
    forget(db(), rule.account_id)
    return back("filters", applied=len(entries))


@bp.get("/vacation")
def show_vacation() -> Page:
    """The form of the vacation notice."""
    notice = db().get(Vacation, current_mailbox().id)
    names = ("starts_on", "ends_on", "subject", "body", "every_days")
    values: dict[str, object] = {"every_days": 7}
    if notice is not None:
        values = {name: getattr(notice, name) or "" for name in names}
        flags = ("is_on", "only_contacts", "only_company")
        values |= {name: "yes" for name in flags if getattr(notice, name)}
    return vacation_page(values, 200)


@bp.post("/vacation")
def change_vacation() -> Response | Page:
    """Set the vacation notice."""
    try:
        vacation.change_vacation(world(), current_mailbox().id, request.form)
    except FormError as error:
        return vacation_page(request.form, 422, error.errors)
    return back("vacation", did="vacation")


@bp.get("/blocked")
def blocked() -> Page:
    """The blocked senders."""
    return blocked_page(200)


@bp.post("/blocked")
def block() -> Response | Page:
    """Block a sender."""
    email = request.form.get("email", "").strip()
    if not is_email(email):
        return blocked_page(422, {"email": "Enter an address such as name@example.test."})
    if normal(email) in own_emails(current_mailbox()):
        return blocked_page(422, {"email": "This is your own address."})
    senders.block(world(), current_mailbox().id, email)
    return back("blocked", blocked=normal(email))


@bp.post("/blocked/<int:row_id>/unblock")
def unblock(row_id: int) -> Response:
    """Let a sender in again."""
    row = db().get(BlockedSender, row_id)
    if row is None or row.account_id != current_mailbox().id:
        abort(404)
    senders.unblock(db(), row.account_id, row.email)
    return back("blocked", unblocked=row.email)


def blocked_page(status: int, errors: Mapping[str, str] | None = None) -> Page:
    """The list of blocked senders."""
    on, off = notices.happened("blocked"), notices.happened("unblocked")
    notice = f"Mails from {on} go to spam from now on." if on else None
    html = render_template(
        "mail/rules/blocked.html", rows=senders.block_rows(db(), current_mailbox().id), errors=errors or {},
        typed=request.form, notice=f"Mails from {off} are let in again." if off else notice,
    )  # fmt: skip
    return html, status


def vacation_page(values: Mapping[str, object], status: int, errors: Mapping[str, str] | None = None) -> Page:
    """The form of the vacation notice."""
    html = render_template(
        "mail/rules/vacation.html",
        values=values,
        errors=errors or {},
        periods=vacation.PERIODS,
        notice=done(),
    )
    return html, status


def filter_page(
    rule: Filter | None, values: Mapping[str, object], status: int, errors: Mapping[str, str] | None = None
) -> Page:
    """The form of a filter."""
    html = render_template(
        "mail/rules/filter.html", rule=rule, values=values, errors=errors or {}, texts=forms.TEXTS,
        acts=forms.ACTS, categories=CATEGORY_TITLES,
    )  # fmt: skip
    return html, status


def values_of(rule: Filter) -> dict[str, object]:
    """A filter as its form has it."""
    flags = {name: "yes" for name in (*forms.ACTS, "has_attachment", "is_last") if getattr(rule, name)}
    texts = {name: getattr(rule, name) for name in (*forms.TEXTS, "forward_to", "joins")}
    return texts | flags | {"label": rule.label_id or "", "category": rule.category or ""}


def parsed() -> forms.FilterEntry:
    """What the form of a filter says."""
    account = current_mailbox()
    return forms.parse_filter(db(), account.id, own_emails(account), request.form)


def own_filter(filter_id: int) -> Filter:
    """The current user's filter with this id; 404 if there is none."""
    rule = db().get(Filter, filter_id)
    if rule is None or rule.account_id != current_mailbox().id:
        abort(404)
    return rule


def back(page: str, **notice: object) -> Response:
    """Return to a page of the settings with a notice."""
    query = "&".join(f"{key}={value}" for key, value in notices.record(**notice).items())
    return redirect(f"/settings/{page}?{query}", 303)


def done() -> str | None:
    """The notice on the last change."""
    return DONE.get(notices.happened("did") or "")
