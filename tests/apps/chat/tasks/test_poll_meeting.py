"""Find a time for a meeting: what is right, and each mistake by the check that names it."""

import re
from datetime import datetime

import pytest

from gristmill.apps.chat.tasks.poll_meeting import announcement, meeting_of
from gristmill.apps.chat.tasks.schedules import Meeting, draw_schedule
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.builder import stream

pytestmark = pytest.mark.slow

TASK = "Chat-PollMeeting-v0"
CHANNEL = re.compile("Message #.*")


@pytest.fixture
def answered(ordinary):
    """An episode in which everybody has answered, and the first one twice."""
    episode = ordinary(TASK)
    episode.oracle(until=lambda action: action.startswith("wait"))
    return episode.act("wait 45")


def announce(episode, text: str):
    episode.act(f"goto /c/{episode.terms['channel_id']}")
    return episode.fill(CHANNEL, text).click("button", "Send")


def right(episode) -> str:
    return announcement(episode.env.runner.episode.task)


def at(episode, time: str) -> str:
    """The announcement with another time."""
    meeting = meeting_of(episode.env.runner.episode.task)
    return right(episode).replace(f"{meeting.time:%H:%M}", f"{datetime.fromisoformat(time):%H:%M}")


def test_the_oracle_finds_the_time(ordinary) -> None:
    episode = ordinary(TASK)
    assert episode.end(episode.oracle()).success


def test_other_words_are_right(answered) -> None:
    meeting = meeting_of(answered.env.runner.episode.task)
    text = f"{meeting.what.title()}: {meeting.time:%b} {meeting.time.day}, {meeting.time:%I:%M %p} UTC-5"
    assert announce(answered, text).end().success


def test_announcing_before_the_correction_fails(ordinary) -> None:
    episode = ordinary(TASK)
    episode.oracle(until=lambda action: action.startswith("wait"))
    announce(episode.act("wait 15"), right(episode)).act("wait 30")
    assert episode.failed() == {"nothing posted before all had answered"}


def test_the_time_before_the_correction_fails(answered) -> None:
    failed = announce(answered, at(answered, answered.terms["first"])).failed()
    assert {"the correction counts", "the matter, the day and the time"} <= failed


def test_a_local_time_fails(answered) -> None:
    failed = announce(answered, at(answered, answered.terms["local"][0])).failed()
    assert {"not a local time", "the matter, the day and the time"} <= failed


def test_not_asking_everybody_fails(ordinary) -> None:
    episode = ordinary(TASK)
    episode.act("wait 45")
    failed = announce(episode, right(episode)).failed()
    assert failed >= {"colleague 1 was asked", "colleague 2 was asked", "colleague 3 was asked"}


def test_asking_twice_fails(answered) -> None:
    answered.act(f"goto /directs/new?person={answered.terms['colleagues'][2]}")
    answered.fill("Message", "Are you sure?").click("button", "Send")
    failed = announce(answered, right(answered)).failed()
    assert failed == {"colleague 3 was written to once", "nothing else changed"}


def test_where_no_time_is_left_one_gives_up(impossible) -> None:
    episode = impossible(TASK)
    assert episode.end(episode.oracle()).success


def test_announcing_a_time_that_does_not_suit_all_fails(impossible) -> None:
    episode = impossible(TASK)
    episode.oracle()
    assert "nothing posted" in announce(episode, right(episode)).failed('give_up "None is left."')


def test_giving_up_before_the_correction_fails(impossible) -> None:
    episode = impossible(TASK)
    episode.oracle(until=lambda action: action.startswith("wait"))
    assert episode.act("wait 15").failed('give_up "None."') == {"all have answered"}


@pytest.mark.parametrize("seed", range(40))
def test_one_time_suits_all_before_and_another_after_the_correction(seed: int) -> None:
    schedule = draw_schedule(Sampler(stream(seed, "test")), datetime(2031, 3, 6))
    one, two, three = (set(each) for each in schedule.suits)
    assert one & two & three == {schedule.first}
    assert ((one - {schedule.first}) | {schedule.right}) & two & three == {schedule.right}


def test_a_second_time_makes_a_post_wrong() -> None:
    meeting = Meeting(what="plant sale", time=datetime(2031, 3, 6, 9))
    assert meeting.is_in("Plant sale, Thursday, 9:00 (UTC-5)")
    assert not meeting.is_in("Plant sale, Thursday, 9:00 (15:00 for Ada)")
