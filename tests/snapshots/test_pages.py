"""Changed pages are found, can be moved to another image, and make its content's digest."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from gristmill.snapshots.image import serialize
from gristmill.snapshots.pages import PatchedImage, root_pages

Open = Callable[[bytes], sqlite3.Connection]

GROW = "INSERT INTO loose SELECT value, hex(zeroblob(9000)) FROM loose"
CHANGES = {
    "a cell": ["UPDATE item SET stock = 9 WHERE id = 2"],
    "more pages": [GROW],
    "a new table": ["CREATE TABLE more (id INTEGER)"],
    "fewer pages": ["DROP TABLE pair", "VACUUM"],
    "nothing": [],
}


def changed(image: bytes, opened: Open, statements: list[str]) -> bytes:
    connection = opened(image)
    for statement in statements:
        connection.execute(statement)
        connection.commit()
    return serialize(connection)


@pytest.mark.parametrize("kind", CHANGES)
def test_changed_pages_turn_the_one_image_into_the_other(image: bytes, opened: Open, kind: str) -> None:
    now = changed(image, opened, CHANGES[kind])
    assert PatchedImage.of(image, now).data() == now


@pytest.mark.parametrize("later", CHANGES)
@pytest.mark.parametrize("sooner", CHANGES)
def test_what_changed_since_turns_the_earlier_image_into_the_later(
    image: bytes, opened: Open, sooner: str, later: str
) -> None:
    before = PatchedImage.of(image, changed(image, opened, CHANGES[sooner]))
    now = PatchedImage.of(image, changed(image, opened, CHANGES[later]))
    assert before.with_pages(now.changed_since(before), now.page_count).data() == now.data()


def digest(base: bytes, now: bytes, *but_pages: int) -> bytes:
    return PatchedImage.of(base, now).content_digest(but_pages=but_pages)


def test_images_have_one_digest_exactly_if_they_have_the_same_content(image: bytes, opened: Open) -> None:
    digests = {kind: digest(image, changed(image, opened, done)) for kind, done in CHANGES.items()}
    again = {kind: digest(image, changed(image, opened, done)) for kind, done in CHANGES.items()}
    assert digests == again
    assert len(set(digests.values())) == len(CHANGES)


def test_how_often_something_was_written_does_not_matter(image: bytes, opened: Open) -> None:
    once = changed(image, opened, ["UPDATE item SET stock = 9 WHERE id = 2"])
    often = changed(
        image,
        opened,
        ["UPDATE item SET stock = 5 WHERE id = 2", *["UPDATE item SET stock = 9 WHERE id = 2"] * 3],
    )
    assert once != often
    assert digest(image, once) == digest(image, often)


def test_pages_can_be_left_out(image: bytes, opened: Open) -> None:
    page = opened(image).execute("SELECT rootpage FROM sqlite_schema WHERE name = 'item'").fetchone()
    now = changed(image, opened, ["UPDATE item SET stock = 9 WHERE id = 2"])
    assert digest(image, now, *page) == digest(image, image)
    other = changed(image, opened, ["UPDATE pair SET v = 1"])
    assert digest(image, other, *page) != digest(image, image)


def test_an_image_without_changes_is_its_base_and_no_copy() -> None:
    with closing(sqlite3.connect(":memory:")) as rows:
        rows.execute("CREATE TABLE t (n INTEGER)")
        base = rows.serialize()
    assert PatchedImage.whole(base).data() is base


def test_a_tables_pages_are_its_own_and_those_of_its_indexes() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE note (name TEXT PRIMARY KEY, size INTEGER)")
        connection.execute("CREATE TABLE other (id INTEGER PRIMARY KEY)")
        image = connection.serialize()
    assert len(root_pages(image, "note")) == 2
    assert len(root_pages(image, "other")) == 1
    assert root_pages(image, "missing") == ()
