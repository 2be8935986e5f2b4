"""The pages of Hallstead."""

from datetime import date, timedelta

from flask import Blueprint, Flask, abort, g, redirect, render_template, request, url_for
from gristmill.apps.kit import create_flask_app, current_person, db, notices, world
from gristmill.apps.kit.pagination import page_of_query, parse_page
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from gristmill_venues import services
from gristmill_venues.calendar import month_of, months
from gristmill_venues.models import (
    CATERING_CENTS,
    CATERING_TITLES,
    SORTS,
    Amenity,
    Booking,
    Catering,
    Status,
    TakenDay,
    Venue,
    deposit,
    total,
)
from gristmill_venues.seed import AMENITIES, DAYS, TOWNS
from gristmill_venues.services import BookingRefused

Page = tuple[str, int]

bp = Blueprint("venues", __name__)
PAGE_SIZE = 10
STATUS_TITLES = {
    Status.HELD: "On hold", Status.CONFIRMED: "Confirmed", Status.CANCELLED: "Cancelled", Status.LAPSED: "Lapsed",
}  # fmt: skip
TOWN_OPTIONS = [("", "Any town"), *((town, town) for town in TOWNS)]
NOTICES = {
    "held": "{} is on hold for you.", "booked": "{} is booked.", "confirmed": "The deposit is paid, {} is booked.",
    "changed": "The number of guests was changed.", "cancelled": "The booking of {} was cancelled.",
}  # fmt: skip


def create_app() -> Flask:
    """Make the Flask app."""
    app = create_flask_app(__name__, "venues")
    app.register_blueprint(bp)
    app.context_processor(lambda: {"catering_titles": CATERING_TITLES, "status_titles": STATUS_TITLES, "sorts": SORTS})
    app.register_error_handler(HTTPException, refuse)
    return app


def refuse(error: HTTPException) -> Page | tuple[str, int]:
    """Render an HTTP error as a page; as plain text outside a session."""
    code = error.code or 500
    return (render_template("venues/error.html", error=error), code) if "db" in g else (error.name, code)


@bp.get("/")
def home() -> str:
    """Search for a venue."""
    return render_template("venues/home.html", towns=TOWN_OPTIONS, amenities=AMENITIES, asked=request.args, **limits())


def limits() -> dict[str, date]:
    """The first and the last day that can be booked."""
    today = world().now.date()
    return {"first_day": today + timedelta(days=1), "last_day": today + timedelta(days=DAYS)}


@bp.get("/search")
def search() -> str:
    """The venues that fit what was asked; what is odd in the address is left out."""
    asked = request.args
    statement, wanted = select(Venue), [each for each in AMENITIES if each in asked.getlist("amenity")]
    if asked.get("town") in TOWNS:
        statement = statement.where(Venue.town == asked["town"])
    if asked.get("guests", "").isdecimal() and len(asked["guests"]) < 5:
        statement = statement.where(Venue.capacity >= int(asked["guests"]))
    for name in wanted:
        statement = statement.where(Venue.amenities.any(Amenity.name == name))
    day = day_of(asked.get("day", ""))
    if day is not None:
        taken = select(TakenDay.venue_id).where(TakenDay.day == day)
        statement = statement.where(Venue.id.not_in(taken))
    sort = asked.get("sort") if asked.get("sort") in SORTS else "name"
    order = {"name": Venue.name, "price": Venue.day_cents, "size": Venue.capacity}[str(sort)]
    page = page_of_query(db(), statement.order_by(order, Venue.name), parse_page(asked.get("page", "")), size=PAGE_SIZE)
    return render_template(
        "venues/search.html", page=page, towns=TOWN_OPTIONS, amenities=AMENITIES, asked=asked, wanted=wanted,
        day=day, sort=sort, page_url=page_url, **limits(),
    )  # fmt: skip


def page_url(number: int) -> str:
    """The address of another page of the results."""
    return url_for("venues.search", **{**request.args.to_dict(flat=False), "page": number})  # type: ignore[arg-type]


def day_of(text: str) -> date | None:
    """A day of an address; None if it is none."""
    try:
        return services.parse_day(text)
    except BookingRefused:
        return None


@bp.get("/v/<slug>")
def show(slug: str) -> Page:
    """A venue with its calendar and the form for a quote."""
    return venue_page(venue_of(slug))


def venue_of(slug: str) -> Venue:
    """The venue of an address, or 404."""
    found = db().scalar(select(Venue).where(Venue.slug == slug))
    return found or abort(404)


def venue_page(venue: Venue, *, error: str | None = None) -> Page:
    """Render a venue; with an error as a refused form."""
    today = world().now.date()
    month = month_of(request.args.get("month", ""), today, DAYS)
    taken = set(db().scalars(select(TakenDay.day).where(TakenDay.venue_id == venue.id)))
    html = render_template(
        "venues/venue.html", venue=venue, month=month, weeks=month.weeks(taken, today, DAYS),
        months=months(today, DAYS), caterings=[(each.value, CATERING_TITLES[each]) for each in Catering],
        asked=request.values, error=error, **limits(),
    )  # fmt: skip
    return html, 422 if error else 200


@bp.get("/v/<slug>/quote")
def quote(slug: str) -> Page:
    """What a day would cost, with the buttons that hold and book it."""
    venue = venue_of(slug)
    try:
        wish = services.parse_wish(world(), venue, request.args)
    except BookingRefused as refused:
        return venue_page(venue, error=str(refused))
    price = total(venue, wish.guests, wish.catering)
    return (
        render_template(
            "venues/quote.html", venue=venue, wish=wish, price=price, deposit=deposit(venue, price),
            catering_cents=price - venue.day_cents,
        ),
        200,
    )  # fmt: skip


@bp.post("/v/<slug>/book")
def book(slug: str) -> Response | Page:
    """Hold or book what was quoted. Sent twice, the second finds the day taken."""
    venue = venue_of(slug)
    is_hold = request.form.get("do") == "hold"
    try:
        wish = services.parse_wish(world(), venue, request.form)
    except BookingRefused as refused:
        return venue_page(venue, error=str(refused))
    booking = services.book(world(), venue, wish, is_hold=is_hold)
    return to_booking(booking, "held" if is_hold else "booked")


def to_booking(booking: Booking, did: str) -> Response:
    """Lead to a booking's page, which says what was done."""
    return redirect(url_for("venues.booking", booking_id=booking.id, **notices.record(**{did: booking.id})), 303)


@bp.get("/bookings")
def bookings() -> str:
    """One's own bookings."""
    return render_template("venues/bookings.html", bookings=services.bookings_of(db(), current_person().id))


@bp.get("/bookings/<int:booking_id>")
def booking(booking_id: int) -> Page:
    """One booking."""
    return booking_page(own(booking_id))


def own(booking_id: int) -> Booking:
    """One of the signed-in person's bookings, or 404."""
    found = db().get(Booking, booking_id)
    return found if found is not None and found.person_id == current_person().id else abort(404)


def booking_page(booking: Booking, *, error: str | None = None) -> Page:
    """Render a booking; with an error as a refused form."""
    did = next((key for key in NOTICES if notices.happened_to(key) == booking.id), None)
    is_ahead = booking.is_open and booking.day > world().now.date()
    html = render_template(
        "venues/booking.html", booking=booking, is_ahead=is_ahead, error=error, typed=request.form.get("guests"),
        notice=NOTICES[did].format(booking.venue.name) if did else None,
    )  # fmt: skip
    return html, 422 if error else 200


@bp.post("/bookings/<int:booking_id>/confirm")
def confirm(booking_id: int) -> Response | Page:
    """Pay the deposit of a hold."""
    booking = own(booking_id)
    try:
        services.confirm(world(), booking)
    except BookingRefused as refused:
        return booking_page(booking, error=str(refused))
    return to_booking(booking, "confirmed")


@bp.post("/bookings/<int:booking_id>/guests")
def change(booking_id: int) -> Response | Page:
    """Change the number of guests."""
    booking = own(booking_id)
    try:
        guests = services.parse_guests(booking.venue, request.form.get("guests", ""))
        services.change_guests(world(), booking, guests)
    except BookingRefused as refused:
        return booking_page(booking, error=str(refused))
    return to_booking(booking, "changed")


@bp.get("/bookings/<int:booking_id>/cancel")
def ask_to_cancel(booking_id: int) -> Response | Page:
    """Say what cancelling costs, and ask."""
    booking = own(booking_id)
    try:
        services.require_ahead(world(), booking)
    except BookingRefused as refused:
        return booking_page(booking, error=str(refused))
    return render_template("venues/cancel.html", booking=booking, refund=services.refund(world(), booking)), 200


@bp.post("/bookings/<int:booking_id>/cancel")
def cancel(booking_id: int) -> Response | Page:
    """Cancel."""
    booking = own(booking_id)
    try:
        services.cancel(world(), booking)
    except BookingRefused as refused:
        return booking_page(booking, error=str(refused))
    return to_booking(booking, "cancelled")


@bp.get("/terms")
def terms() -> str:
    """The rules, with what each kind of catering costs."""
    count = db().scalar(select(func.count()).select_from(Venue))
    return render_template("venues/terms.html", count=count, days=DAYS, prices=CATERING_CENTS)
