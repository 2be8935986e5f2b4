"""The pages of contacts: the list with search and groups, a person's page, forms for all changes."""

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.kit.pagination import page_count, parse_page, within
from gristmill.apps.mail.models import Contact, Group
from gristmill.apps.mail.services import contacts, groups
from gristmill.apps.mail.services.addresses import Mailbox, joined
from gristmill.apps.mail.services.compose_form import number
from gristmill.apps.mail.services.listing import page_of_threads
from gristmill.apps.mail.services.mailbox import current_mailbox
from gristmill.apps.server.database import db

bp = Blueprint("contacts", __name__)

Page = tuple[str, int]
PER_PAGE, MAILS = 50, 15
DONE = {
    "created": "The contact was created.",
    "changed": "The contact was changed.",
    "merged": "The contacts were merged.",
    "deleted": "The contact was deleted.",
    "groups": "The groups were changed.",
    "named": "The group was saved.",
    "group_deleted": "The group was deleted.",
}


@bp.get("/contacts")
def index() -> Page:
    """The contacts, all or those of a group, that match a search."""
    return index_page(200)


@bp.get("/contacts/new")
def new() -> Page:
    """The form for a new contact; an address may fill in name and address."""
    return form_page(None, {name: request.args.get(name, "")[:254] for name in ("name", "emails")}, 200)


@bp.post("/contacts/new")
def create() -> Response | Page:
    """Create a contact."""
    account_id = current_mailbox().id
    try:
        entry = contacts.parse_contact(db(), account_id, request.form)
        contact = contacts.create_contact(world(), account_id, entry)
    except FormError as error:
        return form_page(None, request.form, 422, error.errors)
    return to_person(contact, "created")


@bp.get("/contacts/<int:contact_id>")
def show(contact_id: int) -> Page:
    """A person's page, with the mails exchanged with them."""
    return person_page(found(contact_id), 200)


@bp.get("/contacts/<int:contact_id>/edit")
def edit(contact_id: int) -> Page:
    """The form of a contact."""
    contact = found(contact_id)
    values = {name: getattr(contact, name) for name in ("name", "company", "role", "phone", "notes")}
    return form_page(contact, values | {"emails": "\n".join(emails_of(contact))}, 200)


@bp.post("/contacts/<int:contact_id>/edit")
def change(contact_id: int) -> Response | Page:
    """Change a contact."""
    contact = found(contact_id)
    try:
        entry = contacts.parse_contact(db(), contact.account_id, request.form, contact.id)
    except FormError as error:
        return form_page(contact, request.form, 422, error.errors)
    contacts.change_contact(world(), contact, entry)
    return to_person(contact, "changed")


@bp.post("/contacts/<int:contact_id>/star")
def star(contact_id: int) -> Response:
    """Star a contact, or take the star away."""
    contact = found(contact_id)
    contact.is_starred = request.form.get("star") == "yes"
    return redirect(f"/contacts/{contact_id}", 303)


@bp.post("/contacts/<int:contact_id>/groups")
def choose_groups(contact_id: int) -> Response:
    """Put a contact into the ticked groups."""
    contact = found(contact_id)
    wanted = {key for each in request.form.getlist("group") if (key := number(each))}
    groups.set_groups(db(), contact, wanted)
    return to_person(contact, "groups")


@bp.post("/contacts/<int:contact_id>/merge")
def merge(contact_id: int) -> Response | Page:
    """Merge another contact into this one."""
    contact, key = found(contact_id), number(request.form.get("other", ""))
    other = contacts.own_contact(db(), contact.account_id, key) if key else None
    if other is None:
        return person_page(contact, 422, {"other": "Choose another contact."})
    try:
        contacts.merge_contacts(world(), contact, other)
    except FormError as error:
        return person_page(contact, 422, error.errors)
    return to_person(contact, "merged")


@bp.get("/contacts/<int:contact_id>/delete")
def ask(contact_id: int) -> str:
    """Ask whether a contact is to be deleted."""
    return render_template("mail/contacts/delete.html", contact=found(contact_id))


@bp.post("/contacts/<int:contact_id>/delete")
def remove(contact_id: int) -> Response:
    """Delete a contact."""
    contacts.delete_contact(db(), found(contact_id))
    return to_list("deleted")


@bp.post("/groups")
def create_group() -> Response | Page:
    """Create a group."""
    return write_group(None)


@bp.post("/groups/<int:group_id>")
def rename_group(group_id: int) -> Response | Page:
    """Rename a group."""
    return write_group(found_group(group_id))


@bp.post("/groups/<int:group_id>/delete")
def remove_group(group_id: int) -> Response:
    """Delete a group."""
    groups.delete_group(db(), found_group(group_id))
    return to_list("group_deleted")


def write_group(group: Group | None) -> Response | Page:
    """Store a group's name."""
    try:
        group = groups.name_group(world(), current_mailbox().id, group, request.form.get("name", ""))
    except FormError as error:
        return index_page(422, error.errors, group)
    notices.record(did="named")
    return redirect(f"/contacts?group={group.id}&did=named", 303)


def index_page(status: int, errors: Mapping[str, str] | None = None, group: Group | None = None) -> Page:
    """The list of contacts."""
    account_id, query = current_mailbox().id, request.args.get("q", "")[:100]
    if group is None and request.args.get("group"):
        group = found_group(number(request.args["group"]) or 0)
    members = contacts.contacts_of(db(), account_id, group.id if group else None)
    rows = contacts.matching(members, query)
    count = page_count(len(rows), PER_PAGE)
    at = within(parse_page(request.args.get("page", "")), count)
    html = render_template(
        "mail/contacts/index.html", rows=rows[(at - 1) * PER_PAGE : at * PER_PAGE], total=len(rows), page=at,
        pages=count, contact_query=query, group=group, groups=groups.groups_of(db(), account_id),
        write_to=joined(Mailbox(name=each.name, email=emails_of(each)[0]) for each in members[:40]),
        errors=errors or {}, typed=request.form, notice=done(),
    )  # fmt: skip
    return html, status


def person_page(contact: Contact, status: int, errors: Mapping[str, str] | None = None) -> Page:
    """A person's page."""
    account = current_mailbox()
    threads = page_of_threads(
        db(), account, contacts.exchanged_with(emails_of(contact)), 1, size=MAILS, joins_messages=True
    )
    others = [each for each in contacts.contacts_of(db(), account.id) if each.id != contact.id]
    html = render_template(
        "mail/contacts/show.html", contact=contact, threads=threads, others=others, errors=errors or {},
        groups=groups.groups_of(db(), account.id), chosen=contacts.group_ids(db(), contact.id),
        write_to=str(Mailbox(name=contact.name, email=emails_of(contact)[0])), notice=done(),
    )  # fmt: skip
    return html, status


def form_page(
    contact: Contact | None, values: Mapping[str, str], status: int, errors: Mapping[str, str] | None = None
) -> Page:
    """The form of a contact."""
    html = render_template(
        "mail/contacts/form.html", contact=contact, values=values, errors=errors or {}, lines=contacts.LINES
    )
    return html, status


def emails_of(contact: Contact) -> list[str]:
    """A contact's addresses, the first of which is used."""
    return [each.email for each in contact.addresses]


def found(contact_id: int) -> Contact:
    """The current user's contact with this id; 404 if there is none."""
    contact = contacts.own_contact(db(), current_mailbox().id, contact_id)
    if contact is None:
        abort(404)
    return contact


def found_group(group_id: int) -> Group:
    """The current user's group with this id; 404 if there is none."""
    group = groups.own_group(db(), current_mailbox().id, group_id)
    if group is None:
        abort(404)
    return group


def to_person(contact: Contact, did: str) -> Response:
    """Go to a person's page with a notice."""
    notices.record(did=did)
    return redirect(f"/contacts/{contact.id}?did={did}", 303)


def to_list(did: str) -> Response:
    """Go to the list with a notice."""
    notices.record(did=did)
    return redirect(f"/contacts?did={did}", 303)


def done() -> str | None:
    """The notice on the last change."""
    return DONE.get(notices.happened("did") or "")
