import sqlite3

import pytest
from flask import Flask
from sqlalchemy.exc import NoResultFound

from gristmill.apps.shop.services.account import current_customer


def test_the_customer_is_the_current_user(shop_app: Flask, shop_world: sqlite3.Connection) -> None:
    shop_world.execute("UPDATE world_current_user SET person_id = 3")
    shop_world.commit()

    with shop_app.test_request_context("/"):
        shop_app.preprocess_request()
        customer = current_customer()

        assert (customer.person_id, customer.person.id) == (3, 3)
        assert current_customer() is customer


def test_a_person_without_an_account_is_a_fault(shop_app: Flask, shop_world: sqlite3.Connection) -> None:
    shop_world.execute("INSERT INTO world_person VALUES (99, 'Ann', 'Lee', 'ann@quillfold.test', '')")
    shop_world.execute("UPDATE world_current_user SET person_id = 99")
    shop_world.commit()

    with shop_app.test_request_context("/"):
        shop_app.preprocess_request()
        with pytest.raises(NoResultFound):
            current_customer()
