from gristmill.snapshots.diff import Row, RowChange, StateDiff
from gristmill.verifiers.base import Evidence
from gristmill.verifiers.checks import nothing_else_changed
from gristmill.verifiers.rows import (
    RowView,
    decreases,
    equal_columns,
    named,
    only_inserted,
    row_after,
    row_before,
    sets,
)

LAMP: Row = {"id": 1, "name": "lamp", "stock": 5, "note": None}
DESK: Row = {"id": 2, "name": "desk", "stock": 0, "note": "oak"}


class Table:
    """The rows of one table, `variant`."""

    def __init__(self, *rows: Row) -> None:
        self.rows = {row["id"]: row for row in rows}

    def all(self, table: str, /, **equal: object) -> list[Row]:
        return [row for row in self.rows.values() if equal.items() <= row.items()]

    def get(self, table: str, *key: object) -> Row | None:
        return self.rows.get(key[0])  # type: ignore[call-overload, no-any-return]


def updated(before: Row, **values: object) -> RowChange:
    after: Row = {**before, **values}  # type: ignore[dict-item]
    return RowChange(table="variant", key=(before["id"],), before=before, after=after)


def inserted(row: Row) -> RowChange:
    return RowChange(table="variant", key=(row["id"],), before=None, after=row)


def evidence(*changes: RowChange) -> Evidence:
    return Evidence(before=Table(LAMP), after=Table(LAMP, DESK), diff=StateDiff(changes))


def test_a_row_is_read_by_type() -> None:
    lamp = row_before(evidence(), "variant", 1)

    assert lamp
    assert (lamp.text("name"), lamp.integer("stock"), lamp.get("note")) == ("lamp", 5, None)
    assert (lamp.text("note"), lamp.integer("note"), lamp.text("stock")) == ("", 0, "5")


def test_a_row_that_does_not_exist_reads_as_nothing() -> None:
    missing = row_before(evidence(), "variant", 2)

    assert not missing
    assert (missing.text("name"), missing.integer("stock"), missing.get("name")) == ("", 0, None)
    assert row_after(evidence(), "variant", 2).text("name") == "desk"


def test_only_a_single_insertion_is_the_inserted_row() -> None:
    assert only_inserted(evidence(inserted(DESK)), "variant") == RowView(DESK)
    assert not only_inserted(evidence(), "variant")
    assert not only_inserted(evidence(inserted(LAMP), inserted(DESK)), "variant")


def test_an_id_is_described_by_the_name_of_its_row() -> None:
    right = named(evidence(), "product", "variant", "name", 1, 1)
    wrong = named(evidence(), "product", "variant", "name", 1, 2)
    none = named(evidence(), "product", "variant", "name", 1, None)

    assert (right.passed, right.detail) == (True, "lamp")
    assert (wrong.passed, wrong.detail) == (False, "desk instead of lamp")
    assert (none.passed, none.detail) == (False, "none instead of lamp")


def test_columns_that_differ_are_listed_and_others_are_not_looked_at() -> None:
    equal = equal_columns("copy", {"name": "lamp"}, LAMP)
    differing = equal_columns("copy", {"name": "lamp", "stock": 4, "note": "x"}, LAMP)

    assert (equal.passed, equal.detail) == (True, "")
    assert (differing.passed, differing.detail) == (False, "stock is 5, note is None")


def test_a_number_may_go_down_once_by_so_much() -> None:
    taken, allowed = updated(LAMP, stock=3), decreases("variant", "stock", 2, {"id": 1})

    assert nothing_else_changed(evidence(taken), allowed).passed
    assert not nothing_else_changed(evidence(taken, taken), allowed).passed
    assert not nothing_else_changed(evidence(updated(LAMP, stock=4)), allowed).passed
    assert not nothing_else_changed(evidence(updated(LAMP, stock=7)), allowed).passed
    assert not nothing_else_changed(evidence(updated(LAMP, stock=3, name="x")), allowed).passed
    for other in (decreases("variant", "stock", None), decreases("variant", "stock", 2, {"id": 2})):
        assert not nothing_else_changed(evidence(taken), other).passed
    assert not nothing_else_changed(evidence(inserted(LAMP)), allowed).passed


def test_columns_may_be_set_to_these_values_alone() -> None:
    allowed = sets("variant", {"note": "sold", "stock": 0}, {"name": "lamp"})

    assert nothing_else_changed(evidence(updated(LAMP, note="sold", stock=0)), allowed).passed
    assert not nothing_else_changed(evidence(updated(LAMP, note="sold")), allowed).passed
    assert not nothing_else_changed(evidence(updated(LAMP, note="sold", stock=0, name="x")), allowed).passed
    assert not nothing_else_changed(evidence(updated(DESK, note="sold")), allowed).passed
