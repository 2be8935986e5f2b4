"""Count messages: what is right, and each mistake by the check that names it."""

import pytest

pytestmark = pytest.mark.slow

TASK = "Chat-Count-v0"
MISTAKES = (
    "thread replies as asked",
    "deleted messages left out",
    "this period alone",
    "this author alone",
)


@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_counts(play, seed: int) -> None:
    episode = play(TASK, seed)
    assert episode.end(episode.oracle()).success


def test_the_messages_may_be_counted_in_the_channel(ordinary) -> None:
    episode = ordinary(TASK)
    episode.act(f"goto /c/{episode.terms['channel_id']}")
    assert episode.end(f'answer "{episode.terms["right"]}"').success


def test_the_search_shows_the_number_where_replies_count(ordinary) -> None:
    episode = ordinary(TASK, lambda terms: terms["wrong"].get("thread replies as asked", 99) < terms["right"])
    episode.oracle(until=lambda action: action.startswith("answer"))
    assert f"{episode.terms['right']} messages" in episode.env.runner.observation()["aria"]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_way_to_count_wrongly_fails_by_name(ordinary, mistake: str) -> None:
    episode = ordinary(TASK, lambda terms: mistake in terms["wrong"])
    episode.oracle(until=lambda action: action.startswith("answer"))
    failed = episode.failed(f'answer "{episode.terms["wrong"][mistake]}"')
    assert {"right answer", mistake} <= failed <= {"right answer", *MISTAKES}


def test_a_number_that_was_not_looked_up_fails(ordinary) -> None:
    episode = ordinary(TASK)
    assert episode.failed(f'answer "{episode.terms["right"]}"') == {"the page with the fact was opened"}


def test_a_number_for_a_channel_that_one_cannot_read_fails(impossible) -> None:
    episode = impossible(TASK)
    episode.act("goto /channels")
    assert "given up" in episode.failed(f'answer "{episode.terms["right"]}"')


def test_the_oracle_gives_up_where_there_is_no_such_channel(impossible) -> None:
    episode = impossible(TASK)
    assert episode.end(episode.oracle()).success
