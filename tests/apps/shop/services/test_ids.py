"""What a customer removes keeps its id: orders go on naming it, and a diff tells it from what came after."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import Address, Card, Customer
from gristmill.apps.shop.services import checkout, profile
from gristmill.apps.shop.services.forms import AddressEntry, CardEntry
from gristmill.apps.world.world import World

CARD = CardEntry(network="Halden", holder="Ada Park", last4="6612", expiry_month=1, expiry_year=2033)
PLACE = AddressEntry(
    label="Shed", full_name="Ada Park", line1="1 Mill Lane", line2="", city="Ashby", postcode="10001"
)


def test_the_id_of_a_removed_card_is_not_given_again(corner_db: Session, ada: Customer) -> None:
    today = World(corner_db).now.date()
    for _ in range(2):
        saved = checkout.save_card(corner_db, ada, CARD)
        last = corner_db.scalar(select(func.max(Card.id)))
        assert saved.id == last
        profile.delete_card(corner_db, ada, saved, today)
        corner_db.refresh(ada)
        assert checkout.save_card(corner_db, ada, CARD).id == saved.id + 1
        profile.delete_card(corner_db, ada, ada.cards[-1], today)
        corner_db.refresh(ada)


def test_the_id_of_a_removed_address_is_not_given_again(corner_db: Session, ada: Customer) -> None:
    saved = checkout.save_address(corner_db, ada, PLACE, None)
    assert saved.id == corner_db.scalar(select(func.max(Address.id)))
    profile.delete_address(corner_db, ada, saved)
    assert checkout.save_address(corner_db, ada, PLACE, None).id == saved.id + 1
