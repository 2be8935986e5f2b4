"""Each term of a cart task, violated on its own, fails."""

from typing import Any

import pytest
from sqlalchemy import select

from gristmill.apps.shop.models import Address, Card, Variant
from gristmill.apps.shop.services import cart

FAMILY = "Shop-AddToCart-v0"


def another(clerk: Any, *, same_product: bool) -> Variant | None:
    """A variant that is not asked for and of which enough is in stock."""
    wanted = clerk.wanted
    mine = Variant.product_id == wanted.product_id
    found: Variant | None = clerk.db.scalars(
        select(Variant)
        .where(mine if same_product else ~mine, Variant.id != wanted.id, Variant.stock >= clerk.quantity)
        .limit(1)
    ).first()
    return found


def other_option(clerk: Any) -> None:
    clerk.put(another(clerk, same_product=True), clerk.quantity)


def other_product(clerk: Any) -> None:
    clerk.put(another(clerk, same_product=False), clerk.quantity)


def other_quantity(clerk: Any) -> None:
    clerk.put(clerk.wanted, clerk.quantity - 1 or 2)


def second_line(clerk: Any) -> None:
    clerk.do_as_asked()
    clerk.put(another(clerk, same_product=False), 1)


def saved_instead(clerk: Any) -> None:
    clerk.do_as_asked()
    cart.save_for_later(clerk.db, clerk.in_cart()[0])


def ordered_instead(clerk: Any) -> None:
    clerk.put(clerk.wanted, clerk.quantity)
    today = clerk.world.now.date()
    address = clerk.db.scalars(select(Address).where(Address.customer_id == clerk.customer.id)).first()
    cards = clerk.db.scalars(select(Card).where(Card.customer_id == clerk.customer.id))
    card = next(card for card in cards if not card.is_expired(today))
    clerk.choose(address_id=address.id, delivery="express", card_id=card.id)
    clerk.place()


@pytest.mark.parametrize(
    "violate", [other_option, other_product, other_quantity, second_line, saved_instead, ordered_instead]
)
def test_a_cart_that_differs_in_one_term_fails(violate: Any, stages: Any) -> None:
    judged = 0
    for stage in stages(FAMILY, count=8):
        with stage.clerk() as clerk:
            if violate is other_option and another(clerk, same_product=True) is None:
                continue
            if violate is other_quantity and clerk.wanted.stock < 2 and clerk.quantity == 1:
                continue
            violate(clerk)
        assert not stage.judge().success, stage.task.seed
        judged += 1
    assert judged
