"""What stories let happen after the start is spread: little at once, in order, while people are at work."""

import json
from collections import Counter
from datetime import datetime, timedelta

import pytest

QUARTER = timedelta(minutes=15)
MOST = 12
PENDING = "SELECT due, payload FROM world_event WHERE status = 'PENDING' OR status = 'pending' ORDER BY due"


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.sweep) for seed in (2, 5, 11))])
def test_at_most_a_dozen_events_fall_due_in_the_first_quarter_of_an_hour(open_world, seed: int) -> None:
    connection = open_world("chat", "mail", "shop", seed=seed)
    now = datetime.fromisoformat(connection.execute("SELECT now FROM world_clock").fetchone()[0])
    rows = connection.execute(PENDING).fetchall()
    times = [datetime.fromisoformat(due) for due, _ in rows]
    counts = Counter((each - now) // QUARTER for each in times)
    assert 4 <= counts[0] <= MOST
    assert max(counts[number] for number in range(8)) <= MOST
    assert len({json.loads(payload).get("key", "").partition(".")[0] for _, payload in rows}) > 20


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.sweep) for seed in (2, 11))])
def test_later_acts_come_after_what_they_answer_and_in_office_hours(build_stories, absent, seed: int) -> None:
    built = build_stories(seed)
    start = datetime(2031, 3, 4, 10)
    later = [act for act in (*built.script.mails, *built.script.posts) if act.at > start]
    assert [act.key for act in later if act.parent is not None and act.at <= act.parent.at] == []
    assert [each for each in absent(built, ("",)) if not each.startswith("tide-outage.night")] == []
    for change in built.script.changes:
        if change.post is not None:
            assert change.at > change.post.at
            assert change.post.poll_closes_at is None or change.at < change.post.poll_closes_at


def test_what_only_some_tasks_ask_for_keeps_its_time(build_stories) -> None:
    start = datetime(2031, 3, 4, 10)
    held = [act for act in build_stories(1).script.mails if act.held]
    assert held
    assert all(start < act.at <= start + QUARTER for act in held)
