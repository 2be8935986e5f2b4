"""An order that is not what was asked for: what is right, and each mistake by its name."""

import pytest
from sqlalchemy import select

from gristmill.apps.shop.models import Address, Order
from gristmill.apps.shop.services.changes import change_address, change_line
from gristmill.apps.shop.services.payments import card_of

pytestmark = pytest.mark.slow

TASK = "Office-Dispute-v0"


def of_kind(*kinds: str):
    return lambda terms: terms["kind"] in kinds


def mend(acting) -> int:
    """Put the order right; returns its total."""
    terms, change = acting.terms, acting.terms["change"]
    with acting.world() as world:
        order = world.db.get_one(Order, terms["order_id"])
        if terms["kind"] == "address":
            change_address(world, order, world.db.get_one(Address, change["address_id"]))
        else:
            change_line(world, order, order.lines[0], change["variant_id"], card_of(order))
        return order.total_cents


def tell(acting, cents: int, *, to: str = "") -> None:
    number = acting.terms["number"]
    acting.mail(to or acting.terms["to"][-1], f"Mended. {number} costs ${cents / 100:,.2f} now.")


@pytest.mark.parametrize("kind", ["options", "address"])
def test_a_mended_order_and_a_mail_by_other_means_are_right(play, seek, agent, kind: str) -> None:
    episode = seek(play, TASK, of_kind(kind))
    acting = agent(episode)
    tell(acting, mend(acting))
    assert episode.end().success


def test_the_total_of_before_fails_by_name(play, seek, agent) -> None:
    def fits(terms) -> bool:
        return terms["kind"] == "options"

    for start in range(0, 40, 5):
        episode = seek(play, TASK, fits, start=start)
        acting = agent(episode)
        if mend(acting) != acting.terms["old_total"]:
            break
    tell(acting, acting.terms["old_total"])
    assert any(each.startswith("does not say $") for each in episode.failed())


def test_telling_somebody_else_fails_by_name(play, seek, agent) -> None:
    episode = seek(play, TASK, of_kind("address"))
    acting = agent(episode)
    tell(acting, mend(acting), to="orders@marlowick.test")
    assert {"to", "nobody else gets it"} <= episode.failed()


def test_changing_the_other_order_fails_by_name(play, seek, agent) -> None:
    episode = seek(play, TASK, of_kind("address"))
    acting = agent(episode)
    with acting.world() as world:
        order = world.db.get_one(Order, acting.terms["change"]["twin_id"])
        own = select(Address).where(Address.customer_id == order.customer_id, Address.id != order.address_id)
        change_address(world, order, world.db.scalars(own).first())
    assert "other orders stand" in episode.failed()


def test_an_order_that_is_right_is_compared_and_left_alone(play, seek, agent) -> None:
    episode = seek(play, TASK, of_kind("none"))
    assert episode.failed() == {"request and order were compared"}
    episode = seek(play, TASK, of_kind("none"))
    acting = agent(episode)
    episode.act(f"goto http://mail.test/threads/{acting.terms['request_thread']}")
    episode.act(f"goto http://shop.test/orders/{acting.terms['number']}")
    assert episode.end().success


def test_the_oracle_finds_back_after_random_actions(replan) -> None:
    assert all(replan(TASK, seed) for seed in range(1))
