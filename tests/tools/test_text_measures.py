"""The measures of text tell copies and templates from texts that differ."""

import text_measures as measures

DIFFERENT = [
    "The lift is broken again, so bring the crates up by the back stairs before noon.",
    "Nobody has seen the torque wrench since Friday; whoever took it owes us a round.",
    "Your invoice arrived twice. I have paid the first one and binned its twin.",
    "Could we move the review? Oud Skerry has guests from the water board until four.",
]
TEMPLATE = [
    f"Hello, I hope you are well, please send me the report for {day} soon."
    for day in ("Monday", "Friday", "May")
]


def test_texts_from_a_template_share_runs_of_words() -> None:
    assert measures.sharing(TEMPLATE) == 1.0
    assert measures.sharing(DIFFERENT) == 0.0


def test_short_texts_can_be_left_out_of_sharing() -> None:
    assert measures.sharing(["ok", "ok", *DIFFERENT], least=8) == 0.0


def test_templates_compress_and_repeat_more() -> None:
    assert measures.compression(TEMPLATE * 10) > 2.6 > measures.compression(DIFFERENT)
    assert measures.distinct(TEMPLATE, 2) < 0.5 < measures.distinct(DIFFERENT, 2)
    assert measures.self_bleu(TEMPLATE) > 0.5 > measures.self_bleu(DIFFERENT)


def test_openings_are_counted_once() -> None:
    assert measures.openings(TEMPLATE) == 1 / 3
    assert measures.openings(DIFFERENT) == 1.0


def test_near_duplicates_are_pairs_of_nearly_equal_texts() -> None:
    long = " ".join(DIFFERENT)
    assert measures.near_duplicates([long, long + " Thanks.", DIFFERENT[0]]) == [(0, 1)]


def test_lengths_are_percentiles() -> None:
    assert measures.lengths(["one two", *["a b c d"] * 8, "x " * 90]) == (4, 90)


def test_sentences_shorter_than_the_bound_are_left_out() -> None:
    assert measures.sentences(["Yes. The lift is broken again, so bring crates up."]) == {
        "The lift is broken again, so bring crates up."
    }
