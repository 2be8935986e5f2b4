import sqlite3

import pytest
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from gristmill.apps.kit.text_search import (
    MAX_WORDS,
    close_terms,
    containing,
    parse_query,
    relevance,
    word_forms,
    word_text,
    words,
)
from gristmill.apps.server.database import LentConnection, orm_session


def found(query: str, *columns: str) -> bool:
    """Whether SQL finds the query in a row of these columns."""
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    text = word_text(*(literal(column) for column in columns))
    with orm_session(connection) as db:
        hit = is_hit(db, text, query)
    connection.shut()
    return hit


def is_hit(db: Session, text: object, query: str) -> bool:
    return db.scalar(select(literal(1)).where(*containing(text, parse_query(query)))) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("query", ["lunch", "LUNCHES", "friday lun", "fri's", "", "% _ !", "parties"])
def test_a_row_is_found_by_the_beginnings_of_its_words(query: str) -> None:
    assert found(query, "Lunch on Friday", "The party's-menu is here")


@pytest.mark.parametrize("query", ["unch", "lunch monday", "frid%y"])
def test_a_word_that_begins_none_of_a_rows_words_hides_it(query: str) -> None:
    assert not found(query, "Lunch on Friday")


def test_a_query_is_read_word_by_word() -> None:
    assert words("Chef's  knife_set!") == ["chef", "s", "knife", "set"]
    assert len(words("a " * 50)) == MAX_WORDS


@pytest.mark.parametrize(
    ("word", "singular"),
    [("lamps", "lamp"), ("shelves", "shelf"), ("batteries", "battery"), ("dishes", "dish")],
)
def test_a_plural_is_looked_up_as_its_singular(word: str, singular: str) -> None:
    assert {word, singular} <= set(word_forms(word))


@pytest.mark.parametrize(("word", "plural"), [("battery", "batteries"), ("shelf", "shelves")])
def test_a_singular_is_looked_up_as_a_plural_that_begins_otherwise(word: str, plural: str) -> None:
    assert word_forms(word) == (word, plural)


@pytest.mark.parametrize("word", ["glass", "bus", "mug"])
def test_a_singular_stays_as_it_is(word: str) -> None:
    assert word_forms(word) == (word,)


def test_misspelt_terms_are_recognised() -> None:
    assert close_terms("desk lmap", ["Desk lamp", "Okenmere", "Mug"]) == ["Desk lamp"]
    assert close_terms("xyzzy", ["Desk lamp", "Okenmere", "Mug"]) == []


def test_relevance_weighs_where_a_word_is_found_and_whether_it_is_whole() -> None:
    query = parse_query("lamp")

    def score(subject: str, body: str) -> int:
        return relevance([(subject, 5), (body, 1)], query)

    assert score("Lamp", "") > score("Lampshade", "") > score("", "lamp") > score("", "lampshade") > 0
    assert score("Two lamps", "") == score("A lamp!", "")
    assert score("", "") == relevance([], query) == relevance([("lamp", 5)], []) == 0
