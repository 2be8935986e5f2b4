"""Something that runs out while it is ordered: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Address, Card, Variant

pytestmark = pytest.mark.slow

TASK = "Shop-StockOut-v0"


@pytest.fixture(scope="module")
def seeds(play) -> dict[str, int]:
    """The first seed of each case."""
    found: dict[str, int] = {}
    for seed in range(60):
        terms = play(TASK, seed).terms
        found.setdefault(
            "both out" if terms["is_hopeless"] else "runs out" if terms["due"] else "stays", seed
        )
        if len(found) == 3:
            break
    return found


def put(shop, episode, line) -> None:
    key, quantity = line
    episode.act(f"goto {shop.address_of(episode, key)}").fill("Quantity", str(quantity), "spinbutton")
    episode.click("button", "Add to cart")


def choices(shop, episode) -> dict[str, str]:
    terms = episode.terms
    return {
        "address": shop.look(episode, lambda db: db.get_one(Address, terms["address_id"]).label),
        "delivery": terms["delivery"].capitalize(),
        "card": shop.look(episode, lambda db: db.get_one(Card, terms["card_id"]).label),
    }


def wait_until_gone(shop, episode) -> None:
    episode.act("wait 10")
    assert shop.look(episode, lambda db: db.get_one(Variant, episode.terms["lines"][0][0]).stock) == 0


def test_once_it_is_gone_the_second_choice_is_right_and_the_first_may_be_kept_for_later(
    play, shop, seeds
) -> None:
    episode = play(TASK, seeds["runs out"])
    put(shop, episode, episode.terms["lines"][0])
    wait_until_gone(shop, episode)
    name = shop.name(episode, episode.terms["lines"][0][0])
    episode.act("goto /cart").click("button", f"Save {name} for later")
    put(shop, episode, episode.terms["spare"])
    assert shop.order(episode, **choices(shop, episode)) == set()


def test_the_second_choice_while_there_is_the_first_fails_by_name(play, shop, seeds) -> None:
    episode = play(TASK, seeds["stays"])
    put(shop, episode, episode.terms["spare"])
    failed = shop.order(episode, **choices(shop, episode))
    assert failed == {"products, options and quantities", "not the second choice while there was the first"}


def test_an_order_in_time_of_what_runs_out_later_is_right(play, shop, seeds) -> None:
    episode = play(TASK, seeds["runs out"])
    [[key, quantity]] = episode.terms["lines"]

    def order(db) -> None:
        """At the very beginning, as nobody is quick enough for on the pages."""
        clerk = shop.clerk(db, episode.env.runner.episode.task)
        clerk.put(db.get_one(Variant, key), quantity)
        clerk.choose()
        clerk.place()

    shop.change(episode, order)
    assert episode.env.oracle() == "done"
    *_, info = episode.env.step("wait 10")
    assert info["verdict"].success


def test_both_fail_by_name(play, shop, seeds) -> None:
    episode = play(TASK, seeds["stays"])
    put(shop, episode, episode.terms["lines"][0])
    put(shop, episode, episode.terms["spare"])
    assert "not both" in shop.order(episode, **choices(shop, episode))


def test_a_rest_in_the_cart_and_a_second_order_fail_by_name(play, shop, seeds) -> None:
    episode = play(TASK, seeds["stays"])

    def order(db) -> None:
        clerk = shop.clerk(db, episode.env.runner.episode.task)
        for _ in range(2):
            clerk.put(db.get_one(Variant, episode.terms["lines"][0][0]), 1)
            clerk.choose()
            clerk.place()
        clerk.put(db.get_one(Variant, episode.terms["spare"][0]), 1)

    shop.change(episode, order)
    assert episode.is_lost()
    assert {"no second order", "nothing left in the cart"} <= episode.failed()


def test_when_both_are_gone_nothing_is_ordered(play, seeds) -> None:
    seed = seeds["both out"]
    assert play(TASK, seed).failed('give_up "no"') == {"the pages of both were opened"}
    episode = play(TASK, seed)
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "both are out of stock"').success


def test_the_oracle_takes_the_first_out_of_the_cart_once_it_is_gone(play, shop, seeds) -> None:
    episode = play(TASK, seeds["runs out"])
    put(shop, episode, episode.terms["lines"][0])
    wait_until_gone(shop, episode)
    episode.oracle(until=lambda _: episode.env.runner.observation()["url"].endswith("/checkout/review"))
    assert shop.press(episode, "button", "Place order") == set()
