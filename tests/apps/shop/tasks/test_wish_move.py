"""Things for a wish list and one for the cart: what is right, and each mistake by the check that names it."""

import pytest

from gristmill.apps.shop.models import Variant, WishItem, WishList
from gristmill.apps.shop.services.cart import line_name

pytestmark = pytest.mark.slow

TASK = "Shop-WishMove-v0"


def name_of(episode, key: int) -> str:
    with episode.env.runner.episode.session.orm_session() as db:
        return line_name(db.get_one(Variant, key))


def slug_of(episode, key: int) -> str:
    with episode.env.runner.episode.session.orm_session() as db:
        return db.get_one(Variant, key).product.slug


def change(episode, act) -> None:
    """As if somebody had done it on a page."""
    with episode.env.runner.episode.session.orm_session() as db:
        act(db)
        db.commit()


def seeds(play, *, sold_out: bool, count: int = 2):
    found = [n for n in range(40) if play(TASK, n).terms["is_sold_out"] is sold_out]
    return found[:count]


@pytest.fixture(scope="module")
def ordinary(play):
    return seeds(play, sold_out=False, count=5)


@pytest.fixture(scope="module")
def sold_out(play):
    return seeds(play, sold_out=True, count=1)


def test_taking_off_and_adding_on_the_product_page_is_as_good_as_moving(play, ordinary) -> None:
    episode = play(TASK, ordinary[0])
    name, list_id = name_of(episode, episode.terms["moved"]), episode.terms["list_id"]
    episode.act(f"goto /lists/{list_id}").click("button", f"Remove {name} from this list")
    assert episode.oracle() == "done"
    assert episode.end().success


def plain_items(terms) -> list[list[int]]:
    """What stays on its list, and has no note."""
    pairs = zip(terms["items"], terms["notes"], strict=True)
    return [pair for pair, note in pairs if pair[1] != terms["moved"] and not note]


def test_a_thing_taken_off_and_saved_again_is_no_change(play, ordinary) -> None:
    episode = next(each for each in (play(TASK, n) for n in ordinary) if plain_items(each.terms))
    [list_id, key] = plain_items(episode.terms)[0]
    episode.act(f"goto /lists/{list_id}")
    episode.click("button", f"Remove {name_of(episode, key)} from this list")
    assert episode.oracle() == "done"
    assert episode.end().success


def test_a_thing_that_stays_on_the_list_too_fails_by_name(play, ordinary) -> None:
    episode = play(TASK, ordinary[0])
    terms = episode.terms
    episode.oracle()

    def stay(db) -> None:
        old = db.query(WishItem).filter_by(list_id=terms["list_id"]).first()
        db.add(
            WishItem(
                list_id=terms["list_id"], variant_id=terms["moved"], note="", added_at=old.added_at,
                price_cents=old.price_cents,
            )
        )  # fmt: skip

    change(episode, stay)
    assert "not left on the list as well" in episode.failed()


def test_the_wrong_list_fails_by_name(play, ordinary) -> None:
    episode = play(TASK, ordinary[1])
    terms = episode.terms
    episode.oracle()
    other = next(int(key) for key in terms["lists"] if int(key) != terms["list_id"])

    def misplace(db) -> None:
        item = db.query(WishItem).filter_by(list_id=terms["list_id"], variant_id=terms["things"][-1]).one()
        item.list_id = other
        db.query(WishItem).filter(
            WishItem.list_id == other, WishItem.variant_id == item.variant_id, WishItem.id != item.id
        ).delete()

    change(episode, misplace)
    assert {"no other list changed", "the list"} <= episode.failed()


def test_two_pieces_or_a_renamed_list_fail(play, ordinary) -> None:
    episode = play(TASK, ordinary[0])
    episode.oracle()
    episode.act("goto /cart")
    name = name_of(episode, episode.terms["moved"])
    episode.fill(f"Quantity of {name}", "2", "spinbutton").click("button", f"Update quantity of {name}")
    change(episode, lambda db: setattr(db.get_one(WishList, episode.terms["list_id"]), "name", "Other"))
    assert episode.is_lost()
    assert {"the cart", "nothing else changed"} <= episode.failed()


def test_what_is_sold_out_is_given_up_after_a_look_at_it(play, sold_out) -> None:
    [seed] = sold_out
    episode = play(TASK, seed)
    assert episode.oracle().startswith("give_up")
    assert episode.end('give_up "sold out"').success
    assert play(TASK, seed).failed('give_up "no"') == {"the page that says why not was opened"}
    episode = play(TASK, seed).act(f"goto /p/{slug_of(play(TASK, seed), episode.terms['moved'])}")
    assert episode.failed("done") == {"given up"}


def test_the_oracle_finds_back_from_a_detour(play, ordinary) -> None:
    episode = play(TASK, ordinary[1])
    terms = episode.terms
    wrong = slug_of(episode, terms["things"][0])
    episode.act(f"goto /p/{wrong}").click("button", "Save to list").act(f"goto /p/{wrong}")
    episode.click("button", "Add to cart")
    assert episode.oracle() == "done"
    assert episode.end().success
