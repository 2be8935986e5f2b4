"""A recalled product: what is right, and each mistake by its name."""

import pytest

from gristmill.apps.shop.models import Order, RefundMethod
from gristmill.apps.shop.services.returns import REASONS, Wish, open_return

pytestmark = pytest.mark.slow

TASK = "Office-Recall-v0"


def has_pieces(terms) -> bool:
    return bool(terms["return"]["pieces"])


def send_back(acting, *, lines: int = 1) -> None:
    with acting.world() as world:
        order = world.db.get_one(Order, acting.terms["return"]["order_id"])
        reason = next(key for key, words in REASONS.items() if words == acting.terms["return"]["reason"])
        pieces = {line: line.quantity for line in order.lines[:lines]}
        open_return(world, order, pieces, Wish(reason=reason, method=RefundMethod.ORIGINAL))


def tell(acting, *whom) -> None:
    for each in whom:
        acting.mail(each["emails"][-1], f"Careful: stop using the {acting.terms['product']}!")


def test_a_return_and_mails_by_other_means_are_right(play, seek, agent) -> None:
    episode = seek(play, TASK, has_pieces)
    acting = agent(episode)
    tell(acting, *acting.terms["owners"])
    send_back(acting)
    assert episode.end().success


@pytest.mark.parametrize(
    ("place", "name"),
    [(0, "who has returned it is not written to"), (1, "who has another product is not written to")],
)
def test_a_mail_in_vain_fails_by_name(play, seek, agent, place: int, name: str) -> None:
    episode = seek(play, TASK, has_pieces)
    acting = agent(episode)
    tell(acting, *acting.terms["owners"], acting.terms["others"][place])
    send_back(acting)
    assert episode.is_lost()
    assert name in episode.failed()


def test_telling_somebody_twice_fails_by_name(play, seek, agent) -> None:
    episode = seek(play, TASK, has_pieces)
    acting = agent(episode)
    tell(acting, *acting.terms["owners"], acting.terms["owners"][0])
    assert "everybody is informed once" in episode.failed()


def test_returning_everything_fails_by_name(play, seek, agent) -> None:
    episode = seek(play, TASK, has_pieces)
    acting = agent(episode)
    send_back(acting, lines=2)
    assert "no other items" in episode.failed()


def test_what_went_back_before_leaves_the_mails_only(play, seek, agent) -> None:
    episode = seek(play, TASK, lambda terms: not has_pieces(terms))
    acting = agent(episode)
    tell(acting, *acting.terms["owners"])
    assert episode.end().success


def test_the_oracle_finds_back_after_random_actions(replan) -> None:
    assert all(replan(TASK, seed) for seed in range(1))
