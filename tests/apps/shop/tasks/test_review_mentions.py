"""Who complains in reviews: right answers, and each mistake by the check that names it."""

import pytest
from sqlalchemy import select

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import Review
from gristmill.apps.shop.tasks.review_topics import TOPICS

pytestmark = pytest.mark.slow

TASK = "Shop-ReviewMentions-v0"


def answer(*names: str) -> str:
    return f'answer "{", ".join(names) or "none"}"'


def read(found, wanted=lambda terms: bool(terms["names"])):
    """An episode in which everything was read."""
    counter = found(TASK, EndsWith.ANSWER, wanted)
    counter.play.oracle()
    return counter


def test_any_order_and_form_of_names_is_right(found) -> None:
    counter = read(found, lambda terms: len(terms["names"]) > 1)
    names = [name.lower().rstrip(".") for name in reversed(counter.terms["names"])]
    assert counter.failed(f'answer "{" and ".join(names)}"') == set()


def test_the_first_page_alone_fails_by_name(found) -> None:
    counter = read(found, lambda terms: bool(terms["later"]))
    names = [name for name in counter.terms["names"] if name not in counter.terms["later"]]
    assert counter.failed(answer(*names)) == {"right answer", "those of later pages"}


def test_who_denies_it_fails_by_name(found) -> None:
    counter = read(found)
    names = counter.terms["names"] + counter.terms["denying"][:1]
    assert counter.failed(answer(*names)) == {"right answer", "nobody who denies it"}


def test_where_nobody_complains_the_answer_is_none(found) -> None:
    counter = read(found, lambda terms: not terms["names"])
    assert counter.failed('answer "None."') == set()


def test_reviews_have_to_be_read_beyond_the_first_page(found) -> None:
    counter = found(TASK, EndsWith.ANSWER)
    counter.play.act(f"goto /p/{counter.terms['slug']}")
    assert counter.failed(answer(*counter.terms["names"])) == {"the reviews were read"}


def test_reviews_sorted_in_another_way_count_as_read(found) -> None:
    counter = found(TASK, EndsWith.ANSWER)
    page = f"/p/{counter.terms['slug']}"
    counter.play.act(f"goto {page}", f"goto {page}?order=lowest", f"goto {page}?order=lowest&reviews=2")
    assert counter.failed(answer(*counter.terms["names"])) == set()


@pytest.mark.parametrize("seed", range(6))
def test_no_other_review_has_words_of_the_topic(play, found, seed: int) -> None:
    counter = type(found(TASK, EndsWith.ANSWER))(play(TASK, seed))
    topic = next(each for each in TOPICS if each.question in counter.play.goal)
    with counter.world() as world:
        rows = world.db.scalars(select(Review).where(Review.product_id == counter.terms["product_id"])).all()
    speaking = {row.author for row in rows if topic.words.search(f"{row.title} {row.body}")}
    assert speaking == {*counter.terms["names"], *counter.terms["denying"]}


def test_each_sentence_has_words_of_its_topic() -> None:
    for topic in TOPICS:
        for text in (*topic.mentions, *topic.denials):
            assert topic.words.search(text), text


def test_a_single_page_of_reviews_is_all_that_can_be_read(play) -> None:
    """In seed 40 the product has five reviews."""
    episode = play(TASK, 40)
    action = episode.oracle()
    while not action.startswith("answer"):
        episode.env.step(action)
        action = episode.oracle()
    *_, info = episode.env.step(action)
    assert info["task"].terms["pages"] == 1
    assert info["success"]
