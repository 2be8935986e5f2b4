"""As many as one may buy: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Variant

pytestmark = pytest.mark.slow

TASK = "Shop-MaxQuantity-v0"


@pytest.fixture(scope="module")
def ordinary(play) -> int:
    return next(n for n in range(40) if play(TASK, n).terms["most"] > 2)


@pytest.fixture(scope="module")
def used_up(play) -> int:
    return next(n for n in range(60) if not play(TASK, n).terms["most"])


@pytest.fixture(scope="module")
def twin(play, shop) -> int:
    """A task in which another option of the same product is in the cart."""
    for seed in range(80):
        episode = play(TASK, seed)
        terms = episode.terms
        kept = [line[0] for line in terms["kept"]]
        if terms["most"] and any(product_of(shop, episode, key) == terms["product_id"] for key in kept):
            return seed
    raise AssertionError


def product_of(shop, episode, key: int) -> int:
    return int(shop.look(episode, lambda db: db.get_one(Variant, key).product_id))


def put(shop, episode, key: int, quantity: int) -> None:
    episode.act(f"goto {shop.address_of(episode, key)}").fill("Quantity", str(quantity), "spinbutton")
    episode.click("button", "Add to cart")


@pytest.mark.parametrize("seed", range(8))
def test_the_shop_takes_the_most_and_not_one_more(play, shop, seed: int) -> None:
    episode = play(TASK, seed)
    terms = episode.terms
    put(shop, episode, terms["variant_id"], terms["most"] + 1)
    path = episode.env.runner.observation()["url"]
    assert path.endswith("/add"), "the shop should have refused"
    if terms["most"]:
        put(shop, episode, terms["variant_id"], terms["most"])
        assert episode.failed() == set()


def test_one_by_one_is_as_good(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    for _ in range(episode.terms["most"]):
        put(shop, episode, episode.terms["variant_id"], 1)
    assert episode.failed() == set()


def test_a_part_fails_by_name(play, shop, ordinary: int) -> None:
    episode = play(TASK, ordinary)
    put(shop, episode, episode.terms["variant_id"], episode.terms["most"] - 1)
    assert {"not only a part", "the cart"} <= episode.failed()


def test_taking_the_twin_out_to_get_more_fails(play, shop, twin: int) -> None:
    episode = play(TASK, twin)
    name = shop.name(episode, episode.terms["kept"][0][0])
    episode.act("goto /cart").click("button", f"Remove {name}")
    put(shop, episode, episode.terms["variant_id"], episode.terms["most"] + 1)
    checkpoint = episode.env.checkpoint()
    assert {"not only a part", "the cart"} <= episode.failed()
    episode.env.reset(options={"checkpoint": checkpoint})
    assert episode.oracle() == "done"
    assert episode.end().success


def test_another_option_to_get_round_the_limit_fails_by_name(play, shop) -> None:
    for seed in range(40):
        episode = play(TASK, seed)
        product = shop.look(
            episode,
            lambda db, key=episode.terms["variant_id"]: [
                v.id for v in db.get_one(Variant, key).product.variants if v.stock and v.id != key
            ],
        )
        if product and not episode.terms["kept"] and episode.terms["most"] == 10:
            break
    put(shop, episode, episode.terms["variant_id"], 10)
    put(shop, episode, product[0], 1)
    assert {"no other option to get round the limit"} <= episode.failed()


def test_a_limit_that_is_used_up_is_looked_at_and_given_up(play, shop, used_up: int) -> None:
    episode = play(TASK, used_up)
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "no more"').success
    assert play(TASK, used_up).failed('give_up "no"') == {"the page that says why not was opened"}
    assert "nothing ordered" not in play(TASK, used_up).failed("done")


@pytest.mark.parametrize("case", ["ordinary", "used_up", "twin"])
def test_the_oracle_tries_the_most_of_any_line_before_it_types_what_it_was_told(play, request, case) -> None:
    episode = play(TASK, request.getfixturevalue(case))
    typed = []
    for _ in range(50):
        action = episode.env.oracle()
        if not action.startswith(("fill", "check", "click")):
            break
        typed += [action.split('"')[1]] if action.endswith(tuple(f' "{n}"' for n in range(11))) else []
        episode.act(action)
    assert typed[0] == "10"
    assert typed[-1] == str(episode.terms["most"] or typed[-1])
    assert episode.failed(action) == set()
