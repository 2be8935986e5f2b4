"""The agenda of the person that a world is built around: never empty, whoever it is."""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from gristmill.apps.mail.services.rooms import BY_NAME
from gristmill.apps.server.database import LentConnection
from gristmill.apps.stories.company import SITES
from gristmill.apps.world.choice import WorldSize

MEETINGS = """
SELECT DISTINCT m.title, m.starts_at, m.ends_at, g.answer, m.series_id
FROM mail_meeting m LEFT JOIN mail_guest g ON g.meeting_id = m.id AND g.account_id = :me
WHERE NOT m.is_cancelled AND (m.organiser_id = :me OR g.id IS NOT NULL) ORDER BY m.starts_at
"""
Open = Callable[..., LentConnection]
DESK = "SELECT person_id FROM world_current_user"
FOUNDERS_DAY = date(2031, 3, 17)
LEFT_OPEN = ("weir-twice", "review-moves")  # stories about rooms and hours that do not fit


def week(connection: sqlite3.Connection, number: int) -> list[tuple[str, datetime, datetime, str, int]]:
    """The meetings in the week of the world's start (0) or a later one."""
    desk = connection.execute(DESK).fetchone()[0]
    now = datetime.fromisoformat(connection.execute("SELECT now FROM world_clock").fetchone()[0])
    monday = datetime.combine(now.date() - timedelta(days=now.weekday() - 7 * number), datetime.min.time())
    rows = connection.execute(MEETINGS, {"me": desk}).fetchall()
    times = [(title, *map(datetime.fromisoformat, (start, end)), *rest) for title, start, end, *rest in rows]
    return [each for each in times if monday <= each[1] < monday + timedelta(days=7)]


@pytest.mark.parametrize(
    ("seed", "size"),
    [
        (4, WorldSize.STANDARD),
        (1, WorldSize.SMALL),
        *(pytest.param(seed, WorldSize.STANDARD, marks=pytest.mark.sweep) for seed in (2, 5, 7, 12, 31)),
        pytest.param(3, WorldSize.SMALL, marks=pytest.mark.sweep),
    ],
)
def test_this_week_and_the_next_hold_meetings_open_invitations_and_a_clash(
    open_world: Open, seed: int, size: WorldSize
) -> None:
    connection = open_world("mail", seed=seed, size=size)
    now = datetime.fromisoformat(connection.execute("SELECT now FROM world_clock").fetchone()[0])
    this, later = week(connection, 0), week(connection, 1)
    assert len({title for title, *_ in this}) >= 4
    assert sum(end > now for _, _, end, _, _ in this) >= 4
    assert [each for each in this if each[3] == "pending" and each[1] > now]
    assert [each for each in later if each[3] == "pending"]
    assert len({series for *_, series in this if series}) >= 2
    assert len(later) >= 4
    clashes = [(a, b) for a in this for b in this if a[1] < b[1] < a[2]]
    assert any("pending" in (a[3], b[3]) for a, b in clashes)


@pytest.mark.parametrize("seed", [4, *(pytest.param(seed, marks=pytest.mark.sweep) for seed in (1, 12))])
def test_meetings_lie_in_the_office_hours_of_all_their_guests_and_rooms_hold_them_once(
    open_world: Open, seed: int
) -> None:
    connection = open_world("mail", seed=seed)
    sites = dict(
        connection.execute("SELECT person_id, key FROM world_job j JOIN world_site s ON s.id = site_id")
    )
    hours = {site.key: site for site in SITES}
    taken: dict[str, list[tuple[str, str, str]]] = {}
    for number, key, organiser, place, starts, ends, series in connection.execute(
        "SELECT id, key, organiser_id, place, starts_at, ends_at, series_id FROM mail_meeting"
    ).fetchall():
        if key.startswith(LEFT_OPEN):
            continue
        guests = [
            row[0]
            for row in connection.execute("SELECT account_id FROM mail_guest WHERE meeting_id = ?", (number,))
        ]
        start = datetime.fromisoformat(starts)
        for person in (organiser, *guests):
            site = hours[sites[person]]
            local = start + timedelta(hours=site.offset_h)
            assert site.opens <= f"{local:%H:%M}" <= site.closes, (key, site.key)
            assert local.weekday() < 5, key
            assert not (series and site.key in ("PA", "LV") and local.date() == FOUNDERS_DAY), key
        if place in BY_NAME:
            assert not [each for each in taken.get(place, []) if each[0] < ends and each[1] > starts], (
                key,
                taken,
            )
            taken.setdefault(place, []).append((starts, ends, key))


def test_a_series_of_a_story_is_answered_before_the_world_starts_but_for_what_is_open(
    open_world: Open,
) -> None:
    connection = open_world("mail", seed=3)
    answered = connection.execute(
        "SELECT answer = 'pending', answered_at IS NULL FROM mail_guest g"
        " JOIN mail_meeting m ON m.id = meeting_id WHERE series_id IS NOT NULL"
    ).fetchall()
    assert len(answered) > 100
    assert set(answered) == {(0, 0)}
