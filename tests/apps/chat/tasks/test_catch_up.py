"""Find what was decided: what is right, and each mistake by the check that names it."""

import pytest

pytestmark = pytest.mark.slow

TASK = "Chat-CatchUp-v0"
LOOK = "the page with the fact was opened"
MISTAKES = (
    "not the decision from before",
    "not the decision that was reversed",
    "not what the message said before its edit",
    "not a mere proposal",
)


def read(episode):
    episode.oracle(until=lambda action: action.startswith("answer"))
    return episode


@pytest.mark.parametrize("seed", range(4))
def test_the_oracle_catches_up(play, seed: int) -> None:
    episode = play(TASK, seed)
    assert episode.end(episode.oracle()).success


def test_a_decision_may_be_found_by_search(ordinary) -> None:
    episode = ordinary(TASK, lambda terms: terms["aspect"] == "place").act("goto /search?q=decided")
    assert episode.end(f'answer "In the {episode.terms["right"]}."').success


def test_a_day_may_be_written_in_words(ordinary) -> None:
    episode = read(ordinary(TASK, lambda terms: terms["aspect"] == "day"))
    year, month, day = episode.terms["right"].split("-")
    assert episode.end(f'answer "{int(day)} {["March", "April"][int(month) - 3]} {year}"').success


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_other_value_fails_by_name(ordinary, mistake: str) -> None:
    episode = read(ordinary(TASK, lambda terms: mistake in terms["wrong"] and terms["right"]))
    assert episode.failed(f'answer "{episode.terms["wrong"][mistake]}"') == {"right answer", mistake}


def test_the_channel_alone_does_not_show_a_reversal_in_a_thread(ordinary) -> None:
    episode = ordinary(TASK, lambda terms: terms["root_id"])
    episode.act(f"goto /c/{episode.terms['channel_id']}")
    assert episode.failed(f'answer "{episode.terms["right"]}"') == {LOOK}


def test_a_reaction_on_the_way_fails(ordinary) -> None:
    episode = read(ordinary(TASK))
    episode.act(f"goto /m/{episode.terms['message_id']}").click("button", "thumbs up")
    assert episode.failed(f'answer "{episode.terms["right"]}"') == {"nothing else changed"}


def test_a_proposal_where_nothing_was_decided_fails(impossible) -> None:
    episode = impossible(TASK, first=34)
    episode.act(f"goto /c/{episode.terms['channel_id']}")
    assert "given up" in episode.failed(f'answer "{episode.terms["wrong"]["not a mere proposal"]}"')


def test_the_oracle_gives_up_where_nothing_was_decided(impossible) -> None:
    episode = impossible(TASK, first=34)
    assert episode.end(episode.oracle()).success
