"""Hallstead's pages: refusals in words, one effect of a form that is sent twice, nobody else's bookings."""

import pytest
from gristmill import WebEnv
from sqlalchemy import func, select

from gristmill_venues import APP
from gristmill_venues.models import Booking, Venue


@pytest.fixture
def site():
    """The app's test client on the world of an episode, with the rows beside it."""
    env = WebEnv("Venues-Quote-v0", engine="dom")
    env.reset(seed=1)
    session = env.runner.episode.session
    client = APP.create_app().test_client()

    class Site:
        def get(self, path: str):
            return self._ask("get", path)

        def post(self, path: str, **fields: object):
            return self._ask("post", path, data=fields)

        def _ask(self, method: str, path: str, **more):
            from gristmill.apps.server.database import lend_connection

            with session.connection() as connection, lend_connection(connection):
                return getattr(client, method)(path, **more)

        def one(self, statement):
            with session.orm_session() as db:
                return db.scalar(statement)

    yield Site()
    env.close()


@pytest.fixture
def venue(site) -> str:
    return site.one(select(Venue.slug).order_by(Venue.id))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "soon", "guests": "5"}, "Choose a day"),
        ({"day": "2031-04-01", "guests": "0"}, "Enter the number of guests"),
        ({"day": "2031-04-01", "guests": "9999"}, "takes at most"),
        ({"day": "1999-04-01", "guests": "5"}, "can be booked from tomorrow on"),
        ({"day": "2031-04-01", "guests": "5", "catering": "gold"}, "Choose one of the kinds"),
        ({"day": "\x00\u202e", "guests": "<script>"}, "Choose a day"),
    ],
)
def test_what_cannot_be_had_is_refused_in_words(site, venue: str, fields, words: str) -> None:
    answer = site.post(f"/v/{venue}/book", **fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_form_that_is_sent_twice_books_once(site, venue: str) -> None:
    count = select(func.count()).select_from(Booking)
    before = site.one(count)
    for day in range(1, 20):
        answers = [
            site.post(f"/v/{venue}/book", day=f"2031-04-{day:02}", guests="3", catering="none", do="book")
            for _ in range(2)
        ]
        if answers[0].status_code == 303:
            break
    assert [each.status_code for each in answers] == [303, 422]
    assert site.one(count) == before + 1


def test_other_peoples_bookings_are_not_there(site) -> None:
    number = site.one(select(func.min(Booking.id)))
    person = site.one(select(Booking.person_id).where(Booking.id == number))
    own = site.get("/bookings").text
    mine = f'href="/bookings/{number}"' in own
    for path in (f"/bookings/{number}", f"/bookings/{number}/cancel"):
        assert (site.get(path).status_code != 404) == mine, person
    assert (site.post(f"/bookings/{number}/cancel").status_code == 404) == (not mine)
