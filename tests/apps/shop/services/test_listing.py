import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from gristmill.apps.kit.text_search import word_forms
from gristmill.apps.shop.services.browsing import popular
from gristmill.apps.shop.services.facets import Filters
from gristmill.apps.shop.services.listing import Entry, find, matching_entries, relevance

LAMPS = "SELECT count(*) FROM shop_product WHERE ' ' || kind || ' ' || name LIKE '% lamp%'"


def entries(db: Session, query: str) -> list[Entry]:
    return matching_entries(db, Filters(query=query))


def test_every_word_must_match_somewhere(db: Session) -> None:
    found = entries(db, "okenmere mug")

    assert found
    assert all(entry.brand == "okenmere" and "mug" in f"{entry.name} {entry.kind}".lower() for entry in found)
    assert entries(db, "okenmere mug zebra") == []


def test_case_and_plural_do_not_matter(db: Session, shop_world: sqlite3.Connection) -> None:
    [(count,)] = shop_world.execute(LAMPS)

    assert len(entries(db, "lamp")) == len(entries(db, "LAMPS")) == count > 0


def test_words_match_at_their_beginning_only(db: Session) -> None:
    assert entries(db, "eapot") == []


def test_wildcards_and_punctuation_are_no_words(db: Session) -> None:
    everything = len(entries(db, ""))

    assert len(entries(db, "% _ !")) == everything


def entry(name: str = "Ada", kind: str = "vase", brand: str = "Loom", **more: Any) -> Entry:
    return Entry(
        1, name, "loom", "home", 100, 40, 3, kind=kind, brand_name=brand, department_name="Home", **more
    )


def test_relevance_goes_from_the_name_over_kind_and_brand_to_the_description() -> None:
    lamp = [word_forms("lamp")]
    ranked = [
        entry("Tall Lamp"),
        entry("Tall Lampshade"),
        entry(kind="lamp", brand="Lamp", description="a lamp"),
        entry(kind="lamp"),
        entry(kind="lampshade"),
        entry(description="Goes with any lamp."),
        entry(),
    ]

    scores = [relevance(each, lamp) for each in ranked]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)
    assert relevance(entry(brand="Lamp"), lamp) == relevance(entry(kind="lamp"), lamp)
    assert relevance(entry("Two Lamps"), lamp) == relevance(entry("Tall Lamp"), lamp)


def test_equally_relevant_products_are_listed_by_popularity(db: Session) -> None:
    found = find(db, Filters(query="mug"), 1).product_ids
    by_id = {each.id: each for each in entries(db, "mug")}

    keys = [(-by_id[key].score, -by_id[key].review_count, by_id[key].name) for key in found]
    assert keys == sorted(keys)
    assert len({score for score, _, _ in keys}) < len(keys)


def test_descriptions_are_searched_where_names_hold_nothing(
    db: Session, shop_world: sqlite3.Connection
) -> None:
    shop_world.execute("UPDATE shop_product SET description = 'It never creaks.' WHERE id IN (3, 5)")
    shop_world.commit()

    assert [each.id for each in entries(db, "creak")] == [3, 5]
    assert entries(db, "creak zebra") == []
    assert all("creak" not in each.description for each in entries(db, "mug"))


def test_a_match_in_the_name_comes_first(db: Session) -> None:
    listing = find(db, Filters(query="kitchen"), 1)
    scores = {entry.id: entry.score for entry in entries(db, "kitchen")}

    assert [scores[found] for found in listing.product_ids] == sorted(scores.values(), reverse=True)[:12]


@pytest.mark.parametrize(
    ("sort", "column"),
    [
        ("price-asc", "from_cents"),
        ("price-desc", "-from_cents"),
        ("rating", "-rating_tenths"),
        ("name", "name"),
    ],
)
def test_products_are_sorted_as_asked(
    db: Session, shop_world: sqlite3.Connection, sort: str, column: str
) -> None:
    listing = find(db, Filters(sort=sort), 1)
    expected = shop_world.execute(
        f"SELECT {column} FROM shop_product WHERE NOT is_discontinued ORDER BY 1 LIMIT 12"
    ).fetchall()

    got = [
        shop_world.execute(f"SELECT {column} FROM shop_product WHERE id = ?", (found,)).fetchone()
        for found in listing.product_ids
    ]
    assert got == expected


@pytest.mark.parametrize(
    ("filters", "condition"),
    [
        (Filters(department="garden"), "d.slug = 'garden'"),
        (Filters(brands=("okenmere", "saltrune")), "b.slug IN ('okenmere', 'saltrune')"),
        (Filters(min_cents=2000, max_cents=5000), "p.from_cents BETWEEN 2000 AND 5000"),
        (Filters(max_cents=0), "p.from_cents <= 0"),
        (Filters(rating="4.5"), "p.rating_tenths >= 45"),
        (Filters(in_stock=True), "(SELECT sum(stock) FROM shop_variant WHERE product_id = p.id) > 0"),
        (Filters(rating="4", in_stock=True, max_cents=3000, department="kitchen"),
         "p.rating_tenths >= 40 AND p.from_cents <= 3000 AND d.slug = 'kitchen'"
         " AND EXISTS (SELECT 1 FROM shop_variant WHERE product_id = p.id AND stock > 0)"),
    ],
)  # fmt: skip
def test_filters_let_pass_what_sql_lets_pass(
    db: Session, shop_world: sqlite3.Connection, filters: Filters, condition: str
) -> None:
    [(expected,)] = shop_world.execute(
        "SELECT count(*) FROM shop_product p JOIN shop_brand b ON b.id = p.brand_id"
        f" JOIN shop_department d ON d.id = p.department_id WHERE NOT p.is_discontinued AND {condition}"
    )

    assert find(db, filters, 1).total == expected


def test_a_facet_counts_what_its_choices_would_show(db: Session) -> None:
    listing = find(db, Filters(query="mug", rating="4", brands=("okenmere",)), 1)

    for brand, count in listing.brands.items():
        assert find(db, Filters(query="mug", rating="4", brands=(brand,)), 1).total == count
    for least, key in ((0, ""), (30, "3"), (40, "4"), (45, "4.5")):
        assert (
            find(db, Filters(query="mug", rating=key, brands=("okenmere",)), 1).total
            == listing.ratings[least]
        )


def test_a_department_page_counts_nothing_else(db: Session) -> None:
    listing = find(db, Filters(), 1, only_department="garden")

    assert set(listing.departments) == {"garden"}
    assert listing.total == find(db, Filters(department="garden"), 1).total


def test_a_page_beyond_the_last_is_the_last(db: Session) -> None:
    listing = find(db, Filters(query="mug"), 99)

    assert listing.page == listing.pages
    assert 1 <= len(listing.product_ids) <= 12
    assert find(db, Filters(query="zebra"), 5).pages == 1


def test_a_search_is_headed_by_a_sponsored_product_that_its_first_page_does_not_list(
    db: Session, shop_world: sqlite3.Connection
) -> None:
    shop_world.execute("UPDATE shop_product SET is_sponsored = 1 WHERE name LIKE '%Lamp%'")
    shop_world.commit()
    first, second = (find(db, Filters(query="lamp"), page) for page in (1, 2))

    assert len(first.sponsored_ids) == 1
    assert not set(first.sponsored_ids) & set(first.product_ids)
    assert not second.sponsored_ids
    assert not find(db, Filters(department="furniture"), 1).sponsored_ids


@pytest.mark.parametrize(
    "read",
    [lambda db: find(db, Filters(), 1, "kitchen"), lambda db: popular(db, 8)],
    ids=["department", "home"],
)
def test_departments_are_read_from_an_index_alone(db: Session, read: Callable[[Session], object]) -> None:
    statements: list[tuple[str, Any]] = []
    listen(db.connection().engine, "before_cursor_execute", lambda *args: statements.append(args[2:4]))
    read(db)
    sql, parameters = statements[0]
    plan = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).all()

    steps = [str(row[-1]) for row in plan if "product" in str(row[-1])]
    assert any("COVERING INDEX ix_shop_product_list (department_id=?" in step for step in steps), steps
    assert not any(step.startswith("SCAN shop_product") for step in steps), steps
