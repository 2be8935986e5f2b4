import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from gristmill.snapshots.comparison import Comparison
from gristmill.snapshots.image import restore, serialize
from gristmill.snapshots.pages import PatchedImage
from gristmill.verifiers.base import Evidence
from gristmill.verifiers.checks import (
    Allowance,
    check,
    deletes,
    inserts,
    nothing_else_changed,
    row_inserted,
    row_updated,
    rows_inserted,
    term,
    updates,
)

SCHEMA = """
CREATE TABLE variant (id INTEGER PRIMARY KEY, name TEXT, stock INTEGER);
CREATE TABLE line (order_id INT NOT NULL, n INT NOT NULL, quantity INT, PRIMARY KEY (order_id, n));
INSERT INTO variant VALUES (11, 'lamp', 3), (12, 'desk', 5), (13, 'chair', 0);
INSERT INTO line VALUES (1, 1, 2), (1, 2, 7);
"""

After = Callable[..., Evidence]


@pytest.fixture
def after() -> Iterator[After]:
    """The evidence of a small shop in which these statements were carried out."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        image = serialize(connection)
    live = restore(image)
    comparison = Comparison(PatchedImage.whole(image), live)

    def evidence(*statements: str) -> Evidence:
        for statement in statements:
            live.execute(statement)
        live.commit()
        return Evidence(before=comparison.before, after=comparison.after, diff=comparison.diff())

    yield evidence
    live.close()


NEW_LAMP = "INSERT INTO variant VALUES (14, 'lamp', 1)"
NEW_DESK = "INSERT INTO variant VALUES (15, 'desk', 1)"
SOLD = "UPDATE variant SET stock = 4 WHERE id = 12"
RENAMED = "UPDATE variant SET stock = 4, name = 'table' WHERE id = 12"
GONE = "DELETE FROM variant WHERE id = 13"
LINE_GONE = "DELETE FROM line WHERE n = 2"


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([], []),
        ([NEW_LAMP, NEW_DESK], [inserts("variant")]),
        ([NEW_LAMP], [inserts("variant", {"name": "lamp", "stock": 1})]),
        ([NEW_LAMP], [inserts("variant", lambda row: row["stock"] == 1, at_most=1)]),
        (
            [NEW_LAMP, NEW_DESK],
            [inserts("variant", {"name": "lamp"}, at_most=1), inserts("variant", at_most=1)],
        ),
        ([SOLD], [updates("variant")]),
        ([SOLD], [updates("variant", keys=[12], columns={"stock", "name"})]),
        ([RENAMED], [updates("variant", keys={12})]),
        (["UPDATE line SET quantity = 1 WHERE n = 1"], [updates("line", keys=[(1, 1)])]),
        ([GONE], [deletes("variant")]),
        ([GONE], [deletes("variant", keys=[13], where={"stock": 0})]),
        ([LINE_GONE], [deletes("line", keys=[(1, 2)])]),
        ([NEW_LAMP, SOLD, GONE], [deletes("variant"), inserts("variant"), updates("variant")]),
    ],
)
def test_allowed_changes_pass(after: After, statements: list[str], allowed: list[Allowance]) -> None:
    found = nothing_else_changed(after(*statements), *allowed)
    assert (found.passed, found.detail) == (True, "")


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([NEW_LAMP], []),
        ([NEW_LAMP], [inserts("line"), updates("variant"), deletes("variant")]),
        ([NEW_LAMP], [inserts("variant", {"name": "lamp", "stock": 2})]),
        ([NEW_LAMP], [inserts("variant", lambda row: row["stock"] == 2)]),
        ([NEW_LAMP, NEW_DESK], [inserts("variant", at_most=1)]),
        ([NEW_LAMP], [inserts("variant", at_most=0)]),
        ([SOLD], [inserts("variant"), deletes("variant"), updates("line")]),
        ([SOLD], [updates("variant", keys=[11, "12"])]),
        ([RENAMED], [updates("variant", keys=[12], columns={"stock"})]),
        (["UPDATE line SET quantity = 1 WHERE n = 1"], [updates("line", keys=[(1, 2)])]),
        ([GONE], [deletes("variant", keys=[12])]),
        ([GONE], [deletes("variant", where={"stock": 1})]),
        ([GONE], [deletes("variant", where=lambda row: row["name"] == "lamp")]),
    ],
)
def test_any_other_change_fails(after: After, statements: list[str], allowed: list[Allowance]) -> None:
    found = nothing_else_changed(after(*statements), *allowed)
    assert not found.passed
    assert found.detail


def test_unexpected_changes_are_described_readably(after: After) -> None:
    found = nothing_else_changed(after(SOLD, GONE, LINE_GONE, NEW_LAMP), inserts("variant"))
    assert found.detail == (
        "deleted line 1, 2: order_id 1, n 2, quantity 7; "
        "updated variant 12: stock 5 -> 4; "
        "deleted variant 13: id 13, name 'chair', stock 0"
    )


def test_the_description_of_many_or_long_changes_is_bounded(after: After) -> None:
    many = [f"INSERT INTO variant VALUES ({i}, '{'long ' * 1000}', 1)" for i in range(100, 140)]
    seen = nothing_else_changed(after(*many)).detail
    assert seen.endswith("; and 35 more")
    assert len(seen) < 600


@pytest.mark.parametrize("passed", [True, False])
def test_a_check_has_its_arguments(passed: bool) -> None:
    made = check("paid", passed, "4 cents")
    assert (made.name, made.passed, made.detail) == ("paid", passed, "4 cents")


def test_a_term_passes_when_equal_and_details_the_value() -> None:
    made = term("city", "Arden", "Arden")
    assert (made.name, made.passed, made.detail) == ("city", True, "'Arden'")


@pytest.mark.parametrize(
    ("actual", "detail"), [("Brill", "'Brill'"), ("none", "'none'"), (None, "none"), (1, "1")]
)
def test_a_term_fails_when_not_equal_and_details_both_values(actual: object, detail: str) -> None:
    made = term("city", "Arden", actual)
    assert (made.passed, made.detail) == (False, f"{detail} instead of 'Arden'")


def test_one_inserted_row_passes_term_by_term(after: After) -> None:
    made = row_inserted(after(NEW_LAMP), "variant", {"name": "lamp", "stock": 2}, name="variant")
    assert [(c.name, c.passed) for c in made] == [
        ("one variant", True),
        ("variant: name", True),
        ("variant: stock", False),
    ]


@pytest.mark.parametrize("statements", [[], [NEW_LAMP, NEW_DESK]])
def test_no_row_or_two_rows_inserted_fail_every_term(after: After, statements: list[str]) -> None:
    made = row_inserted(after(*statements), "variant", {"stock": 1}, name="variant")
    assert [c.passed for c in made] == [False, False]
    assert made[0].detail == f"{len(statements)} inserted into variant"


def test_an_updated_row_is_judged_by_what_it_is_afterwards(after: After) -> None:
    made = row_updated(after(SOLD), "variant", 12, {"stock": 4, "name": "lamp"}, name="desk")
    assert [(c.name, c.passed) for c in made] == [("desk: stock", True), ("desk: name", False)]


def test_a_row_that_is_gone_fails_every_term(after: After) -> None:
    (made,) = row_updated(after(LINE_GONE), "line", (1, 2), {"quantity": 7}, name="line")
    assert (made.passed, made.detail) == (False, "no such row")


LINES = [{"order_id": 2, "quantity": 1}, {"order_id": 2, "quantity": 3}]


def test_the_expected_rows_pass_in_any_order(after: After) -> None:
    evidence = after("INSERT INTO line VALUES (2, 1, 3), (2, 2, 1)")
    assert rows_inserted(evidence, "line", LINES, name="lines").passed


@pytest.mark.parametrize("rows", ["(2, 1, 3)", "(2, 1, 3), (2, 2, 2)", "(2, 1, 3), (2, 2, 1), (2, 3, 1)"])
def test_missing_other_or_further_rows_fail(after: After, rows: str) -> None:
    made = rows_inserted(after(f"INSERT INTO line VALUES {rows}"), "line", LINES, name="lines")
    assert not made.passed
    assert "inserted line 2, 1: order_id 2, n 1, quantity 3" in made.detail


def test_no_rows_pass_only_when_none_are_expected(after: After) -> None:
    assert rows_inserted(after(), "line", [], name="lines").passed
    made = rows_inserted(after(), "line", LINES, name="lines")
    assert (made.passed, made.detail) == (False, "no rows inserted into line")
