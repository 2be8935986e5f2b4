"""Ask and wait: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.chat.tasks.drawing import fact_of
from gristmill.apps.world.models import Person

pytestmark = pytest.mark.slow

TASK = "Chat-AskWait-v0"
CHANNEL = re.compile("Message #.*")


@pytest.fixture
def fresh(ordinary):
    return ordinary(TASK)


@pytest.fixture
def answered(ordinary):
    """An episode in which the answer was read."""
    episode = ordinary(TASK)
    episode.oracle(until=lambda action: action.startswith("wait"))
    episode.act("wait 30")
    return episode


def words(episode) -> str:
    return fact_of(episode.env.runner.episode.task).words()


def announce(episode, text: str | None = None):
    episode.act(f"goto /c/{episode.terms['channel_id']}")
    return episode.fill(CHANNEL, text or words(episode)).click("button", "Send")


def ask(episode, text: str):
    episode.act(f"goto /directs/new?person={episode.terms['colleague']}")
    return episode.fill("Message", text).click("button", "Send")


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_asks_and_announces(play, seed: int) -> None:
    episode = play(TASK, seed)
    assert episode.end(episode.oracle()).success


def test_other_words_are_right(fresh) -> None:
    ask(fresh, f"Hello! Where will they hold the {fresh.terms['what'].upper()}?").act("wait_for_news 60")
    while fresh.terms["place"] not in fresh.env.runner.observation()["aria"]:
        fresh.act("wait 5", "goto /directs").click("link", re.compile(person(fresh) + ".*"))
    assert announce(fresh, f"Attention: {words(fresh)}!").end().success


def person(episode) -> str:
    with episode.env.runner.episode.session.orm_session() as db:
        return re.escape(db.get_one(Person, episode.terms["colleague"]).name)


def test_an_early_post_that_was_deleted_is_right(fresh) -> None:
    announce(fresh, "More soon")
    assert fresh.end(fresh.oracle()).success


def test_announcing_before_the_answer_fails(fresh) -> None:
    announce(fresh)
    ask(fresh, f"Where is the {fresh.terms['what']}?").act("wait 30")
    assert fresh.failed() == {"nothing posted before the answer"}


def test_announcing_without_asking_fails(fresh) -> None:
    assert announce(fresh).failed() >= {"the colleague was asked", "the answer has come"}


def test_asking_twice_fails(answered) -> None:
    ask(answered, "Are you sure?")
    assert announce(answered).failed() == {"the colleague was written to once", "nothing else changed"}


def test_another_place_fails(answered) -> None:
    text = words(answered).replace(answered.terms["place"], "bell tower")
    assert announce(answered, text).failed() == {"what, when and where"}


def test_asking_somebody_else_fails(fresh) -> None:
    fresh.act(f"goto /directs/new?person={fresh.terms['colleague'] % 30 + 1}")
    fresh.fill("Message", f"Where is the {fresh.terms['what']}?").click("button", "Send").act("wait 30")
    assert announce(fresh).failed() >= {"the colleague was asked", "nothing else changed"}


def test_a_deleted_question_is_never_answered(fresh) -> None:
    fresh.oracle(until=lambda action: action.startswith("wait"))
    with fresh.env.runner.episode.session.orm_session() as db:
        number = db.connection().exec_driver_sql("SELECT max(id) FROM chat_message").scalar_one()
    fresh.act(f"goto /m/{number}/delete").click("button", re.compile("Delete.*"))
    assert fresh.is_lost()


def test_what_is_off_is_given_up_after_the_answer(impossible) -> None:
    episode = impossible(TASK)
    assert episode.end(episode.oracle()).success


def test_giving_up_before_the_answer_fails(impossible) -> None:
    episode = impossible(TASK)
    ask(episode, f"Where is the {episode.terms['what']}?")
    assert episode.failed('give_up "It is off."') == {"the answer has come"}


def test_announcing_what_is_off_fails(impossible) -> None:
    episode = impossible(TASK)
    episode.oracle()
    assert "nothing posted" in announce(episode).failed('give_up "It is off."')
