"""Look somebody up: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.chat.tasks.person import minutes_from_utc

pytestmark = pytest.mark.slow

TASK = "Chat-Person-v0"
LOOK = "the page with the fact was opened"


def of_kind(ordinary, kind: str):
    return ordinary(TASK, lambda terms: terms["kind"] == kind)


@pytest.mark.parametrize("kind", ["role", "manager", "zone", "time", "staff"])
def test_the_oracle_answers_every_question(ordinary, kind: str) -> None:
    episode = of_kind(ordinary, kind)
    assert episode.end(episode.oracle()).success


def test_a_role_may_be_read_in_the_list(ordinary) -> None:
    episode = of_kind(ordinary, "role").act("goto /people")
    assert episode.end(f'answer "{episode.terms["right"].upper()}."').success


def test_a_time_may_be_written_with_twelve_hours(ordinary) -> None:
    episode = of_kind(ordinary, "time")
    episode.act(f"goto /people/{episode.terms['about']}")
    hour, minute = episode.terms["right"].split(":")
    half = "pm" if int(hour) >= 12 else "am"
    assert episode.end(f'answer "{int(hour) % 12 or 12}:{minute} {half}"').success


@pytest.mark.parametrize("kind", ["role", "manager", "zone", "time", "staff"])
def test_an_answer_that_was_not_looked_up_fails(ordinary, kind: str) -> None:
    episode = of_kind(ordinary, kind)
    assert episode.failed(f'answer "{episode.terms["right"]}"') == {LOOK}


def test_a_namesakes_entry_fails(ordinary) -> None:
    episode = of_kind(ordinary, "zone")
    episode.act(f"goto /people/{1 if episode.terms['about'] != 1 else 2}")
    assert LOOK in episode.failed(f'answer "{episode.terms["right"]}"')


def test_who_has_left_must_not_be_named(ordinary) -> None:
    episode = of_kind(ordinary, "staff").act("goto /people")
    failed = episode.failed(f'answer "{episode.terms["right"]}, {episode.terms["gone"]}"')
    assert failed == {"nobody who has left", "right answer"}


def test_two_times_are_no_answer(ordinary) -> None:
    episode = of_kind(ordinary, "time")
    episode.act(f"goto /people/{episode.terms['about']}")
    assert episode.failed(f'answer "{episode.terms["right"]} or 03:07"') == {"right answer"}


def test_an_answer_where_there_is_nobody_like_that_fails(impossible) -> None:
    episode = impossible(TASK).act("goto /people")
    assert "given up" in episode.failed('answer "buyer"')


def test_the_oracle_gives_up_where_there_is_nobody_like_that(impossible) -> None:
    episode = impossible(TASK)
    assert episode.end(episode.oracle()).success


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("UTC+5:30", 330), ("utc -5", -300), ("\u22125", -300), ("GMT+01:00.", 60), ("5", None), ("soon", None)],
)
def test_zones_are_read(text: str, minutes: int | None) -> None:
    assert minutes_from_utc(text) == minutes
