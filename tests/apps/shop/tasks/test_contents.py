"""Rows by content: what was put back is no change, whatever its number."""

import pytest

from gristmill.apps.shop.tasks.contents import Contents
from gristmill.snapshots.diff import Row, RowChange, StateDiff
from gristmill.verifiers.base import Evidence
from gristmill.verifiers.checks import nothing_else_changed


class NoRows:
    def all(self, table: str, /, **equal: object) -> list[Row]:
        return []

    def get(self, table: str, *key: object) -> Row | None:
        return None


def row(key: int, thing: int, note: str = "", price: int = 5) -> Row:
    return {"id": key, "thing": thing, "note": note, "price": price}


def of(*changes: tuple[Row | None, Row | None]) -> Evidence:
    made = [
        RowChange(table="shop_wish_item", key=((before or after or {})["id"],), before=before, after=after)
        for before, after in changes
    ]
    return Evidence(before=NoRows(), after=NoRows(), diff=StateDiff(tuple(made)))


def passes(evidence: Evidence, *came: Row) -> tuple[bool, bool]:
    """Whether these rows are all that came, and whether nothing else is reported."""
    contents = Contents(evidence, "shop_wish_item", ("id", "price"))
    allowed = contents.allowed(came=came)
    return contents.amount_to("list", came=came).passed, nothing_else_changed(evidence, allowed).passed


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [(row(1, 7), None), (None, row(9, 7))],
        [(row(1, 7), None), (None, row(9, 7, price=6))],
        [(row(1, 7), row(1, 8)), (row(2, 8), row(2, 7))],
    ],
)
def test_what_was_put_back_is_no_change(changes) -> None:
    assert passes(of(*changes)) == (True, True)


@pytest.mark.parametrize(
    "changes",
    [
        [(None, row(9, 7))],
        [(row(1, 7), None)],
        [(row(1, 7), None), (None, row(9, 7, note="x"))],
        [(row(1, 7), row(1, 8))],
        [(None, row(9, 7)), (None, row(10, 7)), (row(1, 7), None)],
    ],
)
def test_what_came_or_went_is_reported(changes) -> None:
    assert passes(of(*changes)) == (False, False)


def test_a_column_that_is_left_out_may_not_change_in_a_row_that_stays() -> None:
    assert passes(of((row(1, 7), row(1, 7, price=6)))) == (True, False)


def test_a_new_row_may_take_the_number_of_one_that_was_put_back_under_another() -> None:
    evidence = of((row(5, 7), row(5, 8)), (None, row(6, 7)))
    assert passes(evidence, {"thing": 8}) == (True, True)
    assert passes(evidence, {"thing": 9}) == (False, False)


def test_a_row_that_is_expected_once_may_not_come_twice() -> None:
    assert passes(of((None, row(5, 8)), (None, row(6, 8))), {"thing": 8})[0] is False
