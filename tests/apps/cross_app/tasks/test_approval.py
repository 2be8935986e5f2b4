"""A purchase that somebody has to approve: what is right, and each mistake by its name."""

from dataclasses import replace

import pytest

from gristmill.apps.shop.tasks.terms import OrderTerms

pytestmark = pytest.mark.slow

TASK = "Office-Approval-v0"


def answered(*outcomes: str):
    return lambda terms: terms["outcome"] in outcomes


def ask(acting) -> None:
    acting.mail(acting.terms["mail"]["to"][0][0], acting.terms["request"], subject="May I?")


def hear(episode) -> None:
    """Wait for the answer, and open it."""
    episode.act("wait 60", "goto http://mail.test/inbox")
    with episode.env.runner.episode.session.connection() as rows:
        query = (
            "SELECT e.thread_id FROM mail_entry e JOIN mail_message m ON m.id = e.message_id "
            "WHERE e.account_id = ? AND m.in_reply_to != '' AND m.sender_account_id = ? ORDER BY m.id DESC"
        )
        task = episode.env.runner.episode.task
        (thread_id,) = rows.execute(query, [task.person_id, task.terms["boss_id"]]).fetchone()
    episode.act(f"goto http://mail.test/threads/{thread_id}")


@pytest.mark.parametrize("outcome", ["granted", "fewer", "delivery"])
def test_what_the_answer_permits_is_right_by_other_means(play, seek, agent, outcome: str) -> None:
    episode = seek(play, TASK, answered(outcome))
    acting = agent(episode)
    ask(acting)
    hear(episode)
    acting.order(OrderTerms(**acting.terms["order"]))
    assert episode.end().success


def test_buying_before_the_answer_fails_by_name(play, seek, agent) -> None:
    episode = seek(play, TASK, answered("granted"))
    acting = agent(episode)
    ask(acting)
    acting.order(OrderTerms(**acting.terms["order"]))
    assert episode.is_lost()
    hear(episode)
    assert episode.failed() == {"nothing was bought before the answer"}


def test_a_condition_that_is_not_kept_fails(play, seek, agent) -> None:
    episode = seek(play, TASK, answered("fewer"))
    acting = agent(episode)
    ask(acting)
    hear(episode)
    order = OrderTerms(**acting.terms["order"])
    acting.order(replace(order, quantity=order.quantity + 1))
    assert "quantity" in episode.failed()


def test_a_refusal_ends_it_but_has_to_be_waited_for(play, seek, agent) -> None:
    episode = seek(play, TASK, answered("denied"))
    ask(agent(episode))
    assert episode.failed() == {"the answer has come", "the answer was read"}
    episode = seek(play, TASK, answered("denied"))
    assert episode.oracle() == "done"
    assert episode.end().success


def test_asking_twice_fails(play, seek, agent) -> None:
    episode = seek(play, TASK, answered("denied"))
    acting = agent(episode)
    ask(acting)
    hear(episode)
    ask(acting)
    assert episode.failed() == {"one mail sent"}


def test_the_oracle_finds_back_after_random_actions(replan) -> None:
    assert all(replan(TASK, seed) for seed in range(1))
