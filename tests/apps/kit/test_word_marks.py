"""Marks of words: what has a word has its marks."""

from gristmill.apps.kit.word_marks import WIDTH, word_marks

COLUMNS = ("a", "b", "c", "d")
WORDS = [f"word{number}" for number in range(1000)]


def has(marks: dict[str, int], word: str) -> bool:
    """Whether marks allow for a word."""
    return all(marks[name] & bits == bits for name, bits in word_marks([word], COLUMNS).items())


def test_marks_fit_into_numbers_of_the_database() -> None:
    marks = word_marks(WORDS, COLUMNS)

    assert set(marks) == set(COLUMNS)
    assert all(0 <= each < 2**WIDTH <= 2**62 for each in marks.values())


def test_a_word_sets_at_most_two_bits_of_one_column() -> None:
    found = [word_marks([word], COLUMNS) for word in WORDS]

    assert all(sum(map(bool, marks.values())) == 1 for marks in found)
    assert all(sum(map(int.bit_count, marks.values())) in (1, 2) for marks in found)
    assert {name for marks in found for name, bits in marks.items() if bits} == set(COLUMNS)


def test_no_word_of_a_text_is_ruled_out() -> None:
    marks = word_marks(WORDS[:60], COLUMNS)

    assert all(has(marks, word) for word in WORDS[:60])


def test_of_the_words_that_a_text_lacks_four_of_five_are_ruled_out() -> None:
    marks = word_marks(WORDS[:60], COLUMNS)

    assert sum(has(marks, word) for word in WORDS[60:]) < len(WORDS[60:]) / 5


def test_a_text_without_words_has_no_marks() -> None:
    assert word_marks([], COLUMNS) == dict.fromkeys(COLUMNS, 0)
