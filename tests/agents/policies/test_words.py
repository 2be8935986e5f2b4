"""Words and their places."""

from gristmill.agents.policies.words import BUCKETS, bucket, read


def test_words_keep_their_place_and_numbers_stay_whole() -> None:
    text = read('Order 2 x Pewter Pack (MW-57108-05), $1,630.00 to "Home".')
    assert text.words == (
        "order", "2", "x", "pewter", "pack", "(", "mw-57108-05", ")", ",", "$", "1,630.00", "to", '"', "home",
        '"', ".",
    )  # fmt: skip
    assert [text.text[i:j].lower() for i, j in zip(text.starts, text.ends, strict=True)] == list(text.words)


def test_shapes_say_number_capital_mark_and_digit() -> None:
    assert read("7 Pack ! b2").shapes.tolist() == [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]


def test_buckets_are_the_same_on_every_machine_and_never_padding() -> None:
    assert bucket("cart") == 1495
    assert all(0 < bucket(str(number)) < BUCKETS for number in range(1000))
