"""Five days of chores: what is right, and each mistake by its name."""

from dataclasses import replace

import pytest

from gristmill.apps.shop.models import Delivery
from gristmill.apps.shop.tasks.terms import OrderTerms

pytestmark = pytest.mark.slow

TASK = "Office-Week-v0"


def send(acting, chore, *, copied: bool = True) -> None:
    to, cc = chore["to"][0], acting.terms["reader"][0]
    acting.mail(to, chore["text"], cc=cc if copied else "", subject=chore["title"])


def order(acting, chore, **changes) -> None:
    number = acting.order(replace(OrderTerms(**chore["order"]), **changes))
    acting.post(chore["channel_id"], f"It is {number}.")


def post(acting, chore) -> None:
    acting.post(chore["channel_id"], chore["text"])


DO = {"mail": send, "order": order, "post": post}


def do_all(acting, *, but: object = None) -> None:
    for chore in acting.terms["chores"]:
        if chore is not but:
            DO[chore["kind"]](acting, chore)


def last(acting, kind: str):
    """The last chore of a kind, which comes on the fifth day."""
    return [chore for chore in acting.terms["chores"] if chore["kind"] == kind][-1]


def test_every_chore_done_once_by_other_means_is_right(play, agent) -> None:
    episode = play(TASK, 0)
    do_all(agent(episode))
    assert episode.end().success


def test_what_is_left_out_fails(play, agent) -> None:
    episode = play(TASK, 1)
    acting = agent(episode)
    do_all(acting, but=last(acting, "post"))
    assert any("messages posted" in each for each in episode.failed())


def test_express_delivery_on_the_fifth_day_fails_by_name(play, agent) -> None:
    episode = play(TASK, 1)
    acting = agent(episode)
    chore = last(acting, "order")
    is_standard = chore["order"]["delivery"] == "standard"
    do_all(acting, but=chore)
    order(acting, chore, delivery=(Delivery.EXPRESS if is_standard else Delivery.STANDARD).value)
    assert "every order kept the rule of the first day" in episode.failed()


def test_a_mail_without_the_copy_fails_by_name(play, agent) -> None:
    episode = play(TASK, 2)
    acting = agent(episode)
    do_all(acting, but=last(acting, "mail"))
    send(acting, last(acting, "mail"), copied=False)
    assert "every mail kept the rule of the first day" in episode.failed()


@pytest.mark.parametrize("kind", ["mail", "order"])
def test_work_done_twice_fails_by_name(play, agent, kind: str) -> None:
    episode = play(TASK, 2)
    acting = agent(episode)
    do_all(acting)
    DO[kind](acting, last(acting, kind))
    assert "nothing was done twice" in episode.failed()


def test_the_next_mail_is_waited_for_until_the_next_morning(play, agent) -> None:
    episode = play(TASK, 0)
    acting = agent(episode)
    first = [chore for chore in acting.terms["chores"] if chore["day"] == 0]
    episode.act(episode.env.oracle())
    for chore in first:
        DO[chore["kind"]](acting, chore)
    action = episode.oracle(until=lambda action: action.startswith("wait"))
    assert action.startswith("wait 1")
    episode.act(action)
    assert acting.terms["subjects"][1] in subjects(acting)


def subjects(acting) -> set[str]:
    with acting.episode.session.connection() as rows:
        return {subject for (subject,) in rows.execute("SELECT subject FROM mail_message")}
