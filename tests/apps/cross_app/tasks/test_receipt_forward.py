"""A month's receipts and their sum: what is right, and each mistake by its name."""

import pytest

pytestmark = pytest.mark.slow

TASK = "Office-ReceiptForward-v0"


def forward(acting, receipt, *, to: str = "") -> None:
    text = f"See below.\n\n---------- Forwarded mail ----------\n{receipt['body']}"
    with acting.world() as world:
        number = acting.mail_id(world, receipt["message_id"])
    acting.mail(to or acting.terms["to"][0], text, subject=f"Fwd: {receipt['subject']}", answers=number)


def forward_all(acting) -> None:
    for receipt in acting.terms["receipts"]:
        forward(acting, receipt)


def tell(acting, cents: int) -> None:
    acting.mail(acting.terms["to"][0], f"It is ${cents / 100:,.2f}, all in all.", subject="Sum")


def some(terms) -> bool:
    return bool(terms["receipts"] and terms["dropped"])


def test_forwards_and_a_sum_by_other_means_are_right(play, seek, agent) -> None:
    episode = seek(play, TASK, some)
    acting = agent(episode)
    tell(acting, acting.terms["total"])
    forward_all(acting)
    assert episode.end().success


@pytest.mark.parametrize(
    ("mistake", "name"),
    [
        (lambda acting: forward(acting, acting.terms["dropped"][0]), "no cancelled order was forwarded"),
        (lambda acting: forward(acting, acting.terms["receipts"][0]), "none was forwarded twice"),
    ],
)
def test_a_forward_too_many_fails_by_name(play, seek, agent, mistake, name: str) -> None:
    episode = seek(play, TASK, some)
    acting = agent(episode)
    forward_all(acting)
    tell(acting, acting.terms["total"])
    mistake(acting)
    assert episode.is_lost()
    assert name in episode.failed()


def test_a_wrong_sum_and_a_wrong_reader_fail(play, seek, agent) -> None:
    episode = seek(play, TASK, some)
    acting = agent(episode)
    forward_all(acting)
    tell(acting, acting.terms["total"] + 100)
    assert any("says $" in each for each in episode.failed())
    episode = seek(play, TASK, some)
    acting = agent(episode)
    forward(acting, acting.terms["receipts"][0], to="somebody@elsewhere.test")
    assert any("nobody else gets it" in each for each in episode.failed())


def test_where_nothing_is_left_the_orders_are_looked_through_and_nothing_is_sent(play, seek) -> None:
    episode = seek(play, TASK, lambda terms: not terms["receipts"])
    assert episode.failed() == {"the orders were looked through"}
    episode = seek(play, TASK, lambda terms: not terms["receipts"])
    assert episode.act("goto http://shop.test/orders").end().success


def test_the_oracle_finds_back_after_random_actions(replan) -> None:
    assert all(replan(TASK, seed) for seed in range(1))
