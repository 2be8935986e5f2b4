"""The worlds and figures of the benchmark of pages."""

import sqlite3

import pytest
from page_costs import WARM_UP, kept_rows
from page_kinds import APPS, KINDS, TENFOLD, address_of, built
from tables import growth


def test_every_app_has_pages_and_one_to_warm_up_with() -> None:
    assert set(WARM_UP) == set(APPS) == {kind.app for kind in KINDS}
    assert len({kind[:2] for kind in KINDS}) == len(KINDS)


def test_growth_is_that_of_the_dearer_of_the_larger_worlds() -> None:
    assert growth({"standard": 4.0, "large": 6.0, "tenfold": 5.0}) == 1.5
    assert growth({}) is None


def test_rows_of_both_checkouts_are_kept_together() -> None:
    before, now = ({("mail", "inbox"): {"standard": each}} for each in (9.0, 8.0))
    (row,) = kept_rows([before, now])
    assert (row["app"], row["page"], row["standard"], row["before"]) == (
        "mail",
        "inbox",
        8.0,
        {"standard": 9.0},
    )
    assert "before" not in kept_rows([now])[0]


@pytest.mark.slow
def test_a_tenfold_world_goes_back_ten_times_as_far_and_is_sound() -> None:
    worlds = []
    for size in ("standard", TENFOLD):
        worlds.append(sqlite3.connect(":memory:"))
        worlds[-1].deserialize(built(size))
    for table in ("mail_message", "mail_entry", "mail_unread", "chat_message", "chat_reaction"):
        one, ten = (world.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for world in worlds)
        assert ten == 10 * one > 0
    assert worlds[1].execute("PRAGMA foreign_key_check").fetchall() == []
    assert all(address_of(kind, world).startswith("/") for kind in KINDS for world in worlds)
    for table, time in (("chat_message", "posted_at"), ("mail_message", "sent_at")):
        times = [row[0] for row in worlds[1].execute(f"SELECT {time} FROM {table} ORDER BY id")]
        assert times == sorted(times)
