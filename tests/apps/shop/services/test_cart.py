import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import CartItem, Customer, Variant
from gristmill.apps.shop.services.cart import (
    add_to_cart,
    all_items,
    cart_lines,
    cart_problem,
    count_items,
    find_item,
    line_name,
    line_problem,
    move_to_cart,
    remove_item,
    save_for_later,
    set_quantity,
)
from gristmill.apps.shop.services.errors import CartError

LAMP, LAMP_SOLD_OUT, KETTLE, SMALL_KETTLE = 11, 12, 21, 22


def variant(db: Session, variant_id: int) -> Variant:
    return db.get_one(Variant, variant_id)


def test_the_cart_holds_the_customers_own_unsaved_lines(corner_db: Session, ada: Customer) -> None:
    assert [line.id for line in cart_lines(corner_db, ada)] == [1, 2]
    assert [item.id for item in all_items(corner_db, ada)] == [1, 2, 3]
    assert count_items(corner_db, ada) == 2


def test_adding_what_is_in_the_cart_raises_its_quantity(corner_db: Session, ada: Customer) -> None:
    line = add_to_cart(corner_db, ada, variant(corner_db, LAMP), 2)

    assert (line.id, line.quantity) == (1, 3)
    assert count_items(corner_db, ada) == 4


def test_adding_something_new_makes_a_line_beside_the_saved_one(corner_db: Session, ada: Customer) -> None:
    line = add_to_cart(corner_db, ada, variant(corner_db, SMALL_KETTLE), 1)

    assert line.id != 3
    assert [item.quantity for item in all_items(corner_db, ada)] == [1, 1, 2, 1]


@pytest.mark.parametrize(
    ("variant_id", "quantity", "message"),
    [
        (KETTLE, 0, "Enter a quantity from 1 to 10."),
        (KETTLE, 11, "Enter a quantity from 1 to 10."),
        (KETTLE, 10, "at most 10 of Kettle, Cream, Large, and your cart already has 1."),
        (LAMP, 5, "Only 5 of Desk lamp, Moss left in stock, and your cart already has 1."),
        (SMALL_KETTLE, 3, "Only 2 of Kettle, Cream, Small left in stock."),
        (LAMP_SOLD_OUT, 1, "Desk lamp, Slate is out of stock."),
    ],
)
def test_adding_too_much_is_refused_and_changes_nothing(
    corner_db: Session, ada: Customer, variant_id: int, quantity: int, message: str
) -> None:
    with pytest.raises(CartError, match=message):
        add_to_cart(corner_db, ada, variant(corner_db, variant_id), quantity)

    assert [item.quantity for item in all_items(corner_db, ada)] == [1, 1, 2]


def test_a_quantity_can_be_set_up_to_the_stock(corner_db: Session, ada: Customer) -> None:
    line = cart_lines(corner_db, ada)[0]

    set_quantity(corner_db, line, 5)
    with pytest.raises(CartError, match="Only 5 of Desk lamp, Moss left in stock"):
        set_quantity(corner_db, line, 6)

    assert line.quantity == 5


def test_a_line_can_be_removed(corner_db: Session, ada: Customer) -> None:
    remove_item(corner_db, cart_lines(corner_db, ada)[0])

    assert [line.id for line in cart_lines(corner_db, ada)] == [2]


def test_a_line_saved_for_later_leaves_the_cart_and_comes_back(corner_db: Session, ada: Customer) -> None:
    line = cart_lines(corner_db, ada)[0]

    save_for_later(corner_db, line)
    assert [line.id for line in cart_lines(corner_db, ada)] == [2]

    move_to_cart(corner_db, line)
    assert [line.id for line in cart_lines(corner_db, ada)] == [1, 2]


def test_saving_joins_what_is_saved_already_up_to_ten(corner_db: Session, ada: Customer) -> None:
    corner_db.add(CartItem(customer_id=1, variant_id=KETTLE, quantity=9, is_saved=True))
    corner_db.flush()
    line = cart_lines(corner_db, ada)[1]
    line.quantity = 4

    save_for_later(corner_db, line)

    assert [(i.variant_id, i.quantity) for i in all_items(corner_db, ada) if i.is_saved] == [
        (22, 2),
        (21, 10),
    ]
    assert [line.id for line in cart_lines(corner_db, ada)] == [1]


def test_moving_joins_what_is_in_the_cart_unless_that_is_too_much(corner_db: Session, ada: Customer) -> None:
    saved = all_items(corner_db, ada)[2]
    variant(corner_db, SMALL_KETTLE).stock = 3
    line = add_to_cart(corner_db, ada, variant(corner_db, SMALL_KETTLE), 1)

    move_to_cart(corner_db, saved)

    assert [item.id for item in all_items(corner_db, ada)] == [1, 2, line.id]
    assert line.quantity == 3


def test_moving_more_than_there_is_in_stock_is_refused(corner_db: Session, ada: Customer) -> None:
    saved = all_items(corner_db, ada)[2]
    saved.variant.stock = 1

    with pytest.raises(CartError, match="Only 1 of Kettle, Cream, Small left in stock"):
        move_to_cart(corner_db, saved)

    assert saved.is_saved


def test_nobody_finds_the_items_of_others(corner_db: Session, ada: Customer) -> None:
    assert find_item(corner_db, ada, 1) is not None
    assert find_item(corner_db, ada, 4) is None


def test_a_cart_with_more_than_the_stock_cannot_be_checked_out(corner_db: Session, ada: Customer) -> None:
    lines = cart_lines(corner_db, ada)
    assert cart_problem(lines) is None

    lines[0].quantity = 6
    assert line_problem(lines[0]) == "Only 5 left in stock. Lower the quantity."
    assert cart_problem(lines) == "Desk lamp, Moss: only 5 left in stock. Lower the quantity."

    lines[0].variant.stock = 0
    assert line_problem(lines[0]) == "Out of stock. Remove it or save it for later."


def test_an_empty_cart_cannot_be_checked_out() -> None:
    assert cart_problem([]) == "Your cart is empty, so there is nothing to check out."


def test_a_line_is_called_by_product_and_options(corner_db: Session) -> None:
    assert line_name(variant(corner_db, KETTLE)) == "Kettle, Cream, Large"


def test_a_line_of_a_customer_who_does_not_exist_is_refused(corner_db: Session) -> None:
    corner_db.add(CartItem(customer_id=404, variant_id=LAMP, quantity=1, is_saved=False))
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        corner_db.flush()
