"""The pages of the agenda: a week, a meeting, the form for one, answers to invitations."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.mail.models import Meeting
from gristmill.apps.mail.services import agenda, finding, invitations
from gristmill.apps.mail.services.addresses import Mailbox, joined
from gristmill.apps.mail.services.compose_form import number
from gristmill.apps.mail.services.directory import owners
from gristmill.apps.mail.services.mailbox import current_mailbox, current_settings, now
from gristmill.apps.mail.services.meeting_form import parse_guests, parse_meeting, parse_times
from gristmill.apps.mail.services.recipients import suggestions
from gristmill.apps.mail.services.rooms import ROOMS
from gristmill.apps.mail.services.search.values import parse_day
from gristmill.apps.server.database import db

bp = Blueprint("agenda", __name__)

Page = tuple[str, int]
DONE = {
    "invited": "The meeting was created, and its guests were invited.",
    "created": "The appointment was created.",
    "answered": "Your answer was sent to the organiser.",
    "unchanged": "You have given this answer already; nothing was sent.",
    "proposed": "Your proposal was sent to the organiser.",
    "changed": "The meeting was changed, and its guests were informed.",
    "same": "Nothing was changed.",
    "cancelled": "The meeting was cancelled, and its guests were informed.",
}


@bp.get("/agenda")
def week() -> str:
    """A week of meetings, with the times at which a colleague is taken."""
    account, today = current_mailbox(), now().date()
    asked = parse_day(request.args.get("week", "")) or today
    day = asked if abs(asked - today) <= agenda.FARTHEST else today
    first = agenda.first_day(day, current_settings().week_starts_on)
    colleagues = agenda.colleagues(db(), account.id)
    chosen = next((each for each in colleagues if each.id == number(request.args.get("with", ""))), None)
    return render_template(
        "mail/agenda/week.html", days=agenda.week_of(db(), account.id, first, chosen.id if chosen else None),
        first=first, earlier=first - timedelta(days=7), later=first + timedelta(days=7), today=today,
        colleagues=colleagues, chosen=chosen, notice=done(),
    )  # fmt: skip


@bp.get("/agenda/new")
def new() -> Page:
    """The form for a meeting; an address may fill in day and guests."""
    asked = parse_day(request.args.get("day", ""))
    values = {"day": str(asked or now().date() + timedelta(days=1)), "starts": "10:00", "ends": "10:30"}
    return form_page(None, values | {"guests": request.args.get("guests", "")[:2_000]}, 200)


@bp.post("/agenda/new")
def create() -> Response | Page:
    """Create a meeting; or look up its guests and when they are free."""
    account, do = current_mailbox(), request.form.get("do")
    if do == "check":
        return form_page(None, request.form, 200, checks=True)
    try:
        if do in ("find", "add") or "choice" in request.form:
            guests = finding.looked_up(db(), account.id, "guests", request.form)
            all_known = do == "find" and not unclear_guests(request.form)
            return form_page(None, request.form.to_dict() | guests, 200, all_known=all_known)
        entry = parse_meeting(db(), account.id, request.form, now())
        meeting = invitations.invite(world(), account, entry)
    except FormError as error:
        return form_page(None, request.form, 422, error.errors)
    return to_meeting(meeting, "invited" if meeting.guests else "created")


@bp.get("/meetings/<int:meeting_id>")
def show(meeting_id: int) -> Page:
    """A meeting with its guests and their answers."""
    return meeting_page(found(meeting_id), 200)


@bp.post("/meetings/<int:meeting_id>/answer")
def give_answer(meeting_id: int) -> Response | Page:
    """Accept, decline, or answer "maybe", to one meeting or to its series."""
    meeting, form = found(meeting_id), request.form
    try:
        is_sent = invitations.answer(
            world(), current_mailbox(), meeting, form.get("answer", ""), form.get("comment", ""),
            is_series=form.get("scope") == "series",
        )  # fmt: skip
    except FormError as error:
        return meeting_page(meeting, 422, error.errors)
    return to_meeting(meeting, "answered" if is_sent else "unchanged")


@bp.post("/meetings/<int:meeting_id>/propose")
def propose(meeting_id: int) -> Response | Page:
    """Propose another time."""
    meeting = found(meeting_id)
    try:
        times = parse_times(request.form, now())
        comment = request.form.get("comment", "")
        is_sent = invitations.propose(world(), current_mailbox(), meeting, times, comment)
    except FormError as error:
        return meeting_page(meeting, 422, error.errors)
    return to_meeting(meeting, "proposed" if is_sent else "unchanged")


@bp.get("/meetings/<int:meeting_id>/edit")
def edit(meeting_id: int) -> Page:
    """The form of a meeting that one organises; an address may fill in a time that was proposed."""
    meeting = organised(meeting_id)
    values = values_of(meeting)
    given = {name: request.args[name][:10] for name in ("day", "starts", "ends") if name in request.args}
    return form_page(meeting, values | given, 200)


@bp.post("/meetings/<int:meeting_id>/edit")
def change(meeting_id: int) -> Response | Page:
    """Change a meeting; its guests stay."""
    meeting, account = organised(meeting_id), current_mailbox()
    form = request.form.to_dict() | {"guests": values_of(meeting)["guests"]}
    if form.get("do") == "check":
        return form_page(meeting, form, 200, checks=True)
    try:
        entry = parse_meeting(db(), account.id, form, now(), but=meeting.id)
    except FormError as error:
        return form_page(meeting, form, 422, error.errors)
    is_changed = invitations.change_meeting(world(), account, meeting, entry)
    return to_meeting(meeting, "changed" if is_changed else "same")


@bp.get("/meetings/<int:meeting_id>/cancel")
def ask(meeting_id: int) -> str:
    """Ask whether a meeting is to be called off."""
    return render_template("mail/agenda/cancel.html", meeting=organised(meeting_id))


@bp.post("/meetings/<int:meeting_id>/cancel")
def cancel(meeting_id: int) -> Response:
    """Call a meeting off, or its series."""
    meeting, is_series = organised(meeting_id), request.form.get("scope") == "series"
    invitations.call_off(world(), current_mailbox(), meeting, is_series=is_series)
    return to_meeting(meeting, "cancelled")


def values_of(meeting: Meeting) -> dict[str, str]:
    """A meeting as its form has it."""
    room = agenda.room_of(meeting.place)
    guests = joined(Mailbox(name=each.name, email=each.email) for each in meeting.guests)
    return {
        "title": meeting.title, "day": f"{meeting.starts_at:%Y-%m-%d}",
        "starts": f"{meeting.starts_at:%H:%M}", "ends": f"{meeting.ends_at:%H:%M}",
        "room": room or "", "place": "" if room else meeting.place,
        "notes": meeting.notes, "guests": guests,
    }  # fmt: skip


def found(meeting_id: int) -> Meeting:
    """A meeting of the current user; 404 if there is none."""
    meeting = agenda.find_meeting(db(), current_mailbox().id, meeting_id)
    if meeting is None:
        abort(404)
    return meeting


def organised(meeting_id: int) -> Meeting:
    """A meeting that the current user organises and that is not cancelled; 404 if there is none."""
    meeting = found(meeting_id)
    if meeting.organiser_id != current_mailbox().id or meeting.is_cancelled:
        abort(404)
    return meeting


def meeting_page(meeting: Meeting, status: int, errors: Mapping[str, str] | None = None) -> Page:
    """A meeting's page."""
    account = current_mailbox()
    guest = next((each for each in meeting.guests if each.account_id == account.id), None)
    html = render_template(
        "mail/agenda/meeting.html", meeting=meeting, guest=guest, errors=errors or {}, typed=request.form,
        is_organiser=meeting.organiser_id == account.id, is_over=meeting.ends_at <= now(), notice=done(),
        mail=invitations.invitation_mail(world(), account.id, meeting),
    )  # fmt: skip
    return html, status


def form_page(
    meeting: Meeting | None, values: Mapping[str, str], status: int, errors: Mapping[str, str] | None = None,
    *, checks: bool = False, all_known: bool = False,
) -> Page:  # fmt: skip
    """The form of a meeting, with who and what is free if that was asked for."""
    account, free, found_errors = current_mailbox(), None, dict(errors or {})
    if checks:
        try:
            free = free_at(values, meeting.id if meeting else 0)
        except FormError as error:
            found_errors, status = error.errors, 422
    html = render_template(
        "mail/agenda/form.html", meeting=meeting, values=values, errors=found_errors, rooms=ROOMS, free=free,
        people=suggestions(db(), account.id), unclear=unclear_guests(values) if meeting is None else [],
        all_known=all_known,
    )  # fmt: skip
    return html, status


def unclear_guests(values: Mapping[str, str]) -> list[finding.Unclear]:
    """The guests of a form who are nobody known."""
    return finding.unclear(db(), current_mailbox().id, {"guests": values.get("guests", "")})


def free_at(values: Mapping[str, str], but: int) -> dict[str, object]:
    """When the guests of a form are taken on its day, and which rooms are free.

    Raises:
        FormError: day, times or guests are malformed.
    """
    account = current_mailbox()
    starts_at, ends_at = parse_times(values, now())
    try:
        guests = parse_guests(db(), account.id, values.get("guests", ""))
    except FormError as error:
        raise FormError({"guests": error.errors["to"].removeprefix("To: ")}) from error
    known = owners(db(), [each.email for each in guests])
    day: date = starts_at.date()
    start, end = agenda.midnight(day), agenda.midnight(day + timedelta(days=1))
    taken = agenda.taken_times(db(), [account.id, *known.values()], start, end, but)
    rows = [("You", taken.get(account.id, []))]
    rows += [(each.name or each.email, taken.get(known.get(each.email, 0), [])) for each in guests]
    outside = [each.name or each.email for each in guests if each.email not in known]
    rooms = agenda.free_rooms(agenda.taken_rooms(db(), starts_at, ends_at, but), len(guests) + 1)
    return {"people": rows, "outside": outside, "rooms": rooms, "starts_at": starts_at, "ends_at": ends_at}


def to_meeting(meeting: Meeting, did: str) -> Response:
    """Go to a meeting's page with a notice."""
    notices.record(did=did)
    return redirect(f"/meetings/{meeting.id}?did={did}", 303)


def done() -> str | None:
    """The notice on the last change."""
    return DONE.get(notices.happened("did") or "")
