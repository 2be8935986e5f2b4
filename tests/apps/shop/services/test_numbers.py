import re

import pytest

from gristmill.apps.shop.models import Delivery
from gristmill.apps.shop.services.numbers import (
    delivery_cents,
    order_number,
    percent_cents,
    rating_tenths,
    share_cents,
)
from gristmill.errors import InvalidOptionError


def test_order_numbers_are_all_different_and_do_not_look_consecutive() -> None:
    numbers = [order_number(n) for n in range(1, 2001)]
    assert len(set(numbers)) == 2000
    assert all(re.fullmatch(r"MW-\d{5}-\d{2}", number) for number in numbers)
    assert numbers[0][3:6] != numbers[1][3:6]


@pytest.mark.parametrize("n", [0, 10_000_000])
def test_an_order_past_the_scheme_is_refused(n: int) -> None:
    with pytest.raises(InvalidOptionError, match="1 to 9999999"):
        order_number(n)


@pytest.mark.parametrize(
    ("delivery", "goods", "price"),
    [
        (Delivery.STANDARD, 4999, 495), (Delivery.STANDARD, 5000, 0),
        (Delivery.EXPRESS, 5000, 1295), (Delivery.PICKUP, 100, 0),
    ],
)  # fmt: skip
def test_standard_delivery_alone_becomes_free(delivery: Delivery, goods: int, price: int) -> None:
    assert delivery_cents(delivery, goods) == price


@pytest.mark.parametrize(
    ("stars", "count", "tenths"), [(0, 0, 0), (9, 2, 45), (13, 3, 43), (17, 4, 43), (5, 1, 50)]
)
def test_a_rating_is_the_mean_with_halves_rounded_up(stars: int, count: int, tenths: int) -> None:
    assert rating_tenths(stars, count) == tenths


def test_percents_and_shares_round_half_cents_up() -> None:
    assert [percent_cents(cents, 10) for cents in (1004, 1005, 1006)] == [100, 101, 101]
    assert [share_cents(discount, 1, 2) for discount in (100, 101, 102)] == [50, 51, 51]
    assert share_cents(0, 0, 0) == 0
