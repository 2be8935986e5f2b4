"""Texts in pieces: what is copied, what is written, and that each text comes back."""

from typing import Any

import pytest

from gristmill.agents.policies.features import Features, features_of
from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.texts import (
    CAPITAL,
    LITERALS,
    LOWER,
    MAX_PIECES,
    MAX_PLACES,
    piece_text,
    pieces_of,
    single_pieces,
    text_of,
)

PAGE = '- searchbox "Search" [ref=e1]\n- paragraph [ref=e2]: Write to ada@x.test, or call Ada  Lamb.'


def features(goal: str, aria: str = PAGE, notes: tuple[str, ...] = ()) -> Features:
    seen: dict[str, Any] = {"goal": goal, "url": "http://mail.test/", "title": "Mail", "error": ""}
    return features_of(seen | {"aria": aria}, Memory(notes=notes))


def parts(goal: str, text: str, **page: Any) -> list[str]:
    state = features(goal, **page)
    found = pieces_of(state, text)
    assert found is not None
    assert text_of(state, found) == text
    return [piece_text(state, piece) for piece in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a frying pan", ["a frying pan"]),
        ("Frying pan", ["Frying pan"]),
        ("from:ada@x.test zq:2031", ["from:", "ada@x.test", " ", "z", "q", ":", "2031"]),
        ("lena.moss", ["lena", ".", "moss"]),
        ("", []),
        ("ada lamb", ["ada", " ", "lamb"]),
        ("frying-pan", ["frying", "-", "pan"]),
    ],
)
def test_a_text_is_copied_where_it_can_be_and_written_elsewhere(text: str, expected: list[str]) -> None:
    assert parts("Buy a frying pan for Lena Moss in 2031", text) == expected


def test_a_copy_cuts_no_word() -> None:
    assert parts("inboxes hold boxes", "box") == ["b", "o", "x"]
    state = features("go to the box")
    found = pieces_of(state, "boxes")
    assert found is not None
    assert not found[0].places


def test_how_words_are_copied() -> None:
    state = features("ask Lena for help")
    cases = [pieces_of(state, text)[0].places[0].case for text in ("Lena", "Ask", "lena")]  # type: ignore[index]
    assert cases == [0, CAPITAL, LOWER]


def test_equal_copies_are_one_piece_with_many_places() -> None:
    state = features("pan and pan", PAGE + '\n- link "Pan" [ref=e3]', ("a pan",))
    (piece,) = pieces_of(state, "pan") or ()
    words = [state.sources[state.segments[place.first]].text for place in piece.places]
    assert words == ["pan and pan", "pan and pan", "a pan", "Pan"]
    assert [place.case for place in piece.places] == [0, 0, 0, LOWER]
    (most,) = pieces_of(features(" ".join(["pan"] * 20)), "pan") or ()
    assert len(most.places) == MAX_PLACES


def test_a_text_of_too_many_pieces_and_strange_letters_cannot_be_written() -> None:
    state = features("find a pan")
    assert pieces_of(state, "q" * MAX_PIECES) is not None
    assert pieces_of(state, "q" * (MAX_PIECES + 1)) is None
    assert pieces_of(state, "naïve") is None
    assert parts("a naïve pan", "naïve pan") == ["naïve pan"]
    assert parts("İ stands here", "İ stands") == ["İ stands"]


def test_the_first_piece_of_a_text_in_every_way() -> None:
    literal = next(text for text in LITERALS if len(text) > 1 and text.strip() == text and text.isalnum())
    state = features(f"write {literal} here")
    found = single_pieces(state, literal)
    assert {bool(pieces[0].places) for pieces in found} == {True, False}
    assert {text_of(state, pieces) for pieces in found} == {literal}
    assert single_pieces(state, "") == [()]
    assert single_pieces(state, "two words") == []


def test_every_printable_character_is_a_literal_and_none_is_there_twice() -> None:
    assert {chr(code) for code in range(32, 127)} <= set(LITERALS)
    assert len(set(LITERALS)) == len(LITERALS)
