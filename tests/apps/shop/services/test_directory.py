import sqlite3

from sqlalchemy.orm import Session

from gristmill.apps.shop.services.directory import read_directory


def test_the_directory_lists_departments_in_the_shops_order(
    db: Session, shop_world: sqlite3.Connection
) -> None:
    rows = shop_world.execute("SELECT slug, name, blurb FROM shop_department ORDER BY id").fetchall()

    assert [tuple(entry) for entry in read_directory(db).departments] == rows


def test_brands_and_kinds_are_listed_once_by_name(db: Session, shop_world: sqlite3.Connection) -> None:
    directory = read_directory(db)
    brands = shop_world.execute("SELECT slug, name FROM shop_brand ORDER BY name").fetchall()
    kinds = shop_world.execute("SELECT DISTINCT kind FROM shop_product ORDER BY kind").fetchall()

    assert list(directory.brands.items()) == brands
    assert [(kind,) for kind in directory.kinds] == kinds
    assert directory.suggestions[-1] == kinds[-1][0].capitalize()


def test_a_department_is_found_by_its_slug(db: Session) -> None:
    directory = read_directory(db)

    assert directory.department("garden") in directory.departments
    assert directory.department("moon") is None
    assert directory.names["garden"] == "Garden & Balcony"
    assert directory.names["okenmere"] == "Okenmere"
