"""Diffs as JSON, and the digest of a state."""

import math
import sqlite3
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gristmill.errors import InvalidOptionError
from gristmill.snapshots.diff import RowChange, StateDiff, state_digest
from gristmill.snapshots.image import serialize

Open = Callable[[bytes], sqlite3.Connection]

# SQLite integers have 64 bits; it has no NaN, and 0.0 equals -0.0.
integers = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False).map(lambda value: value or 0.0)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
cells = st.one_of(st.none(), integers, floats, texts, st.binary(max_size=5))
rows = st.fixed_dictionaries({"n": cells, "t": cells})
names = st.text(min_size=1, max_size=3)
changes = st.builds(
    RowChange,
    table=names,
    key=st.lists(cells, min_size=1, max_size=2).map(tuple),
    before=st.none() | rows,
    after=st.none() | rows,
)


def typed(change: RowChange) -> str:
    return repr(change)  # unlike ==, tells 1 from 1.0


@settings(max_examples=50, deadline=None)
@given(st.lists(changes, max_size=4).map(tuple))
def test_json_round_trip_is_exact(listed: tuple[RowChange, ...]) -> None:
    again = StateDiff.from_json(StateDiff(listed).to_json())
    assert [typed(change) for change in again.changes] == [typed(change) for change in listed]


def test_json_carries_blobs_nulls_and_infinity() -> None:
    row = {"blob": b"\x00\xff", "null": None, "inf": -math.inf}
    change = RowChange(table="t", key=(b"k",), before=None, after=row)
    assert StateDiff.from_json(StateDiff((change,)).to_json()).changes[0].after == row


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"changes": [{}]}', '{"changes": 3}'])
def test_other_text_is_no_stored_diff(text: str) -> None:
    with pytest.raises(InvalidOptionError, match="Not a stored diff"):
        StateDiff.from_json(text)


def test_the_digest_is_the_same_whatever_the_history(
    image: bytes, live: sqlite3.Connection, opened: Open
) -> None:
    live.executescript(
        "INSERT INTO item (id, name) VALUES (99, 'gone');"
        "DELETE FROM item WHERE id = 99;"
        "DELETE FROM loose WHERE value = 1;"
        "INSERT INTO loose VALUES (1, 'one');"
        "VACUUM;"
    )
    assert serialize(live) != image
    assert state_digest(live) == state_digest(opened(image))


def test_the_digest_distinguishes_moved_values(image: bytes, live: sqlite3.Connection) -> None:
    digest = state_digest(live)
    live.execute("UPDATE item SET stock = 6 - stock")
    assert state_digest(live) != digest
